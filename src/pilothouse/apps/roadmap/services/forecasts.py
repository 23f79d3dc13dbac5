"""Delivery forecasts of a product: its history of finished items, a scope, and when it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from pilothouse.apps.backlog.services.flow import FlowItem, list_flow
from pilothouse.apps.roadmap.services import forecast_charts as charts
from pilothouse.apps.roadmap.services.checks import check_choice, check_day, check_number
from pilothouse.apps.roadmap.services.flow import (
    check_classes,
    check_whole,
    check_window,
    since_of,
    to_work,
)
from pilothouse.apps.roadmap.services.quarters import today_of
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.engines.roadmap.flow import WorkItem, count_throughput, measure_cycle_times
from pilothouse.engines.roadmap.forecast import (
    DateForecast,
    ScopeForecast,
    Throughput,
    forecast_date,
    forecast_scope,
)
from pilothouse.engines.roadmap.forecast_simulation import (
    SimulationForecast,
    SimulationPlan,
    simulate_cycle_times,
    simulate_scope,
)
from pilothouse.engines.roadmap.forecast_trend import TrendChange, check_trend
from pilothouse.kernel.charts import ChartSpec
from pilothouse.kernel.errors import InvalidValueError

SEED = 20_261_123
SCOPES = {
    "ready": "ready and in progress",
    "open": "everything open",
    "number": "a number of items",
}
METHODS = {
    "throughput": "items finished a week",
    "cycle-times": "cycle times (for a thin history)",
}
_STATUSES = {
    "ready": frozenset({"ready", "doing"}),
    "open": frozenset({"new", "exploring", "ready", "doing"}),
}
DEFAULT_WEEKS = 4
MOST_WEEKS = 260


@dataclass(frozen=True)
class ForecastQuestion:
    """What a forecast is asked.

    ``kinds``: classes of work whose history and scope count (none: all delivered ones).
    ``by``: the day for "how many"; four weeks from today when None. ``start_weeks``: weeks until
    work begins. ``capacity``: share of the usual capacity (leave, other duties). ``split_rate``:
    new items that each finished one brings. ``urgent``: classes that arrive and go first.
    """

    kinds: tuple[str, ...] = ()
    window_weeks: int = 12
    scope: str = "ready"
    items: int | None = None
    by: date | None = None
    start_weeks: int = 0
    capacity: float = 1.0
    split_rate: float = 0.0
    urgent: tuple[str, ...] = ()
    method: str = "throughput"

    def checked(self) -> ForecastQuestion:
        """This question, known to make sense; raises ``InvalidValueError``."""
        check_classes(self.kinds)
        check_classes(self.urgent)
        check_window(self.window_weeks)
        check_choice(self.scope, list(SCOPES), "a scope")
        check_choice(self.method, list(METHODS), "a method")
        check_day(self.by, "the day of a forecast")
        check_whole(self.start_weeks, "the wait before the start in weeks", 0, 104)
        check_number(self.capacity, "a share of the usual capacity", low=0.05, high=3)
        check_number(self.split_rate, "new items that a finished one brings", high=0.9)
        if set(check_classes(self.kinds)) & set(self.urgent):
            raise InvalidValueError(
                "a class of work is either forecast or goes first, not both.",
                value=", ".join(self.urgent),
            )
        if self.scope == "number" and self.items is None:
            raise InvalidValueError("say how many items the scope has.")
        return self

    @property
    def factors(self) -> tuple[float, ...]:
        """Capacity week by week; empty where it is as in the history."""
        if not self.start_weeks and self.capacity == 1.0:
            return ()
        return (*(0.0,) * self.start_weeks, self.capacity)


@dataclass(frozen=True)
class Milestone:
    """A percentile in words: with this chance done by ``day``; None beyond the horizon."""

    share: int
    weeks: int | None
    day: date | None


@dataclass(frozen=True)
class ForecastAnswer:
    """A forecast with everything it was made from. ``when`` and ``how_many`` are None where there
    is no history, or no scope, to make them from; ``reason`` tells."""

    question: ForecastQuestion
    kinds: tuple[str, ...]
    today: date
    history: Throughput | None
    scope: int
    when: ScopeForecast | SimulationForecast | None
    how_many: DateForecast | None
    by: date
    by_weeks: int
    milestones: tuple[Milestone, ...]
    trend: TrendChange | None
    reason: str
    charts: dict[str, ChartSpec] = field(default_factory=dict)
    is_simulated: bool = False

    @property
    def warning(self) -> str:
        return self.when.warning if self.when else ""

    @property
    def is_by_simulation(self) -> bool:
        return isinstance(self.when, SimulationForecast)


def ask_forecast(product: ProductView, question: ForecastQuestion) -> ForecastAnswer:
    """Answer a question from the product's own backlog."""
    asked = question.checked()
    kinds, today = check_classes(asked.kinds), today_of(product)
    flow = list_flow(product, since_of(product, asked.window_weeks))
    items = [item for item in flow if item.kind in {*kinds, *asked.urgent}]
    mine = [item for item in items if item.kind in kinds]
    history = read_history(product, mine, asked.window_weeks)
    scope = _size_scope(asked, mine)
    by = asked.by or today + timedelta(weeks=DEFAULT_WEEKS)
    weeks = weeks_until(today, by)
    reason = _find_obstacle(history, scope)
    when = None if reason else _forecast(product, asked, items, history, scope)
    how_many = None
    if history is not None and weeks and not asked.urgent:
        how_many = forecast_date(history, weeks, factors=asked.factors)
    return ForecastAnswer(
        question=asked,
        kinds=kinds,
        today=today,
        history=history,
        scope=scope,
        when=when,
        how_many=how_many,
        by=by,
        by_weeks=weeks,
        milestones=find_milestones(when, today) if when else (),
        trend=check_trend(history) if history else None,
        reason=reason,
        charts=charts.draw_all(history, when, how_many, today, by),
        is_simulated=product.is_simulated,
    )


