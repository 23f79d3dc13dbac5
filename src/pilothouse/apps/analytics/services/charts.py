"""From an engine's result to what its chart says. Pure: no database here."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pilothouse.engines.analytics.results import FunnelResult, RetentionResult, TrendResult
from pilothouse.kernel.charts import ChartSpec, Point, Series, Unit
from pilothouse.kernel.intervals import Rate, wilson

if TYPE_CHECKING:
    from pilothouse.apps.analytics.services.questions import Question
    from pilothouse.apps.workspace.services.access import ProductView
    from pilothouse.engines.analytics.results import FunnelStep, TrendSeries

NOT_SET = "(not set)"
_MEASURES = {
    "count": "Number of events",
    "actors": "Unique actors",
    "wau": "Weekly active actors",
    "mau": "Monthly active actors",
}


def chart_for(
    question: Question, result: TrendResult | FunnelResult | RetentionResult, product: ProductView
) -> ChartSpec:
    """The chart of an answer."""
    if isinstance(result, TrendResult):
        return chart_trend(question, result, product.currency)
    if isinstance(result, FunnelResult):
        return chart_funnel(result)
    return chart_retention(question, result)


def chart_trend(question: Question, result: TrendResult, currency: str) -> ChartSpec:
    """A line a series; a period in progress is marked."""
    given = question.definition
    title = f"{name_measure(given['measure'])} of {given['event'] or 'any event'}"
    series = tuple(
        Series(_series_name(each, title, given["breakdown"]), _trend_points(each, given["period"]))
        for each in result.series
    )
    unit, money = unit_of(question, currency)
    return ChartSpec(
        kind="line",
        title=f"{title}, by {given['period']}",
        summary=_summarise_trend(result, given["period"]),
        series=series,
        unit=unit,
        currency=money,
        x_title=given["period"],
        semantics=result.semantics,
    )


def chart_funnel(result: FunnelResult) -> ChartSpec:
    """A bar a step with its interval; one series a group."""
    whole = (Series("All", _funnel_points(result.steps)),)
    groups = tuple(
        Series(NOT_SET if group.value is None else group.value, _funnel_points(group.steps))
        for group in result.groups
    )
    first, last = result.steps[0], result.steps[-1]
    return ChartSpec(
        kind="funnel",
        title=" › ".join(step.step for step in result.steps),
        summary=_summarise_funnel(first, last, result.immature),
        series=groups or whole,
        unit="share",
        semantics=result.semantics,
    )


def chart_retention(question: Question, result: RetentionResult) -> ChartSpec:
    """A row a cohort, a column a period since."""
    period = question.definition["period"]
    series = tuple(
        Series(
            format_period(cohort.period, period),
            tuple(
                _retention_point(column, returned, cohort.size, is_complete)
                for column, (returned, is_complete) in enumerate(
                    zip(cohort.returned, cohort.complete, strict=True)
                )
            ),
        )
        for cohort in result.cohorts
    )
    return ChartSpec(
        kind="heat",
        title=f"Share of each {period}'s new actors who came back",
        summary=_summarise_retention(result, period),
        series=series,
        unit="share",
        x_title=f"{period}s since the first start",
        semantics=result.semantics,
    )


def name_measure(measure: str) -> str:
    """A measure in words."""
    kind, _, name = measure.partition(":")
    return _MEASURES.get(measure) or f"{kind.capitalize()} of {name}"


def is_money(measure: str) -> bool:
    """Whether a measure's property is an amount of money, by its name."""
    name = measure.partition(":")[2].lower()
    return any(word in name for word in ("amount", "revenue", "price", "value", "dollar", "mrr"))


def format_period(start: date, period: str) -> str:
    """A period's label: the day, the week's first day, or the month."""
    return start.strftime("%Y-%m") if period == "month" else start.isoformat()


def unit_of(question: Question, currency: str) -> tuple[Unit, str]:
    """The unit of what a question measures, with its currency where it is money."""
    if question.kind != "trend":
        return "share", ""
    measure = question.definition["measure"]
    if ":" not in measure:
        return "count", ""
    return ("money", currency) if is_money(measure) else ("number", "")


def _series_name(series: TrendSeries, title: str, breakdown: str | None) -> str:
    if breakdown is None:
        return title
    return NOT_SET if series.name is None else series.name


def _trend_points(series: TrendSeries, period: str) -> tuple[Point, ...]:
    return tuple(
        Point(
            label=format_period(point.period, period),
            value=point.value,
            n=point.n,
            immature=not point.complete,
            note="" if point.complete else "still in progress",
        )
        for point in series.values
    )


def _funnel_points(steps: tuple[FunnelStep, ...]) -> tuple[Point, ...]:
    return tuple(
        Point(
            label=step.step,
            value=step.rate.share,
            low=step.rate.low,
            high=step.rate.high,
            n=step.rate.n,
        )
        for step in steps
    )


def _retention_point(column: int, returned: int | None, size: int, is_complete: bool) -> Point:  # noqa: FBT001
    if returned is None:
        return Point(label=str(column), value=None, n=size)
    rate = wilson(returned, size)
    return Point(
        label=str(column),
        value=rate.share,
        low=rate.low,
        high=rate.high,
        n=size,
        note=f"{returned:,} of {size:,}",
        immature=not is_complete,
    )


def _summarise_trend(result: TrendResult, period: str) -> str:
    if not result.series:
        return "There are no such events in these days."
    points = [
        point for point in result.series[0].values if point.complete and point.value is not None
    ]
    if not points:
        return f"No {period} of this range is over yet."
    last = points[-1]
    name = NOT_SET if result.series[0].name is None else result.series[0].name
    lead = f"Of {len(result.series)} series the largest, {name}," if result.series[1:] else "It"
    high = max(points, key=lambda point: point.value or 0)
    return (
        f"{lead} was {last.value:,.6g} in the last whole {period}"
        f" ({format_period(last.period, period)});"
        f" the highest was {high.value:,.6g} ({format_period(high.period, period)})."
    )


def _summarise_funnel(first: FunnelStep, last: FunnelStep, immature: int) -> str:
    if not first.actors:
        text = "Nobody has both started in these days and had the whole window to finish."
    else:
        share = _percent(last.rate)
        text = f"{last.actors:,} of {first.actors:,} actors reached {last.step}: {share}."
    if immature:
        text += f" {immature:,} more started too recently to be judged."
    return text


def _summarise_retention(result: RetentionResult, period: str) -> str:
    if not result.cohorts:
        return "No cohort started in these days."
    size = sum(cohort.size for cohort in result.cohorts)
    text = f"{size:,} actors in {len(result.cohorts)} cohorts."
    if len(result.mean) > 1 and result.mean[1].share is not None:
        text += f" One {period} later {_percent(result.mean[1])} of those who could came back."
    return text


def _percent(rate: Rate) -> str:
    if rate.share is None or rate.low is None or rate.high is None:
        return "unknown (n = 0)"
    return f"{rate.share:.1%} (95 % interval {rate.low:.1%} to {rate.high:.1%})"
