"""What Today shows of people: whom to thank, whom to write to, what was promised. Personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.people.services.asking import list_all_due, list_to_meet
from pilothouse.apps.people.services.book import get_habits
from pilothouse.apps.people.services.events import Meeting, list_meetings
from pilothouse.apps.people.services.evidence import Offer, list_fresh_offers
from pilothouse.apps.people.services.favours import FavourView, list_favours
from pilothouse.apps.people.services.talks import FollowUp, list_follow_ups
from pilothouse.apps.people.services.views import ContactLine
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.attention import Attention

SHOWN = 3
# More are not counted: one query tells who and, up to here, how many.
MOST_COUNTED = 50


@dataclass(frozen=True)
class Networking:
    """The card of people on Today; ``due_count`` says how many are due, 50 at most."""

    due: tuple[ContactLine, ...]
    due_count: int
    to_meet: tuple[ContactLine, ...]
    unthanked: tuple[FavourView, ...]
    meetings: tuple[Meeting, ...]
    offers: tuple[Offer, ...]
    is_empty: bool

    @property
    def _due_words(self) -> str:
        is_all = self.due_count < MOST_COUNTED
        return str(self.due_count) if is_all else f"{MOST_COUNTED} or more"

    @property
    def sentence(self) -> str:
        """The card in one sentence."""
        parts = [
            f"{self._due_words} to get in touch with" if self.due_count else "",
            f"{len(self.unthanked)} to thank" if self.unthanked else "",
        ]
        kept = [part for part in parts if part]
        return ", ".join(kept).capitalize() + "." if kept else "Nobody waits for you."


def read_networking(access: Access, product: ProductView, today: date) -> Networking:
    """Whom to thank, whom to write to or meet, and what there is to offer; a fixed number of
    queries.

    The clock of a simulated product does not count for people.
    """
    today = _own_day(access, product, today)
    due = list_all_due(access, today, limit=MOST_COUNTED)
    to_meet = list_to_meet(access, today, limit=SHOWN)
    unthanked = list_favours(access, only_unthanked=True)
    meetings = list_meetings(access, today, days=7, with_visits=False)[:SHOWN]
    offers = list_fresh_offers(access, limit=SHOWN)
    found = (due, to_meet, unthanked, meetings)
    return Networking(
        tuple(due[:SHOWN]), len(due), tuple(to_meet), tuple(unthanked), tuple(meetings),
        tuple(offers),
        is_empty=not any(found),
    )  # fmt: skip


def list_attention(access: Access, product: ProductView, today: date) -> list[Attention]:
    """What was promised in talks and is due; two queries at most."""
    today = _own_day(access, product, today)
    promised = [_promise(each) for each in list_follow_ups(access, today, limit=SHOWN * 3)
                if each.late >= 0]  # fmt: skip
    return promised[:SHOWN]


def _own_day(access: Access, product: ProductView, today: date) -> date:
    return get_habits(access).today(timezone.now()) if product.is_simulated else today


def _promise(each: FollowUp) -> Attention:
    return Attention(
        "talk", f"Promised to {each.name}: {each.text}",
        reverse("people:contact", args=[each.contact_id]), each.due_on, is_warning=each.late > 0,
    )  # fmt: skip
