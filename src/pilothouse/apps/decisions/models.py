"""Tables of decisions: records with options, reviews and dissent; forecasts; pre-mortems."""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field


class Status(models.TextChoices):
    """Where a decision stands."""

    DRAFT = "draft", "Draft"
    DECIDED = "decided", "Decided"
    REVIEWED = "reviewed", "Reviewed"
    REVERSED = "reversed", "Reversed"
    SUPERSEDED = "superseded", "Superseded"


class Door(models.TextChoices):
    """Whether one can come back through it."""

    TWO_WAY = "two-way", "Two-way door: can be taken back"
    ONE_WAY = "one-way", "One-way door: cannot be taken back"
    UNKNOWN = "unknown", "Not known"


class Verdict(models.TextChoices):
    """How a decision turned out beside what was expected."""

    BETTER = "better", "Better than expected"
    AS_EXPECTED = "as-expected", "As expected"
    WORSE = "worse", "Worse than expected"
    UNCLEAR = "unclear", "Cannot be told"


class Cause(models.TextChoices):
    """What a result owes to the decision and what to chance."""

    SKILL = "skill", "The decision"
    LUCK = "luck", "Chance"
    BOTH = "both", "Some of both"
    UNCLEAR = "unclear", "Cannot be told"


class ForecastKind(models.TextChoices):
    """What is forecast."""

    BINARY = "binary", "Yes or no"
    NUMERIC = "numeric", "A number"
    DATE = "date", "A date"


class Outcome(models.TextChoices):
    """How a forecast was resolved. Void is not scored."""

    YES = "yes", "Yes"
    NO = "no", "No"
    VALUE = "value", "A number"
    DATE = "date", "A date"
    NEVER = "never", "Not by the last day"
    VOID = "void", "Void: cannot be judged"


class Book(models.Model):
    """The numbers that the next records of a product get. Its row is locked by who takes one."""

    product = models.OneToOneField("workspace.Product", models.CASCADE, related_name="+")
    next_decision = models.PositiveIntegerField(default=1)
    next_forecast = models.PositiveIntegerField(default=1)


class Decision(models.Model):
    """A decision record."""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    context = models.TextField(blank=True)
    reasons = models.TextField(blank=True)
    expected = models.TextField(blank=True)
    probability = models.FloatField(null=True)  # of the expected result, 0..1
    review_on = models.DateField(null=True)
    door = models.CharField(max_length=10, choices=Door.choices, default=Door.UNKNOWN)
    driver = models.CharField(max_length=100, blank=True)
    approver = models.CharField(max_length=100, blank=True)
    contributors = models.JSONField(default=list)
    informed = models.JSONField(default=list)
    topics = models.JSONField(default=list)
    superseded_by = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    capture_id = models.CharField(max_length=40, blank=True)
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    # Times of a product are its own clock's.
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="decision_number_once")
        ]


class Option(models.Model):
    """One way that was considered."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    pros = models.TextField(blank=True)
    cons = models.TextField(blank=True)
    cost = models.CharField(max_length=500, blank=True)
    is_chosen = models.BooleanField(default=False)


class DecisionRevision(models.Model):
    """What a decided record said before it was changed."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="revisions")
    before = models.JSONField()
    at = models.DateTimeField()
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")


class Dissent(models.Model):
    """Somebody disagreed, and why."""

    public_id = public_id_field()
    decision = models.ForeignKey(Decision, models.CASCADE, related_name="dissents")
    who = models.CharField(max_length=100)
    why = models.TextField()
    at = models.DateTimeField()
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    deleted_at = models.DateTimeField(null=True)


class Review(models.Model):
    """A look back at a decision; there may be several."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="reviews")
    happened = models.TextField()
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    cause = models.CharField(max_length=10, choices=Cause.choices)
    learned = models.TextField(blank=True)
    at = models.DateTimeField()
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")


class Forecast(models.Model):
    """A question about the future with an answer that will be known."""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    decision = models.ForeignKey(Decision, models.SET_NULL, null=True, related_name="forecasts")
    # The one that is a decision's own expected result follows the record.
    is_expectation = models.BooleanField(default=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=ForecastKind.choices)
    question = models.CharField(max_length=300)
    criteria = models.TextField(blank=True)
    unit = models.CharField(max_length=40, blank=True)
    topics = models.JSONField(default=list)
    person = models.CharField(max_length=100)
    resolve_by = models.DateField()
    source_kind = models.CharField(max_length=20, blank=True)
    source = models.JSONField(default=dict)
    waiting_for = models.CharField(max_length=300, blank=True)  # why the source cannot judge yet
    looked_at = models.DateTimeField(null=True)  # when the source was read last, by the wall clock
    capture_id = models.CharField(max_length=40, blank=True)
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="forecast_number_once")
        ]
        indexes = [models.Index(fields=["product", "resolve_by"], name="forecast_due")]


class Estimate(models.Model):
    """What was said at a time: a probability, or a range. Never changed, only followed."""

    forecast = models.ForeignKey(Forecast, models.CASCADE, related_name="estimates")
    at = models.DateTimeField()
    probability = models.FloatField(null=True)
    # low, median, high (numbers, or days as ISO dates) and level.
    range = models.JSONField(null=True)
    note = models.TextField(blank=True)
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")


class ForecastRevision(models.Model):
    """A change of a forecast's wording or date, with what stood there before."""

    forecast = models.ForeignKey(Forecast, models.CASCADE, related_name="revisions")
    field = models.CharField(max_length=20)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    at = models.DateTimeField()
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")


class Resolution(models.Model):
    """What came. A correction adds one; the one before stays, no longer current."""

    forecast = models.ForeignKey(Forecast, models.CASCADE, related_name="resolutions")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    value = models.FloatField(null=True)
    day = models.DateField(null=True)
    how = models.CharField(max_length=20)  # "hand", or the kind of its source
    evidence = models.TextField(blank=True)
    reading = models.JSONField(default=dict)  # what the source said: value, n, interval, rules
    known_at = models.DateTimeField()  # what was said from then on is not scored
    at = models.DateTimeField()
    is_current = models.BooleanField(default=True)
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")


class PreMortem(models.Model):
    """It is some time from now and it has failed: why?"""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    decision = models.ForeignKey(Decision, models.SET_NULL, null=True, related_name="premortems")
    title = models.CharField(max_length=200)
    story = models.TextField(blank=True)
    judge_on = models.DateField(null=True)
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)


class FailureCause(models.Model):
    """One imagined reason of a failure, and later whether it came true."""

    public_id = public_id_field()
    premortem = models.ForeignKey(PreMortem, models.CASCADE, related_name="causes")
    text = models.CharField(max_length=500)
    person = models.CharField(max_length=100)
    likelihood = models.PositiveSmallIntegerField()  # 1 to 5
    harm = models.PositiveSmallIntegerField()  # 1 to 5
    mitigation = models.TextField(blank=True)
    owner = models.CharField(max_length=100, blank=True)
    signpost = models.CharField(max_length=500, blank=True)
    came_true = models.BooleanField(null=True)
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)
