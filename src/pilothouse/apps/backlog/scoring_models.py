"""Tables of scoring: scores with their inputs, the weights of a scorecard, surveys."""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field


class SurveyKind(models.TextChoices):
    """What a survey asks."""

    KANO = "kano", "Kano"
    OPPORTUNITY = "opportunity", "Opportunity"


class Score(models.Model):
    """The inputs of one item in one framework, as they were believed from a day on.

    A change is a new row: what was believed before stays, to be held against what came true.
    """

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    item = models.ForeignKey("backlog.Item", models.CASCADE, related_name="scores")
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    framework = models.CharField(max_length=20)
    # Each a number, {"low", "high"} or {"values"}; shares 0..1; "reach_period" and "box" are texts.
    inputs = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    # What came true, by input: numbers.
    actuals = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["product", "framework", "ended_at"], name="score_in_force"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["item", "framework"],
                condition=models.Q(ended_at=None),
                name="score_once_in_force",
            ),
        )


class Scorecard(models.Model):
    """The criteria of a product's weighted scorecard."""

    product = models.OneToOneField("workspace.Product", models.CASCADE, related_name="+")
    weights = models.JSONField(default=list)  # pairs in their order: [["value", 3], ["risk", -1]]
    updated_at = models.DateTimeField()


class Survey(models.Model):
    """A survey and how its answers are read."""

    public_id = public_id_field()
    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=SurveyKind.choices)
    name = models.CharField(max_length=100)
    asked = models.CharField(max_length=300, blank=True)  # whom, when, how
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)


class SurveyAnswer(models.Model):
    """One respondent's two answers about one feature or need."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="answers")
    subject = models.CharField(max_length=200)
    first = models.CharField(max_length=40)
    second = models.CharField(max_length=40)
    segment = models.CharField(max_length=100, blank=True)
    respondent = models.CharField(max_length=100, blank=True)
    # Which paste or file it came with, so that one can be taken out again.
    upload = models.CharField(max_length=12)
    added_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["survey", "upload"], name="answer_by_upload"),)
