"""What Today must show of a job search: next actions that are due, and interviews. Personal, of no
product."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from pilothouse.apps.jobs.services.applications import own
from pilothouse.apps.jobs.services.interview_attention import list_interview_attention
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.attention import Attention

MAX_LINES = 10


def list_attention(access: Access, product: ProductView, today: date) -> list[Attention]:
    """The next actions that are due or late, the oldest first, then interviews; three queries."""
    del product
    return [*_list_actions(access, today), *list_interview_attention(access, today)]


def _list_actions(access: Access, today: date) -> list[Attention]:
    rows = own(access).filter(deleted_at=None, next_on__lte=today).order_by("next_on", "pk")
    return [
        Attention(
            "application", f"{row.company}: {row.next_action}",
            reverse("jobs:application", args=[row.public_id]), row.next_on,
            is_warning=row.next_on < today,
        )
        for row in rows[:MAX_LINES]
    ]  # fmt: skip
