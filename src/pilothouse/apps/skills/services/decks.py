"""How a person studies, and the decks with what waits in each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from django.db import transaction

from pilothouse.apps.skills.models import StudySettings
from pilothouse.apps.skills.services.cards import own_rows, state_rows
from pilothouse.apps.skills.services.cards_content import OWN, load_cards, load_packs
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.skills.scheduling import LEAST_RETENTION, MOST_RETENTION
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import parse_zone

MAX_NEW, MAX_LIMIT = 500, 10_000
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Habits:
    """How one person studies. ``retention`` is the chance of recall to schedule for, 0 to 1."""

    new_per_day: int = 15
    retention: float = 0.9
    backlog_limit: int = 100
    zone: str = "UTC"

    def day_of(self, moment: datetime) -> date:
        """The person's day at a moment."""
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def end_of_day(self, now: datetime) -> datetime:
        """When the person's day at ``now`` is over, in UTC."""
        after = self.day_of(now) + DAY
        midnight = datetime(after.year, after.month, after.day, tzinfo=ZoneInfo(self.zone))
        return midnight.astimezone(timezone.utc)


@dataclass(frozen=True)
class DeckView:
    """A deck with how many of its cards are begun, due now and still new."""

    key: str
    title: str
    kind: str
    cards: int
    begun: int
    due: int

    @property
    def new(self) -> int:
        return self.cards - self.begun


def get_habits(access: Access) -> Habits:
    """How this person studies, or how everybody begins."""
    row = StudySettings.objects.filter(
        workspace_id=access.workspace_id, user_id=access.user_id
    ).first()
    if row is None:
        return Habits()
    return Habits(row.new_per_day, row.retention, row.backlog_limit, row.zone)


def set_habits(access: Access, habits: Habits) -> Habits:
    """Keep how this person studies."""
    access.require(Role.VIEWER, to="setting how you study")
    _check_range("new cards a day", habits.new_per_day, 0, MAX_NEW)
    _check_range("the backlog limit", habits.backlog_limit, 1, MAX_LIMIT)
    if not LEAST_RETENTION <= habits.retention <= MOST_RETENTION:
        raise InvalidValueError(
            f"the wished retention lies between {LEAST_RETENTION:.0%} and {MOST_RETENTION:.0%}.",
            value=habits.retention,
        )
    parse_zone(habits.zone)
    with transaction.atomic():
        StudySettings.objects.update_or_create(
            workspace_id=access.workspace_id,
            user_id=access.user_id,
            defaults={
                "new_per_day": habits.new_per_day,
                "retention": habits.retention,
                "backlog_limit": habits.backlog_limit,
                "zone": habits.zone,
            },
        )
    return habits


def list_decks(access: Access, habits: Habits, now: datetime) -> list[DeckView]:
    """Decks of ours, then own ones: two queries."""
    end, today = habits.end_of_day(now), habits.day_of(now)
    begun: Counter[str] = Counter()
    due: Counter[str] = Counter()
    fields = ("card", "deck", "due", "buried_on", "is_suspended")
    known = load_cards()
    for card, deck, at, buried, is_suspended in state_rows(access).values_list(*fields):
        if at is None or (card not in known and "-" in card):
            continue
        begun[deck] += 1
        due[deck] += at < end and buried != today and not is_suspended
    own = Counter(own_rows(access).values_list("deck", flat=True))
    packs = load_packs()
    views = [
        DeckView(p.deck, p.title, p.kind, len(p.cards) + own[p.deck], begun[p.deck], due[p.deck])
        for p in packs.values()
    ]
    others = sorted(set(own) - set(packs))
    return views + [DeckView(name, name, OWN, own[name], begun[name], due[name]) for name in others]


def _check_range(what: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise InvalidValueError(f"{what}: {least} to {most:,}.", value=value)
