"""Tables of fit: private to one person, no part of exports, evidence or the ledger."""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field


class FitSettings(models.Model):
    """Whether one person wants to look at fit, and the hours that are theirs to work."""

    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    is_on = models.BooleanField(default=False)
    zone = models.CharField(max_length=64, default="UTC")
    first_hour = models.PositiveSmallIntegerField(default=8)
    last_hour = models.PositiveSmallIntegerField(default=18)  # the hour at which work ends
    with_weekends = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["workspace", "user"], name="fit_settings_once"),
        )


class Reflection(models.Model):
    """How a stretch of work was for one person, in single answers and own words."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    answers = models.JSONField(default=dict)  # 1 to 5 by the key of the item; unanswered left out
    gave = models.TextField(blank=True)
    took = models.TextField(blank=True)
    at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["workspace", "user", "at"], name="reflection_by_time"),)
