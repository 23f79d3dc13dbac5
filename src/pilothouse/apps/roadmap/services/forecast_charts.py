"""What the charts of a forecast say. Pure: no database here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pilothouse.engines.roadmap.forecast import Chance, DateForecast, ScopeForecast, Throughput
from pilothouse.engines.roadmap.forecast_simulation import SimulationForecast
from pilothouse.engines.roadmap.negotiation import DealSheet
from pilothouse.kernel.charts import ChartSpec, Point, Series

_MOST_POINTS = 120


def draw_all(
    history: Throughput | None,
    when: ScopeForecast | SimulationForecast | None,
    how_many: DateForecast | None,
    today: date,
    by: date,
) -> dict[str, ChartSpec]:
    """The charts there can be, by name: when, how_many, history."""
    found = {}
    if when:
        found["when"] = draw_when(when, today)
    if how_many:
        found["how_many"] = draw_how_many(how_many, by)
    if history:
        found["history"] = draw_history(history, today)
    return found


def draw_when(when: ScopeForecast | SimulationForecast, today: date) -> ChartSpec:
    """The chance of being done by each week's end."""
    days = 1 if isinstance(when, SimulationForecast) and when.unit == "day" else 7
    step = max(1, -(-len(when.chances) // _MOST_POINTS))
    shown = [c for c in when.chances if c.count % step == 0 or c is when.chances[-1]]
    points = tuple(
        _point((today + timedelta(days=days * chance.count)).isoformat(), chance)
        for chance in shown
    )
    likely, safe = (_day(when.percentiles[share], days, today) for share in (50, 85))
    return ChartSpec(
        kind="line",
        title=f"When are {when.items:,} items done?" if when.items > 1 else "When is 1 item done?",
        summary=f"As likely as not by {likely}; with 85% by {safe}.",
        series=(Series("Chance of being done", points),),
        unit="share",
        x_title="By",
        semantics=when.semantics,
    )


def draw_how_many(how_many: DateForecast, by: date) -> ChartSpec:
    """The chance of n or more items by a day."""
    step = max(1, -(-len(how_many.chances) // _MOST_POINTS))
    points = tuple(
        _point(f"{c.count} or more", c) for c in how_many.chances if (c.count - 1) % step == 0
    )
    return ChartSpec(
        kind="line",
        title=f"How many by {_long(by)}?",
        summary=(
            f"With 85%: {how_many.percentiles[85]} or more; as likely as not "
            f"{how_many.percentiles[50]} or more ({how_many.periods} whole weeks)."
        ),
        series=(Series("Chance", points),),
        unit="share",
        x_title="Items",
        semantics=how_many.semantics,
    )


def draw_history(history: Throughput, today: date) -> ChartSpec:
    """Finished items a week, as the forecast takes them."""
    del today
    points = tuple(
        Point(f"{history.n - place} weeks ago" if history.n - place > 1 else "last week", count)
        for place, count in enumerate(history.counts)
    )
    return ChartSpec(
        kind="line",
        title="Finished a week",
        summary=(
            f"{sum(history.counts)} items in {history.n} whole weeks, {history.mean:.1f} a week; "
            f"{sum(count == 0 for count in history.counts)} weeks without any."
        ),
        series=(Series("Items", points),),
        x_title="Week",
        semantics=(("weeks", "whole ones only; the running week is left out, zeros are kept"),),
    )


def draw_cut_line(deals: DealSheet, names: Sequence[str], confidence: float) -> ChartSpec:
    """The chance of each item of an ordered scope, for the team as it is and with one more."""
    line, joined = deals.cut_line, deals.cut_line_with_person
    kept = sum(chance.p >= confidence for chance in line)
    parts = (("The team as it is", line), ("With one more person", joined))
    return ChartSpec(
        kind="line",
        title="Chance of each item by the date",
        summary=f"{kept} of {len(line)} items are above the cut line of {confidence:.0%}.",
        series=tuple(
            Series(name, tuple(_point(n, c) for n, c in zip(names, chances, strict=True)))
            for name, chances in parts
        ),
        unit="share",
        x_title="Item",
        semantics=deals.semantics,
    )


def tell_chance(p: float | None) -> str:
    """A forecast chance in whole percent: more digits than that would pretend.

    >>> tell_chance(0.8744), tell_chance(0.9991), tell_chance(0.0004), tell_chance(None)
    ('87%', '>99%', '<1%', '–')
    """
    if p is None:
        return "–"
    if 0 < p < 0.01:
        return "<1%"
    if 0.99 < p < 1:
        return ">99%"
    return f"{p:.0%}"


def tell_band(low: float | None, high: float | None) -> str:
    """The band of a chance, as ``41% to 98%``; empty where it is not known."""
    if low is None or high is None:
        return ""
    first, last = tell_chance(low), tell_chance(high)
    return first if first == last else f"{first} to {last}"


def _point(label: str, chance: Chance) -> Point:
    return Point(label, chance.p, chance.low, chance.high)


def _day(periods: int | None, days: int, today: date) -> str:
    if periods is None:
        return "no day within ten years"
    return _long(today + timedelta(days=days * periods))


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
