"""Tables of experiments: the brief, what changed after it was sealed, looks, counts, readouts."""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field


class Status(models.TextChoices):
    """Where an experiment stands."""

    DRAFT = "draft", "Draft"
    REGISTERED = "registered", "Registered"
    RUNNING = "running", "Running"
    STOPPED = "stopped", "Stopped"
    READ_OUT = "read-out", "Read out"
    CANCELLED = "cancelled", "Cancelled"


class Source(models.TextChoices):
    """Where its numbers come from."""

    EVENTS = "events", "Events of this product"
    HAND = "hand", "Counts by hand"


class MetricKind(models.TextChoices):
    """What is measured of each unit."""

    CONVERSION = "conversion", "Share of units with the event"
    COUNT = "count", "Events per unit"
    SUM = "sum", "Sum of a property per unit"


class Direction(models.TextChoices):
    """Which way is wanted."""

    UP = "up", "more is better"
    DOWN = "down", "less is better"


class Rule(models.TextChoices):
    """When it is read and stopped."""

    SIZE = "size", "Once, when the planned units are in"
    DATE = "date", "Once, on a fixed day"
    SEQUENTIAL = "sequential", "At any time, by a sequential test"


class Book(models.Model):
    """The number that the next experiment of a product gets. Its row is locked by who takes one."""

    product = models.OneToOneField("workspace.Product", models.CASCADE, related_name="+")
    next_experiment = models.PositiveIntegerField(default=1)


class Experiment(models.Model):
    """An experiment. ``brief`` is plain data (``services/brief.py``), frozen once it is sealed."""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    brief = models.JSONField(default=dict)
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    # Times of a product are its own clock's.
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)
    sealed_digest = models.CharField(max_length=64, blank=True)
    # Units exposed before it was sealed, as known then; None: nobody can tell (counts by hand).
    exposed_before = models.PositiveIntegerField(null=True)
    started_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stop_reason = models.TextField(blank=True)
    read_at = models.DateTimeField(null=True)
    status_before = models.CharField(max_length=10, blank=True)  # what cancelling took it from
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="experiment_number_once")
        ]


class Amendment(models.Model):
    """A change of a sealed brief, with its reason. Never changed itself."""

    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="amendments")
    at = models.DateTimeField()
    reason = models.TextField()
    changes = models.JSONField()  # [{field, before, after}]
    digest = models.CharField(max_length=64)  # of the brief after it
    status = models.CharField(max_length=10)  # where the experiment stood
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")


class Look(models.Model):
    """Somebody saw the result before the end. ``by_rule``: the stopping rule allows it."""

    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="looks")
    at = models.DateTimeField()
    why = models.CharField(max_length=300, blank=True)
    units = models.PositiveBigIntegerField(null=True)
    by_rule = models.BooleanField()
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")


class Counts(models.Model):
    """Counts entered by hand. Entered again they follow; those before stay."""

    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="counts")
    at = models.DateTimeField()
    body = models.JSONField()  # {"units": […], "metrics": {key: [{…} an arm]}}
    note = models.CharField(max_length=300, blank=True)
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")


class Readout(models.Model):
    """A result as it was read: a snapshot with its digest. Never changed, only followed."""

    public_id = public_id_field()
    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="readouts")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    body = models.TextField()  # canonical JSON: what is hashed is what is stored
    digest = models.CharField(max_length=64)
    verdict = models.CharField(max_length=12)
    by_rule = models.BooleanField()
    learned = models.TextField(blank=True)
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["experiment", "number"], name="readout_number_once")
        ]
