"""Tables of exercises. Attempts belong to one person in one workspace and to nobody else."""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field

__all__ = ["ExerciseAttempt"]


class ExerciseAttempt(models.Model):
    """One set of answers to one variant. The variant is made again from kind, seed, difficulty."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    seed = models.PositiveIntegerField()
    difficulty = models.PositiveSmallIntegerField()
    given = models.JSONField(default=dict)  # texts as typed, by key of question
    credit = models.FloatField()  # 0..1, of what can be judged
    is_right = models.BooleanField()
    # The worked answer is shown after each: only the first attempt at a variant says anything.
    is_first = models.BooleanField()
    seconds = models.PositiveIntegerField(null=True)  # from showing to answering, where known
    at = models.DateTimeField()
    told_on = models.DateField(null=True)  # the day whose act this attempt is, if it is one

    class Meta:
        indexes = (
            models.Index(fields=["workspace", "user", "at"], name="exercise_by_person"),
            models.Index(fields=["workspace", "user", "kind", "seed"], name="exercise_by_variant"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["workspace", "user", "kind", "told_on"],
                condition=models.Q(told_on__isnull=False),
                name="exercise_told_once_a_day",
            ),
        )
