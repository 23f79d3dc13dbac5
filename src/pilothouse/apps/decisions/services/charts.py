"""From scores and histories to what their charts say. Pure: no database here."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from pilothouse.apps.decisions.models import ForecastKind
from pilothouse.apps.decisions.services.forecast_views import EstimateView, ForecastView
from pilothouse.engines.decisions import Bin, Calibration
from pilothouse.kernel.charts import ChartSpec, Point, Series

_CALIBRATION = {"interval of a bin", "expected band", "bins"}


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
    labels = _labels(forecast.estimates, zone)
    points = tuple(map(_said, forecast.estimates, labels))
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
    return f"{each.low * 100:g}–{each.high:.0%}"


def _labels(estimates: Sequence[EstimateView], zone: ZoneInfo) -> list[str]:
    """Days where they differ, times where two fall on one day."""
    moments = [each.at.astimezone(zone) for each in estimates]
    days = [moment.date().isoformat() for moment in moments]
    if len(set(days)) == len(days):
        return days
    return [moment.strftime("%-d %b, %H:%M:%S") for moment in moments]


def _said(each: EstimateView, label: str) -> Point:
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
