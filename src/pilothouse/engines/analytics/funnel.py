"""Funnels: how many actors take the steps in order within a window.

Re-entry is *best*: an actor has reached a step if any choice of starts reaches it. One event
fills one step; ties of time go by the order of the log. See docs/methods/analytics.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pilothouse.engines._numeric.parallel import run_chunks
from pilothouse.engines.analytics.columns import Array, frozen
from pilothouse.engines.analytics.groups import Grouping, group_rows, rank_groups
from pilothouse.engines.analytics.log import EventLog
from pilothouse.engines.analytics.postings import Posting, actor_bounds, select
from pilothouse.engines.analytics.queries import FunnelQuery
from pilothouse.engines.analytics.results import (
    FunnelGroup,
    FunnelResult,
    FunnelStep,
    Semantics,
)
from pilothouse.kernel.intervals import wilson
from pilothouse.kernel.times import SECOND_US, format_instant, format_window

NEVER = 1 << 62
Bounds = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Level:
    """Who reached a step: actor numbers, and time since the step before in the log's units."""

    actors: Array
    waits: Array


@dataclass(frozen=True, eq=False)
class Walk:
    """What one chunk of actors did: entrants and immature with their start rows, and levels."""

    entrants: Array
    entries: Array
    waiting: Array
    starts: Array
    levels: tuple[Level, ...]


@dataclass(frozen=True, eq=False)
class _Stage:
    posting: Posting
    starts: Array
    before: Array


def funnel(log: EventLog, query: FunnelQuery) -> FunnelResult:
    """The funnel of ``query`` over ``log``.

    >>> from pilothouse.engines.analytics import EventLog, FunnelQuery, Selector, funnel
    >>> log = EventLog.from_rows([("ann", "visit", 0, {}), ("ann", "buy", 5_000_000, {})])
    >>> steps = (Selector("visit"), Selector("buy"))
    >>> [s.actors for s in funnel(log, FunnelQuery(steps, immature="include")).steps]
    [1, 1]
    """
    walk = _walk(log, query)
    grouping = None
    if query.breakdown is not None:
        grouping = _group_actors(log, query.breakdown, walk)
    names = [step.label for step in query.steps]
    unit_s = log.time_unit_us / SECOND_US
    entered = len(walk.entrants)
    return FunnelResult(
        steps=_steps(names, entered, [(len(x.actors), x.waits) for x in walk.levels], unit_s),
        immature=len(walk.waiting),
        groups=() if grouping is None else _groups(names, walk, grouping, unit_s),
        semantics=_semantics(log, query),
    )


def _walk(log: EventLog, query: FunnelQuery) -> Walk:
    wanted = {step: select(log, step, query.filters) for step in dict.fromkeys(query.steps)}
    postings = [wanted[step] for step in query.steps]
    cuts = actor_bounds(log)
    places = [posting.places(cuts) for posting in postings]
    bounds = _entry_bounds(log, query)
    window = query.window_us // log.time_unit_us

    def work(chunk: int) -> Walk:
        parts = [(int(p[chunk]), int(p[chunk + 1])) for p in places]
        return _walk_chunk(postings, parts, bounds, window, query.immature == "include")

    return _join(run_chunks(work, len(cuts) - 1))


