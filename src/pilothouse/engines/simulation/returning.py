"""Who really comes back: retention of a run before measuring, counted as its days are lived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pilothouse.engines.simulation.kernel import ACTIVE, SIGN_UP
from pilothouse.engines.simulation.records import DayRecord
from pilothouse.engines.simulation.users import State


@dataclass(frozen=True)
class Returned:
    """Of ``people`` who signed up so long ago, how many were there exactly ``after`` days later."""

    after: int
    people: int
    returned: int

    @property
    def share(self) -> float | None:
        """Classic retention; ``None`` while nobody has been there so long."""
        return self.returned / self.people if self.people else None


class ReturnCount:
    """Classic retention after some numbers of days, over all sign-ups old enough.

    Each day must be counted once, in order. Days lived are cut where the product's own days are,
    and nothing is lost, doubled or late: this is what an event log can be held against.
    """

    def __init__(self, after: Sequence[int] = (1, 7, 30)) -> None:
        self._signed: list[int] = []
        self._found = {days: np.zeros(2, np.int64) for days in after}

    def count(self, record: DayRecord, state: State) -> None:
        """Count the day of ``record``; ``state`` (people) is that of its evening."""
        self._signed.append(int(np.count_nonzero(record.flags & SIGN_UP)))
        active = record.user[record.flags & ACTIVE != 0]
        ages = record.day - state.life["first_day"][active].astype(np.int64)
        for days in self._found:
            if days <= record.day:
                back = int(np.count_nonzero(ages == days))
                self._found[days] += (self._signed[record.day - days], back)

    @property
    def found(self) -> tuple[Returned, ...]:
        """What was counted so far."""
        return tuple(Returned(days, int(n), int(k)) for days, (n, k) in self._found.items())
