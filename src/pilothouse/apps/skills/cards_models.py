"""Tables of study cards. All of them belong to one person in one workspace and to nobody else."""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field

__all__ = [
    "CardImport", "CardImportState", "CardReview", "CardStage", "CardState", "OwnCard", "StudyDay",
    "StudySettings",
]  # fmt: skip


class CardStage(models.TextChoices):
    """How well a card is known so far."""

    LEARNING = "learning", "Learning"
    REVIEW = "review", "Review"
    RELEARNING = "relearning", "Relearning"


class CardImportState(models.TextChoices):
    """Where an import of cards stands."""

    WAITING = "waiting", "Waiting"
    DONE = "done", "Done"
    UNDONE = "undone", "Undone"


class StudySettings(models.Model):
    """How one person studies."""

    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    new_per_day = models.PositiveIntegerField(default=15)
    retention = models.FloatField(default=0.9)  # the chance of recall to schedule for, 0..1
    backlog_limit = models.PositiveIntegerField(default=100)
    zone = models.CharField(max_length=64, default="UTC")  # where a day begins

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["workspace", "user"], name="study_settings_once"),
        )


class CardImport(models.Model):
    """A file of cards: looked at first, then taken in, and taken out again where wished."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)  # apkg or csv
    state = models.CharField(
        max_length=10, choices=CardImportState.choices, default=CardImportState.WAITING
    )
    cards = models.JSONField(default=list)  # what was read; emptied once it is taken in
    problems = models.JSONField(default=list)  # sentences
    created = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()


class OwnCard(models.Model):
    """A card that a person wrote or brought."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    deck = models.CharField(max_length=60)
    question = models.TextField()
    answer = models.TextField()
    why = models.TextField(blank=True)
    tags = models.JSONField(default=list)
    guid = models.CharField(max_length=100)  # the same card has it in other tools too
    batch = models.ForeignKey(CardImport, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["workspace", "user", "deck"], name="own_card_by_deck"),
            models.Index(fields=["workspace", "user", "guid"], name="own_card_by_guid"),
        )


class CardState(models.Model):
    """What is believed about a person's memory of one card; none for a card not begun."""

    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    card = models.CharField(max_length=60)  # key of a card of ours, or public id of an own card
    deck = models.CharField(max_length=60)
    stage = models.CharField(max_length=10, choices=CardStage.choices, blank=True)
    step = models.PositiveSmallIntegerField(null=True)
    stability = models.FloatField(null=True)  # days
    difficulty = models.FloatField(null=True)  # 1..10
    due = models.DateTimeField(null=True)
    last_review = models.DateTimeField(null=True)
    reps = models.PositiveIntegerField(default=0)
    lapses = models.PositiveIntegerField(default=0)
    begun_on = models.DateField(null=True)  # the person's day of the first rating
    buried_on = models.DateField(null=True)  # not shown on this day
    is_suspended = models.BooleanField(default=False)
    is_gone = models.BooleanField(default=False)  # its card was deleted
    # The file that brought this memory, and whether the card was rated since.
    batch = models.ForeignKey(CardImport, models.SET_NULL, null=True, related_name="+")
    is_touched = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["workspace", "user", "card"], name="card_state_once"),
        )
        indexes = (models.Index(fields=["workspace", "user", "due"], name="card_by_due"),)


class CardReview(models.Model):
    """One rating, with what was believed before, so that it can be taken back."""

    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    card = models.CharField(max_length=60)
    deck = models.CharField(max_length=60)
    rating = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    day = models.DateField()  # the person's day
    stage = models.CharField(max_length=10, choices=CardStage.choices, blank=True)  # before; or new
    retention = models.FloatField()  # scheduled for
    seconds = models.FloatField(null=True)
    before = models.JSONField(null=True)  # the state before, as it was stored

    class Meta:
        indexes = (
            models.Index(fields=["workspace", "user", "-at"], name="card_review_newest"),
            models.Index(fields=["workspace", "user", "day", "deck"], name="card_review_by_day"),
        )


class StudyDay(models.Model):
    """A day of study of one deck that stands in the ledger: it is closed."""

    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    day = models.DateField()
    deck = models.CharField(max_length=60)
    reviews = models.PositiveIntegerField()
    act = models.PositiveBigIntegerField()  # its number in the ledger

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["workspace", "user", "day", "deck"], name="study_day_once"
            ),
        )