def read_history(
    product: ProductView, items: Sequence[FlowItem], window_weeks: int
) -> Throughput | None:
    """Finished items a week over the last whole weeks; None where there is none yet."""
    return count_throughput(
        to_work(product, items), today_of(product), window_weeks, "week", product.week_start
    )


def weeks_until(today: date, day: date) -> int:
    """Whole weeks from today to a day, at least none and at most what is forecast."""
    return max(0, min((day - today).days // 7, MOST_WEEKS))


def find_milestones(when: ScopeForecast | SimulationForecast, today: date) -> tuple[Milestone, ...]:
    """The percentiles as days: week k ends 7 k days from today."""
    days = 1 if isinstance(when, SimulationForecast) and when.unit == "day" else 7
    rows = []
    for share, periods in when.percentiles.items():
        day = None if periods is None else today + timedelta(days=days * periods)
        weeks = None if periods is None else -(-periods * days // 7)
        rows.append(Milestone(share, weeks, day))
    return tuple(rows)


def to_forecast_json(answer: ForecastAnswer) -> dict[str, Any]:
    """An answer as the API and commands show it."""
    when, how_many = answer.when, answer.how_many
    return {
        "simulated": answer.is_simulated,
        "kinds": list(answer.kinds),
        "history": list(answer.history.counts) if answer.history else [],
        "items": answer.scope,
        "method": "simulation" if answer.is_by_simulation else "exact",
        "unit": getattr(when, "unit", "week"),
        "by_week": [chance.p for chance in when.chances] if when else [],
        "band": [[chance.low, chance.high] for chance in when.chances] if when else [],
        **{
            f"p{each.share}": each.day.isoformat() if each.day else None
            for each in answer.milestones
        },
        "by": answer.by.isoformat(),
        "at_least": {str(c.count): c.p for c in how_many.chances} if how_many else {},
        "trend": answer.trend.sentence if answer.trend else "",
        "warning": answer.reason or answer.warning,
        "semantics": dict(when.semantics) if when else {},
    }


def _size_scope(question: ForecastQuestion, items: Sequence[FlowItem]) -> int:
    if question.scope == "number":
        return question.items or 0
    statuses = _STATUSES[question.scope]
    return sum(item.status in statuses for item in items)


def _find_obstacle(history: Throughput | None, scope: int) -> str:
    """Why there is no "when", in a sentence; empty where there is one."""
    if history is None:
        return "There is no whole week of history yet. A forecast needs items that were finished."
    if scope == 0:
        return "There is no such item to forecast: choose another scope, or say a number."
    return ""


def _forecast(
    product: ProductView,
    question: ForecastQuestion,
    items: Sequence[FlowItem],
    history: Throughput | None,
    scope: int,
) -> ScopeForecast | SimulationForecast | None:
    if history is None:
        return None
    rng = np.random.default_rng(SEED)
    kinds = check_classes(question.kinds)
    if question.method == "cycle-times":
        work = to_work(product, [item for item in items if item.kind in kinds])
        return _from_cycle_times(work, scope, rng)
    plan = SimulationPlan(
        split_rate=question.split_rate,
        urgent=_count_urgent(product, question, items, history) if question.urgent else (),
        factors=question.factors,
    )
    if not question.urgent and not plan.is_needed:
        return forecast_scope(history, scope, factors=question.factors)
    # What goes first is finished by the same people: it counts into their capacity.
    return simulate_scope(_whole_history(product, question, items, history), scope, plan, rng)


def _from_cycle_times(
    work: Sequence[WorkItem], scope: int, rng: np.random.Generator
) -> SimulationForecast | None:
    cycles = measure_cycle_times(work)
    if cycles is None:
        raise InvalidValueError("no item was finished, so there is no cycle time to learn from.")
    lanes = sum(each.started is not None and each.done is None for each in work)
    return simulate_cycle_times(cycles.days, scope, max(lanes, 1), rng)


def _whole_history(
    product: ProductView,
    question: ForecastQuestion,
    items: Sequence[FlowItem],
    history: Throughput,
) -> Throughput:
    """All that the team finished, cut to the weeks of the forecast's own history."""
    if not question.urgent:
        return history
    whole = read_history(product, items, question.window_weeks)
    counts = whole.counts if whole else history.counts
    return Throughput(counts[-history.n :], history.period)


def _count_urgent(
    product: ProductView,
    question: ForecastQuestion,
    items: Sequence[FlowItem],
    history: Throughput,
) -> tuple[int, ...]:
    """How many items of the urgent classes arrived in each week of the history."""
    urgent = [item for item in items if item.kind in question.urgent]
    arrivals = [
        WorkItem(each.key, each.created, done=each.created) for each in to_work(product, urgent)
    ]
    found = count_throughput(
        arrivals, today_of(product), history.n, history.period, product.week_start
    )
    counts = found.counts if found else ()
    return (*(0,) * (history.n - len(counts)), *counts)
