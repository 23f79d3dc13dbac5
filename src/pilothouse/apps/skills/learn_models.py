"""Tables of the learning plan and the library. All of it is private to its person."""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field

__all__ = [
    "Feed", "FeedItem", "GoalState", "LearningGoal", "LearningPlan", "LearningStep",
    "OwnEntry", "Proof", "ProofContent", "Reading", "ReadingState", "StepKind", "StepState",
]  # fmt: skip


class ReadingState(models.TextChoices):
    """Where a person stands with an entry of the library."""

    WANT = "want", "Want to read"
    READING = "reading", "Reading"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"


class StepKind(models.TextChoices):
    """What a step of the learning plan is."""

    RESOURCE = "resource", "Book, article, podcast"
    COURSE = "course", "Course"
    CERTIFICATE = "certificate", "Certificate"
    DEGREE = "degree", "Degree"
    PRACTICE = "practice", "Practice"


class StepState(models.TextChoices):
    """Where a step stands."""

    PLANNED = "planned", "Planned"
    DOING = "doing", "Doing"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"


class GoalState(models.TextChoices):
    """Whether a goal is still pursued."""

    OPEN = "open", "Open"
    REACHED = "reached", "Reached"
    DROPPED = "dropped", "Dropped"


class OwnEntry(models.Model):
    """An entry of the library that a person added."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    type = models.CharField(max_length=12)
    title = models.CharField(max_length=300)
    authors = models.JSONField(default=list)
    publisher = models.CharField(max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    topics = models.JSONField(default=list)
    competencies = models.JSONField(default=list)  # [{"id": "C03", "level": 2}]
    cost = models.CharField(max_length=8, default="unknown")
    licence = models.CharField(max_length=100, blank=True)
    isbn = models.CharField(max_length=13, blank=True)
    url = models.CharField(max_length=2000, blank=True)
    act = models.CharField(max_length=40, blank=True)
    next_act = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)


class Reading(models.Model):
    """A person's state, notes and rating of one entry, of the content or the person's own."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    entry_id = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=ReadingState.choices, blank=True)
    started_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    rating = models.PositiveSmallIntegerField(null=True)  # 1 to 5
    notes = models.TextField(blank=True)
    is_recorded = models.BooleanField(default=False)  # its end is in the ledger
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [  # noqa: RUF012 -- how Django spells a Meta
            models.UniqueConstraint(
                fields=["workspace", "user", "entry_id"], name="reading_once_per_person"
            )
        ]


class Feed(models.Model):
    """A feed that a person follows. It is fetched only where ``is_read`` is switched on."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=2000)
    site_url = models.CharField(max_length=2000, blank=True)
    folder = models.CharField(max_length=100, blank=True)
    is_read = models.BooleanField(default=False)
    etag = models.CharField(max_length=300, blank=True)
    modified = models.CharField(max_length=100, blank=True)
    fetched_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)


class FeedItem(models.Model):
    """One text of a feed; at most 500 are kept for each."""

    public_id = public_id_field()
    feed = models.ForeignKey(Feed, models.CASCADE, related_name="items")
    key = models.CharField(max_length=64)  # digest of what the feed calls it
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=2000, blank=True)
    summary = models.TextField(blank=True)
    published_at = models.DateTimeField()  # when it was first seen, where the feed does not say
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [  # noqa: RUF012 -- how Django spells a Meta
            models.UniqueConstraint(fields=["feed", "key"], name="feed_item_once")
        ]
        indexes = [  # noqa: RUF012 -- how Django spells a Meta
            models.Index(fields=["feed", "-published_at"], name="feed_item_newest")
        ]


class LearningPlan(models.Model):
    """What a person can give to learning."""

    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    weekly_hours = models.FloatField(default=5)

    class Meta:
        constraints = [  # noqa: RUF012 -- how Django spells a Meta
            models.UniqueConstraint(fields=["workspace", "user"], name="learning_plan_once")
        ]


class LearningGoal(models.Model):
    """A level of a competency that a person wants to reach."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    competency = models.CharField(max_length=3)
    level = models.PositiveSmallIntegerField()  # 1 to 4
    why = models.CharField(max_length=500, blank=True)
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=GoalState.choices, default=GoalState.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)


class LearningStep(models.Model):
    """One thing to learn, with its dates, hours and the act that ends it."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    goal = models.ForeignKey(LearningGoal, models.SET_NULL, null=True, related_name="steps")
    kind = models.CharField(max_length=12, choices=StepKind.choices)
    title = models.CharField(max_length=300)
    entry_id = models.CharField(max_length=60, blank=True)  # of the library
    provider = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=2000, blank=True)
    cost = models.CharField(max_length=60, blank=True)  # as the person writes it
    starts_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    hours = models.FloatField(null=True)
    hours_done = models.FloatField(default=0)
    state = models.CharField(max_length=8, choices=StepState.choices, default=StepState.PLANNED)
    ended_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)  # of a certificate
    act = models.CharField(max_length=40, blank=True)  # of content/library/acts.toml
    next_act = models.CharField(max_length=300, blank=True)
    act_after = models.PositiveBigIntegerField(default=0)  # only acts after this one tick it
    act_sequence = models.PositiveBigIntegerField(null=True)  # the act that ticked it
    is_recorded = models.BooleanField(default=False)  # its end is in the ledger
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)


class Proof(models.Model):
    """A file that shows a certificate, course or degree."""

    public_id = public_id_field()
    step = models.ForeignKey(LearningStep, models.CASCADE, related_name="proofs")
    file_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)


class ProofContent(models.Model):
    """The bytes of a proof: in the database, so that every backup carries them."""

    proof = models.OneToOneField(Proof, models.CASCADE, related_name="content")
    body = models.BinaryField()
