"""One page a day: what a person meant to do and what they think of it in the evening."""

from __future__ import annotations

from django.db import models


class DayPage(models.Model):
    """A person's day with a product: focus in the morning, reflection in the evening."""

    product = models.ForeignKey("workspace.Product", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    day = models.DateField()
    focus = models.JSONField(default=list)  # [{"text": str, "is_done": bool}], at most three
    reflection = models.TextField(max_length=10_000, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "user", "day"], name="day_page_once_a_day")
        ]
