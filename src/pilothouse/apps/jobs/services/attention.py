"""What Today must show of a job search: offers to decide on, next actions due, interviews.

Personal, of no product.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.urls import reverse

from pilothouse.apps.jobs.services.interview_attention import list_interview_attention
from pilothouse.apps.jobs.services.offers import ROWS as OFFERS
from pilothouse.apps.jobs.services.own_rows import APPLICATIONS
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.attention import Attention

MAX_LINES = 10
DECIDE_NOTICE = timedelta(days=7)


def list_attention(access: Access, product: ProductView, today: date) -> list[Attention]:
    """Offers to decide on within a week, next actions that are due, interviews; four queries."""
    del product
    return [
        *_list_offers(access, today),
        *_list_actions(access, today),
        *list_interview_attention(access, today),
    ]


def _list_actions(access: Access, today: date) -> list[Attention]:
    rows = APPLICATIONS.kept_of(access).filter(next_on__lte=today).order_by("next_on", "pk")
    return [
        Attention(
            "application", f"{row.company}: {row.next_action}",
            reverse("jobs:application", args=[row.public_id]), row.next_on,
            is_warning=row.next_on < today,
        )
        for row in rows[:MAX_LINES]
    ]  # fmt: skip


def _list_offers(access: Access, today: date) -> list[Attention]:
    rows = OFFERS.kept_of(access).filter(agreed_at=None, decide_by__lte=today + DECIDE_NOTICE)
    return [
        Attention(
            "offer", f"Decide on the offer of {row.name}",
            reverse("jobs:offer", args=[row.public_id]), row.decide_by,
            is_warning=row.decide_by < today,
        )
        for row in rows.order_by("decide_by", "pk")[:MAX_LINES]
    ]  # fmt: skip
