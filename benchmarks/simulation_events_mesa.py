"""The same events by plain Python: what each agent did today becomes tuples, one by one."""

from __future__ import annotations

import random
from bisect import bisect_right
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from pilothouse.engines.simulation.emission import MAX_SESSION_EVENTS, NO_SESSION, Rows
from pilothouse.engines.simulation.kernel import (
    CANCELLATION,
    FAILURE,
    PAYMENT,
    SIGN_UP,
    SUBSCRIPTION,
    VISIT,
)
from pilothouse.engines.simulation.tables import EmissionTables
from pilothouse.kernel.times import DAY_US, HOUR_US, SECOND_US

if TYPE_CHECKING:
    from benchmarks.simulation_mesa import Deed, Rules

_LATEST_START_US = DAY_US - 30 * SECOND_US
_STEP_GAPS = 2.0
_RANGE = 2.0**32
# Id, place in the day's deeds, event, session, whether money moves, offset and delay.
Event = tuple[int, int, int, int, bool, int, int]
_OFFSET = 5


class Writer:
    """Tables as Python's own numbers, and chance."""

    def __init__(self, tables: EmissionTables, rng: random.Random) -> None:
        self.luck = rng
        self.visited, self.opened, subscribed, self.paid, failed, cancelled = tables.events[
            :6
        ].tolist()
        self.bills = (
            (SUBSCRIPTION, subscribed),
            (FAILURE, failed),
            (PAYMENT, self.paid),
            (CANCELLATION, cancelled),
        )
        self.walk = (tables.walk / _RANGE).tolist()
        self.features, self.steps = tables.features.tolist(), tables.steps.tolist()
        self.hours, self.behind = tables.hours.tolist(), tables.country_hours.tolist()
        self.rate = 1.0 / (tables.gap_seconds * SECOND_US)
        self.loss = (tables.loss / _RANGE).tolist()
        self.duplicates, self.late = int(tables.duplicates) / _RANGE, int(tables.late) / _RANGE
        self.late_rate = 1.0 / tables.late_us
        self.rows: list[Event] = []
        self.place, self.lost = 0, self.loss[0]

    def write(self, deeds: list[Deed]) -> list[Event]:
        """The events of a day, sorted by time."""
        self.rows = []
        for self.place, (person, flags, sessions, before) in enumerate(deeds):
            self.lost = self.loss[person.platform]
            self._tell(person, flags, sessions, before)
        self.rows.sort(key=itemgetter(_OFFSET))
        return self.rows

    def _send(self, event: int, session: int, offset: float) -> None:
        """Write an event of the person at hand, unless it is lost."""
        luck = self.luck
        if luck.random() < self.lost[event]:
            return
        rate = self.late_rate if luck.random() < self.late else 1.0 / SECOND_US
        delay, key = int(luck.expovariate(rate)), luck.getrandbits(128)
        paid = event == self.paid
        self.rows.append((key, self.place, event, session, paid, int(offset), delay))
        if luck.random() < self.duplicates:
            again = delay + SECOND_US
            self.rows.append((key, self.place, event, session, paid, int(offset), again))

    def _tell(self, person: Rules, flags: int, sessions: int, before: int) -> None:
        """Everything that one person does on the day."""
        number = self._bill(flags) if flags & ~(VISIT | SIGN_UP) else 0
        visits = flags & VISIT
        step = 0 if flags & SIGN_UP else before + 1
        until = -1 if visits and not flags & SIGN_UP else person.steps
        for session in range(max(sessions, 1 if visits else 0)):
            offset = self._start(person, session, max(sessions, 1))
            self._send(self.visited if visits else self.opened, session, offset)
            if session == 0:
                for taken in range(step, until + 1):
                    number += 1
                    offset += _STEP_GAPS * self.luck.expovariate(self.rate)
                    offset = min(offset, _LATEST_START_US + (number + 1.0) * SECOND_US)
                    self._send(self.steps[taken], session, offset)
            if sessions:
                self._wander(session, offset)

    def _bill(self, flags: int) -> int:
        """What the server sends, a second apart; returns how many events."""
        start, number = 2 * HOUR_US * (1.0 + self.luck.random()), 0
        for bit, event in self.bills:
            if flags & bit:
                self._send(event, NO_SESSION, start + number * SECOND_US)
                number += 1
        return number

    def _start(self, person: Rules, session: int, sessions: int) -> float:
        share = (session + self.luck.random()) / sessions
        hour = bisect_right(self.hours, share) - 1
        own = hour + (share - self.hours[hour]) / (self.hours[hour + 1] - self.hours[hour])
        start: float = (own + self.behind[person.country]) % 24.0 * HOUR_US
        return min(start, _LATEST_START_US)

    def _wander(self, session: int, offset: float) -> None:
        """A walk over features, until the person leaves or the day ends."""
        luck, leaving = self.luck, len(self.features)
        at = leaving
        for _ in range(MAX_SESSION_EVENTS):
            at = bisect_right(self.walk[at], luck.random())
            if at == leaving:
                return
            offset += luck.expovariate(self.rate)
            if offset >= DAY_US:
                return
            self._send(self.features[at], session, offset)


def to_rows(events: list[Event]) -> Rows:
    """``events`` as the columns that ours come in, to compare them."""
    key, place, event, session, paid, offset, delay = zip(*events, strict=True)
    ids = np.frombuffer(b"".join(each.to_bytes(16, "little") for each in key), np.uint32)
    columns: list[Any] = [
        np.array(column, kind)
        for column, kind in (
            (place, np.int32),
            (event, np.uint8),
            (session, np.uint8),
            (paid, np.bool_),
            (offset, np.int64),
            (delay, np.int64),
        )
    ]
    return Rows(ids.reshape(-1, 4), *columns)
