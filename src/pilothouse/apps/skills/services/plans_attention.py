"""What Today must show of a person's own learning: late steps, certificates running out."""

from __future__ import annotations

from datetime import date, timedelta

from pilothouse.apps.skills.models import StepState
from pilothouse.apps.skills.services.plans_steps import step_rows
from pilothouse.apps.skills.services.plans_views import OPEN, to_step_view
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.attention import Attention

MOST = 5
NOTICE = timedelta(days=30)


def list_learning_attention(access: Access, product: ProductView, today: date) -> list[Attention]:
    """Steps overdue, then certificates that run out within a month; two queries."""
    del product  # learning belongs to a person
    late = step_rows(access).filter(state__in=OPEN, due_on__lt=today).select_related("goal")
    ending = step_rows(access).filter(
        state=StepState.DONE, expires_on__gte=today, expires_on__lte=today + NOTICE
    )
    return [
        *(
            Attention("learning-step", f"Overdue to learn: {row.title}",
                      to_step_view(row, today).page_url, row.due_on, is_warning=True)
            for row in late.order_by("due_on", "pk")[:MOST]
        ),
        *(
            Attention(
                "learning-step",
                f"Runs out on {row.expires_on.day} {row.expires_on:%b %Y}: {row.title}",
                to_step_view(row, today).page_url, row.expires_on,
            )
            for row in ending.select_related("goal").order_by("expires_on", "pk")[:MOST]
        ),
    ]  # fmt: skip
