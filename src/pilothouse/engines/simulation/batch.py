"""Batches of events: the columns of one simulated day, texts as codes into their names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation.emission import Rows
from pilothouse.engines.simulation.kernel import PLAN_MASK, PLAN_SHIFT
from pilothouse.engines.simulation.measuring import BotRows, count_bots
from pilothouse.engines.simulation.pack import Pack
from pilothouse.engines.simulation.records import DayRecord
from pilothouse.engines.simulation.users import Traits
from pilothouse.kernel.times import DAY_US, SECOND_US, midnight_us, parse_zone

Texts = NDArray[np.str_]

# Names of plans that are not bought: nobody yet, after the trial, during it.
UNPAID_PLANS = ("none", "free", "trial")


@dataclass(frozen=True)
class Coded:
    """A column of texts: ``codes`` (n) into ``names``; an empty name means there is none."""

    codes: NDArray[np.int32]
    names: Texts

    @property
    def texts(self) -> Texts:
        """The column written out."""
        written: Texts = self.names[self.codes]
        return written


@dataclass(frozen=True)
class EventBatch:
    """The events of ``day`` in order of time, n of them.

    ``ids`` is (n, 16) bytes, equal for an event that was sent twice. ``time_us`` is when it
    happened and ``received_us`` when it arrived, in microseconds since 1970 UTC. ``amount`` is in
    the pack's currency and NaN where no money moved. ``segment`` is the size of the company.
    ``channel`` (by what somebody came) and ``invited_by`` are there from the day on which a named
    channel or invitations were opened.
    """

    day: date
    ids: NDArray[np.uint8]
    event: Coded
    actor: Coded
    time_us: NDArray[np.int64]
    received_us: NDArray[np.int64]
    session: Coded
    platform: Coded
    country: Coded
    plan: Coded
    segment: Coded
    amount: NDArray[np.float64]
    channel: Coded | None = None
    invited_by: Coded | None = None

    def __len__(self) -> int:
        return len(self.time_us)


@dataclass(frozen=True)
class Names:
    """What the codes of a pack and its people are called."""

    events: Texts
    actors: Texts
    platforms: Texts
    countries: Texts
    plans: Texts
    segments: Texts


def build_names(pack: Pack, users: int) -> Names:
    """The names of ``pack`` with ``users`` people: user-000000, user-000001, ... and then bots."""
    return Names(
        events=np.array([*pack.event_names, *(rename.to for rename in pack.renames)]),
        actors=np.char.mod("user-%06d", np.arange(users + count_bots(pack, users))),
        platforms=np.array([platform.key for platform in pack.platforms]),
        countries=np.array([country.key for country in pack.countries]),
        plans=np.array([*UNPAID_PLANS, *(plan.key for plan in pack.plans)]),
        segments=np.array([segment.key for segment in pack.segments]),
    )


def build_batch(
    pack: Pack, day: date, *, record: DayRecord, rows: Rows, traits: Traits, names: Names
) -> EventBatch:
    """The batch of ``rows``: codes of the people they belong to, times in the pack's zone."""
    users = record.user[rows.place]
    label = (record.flags[rows.place] >> PLAN_SHIFT) & PLAN_MASK
    bought = traits["plan"][users]
    plan = np.where(label < len(UNPAID_PLANS), label, len(UNPAID_PLANS) + bought)
    time_us = _time_us(pack, day, rows.offset_us)
    return EventBatch(
        day=day,
        ids=rows.id.astype("<u4").view(np.uint8).reshape(-1, 16),
        event=_coded(rows.event, names.events),
        actor=_coded(users, names.actors),
        time_us=time_us,
        received_us=time_us + rows.delay_us,
        session=_sessions(record, rows, names.actors),
        platform=_coded(traits["platform"][users], names.platforms),
        country=_coded(traits["country"][users], names.countries),
        plan=_coded(plan, names.plans),
        segment=_coded(traits["segment"][users], names.segments),
        amount=np.where(rows.paid, record.cents[rows.place] / 100.0, np.nan),
    )


