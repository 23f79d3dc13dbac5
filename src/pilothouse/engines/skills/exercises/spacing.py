"""Which exercise next: what was never tried, then what is due by its last result.

No schedule of a memory model: exercises are new each time, so what fades is a method, not a
fact. Rule: after a right first try a kind rests 2, 5, 12, 30, then 60 days (one step further for
each right one in a row); after a wrong one it is due the next day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

RESTS_DAYS = (1, 2, 5, 12, 30, 60)
HARDEST = 3


@dataclass(frozen=True)
class Tried:
    """One first try of a variant."""

    at: datetime
    difficulty: int
    is_right: bool


@dataclass(frozen=True)
class Practice:
    """A kind with the first tries of one person, the oldest first."""

    key: str
    tries: tuple[Tried, ...] = ()

    @property
    def run(self) -> int:
        """Right tries in a row, up to the last."""
        count = 0
        for each in reversed(self.tries):
            if not each.is_right:
                break
            count += 1
        return count

    @property
    def due_at(self) -> datetime | None:
        """When it is due again; None if it was never tried."""
        if not self.tries:
            return None
        rest = RESTS_DAYS[min(self.run, len(RESTS_DAYS) - 1)]
        return self.tries[-1].at + timedelta(days=rest)

    @property
    def difficulty(self) -> int:
        """What to try next: up after two right in a row at one difficulty, down after two wrong."""
        if not self.tries:
            return 1
        last = self.tries[-1].difficulty
        pair = [each.is_right for each in self.tries[-2:] if each.difficulty == last]
        if len(pair) == 2 and all(pair):
            return min(HARDEST, last + 1)
        if len(pair) == 2 and not any(pair):
            return max(1, last - 1)
        return last


@dataclass(frozen=True)
class Suggestion:
    """The kind and difficulty to do next, and why."""

    key: str
    difficulty: int
    reason: str


def choose_next(practices: Sequence[Practice], now: datetime) -> Suggestion | None:
    """What to do next: overdue kinds by how long they are due, then new ones in their order.

    If nothing is due and nothing is new, the one that is due soonest. None without any kind.
    """
    if not practices:
        return None
    due = [each for each in practices if each.due_at is not None and each.due_at <= now]
    if due:
        oldest = min(due, key=lambda each: each.due_at or now)
        return Suggestion(oldest.key, oldest.difficulty, _due_reason(oldest, now))
    new = [each for each in practices if not each.tries]
    if new:
        return Suggestion(new[0].key, new[0].difficulty, "Not tried yet.")
    soonest = min(practices, key=lambda each: each.due_at or now)
    return Suggestion(soonest.key, soonest.difficulty, "Nothing is due; this one comes next.")


def _due_reason(practice: Practice, now: datetime) -> str:
    days = (now - practice.tries[-1].at).days
    ago = "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"
    if practice.tries[-1].is_right:
        return f"Right {ago}; due again to see whether it stayed."
    return f"Not right {ago}; once more with other numbers."
