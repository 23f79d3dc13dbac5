"""A run: a pack, a seed and dated changes, lived day by day.

The same arguments give the same run, bit for bit: on any number of threads, in one go or day by
day, straight through or from a snapshot.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation import kernel
from pilothouse.engines.simulation.ahead import Made, make_ahead
from pilothouse.engines.simulation.arrivals import Arrivals, tell_arrivals
from pilothouse.engines.simulation.batch import (
    Coded,
    EventBatch,
    Names,
    build_batch,
    build_bot_batch,
    build_names,
    join_batches,
)
from pilothouse.engines.simulation.changes import Change, check_changes
from pilothouse.engines.simulation.distributions import Floats
from pilothouse.engines.simulation.emission import Rows, emit_rows
from pilothouse.engines.simulation.kernel import Key
from pilothouse.engines.simulation.measuring import bot_rows, rename_events, update_days
from pilothouse.engines.simulation.pack import Pack
from pilothouse.engines.simulation.records import DayMetrics, DayRecord, read_metrics
from pilothouse.engines.simulation.scarcity import fresh_shelves, shelf_marks, trade_shelves
from pilothouse.engines.simulation.slots import MAX_SLOTS, Memory
from pilothouse.engines.simulation.sweep import BLOCK_USERS, Outcome, step_users
from pilothouse.engines.simulation.tables import (
    DayTables,
    EmissionTables,
    Yesterday,
    build_constants,
    build_day,
    build_emission,
    build_rules,
)
from pilothouse.engines.simulation.users import (
    NEVER,
    State,
    draw_traits,
    fresh_state,
    state_columns,
)
from pilothouse.kernel.errors import ConflictError, InvalidValueError

# Part of every hash: raise it whenever the same arguments give another answer.
MODEL_VERSION = 3
MAX_USERS = 5_000_000
MAX_DAYS = 3_650
MAX_THREADS = 64
# Each thread has some pieces, so that none waits long for another; each is worth its call.
_PIECES_A_THREAD = 4
_LEAST_PIECE = 32 * BLOCK_USERS


@dataclass(frozen=True)
class Snapshot:
    """All a run needs to go on: its arguments and the state of its people after ``days`` days."""

    model_version: int
    fingerprint: str
    seed: int
    replicate: int
    first_day: date
    days: int
    yesterday: Yesterday
    state: State
    memory: Memory
    shelves: Floats
    changes: tuple[Change, ...]


class SimulationRun:
    """People living in a pack. ``advance`` lives days; ``metrics`` and ``events`` tell of them."""

    def __init__(
        self,
        pack: Pack,
        *,
        seed: int,
        first_day: date,
        users: int,
        threads: int = 2,
        changes: Sequence[Change] = (),
        replicate: int = 0,
        remembering: bool = False,
    ) -> None:
        """``remembering`` keeps for everybody when they first met what is new."""
        _check("a seed", seed, 0, 2**32 - 1)
        _check("a replicate", replicate, 0, 2**32 - 1)
        _check("the number of users", users, 1, MAX_USERS)
        _check("the number of threads", threads, 1, MAX_THREADS)
        check_changes(pack, tuple(changes))
        self.pack, self.seed, self.replicate = pack, seed, replicate
        self.first_day, self.users, self.threads = first_day, users, threads
        self.changes = tuple(changes)
        self.days = 0
        self.metrics: list[DayMetrics] = []
        self.totals = np.zeros(0, np.int64)
        self.records: dict[int, DayRecord] = {}
        # Of days on which somebody might come by a named channel or an invitation.
        self.arrivals: dict[int, Arrivals] = {}
        self._emissions: dict[tuple[Change, ...], EmissionTables] = {}
        self.traits = draw_traits(pack, seed=seed, users=users, threads=threads)
        self.state = fresh_state(users)
        self._outcome = fresh_outcome(users)
        self.memory = fresh_memory(users if remembering or pack.purchases else 0)
        self.shelves = fresh_shelves(pack, users)
        self._rules, self.constants = build_rules(pack), build_constants(pack)
        self.yesterday = Yesterday(0, 0.0)

    @cached_property
    def names(self) -> Names:
        """What people, events and the rest are called in batches."""
        return build_names(self.pack, self.users)

    @cached_property
    def _updates(self) -> tuple[NDArray[np.float64], ...]:
        return tuple(
            update_days(rename, number, self.users, self.seed)
            for number, rename in enumerate(self.pack.renames)
        )

    @property
    def next_day(self) -> date:
        """The day that ``advance`` would live next."""
        return self._date(self.days)

    @property
    def state_hash(self) -> str:
        """SHA-256 over model version, pack, seed, day and every person's state."""
        total = hashlib.sha256()
        identity = (
            MODEL_VERSION,
            self.pack.fingerprint,
            self.seed,
            self.replicate,
            self.first_day.isoformat(),
            self.days,
            *self.yesterday,
        )
        total.update(repr(identity).encode())
        for column in state_columns(self.state):
            # By columns in little-endian order: neither padding nor the machine takes part.
            total.update(column.astype(column.dtype.newbyteorder("<")).tobytes())
        total.update(self.memory.astype("<i2").tobytes())
        total.update(self.shelves.astype("<f8").tobytes())
        return total.hexdigest()

    def advance(self, days: int = 1) -> tuple[DayMetrics, ...]:
        """Live ``days`` more days; returns their metrics."""
        _check("the number of days", days, 0, MAX_DAYS - self.days)
        with ThreadPoolExecutor(self.threads) as pool:
            lived = tuple(self._live_day(pool) for _ in range(days))
        self.metrics.extend(lived)
        return lived

    def events(self, first: date | None = None, last: date | None = None) -> Iterator[EventBatch]:
        """Events day by day, from ``first`` to ``last`` (both in), by default of all days lived.

        Made anew each time from what was kept of the day, some days ahead on the run's threads. A
        run restored from a snapshot has kept the days since then.
        """
        # All batches share these; if they were not there yet, two threads might make them twice.
        _shared = self.names, self._updates
        yield from self._each_day(self._batch, first, last)

    def rows(self, first: date | None = None, last: date | None = None) -> Iterator[Rows]:
        """What people did, as of ``events``, before it has names and bots come in between."""
        yield from self._each_day(self._rows, first, last)

    def forget(self) -> None:
        """Let go of what was kept of the days lived: their events can no longer be made."""
        self.records.clear()
        self.arrivals.clear()

    def snapshot(self) -> Snapshot:
        """A copy of all that the future depends on."""
        return Snapshot(
            MODEL_VERSION,
            self.pack.fingerprint,
            self.seed,
            self.replicate,
            self.first_day,
            self.days,
            self.yesterday,
            self.state.copy(),
            self.memory.copy(),
            self.shelves.copy(),
            self.changes,
        )

    @classmethod
    def restore(cls, pack: Pack, snapshot: Snapshot, *, threads: int = 2) -> SimulationRun:
        """The run a ``snapshot`` was taken of; raises ``ConflictError`` in another world."""
        if snapshot.model_version != MODEL_VERSION or snapshot.fingerprint != pack.fingerprint:
            raise ConflictError(
                "a run goes on only in the pack and model version it began in.",
                value=f"version {snapshot.model_version}, pack {snapshot.fingerprint[:12]}",
                remedy="Begin a new run from the first day.",
            )
        run = cls(
            pack,
            seed=snapshot.seed,
            first_day=snapshot.first_day,
            users=len(snapshot.state.stage),
            threads=threads,
            changes=snapshot.changes,
            replicate=snapshot.replicate,
            remembering=len(snapshot.memory) > 0,
        )
        run.days, run.yesterday = snapshot.days, snapshot.yesterday
        run.state = snapshot.state.copy()
        run.memory, run.shelves = snapshot.memory.copy(), snapshot.shelves.copy()
        return run

    def _date(self, number: int) -> date:
        return self.first_day + timedelta(days=number)

    def _key(self, number: int) -> Key:
        return Key(number, self.seed, self.replicate)

    def _live_day(self, pool: ThreadPoolExecutor) -> DayMetrics:
        return self.live(pool, self.plain_tables())

    def plain_tables(self, more: Sequence[Change] = ()) -> DayTables:
        """The next day as its pack and changes make it, with ``more`` changes for that day."""
        tables = build_day(
            self.pack,
            self.constants,
            day=self.next_day,
            changes=(*self.changes, *more),
            yesterday=self.yesterday,
            users=self.users,
        )
        if len(self.shelves) == 0:
            return tables
        return tables._replace(shelves=shelf_marks(self.shelves))

    def live(self, pool: ThreadPoolExecutor, tables: DayTables) -> DayMetrics:
        """Live the next day under ``tables``; ``pool`` does the work."""
        day = self.next_day
        totals, record = self._step(pool, tables)
        self.records[self.days] = record
        if len(self.shelves) > 0:
            self.shelves = trade_shelves(self.pack, self.shelves, record, self.users)
        self.totals = totals
        active = int(totals[kernel.ACTIVES])
        content = int(totals[kernel.CONTENTMENT :: 2].sum()) / kernel.CONTENTMENT_SCALE
        self.yesterday = Yesterday(active, content / active if active else 0.0)
        self.days += 1
        return read_metrics(day, totals)

    def _step(
        self, pool: ThreadPoolExecutor, tables: DayTables
    ) -> tuple[NDArray[np.int64], DayRecord]:
        size = self._piece_users()
        starts = range(0, self.users, size)
        totals = np.zeros((len(starts), kernel.CONTENTMENT + 2 * len(self.pack.segments)), np.int64)
        key = self._key(self.days)

        def work(chunk: int) -> slice:
            first = starts[chunk]
            last = min(first + size, self.users)
            count = step_users(
                first,
                last,
                key,
                self.traits,
                self.state,
                self.memory,
                self._rules,
                tables,
                self._outcome,
                totals[chunk],
            )
            return slice(first, first + count)

        # Listing the answers raises what a chunk raised.
        filled = list(pool.map(work, range(len(starts))))
        columns: Any = [np.concatenate([c[part] for part in filled]) for c in self._outcome]
        return totals.sum(axis=0), DayRecord(self.days, *columns)

    def _piece_users(self) -> int:
        """How many people one call lives, in whole blocks; no answer depends on it."""
        blocks = -(-self.users // (self.threads * _PIECES_A_THREAD * BLOCK_USERS))
        return max(_LEAST_PIECE, blocks * BLOCK_USERS)

    def _each_day(
        self, make: Callable[[int], Made], first: date | None, last: date | None
    ) -> Iterator[Made]:
        """``make`` of the number of each day kept, in order."""
        days = ((number, self._date(number)) for number in sorted(self.records))
        numbers = [
            number
            for number, day in days
            if (first is None or first <= day) and (last is None or day <= last)
        ]
        yield from make_ahead(make, numbers, threads=self.threads)

    def _rows(self, number: int) -> Rows:
        day = self._date(number)
        live = tuple(change for change in self.changes if change.covers(day))
        # Days on which the same is in force share their tables.
        tables = self._emissions.get(live) or build_emission(self.pack, live)
        self._emissions[live] = tables
        return emit_rows(self._key(number), self.records[number], self.traits, tables)

    def _batch(self, number: int) -> EventBatch:
        people = build_batch(
            self.pack,
            self._date(number),
            record=self.records[number],
            rows=self._rows(number),
            traits=self.traits,
            names=self.names,
        )
        batch = self._measured(number, people)
        arrivals = self.arrivals.get(number)
        if arrivals is None:
            return batch
        key = self._key(number)
        return tell_arrivals(self.pack, batch, arrivals, key, self.traits, self.names)

    def _measured(self, number: int, people: EventBatch) -> EventBatch:
        """What people did on a day as their clients call it, and bots among them."""
        events = rename_events(
            self.pack,
            people.event.codes,
            people.actor.codes,
            day=number,
            updates=self._updates,
            traits=self.traits,
        )
        people = replace(people, event=Coded(events, people.event.names))
        rows = bot_rows(self.pack, self._key(number), self.records[number], self.users)
        if not len(rows.bot):
            return people
        bots = build_bot_batch(
            self.pack, people.day, number=number, rows=rows, users=self.users, names=self.names
        )
        return join_batches(people, bots)


def fresh_outcome(users: int) -> Outcome:
    """Room for what a day does to each of ``users`` people."""
    return Outcome(
        np.empty(users, np.int32),
        np.empty(users, np.uint32),
        np.empty(users, np.uint8),
        np.empty(users, np.uint32),
    )


def fresh_memory(users: int) -> Memory:
    """Nobody of ``users`` people has met anything new or bought anywhere."""
    return np.full((users, MAX_SLOTS + 1), NEVER, np.int16)


def simulate(
    pack: Pack,
    *,
    seed: int,
    first_day: date,
    days: int,
    users: int,
    threads: int = 2,
    changes: Sequence[Change] = (),
    replicate: int = 0,
) -> SimulationRun:
    """Live ``days`` days from ``first_day`` with ``users`` potential users, all of them new.

    ``replicate`` gives other luck to the same people. Raises ``InvalidValueError`` for arguments
    out of range and for changes the pack has no place for.
    """
    run = SimulationRun(
        pack,
        seed=seed,
        first_day=first_day,
        users=users,
        threads=threads,
        changes=changes,
        replicate=replicate,
    )
    run.advance(days)
    return run


def _check(what: str, value: int, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InvalidValueError(
            f"{what} must be a whole number from {least} to {most}.", value=value
        )
