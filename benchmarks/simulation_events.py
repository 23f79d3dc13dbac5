"""Events of the simulation benchmark: of ours and of the peers, and what is said of them.

Any of them writes for each day the columns of ``Rows``: 16-byte id, place in the day's record,
event, session, whether money moves, offset and delay, in order of time.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from benchmarks.simulation_events_mesa import Writer, to_rows
from benchmarks.simulation_events_numpy import build_writer, emit_numpy
from benchmarks.simulation_events_plain import emit_plain
from benchmarks.simulation_mesa import Deed
from benchmarks.simulation_numpy import run_numpy
from benchmarks.simulation_world import World, live_ours, totals_of
from pilothouse.engines.simulation.emission import NO_SESSION, Rows
from pilothouse.engines.simulation.tables import build_emission
from pilothouse.kernel.times import HOUR_US, SECOND_US

# Asked with each day's rows, which are let go of after it.
Take = Callable[[Rows], object]
Totals = dict[str, float]
LiveAgents = Callable[..., Totals]
Array = np.ndarray[Any, Any]


def write_ours(world: World, take: Take, *, days: int, seed: int, threads: int = 2) -> Totals:
    """Live by our kernel and write all events."""
    run = live_ours(world, days=days, seed=seed, threads=threads)
    for rows in run.rows():
        take(rows)
    return totals_of(run)


def write_numpy(world: World, take: Take, *, days: int, seed: int) -> Totals:
    """The same by NumPy."""
    lived = run_numpy(world, days=days, seed=seed)
    writer = build_writer(build_emission(world.pack, ()))
    for record in lived.records:
        take(emit_numpy(record, lived.people, writer, lived.rng))
    return lived.totals


def write_plain(world: World, take: Take, *, days: int, seed: int) -> Totals:
    """The same by NumPy, its events as one writes them first."""
    lived = run_numpy(world, days=days, seed=seed)
    tables = build_emission(world.pack, ())
    for record in lived.records:
        take(emit_plain(record, lived.people, tables, lived.rng))
    return lived.totals


def write_agents(
    world: World, take: Callable[[list[Any]], object], live: LiveAgents, *, days: int, seed: int
) -> Totals:
    """The same by agents that ``live``; ``take`` is asked with tuples."""
    writer = Writer(build_emission(world.pack, ()), random.Random(seed))

    def log(deeds: list[Deed]) -> None:
        take(writer.write(deeds))

    return live(world, days=days, seed=seed, log=log)


def told_by_agents(world: World, live: LiveAgents, *, days: int, seed: int) -> Totals:
    """Totals of people and events by agents that ``live``."""
    rows: list[Rows] = []
    totals = write_agents(world, lambda day: rows.append(to_rows(day)), live, days=days, seed=seed)
    return {**totals, **tell_rows(world, rows)}


def told_by(write: Callable[..., Totals], world: World, *, days: int, seed: int) -> Totals:
    """Totals of people and events by ``write_ours`` or a version of NumPy's."""
    rows: list[Rows] = []
    totals = write(world, rows.append, days=days, seed=seed)
    return {**totals, **tell_rows(world, rows)}


def tell_rows(world: World, days: Iterable[Rows]) -> Totals:
    """What can be said of all events: how many of each, how apart, how late, at what hours."""
    told = [_tell_day(world, rows) for rows in days if len(rows.event)]
    return {**_counts(told), **_means(told)}


def _tell_day(world: World, rows: Rows) -> dict[str, Array]:
    fresh = np.unique(rows.id, axis=0, return_index=True)[1]
    place, session = rows.place[fresh].astype(np.int64), rows.session[fresh]
    order = np.lexsort((rows.offset_us[fresh], session, place))
    number, offset = (place * 256 + session)[order], rows.offset_us[fresh][order]
    within = (np.diff(number) == 0) & (session[order][1:] != NO_SESSION)
    late = rows.delay_us > HOUR_US
    return {
        "events": np.bincount(rows.event, minlength=len(world.pack.event_names)),
        "hours": np.bincount(rows.offset_us // HOUR_US, minlength=24),
        "written_sessions": np.array(len(np.unique(number[number % 256 != NO_SESSION]))),
        "duplicates": np.array(len(rows.event) - len(fresh)),
        "late": np.array(late.sum()),
        "paid_events": np.array(rows.paid.sum()),
        "gaps": np.diff(offset)[within] / SECOND_US,
        "delays": rows.delay_us[~late] / SECOND_US,
    }


def _counts(told: list[dict[str, Array]]) -> Totals:
    found = {}
    for name in ("written_sessions", "duplicates", "late", "paid_events"):
        found[name] = float(sum(day[name] for day in told))
    events, hours = (sum(day[name] for day in told) for name in ("events", "hours"))
    found |= {f"event_{code}": float(number) for code, number in enumerate(np.asarray(events))}
    # Shares, for an hour of many sessions says nothing of the hours.
    shares = np.asarray(hours) / np.sum(hours)
    return found | {f"hour_{hour}": float(share) for hour, share in enumerate(shares)}


def _means(told: list[dict[str, Array]]) -> Totals:
    found: Totals = {}
    for name in ("gaps", "delays"):
        values = np.concatenate([day[name] for day in told])
        found |= {f"mean_{name}": float(values.mean()), f"median_{name}": float(np.median(values))}
    return found
