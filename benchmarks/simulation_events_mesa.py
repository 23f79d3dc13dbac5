"""The same events by plain Python: what each agent did today becomes tuples, one by one."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterator
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
        self.late_us = tables.late_us

    def write(self, deeds: list[Deed]) -> list[Event]:
        """The events of a day, sorted by time."""
        rows: list[Event] = []
        for place, deed in enumerate(deeds):
            loss = self.loss[deed[0].platform]
            for event, session, offset in self._events_of(*deed):
                if self.luck.random() >= loss[event]:
                    self._send(rows, place, event, session, int(offset))
        rows.sort(key=itemgetter(_OFFSET))
        return rows

    def _send(self, rows: list[Event], place: int, event: int, session: int, offset: int) -> None:
        luck = self.luck
        mean = self.late_us if luck.random() < self.late else SECOND_US
        delay, key = int(luck.expovariate(1.0 / mean)), luck.getrandbits(128)
        paid = event == self.paid
        rows.append((key, place, event, session, paid, offset, delay))
        if luck.random() < self.duplicates:
            rows.append((key, place, event, session, paid, offset, delay + SECOND_US))

    def _events_of(
        self, person: Rules, flags: int, sessions: int, before: int
    ) -> Iterator[tuple[int, int, float]]:
        """Event, session and time of everything that one person does on the day."""
        number = 0
        start = 2 * HOUR_US * (1.0 + self.luck.random()) if flags & ~(VISIT | SIGN_UP) else 0.0
        for bit, event in self.bills:
            if flags & bit:
                yield event, NO_SESSION, start
                start += SECOND_US
                number += 1
        step = 0 if flags & SIGN_UP else before + 1
        until = -1 if flags & VISIT and not flags & SIGN_UP else person.steps
        for session in range(max(sessions, 1 if flags & VISIT else 0)):
            offset = self._start(person, session, max(sessions, 1))
            yield self.visited if flags & VISIT else self.opened, session, offset
            number += 1
            if session == 0:
                for taken in range(step, until + 1):
                    offset += _STEP_GAPS * self.luck.expovariate(self.rate)
                    offset = min(offset, _LATEST_START_US + (number + 1.0) * SECOND_US)
                    yield self.steps[taken], session, offset
                    number += 1
            if sessions:
                yield from self._wander(session, offset)

    def _start(self, person: Rules, session: int, sessions: int) -> float:
        share = (session + self.luck.random()) / sessions
        hour = bisect_right(self.hours, share) - 1
        own = hour + (share - self.hours[hour]) / (self.hours[hour + 1] - self.hours[hour])
        start: float = (own + self.behind[person.country]) % 24.0 * HOUR_US
        return min(start, _LATEST_START_US)

    def _wander(self, session: int, offset: float) -> Iterator[tuple[int, int, float]]:
        at = len(self.features)
        for _ in range(MAX_SESSION_EVENTS):
            at = bisect_right(self.walk[at], self.luck.random())
            if at == len(self.features):
                return
            offset += self.luck.expovariate(self.rate)
            if offset >= DAY_US:
                return
            yield self.features[at], session, offset


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
