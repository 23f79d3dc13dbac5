"""What Today must show of study cards: that some are due. Personal, of no product."""

from __future__ import annotations

from datetime import date, datetime

from django.urls import reverse

from pilothouse.apps.skills.services.reviews import get_queue
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.attention import Attention


def list_card_attention(access: Access, now: datetime) -> list[Attention]:
    """One line while cards are due, a warning while they are a backlog; three queries."""
    queue = get_queue(access, now)
    waiting = queue.waiting
    if not waiting:
        return []
    words = f"{waiting} study card{'s' * (waiting != 1)} {'are' if waiting != 1 else 'is'} due"
    sentence = f"{words}: a backlog" if queue.is_backlog else words
    today: date = queue.habits.day_of(now)
    return [Attention("card", sentence, reverse("skills:cards-study"), today, queue.is_backlog)]
