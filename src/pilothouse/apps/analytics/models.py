"""Tables of events: write keys, the event inbox, the catalogue of segments, imports, metrics."""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field


class Stream(models.Model):
    """The events of one product. Its row is locked by whoever writes events."""

    product = models.OneToOneField("workspace.Product", models.CASCADE, related_name="+")
    next_sequence = models.PositiveBigIntegerField(default=0)
    # Raised by every change of what is live, so that answers can be cached by it.
    version = models.PositiveBigIntegerField(default=0)


class WriteKey(models.Model):
    """The public key with which clients send events. Public: it can only add events."""

    public_id = public_id_field()
    stream = models.ForeignKey(Stream, models.CASCADE, related_name="keys")
    key = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)


class InboxEvent(models.Model):
    """An accepted event that is not yet in a segment."""

    stream = models.ForeignKey(Stream, models.CASCADE, related_name="+")
    event_id = models.BinaryField(max_length=16)
    sequence = models.PositiveBigIntegerField()
    name = models.CharField(max_length=200)
    actor = models.CharField(max_length=400)
    time_us = models.BigIntegerField()
    properties = models.TextField()  # JSON of one level

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "event_id"], name="inbox_event_once")
        ]
        indexes = [models.Index(fields=["stream", "sequence"], name="inbox_order")]


class ImportState(models.TextChoices):
    """Where an import stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNDONE = "undone"


class EventImport(models.Model):
    """A file turned into events."""

    public_id = public_id_field()
    stream = models.ForeignKey(Stream, models.CASCADE, related_name="imports")
    job = models.ForeignKey("workspace.Job", models.SET_NULL, null=True, related_name="+")
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    upload = models.CharField(max_length=100)  # name in the uploads folder
    mapping = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10, choices=ImportState.choices, default=ImportState.WAITING
    )
    rows = models.PositiveBigIntegerField(default=0)
    accepted = models.PositiveBigIntegerField(default=0)
    duplicates = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    refusals = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)


class Segment(models.Model):
    """A line of the catalogue: one immutable Parquet file of events."""

    stream = models.ForeignKey(Stream, models.CASCADE, related_name="segments")
    name = models.CharField(max_length=100)
    rows = models.PositiveBigIntegerField()
    first_us = models.BigIntegerField()
    last_us = models.BigIntegerField()
    first_sequence = models.PositiveBigIntegerField()
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    events = models.JSONField(default=dict)  # how many of each event name
    source = models.ForeignKey(EventImport, models.CASCADE, null=True, related_name="segments")
    # Segments of an import go live together when it ends.
    is_live = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "name"], name="segment_once")]


class Delivery(models.Model):
    """What clients sent on one day: sent = accepted + duplicates + refused."""

    stream = models.ForeignKey(Stream, models.CASCADE, related_name="deliveries")
    day = models.DateField()
    accepted = models.PositiveBigIntegerField(default=0)
    duplicates = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "day"], name="delivery_once_a_day")
        ]


class Refusal(models.Model):
    """How often events were refused for one reason on one day, with the latest example."""

    stream = models.ForeignKey(Stream, models.CASCADE, related_name="refusals")
    day = models.DateField()
    reason = models.CharField(max_length=60)
    sentence = models.CharField(max_length=400)
    example = models.CharField(max_length=400, blank=True)
    count = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stream", "day", "reason"], name="refusal_reason_once_a_day"
            )
        ]


class Identity(models.Model):
    """Two ids of one person: events of ``alias`` count for ``actor``."""

    stream = models.ForeignKey(Stream, models.CASCADE, related_name="identities")
    alias = models.CharField(max_length=400)
    actor = models.CharField(max_length=400)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "alias"], name="identity_alias_once")
        ]


class QuestionKind(models.TextChoices):
    """The kinds of question a metric can ask."""

    TREND = "trend", "Trend"
    FUNNEL = "funnel", "Funnel"
    RETENTION = "retention", "Retention"


class Direction(models.TextChoices):
    """Which way is good."""

    UP = "up", "Higher is better"
    DOWN = "down", "Lower is better"
    NONE = "none", "Neither"


class Metric(models.Model):
    """A saved question with an exact definition and a name."""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    description = models.TextField(max_length=2000, blank=True)
    kind = models.CharField(max_length=10, choices=QuestionKind.choices)
    definition = models.JSONField()
    direction = models.CharField(max_length=4, choices=Direction.choices, default=Direction.UP)
    is_on_today = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True)
