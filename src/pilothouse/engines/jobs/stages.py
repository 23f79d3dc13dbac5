"""The way of one application through its stages: moves with days, and what follows from them.

Only moves are stored. Everything else (where it stands, how long, whether it was ghosted, which
steps it reached) is reckoned from them anew, so that a changed day changes every figure.

Order: by day, then by the number of entry. Going back is a move like any other; what was reached
stays reached. A move that was taken back does not count and is kept by whoever stores it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property


@dataclass(frozen=True)
class Stage:
    """A stage. ``rank`` orders the way to a job; an end has none unless it tells of an offer.

    ``is_own`` marks an end that the applicant chose.
    """

    key: str
    name: str
    rank: int | None
    is_end: bool = False
    is_own: bool = False


STAGES: dict[str, Stage] = {
    each.key: each
    for each in (
        Stage("saved", "Saved", 0),
        Stage("evaluated", "Looked into", 1),
        Stage("applied", "Applied", 2),
        Stage("acknowledged", "Received", 3),
        Stage("screen", "First talk", 4),
        Stage("interview", "Interview", 5),
        Stage("case", "Case", 6),
        Stage("final", "Final round", 7),
        Stage("offer", "Offer", 8),
        Stage("accepted", "Accepted", 9, is_end=True, is_own=True),
        Stage("declined", "Declined", 8, is_end=True, is_own=True),
        Stage("rejected", "Rejected", None, is_end=True),
        Stage("withdrawn", "Withdrawn", None, is_end=True, is_own=True),
        Stage("ghosted", "Ghosted", None, is_end=True),
        Stage("skipped", "Not applied for", None, is_end=True, is_own=True),
        Stage("expired", "Expired", None, is_end=True),
    )
}
# From these on it is the other side's turn: silence means something.
_WAITING = range(2, 8)
GHOST_DAYS = 30


@dataclass(frozen=True)
class Move:
    """One step of an application: into which stage, on which day, entered as the how-manyeth."""

    stage: str
    on: date
    number: int


@dataclass(frozen=True)
class Span:
    """A stay in a stage; ``until`` is None for the present one. ``days`` counts to today."""

    move: Move
    until: date | None
    days: int
    is_back: bool


@dataclass(frozen=True)
class Standing:
    """Where an application stands. ``is_presumed`` says that silence made it ghosted, by rule."""

    stage: str
    since: date
    days: int
    is_presumed: bool = False

    @property
    def is_over(self) -> bool:
        return STAGES[self.stage].is_end


@dataclass(frozen=True)
class StageHistory:
    """Moves in order, with the rule of silence they are read by.

    ``heard_on`` are days with a sign of life that was no move; ``ghost_days`` None switches the
    rule off. ``today`` bounds nothing that was entered: a later day is read as it stands.
    """

    moves: tuple[Move, ...]
    today: date
    heard_on: tuple[date, ...] = ()
    ghost_days: int | None = GHOST_DAYS

    @cached_property
    def standing(self) -> Standing:
        """Where it stands today."""
        last = self.moves[-1]
        quiet_on = self.ghosted_on
        if quiet_on is not None:
            return Standing("ghosted", quiet_on, _days(quiet_on, self.today), is_presumed=True)
        return Standing(last.stage, last.on, _days(last.on, self.today))

    @property
    def ghosted_on(self) -> date | None:
        """The day on which silence had lasted ``ghost_days``; None while it has not."""
        last = self.moves[-1]
        rank = STAGES[last.stage].rank
        if self.ghost_days is None or STAGES[last.stage].is_end or rank not in _WAITING:
            return None
        quiet = max([last.on, *(day for day in self.heard_on if day <= self.today)])
        gone = quiet + timedelta(days=self.ghost_days)
        return gone if gone <= self.today else None

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """Every stay in order; their days add up to the whole way."""
        ends = [move.on for move in self.moves[1:]]
        spans, highest = [], -1
        for place, move in enumerate(self.moves):
            until = ends[place] if place < len(ends) else None
            rank = STAGES[move.stage].rank
            is_back = rank is not None and rank < highest
            highest = max(highest, rank if rank is not None else -1)
            spans.append(Span(move, until, _days(move.on, until or self.today), is_back))
        return tuple(spans)

    def reached(self, rank: int) -> date | None:
        """The first day at ``rank`` or beyond; None if it never came there."""
        return self._first_days.get(rank)

    @cached_property
    def _first_days(self) -> dict[int, date]:
        """For each rank the first day at it or beyond: the moves are in the order of their days."""
        days: dict[int, date] = {}
        for move in self.moves:
            for rank in range((STAGES[move.stage].rank or 0) + 1):
                days.setdefault(rank, move.on)
        return days


def read_history(
    moves: Iterable[Move],
    today: date,
    *,
    heard_on: Sequence[date] = (),
    ghost_days: int | None = GHOST_DAYS,
) -> StageHistory:
    """The history of an application from its moves in any order; at least one.

    >>> moves = [Move("screen", date(2026, 3, 9), 2), Move("applied", date(2026, 3, 2), 1)]
    >>> history = read_history(moves, date(2026, 3, 12))
    >>> history.standing.stage, history.standing.days, [span.days for span in history.spans]
    ('screen', 3, [7, 3])
    """
    ordered = tuple(sorted(moves, key=lambda move: (move.on, move.number)))
    if not ordered:
        raise ValueError("a history has at least one move")
    return StageHistory(ordered, today, tuple(sorted(heard_on)), ghost_days)


def _days(begin: date, end: date) -> int:
    return max((end - begin).days, 0)
