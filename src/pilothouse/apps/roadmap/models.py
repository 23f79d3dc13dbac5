"""Tables of the roadmap: outcomes, teams and their capacity, bets, releases, plans, shares."""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field


class Horizon(models.TextChoices):
    """How far away a bet is. ``later`` never carries a date."""

    NOW = "now", "Now"
    NEXT = "next", "Next"
    LATER = "later", "Later"


class BetStatus(models.TextChoices):
    """Where a bet stands."""

    PLANNED = "planned", "Planned"
    DOING = "doing", "Doing"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"


class ValueSource(models.TextChoices):
    """Where the value of a bet comes from."""

    OWN = "own", "stated by a person"
    RICE = "rice", "taken from the RICE score of its item"


class Audience(models.TextChoices):
    """For whom a bet is worded; the facts are the same for all."""

    TEAM = "team", "Team"
    LEADERSHIP = "leadership", "Leadership"
    CUSTOMERS = "customers", "Customers"
    SALES = "sales", "Sales"


class Outcome(models.Model):
    """What shall be different for users or the business, and the metric that tells."""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    title = models.CharField(max_length=200)
    why = models.TextField(max_length=4000, blank=True)
    metric_id = models.CharField(max_length=12, blank=True)  # public id of a metric
    target = models.FloatField(null=True)  # in the metric's unit; a share is 0..1
    target_text = models.CharField(max_length=200, blank=True)
    due = models.DateField(null=True)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)


class Team(models.Model):
    """Who builds; ``colour`` is the place of its colour in the charts."""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    colour = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)


class Capacity(models.Model):
    """The person-weeks a team has for bets in the quarter that starts on ``quarter``."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="capacities")
    quarter = models.DateField()
    person_weeks = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "quarter"], name="capacity_once_a_quarter")
        ]


class Release(models.Model):
    """Something that goes out on a day."""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    planned_on = models.DateField(null=True)
    released_on = models.DateField(null=True)
    notes = models.TextField(max_length=10_000, blank=True)
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)


class Bet(models.Model):
    """Work the product puts effort into, for an outcome."""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    title = models.CharField(max_length=200)
    note = models.TextField(max_length=4000, blank=True)
    item_id = models.CharField(max_length=12, blank=True)  # public id of a backlog item
    outcome = models.ForeignKey(Outcome, models.SET_NULL, null=True, related_name="+")
    release = models.ForeignKey(Release, models.SET_NULL, null=True, related_name="+")
    # Counts only while no quarter is set: a quarter says how far away a bet is by itself.
    horizon = models.CharField(max_length=5, choices=Horizon.choices, default=Horizon.LATER)
    quarter = models.DateField(null=True)  # first day of the quarter
    efforts = models.JSONField(default=dict)  # person-weeks by the public id of a team
    value = models.FloatField(null=True)  # for each quarter of being live
    value_source = models.CharField(
        max_length=4, choices=ValueSource.choices, default=ValueSource.OWN
    )
    confidence = models.FloatField(null=True)  # 0..1
    status = models.CharField(max_length=7, choices=BetStatus.choices, default=BetStatus.PLANNED)
    position = models.PositiveIntegerField(default=0)
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["product", "position"], name="bet_order")]


class Dependency(models.Model):
    """``bet`` cannot be live before ``needs`` is: same quarter or earlier."""

    bet = models.ForeignKey(Bet, models.CASCADE, related_name="dependencies")
    needs = models.ForeignKey(Bet, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bet", "needs"], name="dependency_once")]


class MoveBatch(models.Model):
    """Moves that were one act, to be undone as one."""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    label = models.CharField(max_length=200)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)


class BetMove(models.Model):
    """A bet's way from one place to another."""

    bet = models.ForeignKey(Bet, models.CASCADE, related_name="moves")
    batch = models.ForeignKey(MoveBatch, models.CASCADE, related_name="moves")
    horizon_before = models.CharField(max_length=5)
    horizon_after = models.CharField(max_length=5)
    quarter_before = models.DateField(null=True)
    quarter_after = models.DateField(null=True)


class Wording(models.Model):
    """How a bet is told to an audience. It holds words only: facts come from the bet."""

    bet = models.ForeignKey(Bet, models.CASCADE, related_name="wordings")
    audience = models.CharField(max_length=10, choices=Audience.choices)
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(max_length=2000, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bet", "audience"], name="wording_once")]


class Share(models.Model):
    """A secret link to a read-only view. Only the digest of its token is kept."""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=100)
    audience = models.CharField(max_length=10, choices=Audience.choices)
    token_digest = models.CharField(max_length=64, unique=True)
    shows_quarters = models.BooleanField(default=True)
    shows_efforts = models.BooleanField(default=False)
    shows_values = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Plan(models.Model):
    """A plan that the solver looked for: what was asked, and what it found."""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    job = models.ForeignKey("workspace.Job", models.SET_NULL, null=True, related_name="+")
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    settings = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # The batch by which its placements were taken over.
    batch = models.ForeignKey(MoveBatch, models.SET_NULL, null=True, related_name="+")


# Delivery keeps its tables in a file of its own; they belong to this app all the same.
from pilothouse.apps.roadmap.negotiation_models import (  # noqa: E402
    DealKind,
    Negotiation,
    Promise,
    PromiseAct,
    PromiseChange,
    PromiseState,
    Stakeholder,
    Weight,
)

__all__ = [
    "DealKind",
    "Negotiation",
    "Promise",
    "PromiseAct",
    "PromiseChange",
    "PromiseState",
    "Stakeholder",
    "Weight",
]
