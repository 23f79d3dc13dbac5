"""Tables of letters and offers."""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field

__all__ = ["Letter", "LetterVersion", "Offer", "OfferSettings"]


class Letter(models.Model):
    """A letter for an application, as it is being written."""

    public_id = public_id_field()
    application = models.ForeignKey("jobs.Application", models.CASCADE, related_name="letters")
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)


class LetterVersion(models.Model):
    """What a letter said at one moment; never changed."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["letter", "number"], name="letter_version_once"),
        )


class Offer(models.Model):
    """An offer with its ranges, and the sheet of its negotiation."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    application = models.ForeignKey(
        "jobs.Application", models.SET_NULL, null=True, related_name="offers"
    )
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    terms = models.JSONField()  # ranges of money, chances, years: see services.offers
    scores = models.JSONField(default=dict)  # {"criterion": [low, high]}
    decide_by = models.DateField(null=True)
    notes = models.TextField(blank=True)
    asks = models.JSONField(default=list)  # {"what", "worth", "chance"}
    people = models.JSONField(default=list)  # as stakeholders of a negotiation
    walk_away = models.FloatField(null=True)  # a year; None: against the best other offer
    confidence = models.FloatField(default=0.8)
    agreed_text = models.TextField(blank=True)
    agreed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["workspace", "user", "-id"], name="offer_newest"),)


class OfferSettings(models.Model):
    """What a person compares offers by."""

    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    criteria = models.JSONField(default=dict)  # {"criterion": weight}
    point_price = models.FloatField(default=0.0)
    years = models.PositiveSmallIntegerField(default=3)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["workspace", "user"], name="offer_settings_once"),
        )
