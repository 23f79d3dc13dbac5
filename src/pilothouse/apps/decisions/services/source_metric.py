"""Forecasts about a metric: read as it stood at the end of the last day.

Read is the latest whole period that was complete by then, exactly as the metric's own page would
have shown it that evening: a day, a week or month that is over, a funnel's entrants whose window
has closed. The definition must still be the one that the forecast was made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from pilothouse.apps.analytics.services.answers import open_log
from pilothouse.apps.analytics.services.charts import unit_of
from pilothouse.apps.analytics.services.metrics import MetricView, get_metric, list_metrics
from pilothouse.apps.analytics.services.readings import Place, Reading, read_metric
from pilothouse.apps.decisions.models import ForecastKind, Outcome
from pilothouse.apps.decisions.services.figures import parse_number, show_number
from pilothouse.apps.decisions.services.sources import Finding, Target, Waiting
from pilothouse.apps.decisions.services.texts import end_of_day
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.errors import InvalidValueError, NotFoundError

OPERATORS = {
    "at-least": "is at least",
    "above": "is above",
    "at-most": "is at most",
    "below": "is below",
}


class MetricResolver:
    """Metrics as a source of outcomes."""

    label = "A metric"
    kinds: tuple[ForecastKind, ...] = (ForecastKind.BINARY, ForecastKind.NUMERIC)

    def list_targets(self, product: ProductView) -> list[Target]:
        """All metrics of the product."""
        return [
            Target(metric.public_id, metric.name, unit_of(metric.question, product.currency)[0])
            for metric in list_metrics(product)
        ]

    def check(
        self, product: ProductView, kind: ForecastKind, given: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The metric with its definition's digest, and for yes or no the threshold."""
        metric = get_metric(product, str(given.get("metric", "")))
        unit, currency = unit_of(metric.question, product.currency)
        source: dict[str, Any] = {
            "metric": metric.public_id,
            "name": metric.name,
            "digest": metric.definition_digest,
            "unit": unit,
            "currency": currency,
        }
        if kind == ForecastKind.BINARY:
            source |= {
                "operator": _check_operator(given.get("operator", "at-least")),
                "threshold": _check_threshold(given.get("threshold"), unit),
            }
        return source

    def describe(self, kind: ForecastKind, source: Mapping[str, Any]) -> str:
        """``Activation is at least 40%``, or the metric's name."""
        if kind != ForecastKind.BINARY:
            return f"the metric {source['name']}"
        words = OPERATORS[source["operator"]]
        limit = show_number(source["threshold"], source["unit"], source["currency"])
        return f"the metric {source['name']} {words} {limit}"

    def read(
        self, product: ProductView, kind: ForecastKind, source: Mapping[str, Any], by: date
    ) -> Finding | Waiting:
        """The metric at the end of ``by``, or why it says nothing."""
        end = end_of_day(product, by)
        if product.now < end:
            return Waiting(f"{by:%-d %B %Y} is not over yet")
        try:
            metric = get_metric(product, source["metric"])
        except NotFoundError:
            return Waiting("the metric is no longer there; resolve it by hand")
        if metric.definition_digest != source["digest"]:
            return Waiting(
                "the metric's definition is no longer the one that was forecast; resolve it by hand"
            )
        as_of = replace(product, clock=end)
        reading = read_metric(as_of, metric, open_log(product))
        return _judge(kind, source, reading, metric, as_of)


def _judge(
    kind: ForecastKind,
    source: Mapping[str, Any],
    reading: Reading,
    metric: MetricView,
    as_of: ProductView,
) -> Finding | Waiting:
    place = reading.latest
    if reading.as_of is not None:
        return Waiting(f"the events end on {reading.as_of:%-d %B %Y}, long before the last day")
    if place is None or place.value is None:
        return Waiting(f"{metric.name}: {reading.reason or 'no data'}")
    told = _to_json(source, reading, place)
    evidence = _describe(source, reading, place)
    if kind == ForecastKind.NUMERIC:
        return Finding(Outcome.VALUE, as_of.now, evidence, value=place.value, reading=told)
    is_true = _holds(place.value, source["operator"], source["threshold"])
    outcome = Outcome.YES if is_true else Outcome.NO
    return Finding(outcome, as_of.now, evidence, value=place.value, reading=told)


def _to_json(source: Mapping[str, Any], reading: Reading, place: Place) -> dict[str, Any]:
    rate = place.rate
    told: dict[str, Any] = {
        "metric": source["metric"],
        "digest": source["digest"],
        "period": reading.period,
        "first_day": place.period.isoformat(),
        "value": place.value,
        "unit": source["unit"],
        "n": place.n,
        "interval": asdict(rate) if rate else None,
        "rule": f"the latest whole {reading.period} that was complete by the last day",
    }
    if "threshold" in source and rate and rate.low is not None and rate.high is not None:
        told["is_close"] = rate.low <= source["threshold"] <= rate.high
    return told


def _describe(source: Mapping[str, Any], reading: Reading, place: Place) -> str:
    value = show_number(place.value, source["unit"], source["currency"])
    day = place.period.isoformat()
    when = f"on {day}" if reading.period == "day" else f"in the {reading.period} of {day}"
    words = f"{source['name']} was {value} {when}"
    rate = place.rate
    if rate is None or rate.low is None or rate.high is None:
        return f"{words} (n {place.n:,})."
    text = f"{words} (n {place.n:,}, 95 % interval {rate.low:.1%} to {rate.high:.1%})."
    if "threshold" in source and rate.low <= source["threshold"] <= rate.high:
        text += " The interval holds the threshold: it could as well have gone the other way."
    return text


def _holds(value: float, operator: str, threshold: float) -> bool:
    if operator == "at-least":
        return value >= threshold
    if operator == "above":
        return value > threshold
    return value <= threshold if operator == "at-most" else value < threshold


def _check_operator(given: Any) -> str:
    if given not in OPERATORS:
        raise InvalidValueError(f"a comparison is one of {', '.join(OPERATORS)}.", value=str(given))
    return str(given)


def _check_threshold(given: Any, unit: str) -> float:
    threshold = parse_number("the threshold", given)
    if unit == "share" and not 0 <= threshold <= 1:
        raise InvalidValueError(
            "this metric is a share, so its threshold lies between 0 and 1.",
            value=str(given),
            remedy="Write 40% or 0.4.",
        )
    return threshold