def build_bot_batch(
    pack: Pack, day: date, *, number: int, rows: BotRows, users: int, names: Names
) -> EventBatch:
    """The batch of what bots sent among ``users`` people; nothing of theirs is lost or late."""
    n = len(rows.bot)
    time_us = _time_us(pack, day, rows.offset_us)
    actor = users + rows.bot
    # Numbered from the bot's name and visit, as people's are from theirs.
    unique, codes = np.unique(np.stack([actor, rows.visit]), axis=1, return_inverse=True)
    own = np.char.mod(f"-{number}-%d", unique[1] + 1)
    return EventBatch(
        day=day,
        ids=rows.id.astype("<u4").view(np.uint8).reshape(-1, 16),
        event=_coded(rows.event, names.events),
        actor=_coded(actor, names.actors),
        time_us=time_us,
        received_us=time_us + SECOND_US,
        session=Coded(
            codes.reshape(-1).astype(np.int32), np.char.add(names.actors[unique[0]], own)
        ),
        platform=_coded(rows.bot % len(names.platforms), names.platforms),
        country=_coded(rows.bot % len(names.countries), names.countries),
        plan=_coded(np.zeros(n), names.plans),
        segment=_coded(rows.bot % len(names.segments), names.segments),
        amount=np.full(n, np.nan),
    )


_PLAIN = ("ids", "time_us", "received_us", "amount")
_CODED = ("event", "actor", "session", "platform", "country", "plan", "segment")
_SOMETIMES = ("channel", "invited_by")


def take_rows(batch: EventBatch, rows: NDArray[np.intp]) -> EventBatch:
    """The events of ``batch`` at ``rows``, in their order."""
    columns: dict[str, Any] = {name: getattr(batch, name)[rows] for name in _PLAIN}
    for name in _coded_columns(batch):
        coded = getattr(batch, name)
        columns[name] = Coded(coded.codes[rows], coded.names)
    return EventBatch(day=batch.day, **columns)


def join_batches(one: EventBatch, other: EventBatch) -> EventBatch:
    """Two batches of one day in order of time; at equal times ``one`` comes first.

    Both have the same columns.
    """
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in _PLAIN
    }
    for name in _coded_columns(one):
        a, b = getattr(one, name), getattr(other, name)
        same = a.names is b.names
        codes = np.concatenate([a.codes, b.codes if same else b.codes + np.int32(len(a.names))])
        joined[name] = Coded(codes, a.names if same else np.concatenate([a.names, b.names]))
    order = np.argsort(joined["time_us"], kind="stable")
    return take_rows(EventBatch(day=one.day, **joined), order)


def _coded_columns(batch: EventBatch) -> tuple[str, ...]:
    return (*_CODED, *(name for name in _SOMETIMES if getattr(batch, name) is not None))


def _coded(codes: NDArray[Any], names: Texts) -> Coded:
    return Coded(codes.astype(np.int32), names)


def _time_us(pack: Pack, day: date, offset_us: NDArray[np.int64]) -> NDArray[np.int64]:
    """Instants of offsets into ``day``; a day of 23 or 25 hours is squeezed or stretched."""
    zone = parse_zone(pack.company.time_zone)
    start = midnight_us(day, zone)
    length = midnight_us(day + timedelta(days=1), zone) - start
    if length == DAY_US:
        return start + offset_us
    # In seconds and the rest, for the product of two days in microseconds overflows.
    scaled: NDArray[np.int64] = (offset_us * (length // 1_000_000)) // (DAY_US // 1_000_000)
    return start + scaled


def _sessions(record: DayRecord, rows: Rows, actors: Texts) -> Coded:
    """Sessions named by person, day and number; billing has none."""
    # A seat for each session that anybody has, the last of a person's for billing.
    most = max(int(record.sessions.max(initial=0)), 1)
    number = np.minimum(rows.session, most)
    seat = rows.place * np.int64(most + 1) + number
    taken = np.zeros(len(record.user) * (most + 1), np.bool_)
    taken[seat] = True
    person, number = np.divmod(np.flatnonzero(taken), most + 1)
    ends = np.array([f"-{record.day}-{session + 1}" for session in range(most + 1)])
    texts = np.char.add(actors[record.user[person]], ends[number])
    texts[number == most] = ""
    return _coded((np.cumsum(taken, dtype=np.int32) - 1)[seat], texts)
