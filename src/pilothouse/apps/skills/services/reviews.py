"""Studying: which card comes next, rating it, taking the last rating back, setting cards aside.

What comes next: steps of learning that are due; then due cards, the one least likely to be recalled
first; then new cards up to the day's cap; then steps due within twenty minutes. While more cards
wait than the person can bear, no new ones come and intervals are made longer (``ease_retention``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, zip_longest
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from pilothouse.apps.skills.models import CardReview, CardStage, CardState, StudyDay
from pilothouse.apps.skills.services.cards import (
    CardView,
    find_text,
    get_card,
    own_rows,
    state_rows,
    to_memory,
)
from pilothouse.apps.skills.services.cards_content import Pack, load_cards, load_packs
from pilothouse.apps.skills.services.decks import DAY, Habits, get_habits
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.skills.scheduling import (
    AGAIN,
    Memory,
    check_rating,
    ease_retention,
    order_backlog,
    preview,
    schedule,
)
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import digest

SOON = timedelta(minutes=20)
MAX_SECONDS = 3_600.0
_KEPT = (
    "stage", "step", "stability", "difficulty", "reps", "lapses", "is_suspended",
)  # fmt: skip
_TIMES = ("due", "last_review")
_DAYS = ("begun_on", "buried_on")
ASIDE = ("bury", "unbury", "suspend", "resume")


@dataclass(frozen=True)
class Queue:
    """What waits. ``retention`` is what is scheduled for now, eased while there is a backlog."""

    cards: tuple[str, ...]
    steps: int
    due: int
    new: int
    new_left_today: int
    waiting: int
    retention: float
    habits: Habits
    soonest: datetime | None

    @property
    def is_backlog(self) -> bool:
        """Whether more cards wait than the person said can be borne."""
        return self.waiting > self.habits.backlog_limit


@dataclass(frozen=True)
class Turn:
    """A card to be answered; ``delays`` until it comes again, for the four ratings."""

    card: CardView
    delays: tuple[timedelta, ...]
    queue: Queue


@dataclass(frozen=True)
class _Row:
    """The few fields of a state that the queue needs."""

    card: str
    deck: str
    stage: str
    stability: float | None
    due: datetime | None
    last_review: datetime | None
    begun_on: date | None
    is_aside: bool


def get_queue(access: Access, now: datetime, *, deck: str = "") -> Queue:
    """What waits for this person, in its order: three queries, however much there is."""
    habits = get_habits(access)
    rows = _read_states(access, habits.day_of(now))
    open_rows = [row for row in rows if row.due is not None and not row.is_aside]
    waiting = sum(_is_due(row, now, habits) for row in open_rows)
    here = [row for row in open_rows if deck in ("", row.deck)]
    steps = sorted((r for r in here if _is_step(r, now)), key=lambda r: (r.due, r.card))
    due = _in_order([row for row in here if _is_due(row, now, habits)], now)
    begun_today = sum(row.begun_on == habits.day_of(now) for row in rows)
    left = 0 if waiting > habits.backlog_limit else max(0, habits.new_per_day - begun_today)
    fresh = _new_cards(access, rows, deck)[:left]
    soon = sorted((r for r in here if _is_step(r, now + SOON)), key=lambda r: (r.due, r.card))
    later = [row.card for row in soon if row not in steps]
    return Queue(
        cards=(*(row.card for row in steps), *due, *fresh, *later),
        steps=len(soon),
        due=len(due),
        new=len(fresh),
        new_left_today=left,
        waiting=waiting,
        retention=ease_retention(habits.retention, waiting, habits.backlog_limit),
        habits=habits,
        soonest=min((row.due for row in here if row.due and row.due > now), default=None),
    )


def next_turn(access: Access, now: datetime, *, deck: str = "") -> tuple[Turn | None, Queue]:
    """The card that comes next, with what each rating would do; None when nothing waits."""
    queue = get_queue(access, now, deck=deck)
    if not queue.cards:
        return None, queue
    view = get_card(access, queue.cards[0])
    delays = preview(view.memory, now, retention=queue.retention)
    return Turn(view, delays, queue), queue


def rate_card(
    access: Access,
    key: str,
    rating: int,
    *,
    now: datetime,
    reps: int | None = None,
    seconds: float | None = None,
) -> CardView:
    """Rate a card 1 (again) to 4 (easy).

    ``reps`` is how often it had been rated when it was shown: a form sent twice counts once.
    """
    access.require(Role.VIEWER, to="studying")
    check_rating(rating)
    text = find_text(access, key)
    habits = get_habits(access)
    with transaction.atomic():
        close_days(access, habits.day_of(now))
        row = state_rows(access).select_for_update().filter(card=key).first()
        known = row.reps if row else 0
        if reps is not None and reps != known:
            raise ConflictError("this card was rated already.", value=reps)
        before = _to_json(row) if row else None
        row = row or CardState(
            workspace_id=access.workspace_id, user_id=access.user_id, card=key, deck=text.deck
        )
        memory = to_memory(row)
        if memory is not None and memory.last_review > now:
            raise ConflictError("this card was rated later than that.", value=now.isoformat())
        retention = _retention_now(access, habits, now)
        _keep(row, schedule(memory, rating, now, retention=retention))
        row.reps += 1
        row.lapses += rating == AGAIN and memory is not None and memory.stage == "review"
        row.begun_on = row.begun_on or habits.day_of(now)
        row.buried_on, row.is_touched = None, True
        row.save()
        CardReview.objects.create(
            workspace_id=access.workspace_id,
            user_id=access.user_id,
            card=key,
            deck=text.deck,
            rating=rating,
            at=now,
            day=habits.day_of(now),
            stage=memory.stage if memory else "",
            retention=retention,
            seconds=_check_seconds(seconds),
            before=before,
        )
    return get_card(access, key)


def undo_rating(access: Access) -> CardView | None:
    """Take back the last rating of the day that is open; None when there is none."""
    access.require(Role.VIEWER, to="taking a rating back")
    with transaction.atomic():
        review = _reviews(access).order_by("-at", "-pk").first()
        if review is None or _closed(access).filter(day=review.day).exists():
            return None
        rows = CardState.objects.filter(
            workspace_id=access.workspace_id, user_id=access.user_id, card=review.card
        )
        if review.before is None:
            rows.delete()
        else:
            rows.update(**_from_json(review.before))
        review.delete()
    try:
        return get_card(access, review.card)
    except NotFoundError:
        return None


def set_aside(access: Access, key: str, act: str, *, now: datetime) -> CardView:
    """``bury`` until tomorrow, ``suspend`` until resumed, and back."""
    access.require(Role.VIEWER, to="setting a card aside")
    if act not in ASIDE:
        raise InvalidValueError(f"what can be done is {', '.join(ASIDE)}.", value=act)
    text = find_text(access, key)
    with transaction.atomic():
        row, _ = CardState.objects.get_or_create(
            workspace_id=access.workspace_id,
            user_id=access.user_id,
            card=key,
            defaults={"deck": text.deck},
        )
        if act in {"bury", "unbury"}:
            row.buried_on = get_habits(access).day_of(now) if act == "bury" else None
        else:
            row.is_suspended = act == "suspend"
        row.save(update_fields=["buried_on", "is_suspended"])
    return get_card(access, key)


def close_days(access: Access, today: date) -> int:
    """Put the days before ``today`` that are not there yet into the ledger: one act a deck and day.

    Counts only: what a person studied in an own deck is named by a digest.
    """
    last = _reviews(access).filter(day__lt=today).order_by("-day").first()
    if last is None or _closed(access).filter(day=last.day, deck=last.deck).exists():
        return 0
    done = set(_closed(access).values_list("day", "deck"))
    sums = (
        _reviews(access)
        .filter(day__lt=today)
        .values("day", "deck")
        .annotate(n=Count("pk"), recalled=Count("pk", Q(rating__gt=AGAIN)))
        .annotate(new=Count("pk", Q(stage="")))
        .order_by("day", "deck")
    )
    fresh = [each for each in sums if (each["day"], each["deck"]) not in done]
    with transaction.atomic():
        for each in fresh:
            _close(access, each)
    return len(fresh)


def to_queue_json(queue: Queue) -> dict[str, Any]:
    """What waits, for programs; ``eased`` says whether a backlog lowered the retention."""
    return {
        "cards": list(queue.cards),
        "steps": queue.steps,
        "due": queue.due,
        "new": queue.new,
        "new_left_today": queue.new_left_today,
        "waiting_in_all_decks": queue.waiting,
        "retention": queue.retention,
        "eased": queue.is_backlog,
        "next_due": queue.soonest.isoformat() if queue.soonest else None,
    }


def _close(access: Access, sums: dict[str, Any]) -> None:
    deck, day = sums["deck"], sums["day"]
    is_ours = deck in load_packs()
    name = deck if is_ours else f"own-{digest(deck.encode())[:12]}"
    facts = {
        "deck": name, "day": day.isoformat(), "reviews": sums["n"],
        "recalled": sums["recalled"], "new": sums["new"],
    }  # fmt: skip
    act = record_act(access, "cards.reviewed", "deck", name, facts)
    StudyDay.objects.create(
        workspace_id=access.workspace_id,
        user_id=access.user_id,
        day=day,
        deck=deck,
        reviews=sums["n"],
        act=act.sequence,
    )


def _reviews(access: Access) -> Any:
    return CardReview.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)


def _closed(access: Access) -> Any:
    return StudyDay.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)


def _read_states(access: Access, today: date) -> list[_Row]:
    fields = (
        "card", "deck", "stage", "stability", "due", "last_review", "begun_on",
        "buried_on", "is_suspended",
    )  # fmt: skip
    ours = load_cards()
    rows: Iterable[tuple[Any, ...]] = state_rows(access).values_list(*fields)
    return [
        _Row(card, deck, stage, stability, due, last, begun, is_suspended or buried == today)
        for card, deck, stage, stability, due, last, begun, buried, is_suspended in rows
        # A card of ours may be gone with a new version; ids of own cards have no hyphen.
        if card in ours or "-" not in card
    ]


def _is_step(row: _Row, now: datetime) -> bool:
    return row.stage != CardStage.REVIEW and row.due is not None and row.due <= now


def _is_due(row: _Row, now: datetime, habits: Habits) -> bool:
    """Due now, or later today if a day has passed: nobody has to wait for the hour."""
    if row.stage != CardStage.REVIEW or row.due is None or row.last_review is None:
        return False
    return row.due <= now or (row.due < habits.end_of_day(now) and row.last_review + DAY <= now)


def _in_order(rows: Iterable[_Row], now: datetime) -> list[str]:
    return order_backlog(
        [
            (row.card, max(0, (now - row.last_review).days), row.stability)
            for row in rows
            if row.last_review and row.stability
        ]
    )


def _new_cards(access: Access, rows: list[_Row], deck: str) -> list[str]:
    """Cards not begun, of the deck asked for or in turn from all decks that were begun."""
    begun = {row.card for row in rows if row.due is not None or row.is_aside}
    decks = [deck] if deck else sorted({row.deck for row in rows if row.begun_on})
    own: dict[str, list[str]] = {}
    for name, key in own_rows(access).order_by("pk").values_list("deck", "public_id"):
        own.setdefault(name, []).append(key)
    packs = load_packs()
    whole = [_keys_of(packs.get(d), own.get(d, [])) for d in decks]
    lists = [[key for key in keys if key not in begun] for keys in whole]
    return [key for key in chain.from_iterable(zip_longest(*lists)) if key is not None]


def _keys_of(pack: Pack | None, own: list[str]) -> list[str]:
    return [*(card.key for card in pack.cards), *own] if pack else own


def _retention_now(access: Access, habits: Habits, now: datetime) -> float:
    """What is scheduled for at this moment, by how many cards wait: one query."""
    is_due = Q(due__lte=now) | Q(due__lt=habits.end_of_day(now), last_review__lte=now - DAY)
    rows = state_rows(access).filter(is_due, stage=CardStage.REVIEW, is_suspended=False)
    today = habits.day_of(now)
    waiting = rows.filter(Q(buried_on=None) | ~Q(buried_on=today)).count()
    return ease_retention(habits.retention, waiting, habits.backlog_limit)


def _keep(row: CardState, memory: Memory) -> None:
    row.stage, row.step = memory.stage, memory.step
    row.stability, row.difficulty = memory.stability, memory.difficulty
    row.due, row.last_review = memory.due, memory.last_review


def _check_seconds(seconds: float | None) -> float | None:
    """How long the answer took; what nobody can have needed is not known."""
    return seconds if seconds is not None and 0 <= seconds <= MAX_SECONDS else None


def _to_json(row: CardState) -> dict[str, Any]:
    kept = {name: getattr(row, name) for name in _KEPT}
    times = {name: getattr(row, name) for name in (*_TIMES, *_DAYS)}
    return kept | {name: value.isoformat() if value else None for name, value in times.items()}


def _from_json(body: dict[str, Any]) -> dict[str, Any]:
    kept = {name: body[name] for name in _KEPT}
    times = {name: _read_time(body[name]) for name in _TIMES}
    days = {name: date.fromisoformat(body[name]) if body[name] else None for name in _DAYS}
    return kept | times | days


def _read_time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
