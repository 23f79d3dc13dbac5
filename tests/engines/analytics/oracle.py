"""Slow and obvious answers that the engine must agree with: plain Python over lists of tuples.

An event is (actor, event, time_us, properties); their order in the list is the order of arrival.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise
from statistics import mean, median

from pilothouse.kernel.times import local_date, next_period, period_start


def passes(event, selector, filters=()):
    """Whether an event is one that ``selector`` picks under ``filters``."""
    return selector.event in (None, event[1]) and all(
        holds(event[3].get(f.property), f) for f in (*filters, *selector.filters)
    )


def holds(value, condition):
    """Whether a property's value fulfils a filter."""
    match condition.operator:
        case "set":
            return value is not None
        case "not-set":
            return value is None
        case "is":
            return value in condition.values
        case "is-not":
            return value not in condition.values
        case "greater":
            return value is not None and value > condition.values[0]
        case "less":
            return value is not None and value < condition.values[0]
    return value is not None and any(w.lower() in value.lower() for w in condition.values)


def by_actor(events):
    """Events of each actor in order of (time, arrival)."""
    actors = defaultdict(list)
    for event in sorted(events, key=lambda e: e[2]):
        actors[event[0]].append(event)
    return actors


def paths(events, steps, window_us, filters, start):
    """Every choice of events for a path from ``start``, longest prefixes included."""
    found = [[start]]
    for path in found:
        if len(path) == len(steps):
            continue
        for i in range(path[-1] + 1, len(events)):
            late = events[i][2] - events[start][2] > window_us
            if not late and passes(events[i], steps[len(path)], filters):
                found.append([*path, i])
    return found


def funnel(events, query):
    """{group or None: (counts per step, immature, waits per step)}; group "" is everyone."""
    last = max((e[2] for e in events), default=0)
    as_of = last if query.as_of_us is None else query.as_of_us
    groups = defaultdict(lambda: ([0] * len(query.steps), [0], [[] for _ in query.steps]))
    for own in by_actor(events).values():
        starts = [
            i
            for i, e in enumerate(own)
            if passes(e, query.steps[0], query.filters)
            and (query.range is None or query.range.start_us <= e[2] < query.range.end_us)
        ]
        if not starts:
            continue
        names = [""]
        if query.breakdown:
            names.append(own[starts[0]][3].get(query.breakdown))
        mature = [i for i in starts if own[i][2] + query.window_us <= as_of]
        entries = mature if query.immature == "exclude" else starts
        every = [
            p for s in entries for p in paths(own, query.steps, query.window_us, query.filters, s)
        ]
        for name in names:
            counts, immature, waits = groups[name]
            immature[0] += not mature
            for k in range(max(map(len, every), default=0)):
                counts[k] += 1
            for k, wait in enumerate(best_waits(own, every)):
                waits[k + 1].append(wait)
    return groups


def best_waits(own, every):
    """Waits of the path that first got furthest; among those that end there, latest events."""
    if not every:
        return []
    furthest = max(map(len, every))
    full = [p for p in every if len(p) == furthest]
    end = min(p[-1] for p in full)
    # The latest start that explains the path, then the latest event of each earlier step that
    # was reached by such a path: as the machine replaces what it carries.
    path = [end]
    for k in range(furthest - 2, -1, -1):
        path.insert(0, max(p[k] for p in full if p[k + 1 :] == path))
    return [(own[b][2] - own[a][2]) / 1e6 for a, b in pairwise(path)]


def retention(events, query):
    """{cohort's period: (size, [returned in period k])} over ``query.periods`` columns."""
    cohorts = defaultdict(lambda: [0, [0] * (query.periods + 1)])

    def period(event):
        return period_start(local_date(event[2], query.zone), query.period, query.week_start)

    for own in by_actor(events).values():
        starts = [i for i, e in enumerate(own) if passes(e, query.start, query.filters)]
        if not starts:
            continue
        first = own[starts[0]]
        if query.range and not query.range.start_us <= first[2] < query.range.end_us:
            continue
        cohort = cohorts[period(first)]
        cohort[0] += 1
        back = {
            period(e) for e in own[starts[0] + 1 :] if passes(e, query.returning, query.filters)
        }
        place, hits = period(first), []
        for _ in range(query.periods + 1):
            hits.append(place in back)
            place = next_period(place, query.period)
        if query.rule == "on-or-after":
            hits = [any(hits[k:]) for k in range(len(hits))]
        cohort[1] = [a + b for a, b in zip(cohort[1], hits, strict=True)]
    return {p: (size, returned) for p, (size, returned) in cohorts.items()}


def trend(events, query, period, only=None):
    """(value, n) of one period that begins at ``period``; ``only`` picks a group's events."""
    after = next_period(period, query.period)
    trailing = {"wau": 7, "mau": 30}.get(query.measure.kind)
    begin = after - timedelta(days=trailing) if trailing else period
    chosen = [
        e
        for e in events
        if passes(e, query.selector, query.filters)
        and begin <= local_date(e[2], query.zone) < after
        and (only is None or only(e))
        and (trailing or not query.range or query.range.start_us <= e[2] < query.range.end_us)
        and (not query.range or e[2] < query.range.end_us)
    ]
    if query.measure.kind == "count":
        return len(chosen), len(chosen)
    if query.measure.kind in ("actors", "wau", "mau"):
        return len({e[0] for e in chosen}), len({e[0] for e in chosen})
    values = [e[3][query.measure.property] for e in chosen if query.measure.property in e[3]]
    if query.measure.kind == "sum":
        return sum(values), len(values)
    return ({"mean": mean, "median": median}[query.measure.kind](values) if values else None), len(
        values
    )