def _entry_bounds(log: EventLog, query: FunnelQuery) -> Bounds:
    """Start of the range, end of mature starts, end of the range; in the log's units."""
    as_of = query.as_of_us if query.as_of_us is not None else (log.last_us or 0)
    unit, base = log.time_unit_us, log.time_base_us
    low, end = -NEVER, NEVER
    if query.range is not None:
        low = -((base - query.range.start_us) // unit)
        end = -((base - query.range.end_us) // unit)
    mature = (as_of - query.window_us - base) // unit + 1
    return low, min(mature, end), end


def _walk_chunk(
    postings: list[Posting],
    places: list[tuple[int, int]],
    bounds: Bounds,
    window: int,
    include: bool,  # noqa: FBT001
) -> Walk:
    from pilothouse.engines.analytics import _kernels_funnel as kernels

    first = postings[0]
    entrants, entries, waiting, starts = kernels.find_entries(first.arrays, *places[0], *bounds)
    if include:
        entrants, entries = _merge(entrants, entries, waiting, starts)
    stages = [_Stage(first, first.times, first.rows)]
    low, high = bounds[0], bounds[2] if include else bounds[1]
    span = places[0]
    for posting, place in zip(postings[1:], places[1:], strict=True):
        stage = stages[-1]
        # Of the last step only the first event is ever looked at.
        limits = (low, high, len(stages) == len(postings) - 1)
        actors, offsets, times, rows, begun, before = kernels.advance(
            stage.posting.arrays, stage.starts, posting.arrays, span + place, window, limits
        )
        stages.append(_Stage(Posting(actors, offsets, times, rows), frozen(begun), before))
        span, low, high = (0, len(actors)), -NEVER, NEVER
    return Walk(entrants, entries, waiting, starts, _levels(stages))


def _merge(actors: Array, rows: Array, more: Array, more_rows: Array) -> tuple[Array, Array]:
    together = np.concatenate([actors, more])
    order = np.argsort(together, kind="stable")
    return together[order], np.concatenate([rows, more_rows])[order]


def _levels(stages: list[_Stage]) -> tuple[Level, ...]:
    """Levels 2, 3, ... with the waits of each actor's recorded path, found from the end."""
    from pilothouse.engines.analytics import _kernels_funnel as kernels

    levels: list[Level] = []
    actors = places = np.zeros(0, dtype=np.uint32)
    for k in range(len(stages) - 1, 0, -1):
        here, stage = stages[k].posting, stages[k]
        chosen, places = kernels.choose_paths(
            here.actors, here.offsets, stage.before, actors, places
        )
        actors = here.actors
        earlier = stages[k - 1].posting.times[places]
        levels.append(Level(actors, here.times[chosen] - earlier))
    return tuple(reversed(levels))


def _join(walks: list[Walk]) -> Walk:
    levels = zip(*(walk.levels for walk in walks), strict=True)
    return Walk(
        np.concatenate([w.entrants for w in walks]),
        np.concatenate([w.entries for w in walks]),
        np.concatenate([w.waiting for w in walks]),
        np.concatenate([w.starts for w in walks]),
        tuple(
            Level(np.concatenate([x.actors for x in same]), np.concatenate([x.waits for x in same]))
            for same in levels
        ),
    )


def _steps(
    names: list[str], entered: int, levels: list[tuple[int, Array]], unit_s: float
) -> tuple[FunnelStep, ...]:
    steps = [
        FunnelStep(
            names[0], entered, wilson(entered, entered), wilson(entered, entered), None, None
        )
    ]
    medians = run_chunks(lambda k: _median(levels[k][1]), len(levels))
    for name, (actors, waits), middle in zip(names[1:], levels, medians, strict=True):
        median = middle * unit_s if actors else None
        mean = int(waits.sum(dtype=np.int64)) / actors * unit_s if actors else None
        rates = wilson(actors, entered), wilson(actors, steps[-1].actors)
        steps.append(FunnelStep(name, actors, *rates, median, mean))
    return tuple(steps)


def _median(waits: Array) -> float:
    return float(np.median(waits)) if len(waits) else 0.0


def _group_actors(log: EventLog, name: str, walk: Walk) -> Grouping:
    """Groups of the actors by the value that their first start in range carries."""
    rows = np.concatenate([walk.entries, walk.starts])
    codes, values = group_rows(log.property(name), rows)
    entered = np.bincount(codes[: len(walk.entries)], minlength=len(values))
    of_code, groups = rank_groups(values, entered)
    of_actor = np.zeros(log.actors, dtype=np.uint8)
    of_actor[walk.entrants] = of_code[codes[: len(walk.entrants)]]
    of_actor[walk.waiting] = of_code[codes[len(walk.entrants) :]]
    return Grouping(groups, of_actor)


def _groups(
    names: list[str], walk: Walk, grouping: Grouping, unit_s: float
) -> tuple[FunnelGroup, ...]:
    count = len(grouping.groups)
    entered = np.bincount(grouping.of_actor[walk.entrants], minlength=count)
    immature = np.bincount(grouping.of_actor[walk.waiting], minlength=count)
    levels = [_split(level, grouping.of_actor, count) for level in walk.levels]
    return tuple(
        FunnelGroup(
            group.value,
            _steps(names, int(entered[g]), [level[g] for level in levels], unit_s),
            int(immature[g]),
            group.rest,
        )
        for g, group in enumerate(grouping.groups)
        if entered[g] or immature[g]
    )


def _split(level: Level, of_actor: Array, count: int) -> list[tuple[int, Array]]:
    """Actors and waits of a level, by group."""
    groups = of_actor[level.actors]
    waits = level.waits[np.argsort(groups, kind="stable")]
    ends = np.cumsum(np.bincount(groups, minlength=count))
    return [(len(part), part) for part in np.split(waits, ends[:-1])]


def _semantics(log: EventLog, query: FunnelQuery) -> Semantics:
    as_of = query.as_of_us if query.as_of_us is not None else log.last_us
    rules = [
        ("order", "steps in order, other events between them allowed"),
        ("window", f"{format_window(query.window_us)} from the first step, edge included"),
        ("range", "bounds the first step only; later steps may come up to one window later"),
        ("re-entry", "best: the latest start that can still explain the path"),
        ("one event", "fills one step"),
        ("ties", "by time, then sequence"),
        ("immature", _immature(query)),
        ("as of", "no events" if as_of is None else format_instant(as_of)),
        ("times", "since the step before, of the path that first got furthest; zeros kept"),
        ("rates", "Wilson intervals, 95 %"),
    ]
    if query.breakdown is not None:
        rules.append(("breakdown", f"{query.breakdown} of the first start in range; 25 largest"))
    return tuple(rules)


def _immature(query: FunnelQuery) -> str:
    if query.immature == "exclude":
        return "actors whose window has not closed are left out and counted apart"
    return "actors whose window has not closed are included, and counted apart too"
