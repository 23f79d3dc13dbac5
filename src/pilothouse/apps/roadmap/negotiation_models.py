"""Tables of delivery: negotiation sheets with their stakeholders, promises with their history."""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field


class DealKind(models.TextChoices):
    """Which end of a deal is fixed."""

    DATE = "date", "Date fixed"
    SCOPE = "scope", "Scope fixed"
    PERSON = "person", "One more person"


class Weight(models.TextChoices):
    """How much a stakeholder cares, or can do."""

    LOW = "low", "Low"
    HIGH = "high", "High"


class PromiseState(models.TextChoices):
    """Where a promise stands."""

    OPEN = "open", "Open"
    KEPT = "kept", "Kept"
    BROKEN = "broken", "Broken"


class PromiseAct(models.TextChoices):
    """What can happen to a promise; each is a line of its history."""

    MADE = "made", "Made"
    RENEGOTIATED = "renegotiated", "Renegotiated"
    KEPT = "kept", "Kept"
    BROKEN = "broken", "Broken"
    REOPENED = "reopened", "Reopened"


class Negotiation(models.Model):
    """A sheet: a scope in order, a wished date, and the terms its options are computed from."""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    title = models.CharField(max_length=200)
    note = models.TextField(max_length=4000, blank=True)
    due = models.DateField()
    item_ids = models.JSONField(default=list)  # public ids of backlog items, in order
    extra_items = models.PositiveIntegerField(default=0)  # work that is not in the backlog yet
    kinds = models.JSONField(default=list)  # classes of work whose history counts
    window_weeks = models.PositiveIntegerField(default=12)
    confidence = models.FloatField(default=0.85)
    team_size = models.PositiveIntegerField(default=5)
    joins_after = models.PositiveIntegerField(default=2)  # weeks
    ramp_up_weeks = models.PositiveIntegerField(default=8)
    early_share = models.FloatField(default=0.25)
    drag = models.FloatField(default=0.5)
    later_share = models.FloatField(default=0.9)
    delay_cost = models.FloatField(null=True)  # a week, in the product's currency
    person_cost = models.FloatField(null=True)  # a week, in the product's currency
    agreed_deal = models.CharField(max_length=6, choices=DealKind.choices, blank=True)
    agreed_text = models.TextField(max_length=4000, blank=True)
    agreed_at = models.DateTimeField(null=True)
    # The options as they stood when it was agreed: history moves on, what was known then does not.
    agreed_facts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)


class Stakeholder(models.Model):
    """Someone at the table: what they want, and what they do without a deal."""

    negotiation = models.ForeignKey(Negotiation, models.CASCADE, related_name="stakeholders")
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=100, blank=True)
    wants = models.CharField(max_length=1000, blank=True)
    alternative = models.CharField(max_length=1000, blank=True)  # their BATNA
    interest = models.CharField(max_length=4, choices=Weight.choices, default=Weight.HIGH)
    influence = models.CharField(max_length=4, choices=Weight.choices, default=Weight.HIGH)
    position = models.PositiveIntegerField(default=0)


class Promise(models.Model):
    """What was promised, to whom, by when. ``first_due`` and ``first_what`` never change."""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    negotiation = models.ForeignKey(
        Negotiation, models.SET_NULL, null=True, related_name="promises"
    )
    what = models.CharField(max_length=500)
    to_name = models.CharField(max_length=100)
    to_role = models.CharField(max_length=100, blank=True)
    due = models.DateField()
    first_what = models.CharField(max_length=500)
    first_due = models.DateField()
    # The chance of keeping it by first_due, as the forecast saw it when it was made.
    probability = models.FloatField(null=True)
    state = models.CharField(max_length=6, choices=PromiseState.choices, default=PromiseState.OPEN)
    settled_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [  # noqa: RUF012  -- how Django spells a Meta
            models.Index(fields=["product", "due"], name="promise_order")
        ]


class PromiseChange(models.Model):
    """One line of a promise's history; never changed, never deleted."""

    promise = models.ForeignKey(Promise, models.CASCADE, related_name="changes")
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    act = models.CharField(max_length=12, choices=PromiseAct.choices)
    at = models.DateTimeField()
    what_before = models.CharField(max_length=500, blank=True)
    what_after = models.CharField(max_length=500)
    due_before = models.DateField(null=True)
    due_after = models.DateField()
    reason = models.CharField(max_length=1000, blank=True)
