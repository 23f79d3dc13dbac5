"""How many hours a week a plan asks for. Pure: steps and a day in, weeks out.

The hours left of a step are spread evenly over its days from today (or its first day, where that
lies ahead) to its last. What is late is asked for this week. A step without hours or without a last
day asks for nothing that can be placed; it is counted apart, never taken for zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pilothouse.kernel.charts import ChartSpec, Point, Series

WEEK = timedelta(days=7)
# A plan beyond a year is a wish; what lies behind is added up in the last line.
MAX_WEEKS = 52
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Work:
    """What is left of one step."""

    title: str
    hours: float | None
    starts_on: date | None
    due_on: date | None


@dataclass(frozen=True)
class WeekLoad:
    """The hours that one week asks for, and from which steps, the heaviest first."""

    monday: date
    hours: float
    budget: float
    parts: tuple[tuple[str, float], ...]

    @property
    def is_over(self) -> bool:
        return self.hours > self.budget + _ROUNDING

    @property
    def excess(self) -> float:
        """Hours above what there is; 0 where there is room."""
        return max(0.0, self.hours - self.budget)


@dataclass(frozen=True)
class Load:
    """The weeks from this one on, and what cannot be placed or lies behind them."""

    weeks: tuple[WeekLoad, ...]
    unplaced: tuple[str, ...]
    later_hours: float

    @property
    def over(self) -> tuple[WeekLoad, ...]:
        return tuple(week for week in self.weeks if week.is_over)

    @property
    def most(self) -> float:
        """The longest bar that is drawn, at least the budget."""
        return max((max(week.hours, week.budget) for week in self.weeks), default=0.0)


def spread_load(works: Sequence[Work], weekly_hours: float, today: date) -> Load:
    """The load of each week from that of ``today`` to the last one that is asked for.

    >>> monday = date(2026, 11, 23)
    >>> work = Work("A book", 10, monday, monday + timedelta(days=13))
    >>> [week.hours for week in spread_load([work], 4, monday).weeks]
    [5.0, 5.0]
    """
    first = _monday(today)
    hours: dict[date, dict[int, float]] = defaultdict(dict)
    for place, work in enumerate(works):
        for monday, part in _spread(work, today).items():
            hours[monday][place] = part
    last = min(max(hours, default=first), first + (MAX_WEEKS - 1) * WEEK)
    mondays = [first + number * WEEK for number in range((last - first) // WEEK + 1)]
    return Load(
        weeks=tuple(_week(monday, hours[monday], works, weekly_hours) for monday in mondays),
        unplaced=tuple(w.title for w in works if w.hours is None or w.due_on is None),
        later_hours=sum(sum(parts.values()) for monday, parts in hours.items() if monday > last),
    )


def chart_load(load: Load) -> ChartSpec:
    """Hours asked for by week, beside the hours there are."""
    labels = [f"{week.monday.day} {week.monday:%b}" for week in load.weeks]
    asked = tuple(
        Point(label, round(week.hours, 1), note="over" if week.is_over else "")
        for label, week in zip(labels, load.weeks, strict=True)
    )
    budget = tuple(
        Point(label, week.budget) for label, week in zip(labels, load.weeks, strict=True)
    )
    return ChartSpec(
        kind="line" if len(load.weeks) > 1 else "bar",
        title="Hours a week",
        summary=summarise_load(load),
        series=(Series("Asked for", asked), Series("What you have", budget)),
        unit="number",
        x_title="week of",
        semantics=(
            ("spread", "the hours left of a step, evenly from today or its first day to its last"),
            ("late steps", "are asked for this week"),
            ("left out", "steps without hours or without a last day"),
        ),
    )


def summarise_load(load: Load) -> str:
    """The load in a sentence: where it is too much, and by how much."""
    if not any(week.hours for week in load.weeks):
        return "No step has both hours and a last day yet."
    if not load.over:
        most = max(week.hours for week in load.weeks)
        return f"It fits: at most {most:.1f} of {load.weeks[0].budget:g} hours a week."
    worst = max(load.over, key=lambda week: week.excess)
    weeks = "1 week asks" if len(load.over) == 1 else f"{len(load.over)} weeks ask"
    return (
        f"{weeks} for more than you have; most in that of {worst.monday.day} {worst.monday:%b}: "
        f"{worst.hours:.1f} of {worst.budget:g} hours, above all for {worst.parts[0][0]}."
    )


def _spread(work: Work, today: date) -> dict[date, float]:
    """Hours of a step by the Monday of their week."""
    if not work.hours or work.due_on is None:
        return {}
    start = max(today, work.starts_on or today)
    end = max(start, work.due_on)
    each = work.hours / ((end - start).days + 1)
    weeks: dict[date, float] = {}
    day = start
    while day <= end:
        sunday = _monday(day) + timedelta(days=6)
        until = min(sunday, end)
        weeks[_monday(day)] = each * ((until - day).days + 1)
        day = until + timedelta(days=1)
    return weeks


def _week(monday: date, parts: dict[int, float], works: Sequence[Work], budget: float) -> WeekLoad:
    named = sorted(((works[place].title, part) for place, part in parts.items()),
                   key=lambda part: (-part[1], part[0]))  # fmt: skip
    return WeekLoad(monday, sum(part for _, part in named), budget, tuple(named))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
