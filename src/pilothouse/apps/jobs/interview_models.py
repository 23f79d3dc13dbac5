"""Tables of interviews. Everything belongs to one person and is seen by nobody else."""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field


class Confidential(models.TextChoices):
    """How far a story may be told."""

    OPEN = "open", "May be told anywhere"
    CAREFUL = "careful", "Without names and figures of the firm"
    SECRET = "secret", "Not to be told outside"


class OwnQuestion(models.Model):
    """A question that the person was asked, or wants to practise."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)  # one of the eight types
    text = models.CharField(max_length=500)
    competencies = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)


class PracticeAnswer(models.Model):
    """One answer to one question. The rules stay hidden until the person has scored it."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    question = models.CharField(max_length=80)  # the key of the bank, or own:ID
    kind = models.CharField(max_length=20)
    asked = models.CharField(max_length=500)  # its words at that time
    text = models.TextField(blank=True)
    seconds = models.PositiveIntegerField(null=True)  # from showing to answering, where known
    answered_at = models.DateTimeField()
    follow_up = models.CharField(max_length=300, blank=True)  # the follow-up that was answered
    follow_up_text = models.TextField(blank=True)
    own_levels = models.JSONField(default=dict)  # 1 to 4 by dimension; 0: cannot judge
    own_note = models.TextField(blank=True)
    scored_at = models.DateTimeField(null=True)
    # What the rules said when it was scored: later rules do not change the record.
    rule_levels = models.JSONField(default=dict)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["workspace", "user", "-answered_at"], name="practice_newest"),
        )


class Recording(models.Model):
    """A voice recording of an answer: a private file of the data folder, never sent anywhere."""

    public_id = public_id_field()
    answer = models.ForeignKey(PracticeAnswer, models.CASCADE, related_name="recordings")
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()  # bytes
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()


class Story(models.Model):
    """A story of one's own for interviews: STAR and reflection, resting on acts of the ledger."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    title = models.CharField(max_length=200)
    parts = models.JSONField(default=dict)  # texts by part: situation, task, options, ...
    acts = models.JSONField(default=list)  # numbers of the acts chosen as evidence
    memory = models.JSONField(default=list)  # figures told from memory, as written
    best_for = models.JSONField(default=list)  # competencies
    questions = models.JSONField(default=list)  # keys of questions it was chosen for
    confidential = models.CharField(
        max_length=8, choices=Confidential.choices, default=Confidential.CAREFUL
    )
    version = models.PositiveIntegerField(default=1)
    checked_version = models.PositiveIntegerField(null=True)  # the last one that was whole
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["workspace", "user", "-updated_at"], name="story_newest"),)


class PreparationSheet(models.Model):
    """What one prepares for a company."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    company = models.CharField(max_length=200)
    role = models.CharField(max_length=200, blank=True)
    posting_id = models.CharField(max_length=12, blank=True)  # public id of a saved posting
    held_on = models.DateField(null=True)  # the day of the interview
    facts = models.TextField(blank=True)  # what one found out about the product
    people = models.TextField(blank=True)  # whom one will meet or could ask
    to_ask = models.TextField(blank=True)  # one question a line
    notes = models.TextField(blank=True)
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)


class Debrief(models.Model):
    """What happened in a real interview."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    company = models.CharField(max_length=200)
    round = models.CharField(max_length=100, blank=True)
    held_on = models.DateField()
    application_id = models.CharField(max_length=12, blank=True)  # public id, where there is one
    # {"key", "text", "kind", "went"}: went 1 (badly) to 4 (well); key is empty for own words
    questions = models.JSONField(default=list)
    went = models.TextField(blank=True)
    learn = models.TextField(blank=True)
    next_step = models.TextField(blank=True)
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["workspace", "user", "-held_on"], name="debrief_newest"),)


class ModelSetting(models.Model):
    """A language model's endpoint that the person entered. Its key is a file of its own."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=500)
    model = models.CharField(max_length=200)
    is_on = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["workspace", "user"], name="model_setting_once"),
        )


class ModelReply(models.Model):
    """What a language model said of an answer, with exactly what was sent and where to."""

    public_id = public_id_field()
    answer = models.ForeignKey(PracticeAnswer, models.CASCADE, related_name="replies")
    url = models.CharField(max_length=600)
    model = models.CharField(max_length=200)
    sent = models.TextField()
    received = models.TextField()
    at = models.DateTimeField()
