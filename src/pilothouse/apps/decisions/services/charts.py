"""From scores and histories to what their charts say. Pure: no database here."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from pilothouse.apps.decisions.models import ForecastKind
from pilothouse.apps.decisions.services.forecast_views import EstimateView, ForecastView
from pilothouse.engines.decisions import Bin, Calibration
from pilothouse.kernel.charts import ChartSpec, Point, Series

_CALIBRATION = {
    "interval of a bin", "expected band", "bins",
}  # fmt: skip


def chart_calibration(result: Calibration) -> ChartSpec:
    """Of what was said at about so much, how much came true; beside it what luck alone explains."""
    return ChartSpec(
        kind="line",
        title="Calibration: of forecasts at about this, so many came true",
        summary=summarise_calibration(result),
        series=(
            Series("Came true", tuple(_came_true(each) for each in result.bins)),
            Series("If every forecast is right", tuple(_expected(each) for each in result.bins)),
        ),
        unit="share",
        x_title="forecast",
        semantics=tuple(pair for pair in result.semantics if pair[0] in _CALIBRATION),
    )


def chart_history(forecast: ForecastView, zone: ZoneInfo) -> ChartSpec:
    """What was said over time: a probability, or the middle of a range with its ends."""
    points = tuple(_said(each, zone) for each in forecast.estimates if _is_drawn(each))
    is_binary = forecast.kind == ForecastKind.BINARY
    return ChartSpec(
        kind="line",
        title="What was said, and when",
        summary=_summarise_history(forecast),
        series=(Series("Probability" if is_binary else "Middle of the range", points),),
        unit="share" if is_binary else "number",
        x_title="said on",
        semantics=(
            ("scored", "the last word before the outcome could be known"),
            ("hollow points", "said when the outcome could be known already; not scored"),
        ),
    )


def summarise_calibration(result: Calibration) -> str:
    """The verdict in a sentence; under twenty there is none."""
    if result.n == 0:
        return "No forecast of yes or no has been scored yet."
    if result.is_too_few:
        return f"Too few to judge: {result.n} scored, 20 are needed before a curve means anything."
    outside = [each for each in result.bins if each.is_outside]
    if not outside:
        return f"{result.n} scored; no bin is further from its forecasts than luck explains."
    parts = "; ".join(_describe_miss(each) for each in outside)
    return f"{result.n} scored. Beyond what luck explains: {parts}."


def _describe_miss(each: Bin) -> str:
    share = each.rate.share or 0.0
    way = "more" if share > (each.mean_forecast or 0.0) else "less"
    return (
        f"what was called {each.mean_forecast:.0%} came true {way} often, in {share:.0%} "
        f"({each.rate.hits} of {each.n})"
    )


def _came_true(each: Bin) -> Point:
    rate = each.rate
    return Point(
        label=_name(each),
        value=rate.share,
        low=rate.low,
        high=rate.high,
        n=each.n,
        note="" if not each.is_outside else "beyond what luck explains",
    )


def _expected(each: Bin) -> Point:
    return Point(
        label=_name(each),
        value=each.mean_forecast,
        low=each.expected_low,
        high=each.expected_high,
        n=each.n,
    )


def _name(each: Bin) -> str:
    return f"{each.low:.0%}–{each.high:.0%}"


def _is_drawn(each: EstimateView) -> bool:
    return each.probability is not None or each.range is not None


def _said(each: EstimateView, zone: ZoneInfo) -> Point:
    label = each.at.astimezone(zone).strftime("%-d %b %Y, %H:%M")
    if each.probability is not None:
        return Point(label=label, value=each.probability, note=each.note, immature=each.is_late)
    assert each.range is not None
    said = each.range.to_range()
    return Point(
        label=label, value=said.median, low=said.low, high=said.high, note=each.note,
        immature=each.is_late,
    )  # fmt: skip


def _summarise_history(forecast: ForecastView) -> str:
    said = len(forecast.estimates)
    times = "Said once" if said == 1 else f"Said {said} times"
    latest = forecast.latest
    if latest is None or latest.probability is None:
        return f"{times}."
    first = forecast.estimates[0].probability
    if said == 1 or first is None:
        return f"{times}: {latest.probability:.0%}."
    return f"{times}: from {first:.0%} to {latest.probability:.0%}."
