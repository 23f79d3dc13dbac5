"""What Today must show of skills: what other members asked for. Personal, of no product."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.skills.models import RequestKind
from pilothouse.apps.skills.services.asking import list_asked_of_me
from pilothouse.apps.skills.services.plans_attention import list_learning_attention
from pilothouse.apps.skills.services.reviews_attention import list_card_attention
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.attention import Attention

MAX_LINES = 10


def list_attention(access: Access, product: ProductView, today: date) -> list[Attention]:
    """Ratings and reviews asked of the person, and what is late in learning; three queries."""
    asked = [
        Attention(
            "request",
            f"{each.person} asks you for "
            + ("a rating" if each.kind == RequestKind.RATING else "a review of an act"),
            reverse("skills:request", args=[each.public_id]),
        )
        for each in list_asked_of_me(access)[:MAX_LINES]
    ]
    return [
        *asked,
        *list_learning_attention(access, product, today),
        *list_card_attention(access, timezone.now()),
    ]
