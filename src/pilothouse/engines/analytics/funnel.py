"""Funnels: how many actors take the steps in order within a window.

Re-entry is *best*: an actor has reached a step if any choice of starts reaches it. One event
fills one step; ties of time go by the order of the log. See docs/methods/analytics.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pilothouse.engines._numeric.parallel import run_chunks
from pilothouse.engines.analytics.columns import Array
from pilothouse.engines.analytics.funnel_lines import Track, lay_track
from pilothouse.engines.analytics.groups import Group, group_rows, rank_groups
from pilothouse.engines.analytics.log import EventLog
from pilothouse.engines.analytics.periods import to_units
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
LATE = 128


@dataclass(frozen=True, eq=False)
class Walk:
    """Where the actors with an event of step 1 got.

    ``counts[k]`` have step k as their furthest; ``levels`` (uint8, one an actor) are the steps
    reached, plus LATE where no start is mature; ``entries`` the rows of their first starts, if
    asked for; ``waits[k]`` the times to step k + 1 of those who reached it, in the log's units.
    """

    counts: Array
    levels: Array
    entries: Array
    waits: tuple[Array, ...]


def funnel(log: EventLog, query: FunnelQuery) -> FunnelResult:
    """The funnel of ``query`` over ``log``.

    >>> from pilothouse.engines.analytics import EventLog, FunnelQuery, Selector, funnel
    >>> log = EventLog.from_rows([("ann", "visit", 0, {}), ("ann", "buy", 5_000_000, {})])
    >>> steps = (Selector("visit"), Selector("buy"))
    >>> [s.actors for s in funnel(log, FunnelQuery(steps, immature="include")).steps]
    [1, 1]
    """
    walk = _walk(log, query)
    names = [step.label for step in query.steps]
    unit_s = log.time_unit_us / SECOND_US
    groups: tuple[FunnelGroup, ...] = ()
    if query.breakdown is not None:
        groups = _groups(log, query.breakdown, names, walk, unit_s)
    return FunnelResult(
        steps=_steps(names, _reached(walk.counts), walk.waits, unit_s),
        immature=int(np.count_nonzero(walk.levels & LATE)),
        groups=groups,
        semantics=_semantics(log, query),
    )


def _walk(log: EventLog, query: FunnelQuery) -> Walk:
    track = lay_track(log, query.steps, query.filters)
    bounds = _entry_bounds(log, query)
    window = query.window_us // log.time_unit_us

    def work(chunk: int) -> Walk:
        return _walk_chunk(track, chunk, bounds, window, query)

    return _join(run_chunks(work, track.chunks))


def _entry_bounds(log: EventLog, query: FunnelQuery) -> tuple[int, int, int, int]:
    """Start of the range, end of mature, of all and of counted starts; in the log's units."""
    as_of = query.as_of_us if query.as_of_us is not None else (log.last_us or 0)
    low, end = -NEVER, NEVER
    if query.range is not None:
        low, end = to_units(log, query.range.start_us), to_units(log, query.range.end_us)
    mature = (as_of - query.window_us - log.time_base_us) // log.time_unit_us + 1
    return low, mature, end, end if query.immature == "include" else min(mature, end)


def _walk_chunk(
    track: Track, chunk: int, bounds: tuple[int, int, int, int], window: int, query: FunnelQuery
) -> Walk:
    from pilothouse.engines.analytics import _kernels_funnel as kernels

    spans, masks = track.spans[chunk], track.mask(chunk)
    actors = int(spans[0, 1] - spans[0, 0])
    levels = np.empty(actors, dtype=np.uint8)
    entries = np.empty(0 if query.breakdown is None else actors, dtype=np.uint32)
    waits = np.empty((len(spans) - 1, actors if query.timing else 0), track.lines.times.dtype)
    out = (entries, levels, waits)
    counts = kernels.walk_funnel(track.lines.arrays, spans, masks, bounds, window, out)
    reached = _reached(counts)[1:] if query.timing else []
    return Walk(counts, levels, entries, tuple(w[:n] for w, n in zip(waits, reached, strict=False)))


def _join(walks: list[Walk]) -> Walk:
    waits = zip(*(walk.waits for walk in walks), strict=True)
    return Walk(
        np.sum([w.counts for w in walks], axis=0),
        np.concatenate([w.levels for w in walks]),
        np.concatenate([w.entries for w in walks]),
        tuple(np.concatenate(same) for same in waits),
    )


def _reached(counts: Array) -> list[int]:
    """How many reached each step, from how many have it as their furthest."""
    reached: list[int] = np.cumsum(counts[::-1])[::-1].tolist()
    return reached


def _steps(
    names: list[str], reached: list[int], waits: tuple[Array, ...], unit_s: float
) -> tuple[FunnelStep, ...]:
    entered = reached[0]
    medians = run_chunks(lambda k: _median(waits[k]), len(waits)) if entered else []
    steps = []
    for k, name in enumerate(names):
        rates = wilson(reached[k], entered), wilson(reached[k], reached[max(0, k - 1)])
        median = mean = None
        if waits and k and reached[k]:
            median = medians[k - 1] * unit_s
            mean = int(waits[k - 1].sum(dtype=np.int64)) / reached[k] * unit_s
        steps.append(FunnelStep(name, reached[k], *rates, median, mean))
    return tuple(steps)


def _median(waits: Array) -> float:
    return float(np.median(waits)) if len(waits) else 0.0


def _groups(
    log: EventLog, name: str, names: list[str], walk: Walk, unit_s: float
) -> tuple[FunnelGroup, ...]:
    """The funnel by the value that each actor's first start in range carries."""
    some = walk.levels > 0
    levels = walk.levels[some]
    steps = (levels % LATE).astype(np.intp)
    codes, values = group_rows(log.property(name), walk.entries[some])
    entered = np.bincount(codes[steps > 0], minlength=len(values))
    of_code, groups = rank_groups(values, entered)
    own = of_code[codes]
    cells = (own * 2 + (levels >= LATE)) * (len(names) + 1) + steps
    shape = (len(groups), 2, len(names) + 1)
    table = np.bincount(cells, minlength=shape[0] * shape[1] * shape[2]).reshape(shape)
    waits = [_split(w, own[steps > k + 1], len(groups)) for k, w in enumerate(walk.waits)]

    def make(g: int, group: Group) -> FunnelGroup:
        reached = _reached(table[g].sum(axis=0)[1:])
        steps = _steps(names, reached, tuple(parts[g] for parts in waits), unit_s)
        return FunnelGroup(group.value, steps, int(table[g, 1].sum()), group.rest)

    return tuple(make(g, group) for g, group in enumerate(groups) if table[g].any())


def _split(waits: Array, groups: Array, count: int) -> list[Array]:
    """The waits of each group."""
    ends = np.cumsum(np.bincount(groups, minlength=count))
    return np.split(waits[np.argsort(groups, kind="stable")], ends[:-1])


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
        ("rates", "Wilson intervals, 95 %"),
    ]
    if query.timing:
        times = "since the step before, of the path that first got furthest; zeros kept"
        rules.append(("times", times))
    if query.breakdown is not None:
        rules.append(("breakdown", f"{query.breakdown} of the first start in range; 25 largest"))
    return tuple(rules)


def _immature(query: FunnelQuery) -> str:
    if query.immature == "exclude":
        return "actors whose window has not closed are left out and counted apart"
    return "actors whose window has not closed are included, and counted apart too"
