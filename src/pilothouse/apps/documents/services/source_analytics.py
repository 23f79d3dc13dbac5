"""Claims on metrics and questions: a period of a trend, a step of a funnel, a column of retention.

A ``part`` says which number of the answer is quoted:
trend ``{"period": "latest"}`` (the last whole one) or ``{"period": "2026-11-02"}``;
funnel ``{"step": 2, "of": "first"}`` (or ``"previous"``); retention ``{"column": 1}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pilothouse.apps.analytics.services.questions import Question, parse_question
from pilothouse.apps.documents.services.sources import (
    Definition,
    SourceContext,
    SourceValue,
    take_known,
)
from pilothouse.kernel.errors import InvalidValueError, NotFoundError
from pilothouse.kernel.intervals import Rate
from pilothouse.kernel.times import parse_date

if TYPE_CHECKING:
    from pilothouse.apps.analytics.services.answers import Answer
    from pilothouse.engines.analytics.results import (
        FunnelResult,
        RetentionResult,
        TrendResult,
    )


@dataclass(frozen=True)
class _Asked:
    """An answer with what its claim says of it. ``name`` is empty for a question without one."""

    answer: Answer
    name: str
    currency: str
    url: str
    meaning: str = ""

    @property
    def definition(self) -> Mapping[str, Any]:
        return self.answer.question.definition

    def value(self, label: str, unit: str, number: float | None, **more: Any) -> SourceValue:
        """A number of the answer with the answer's rules."""
        rules = (("days", self.answer.days), *self.answer.result.semantics)
        return SourceValue(
            label, unit, number, semantics=rules, url=self.url, meaning=self.meaning, **more
        )


def read_metric_source(context: SourceContext, definition: Definition) -> SourceValue:
    """A number of a saved metric: ``{"metric": ID, "part": {…}}``."""
    given = take_known(definition, {"metric", "part"})
    metric = context.metrics.get(str(given.get("metric")))
    if metric is None:
        raise NotFoundError("there is no such metric in this product.", value=given.get("metric"))
    asked = _ask(context, metric.question, metric.name)
    url = f"/p/{context.product.public_id}/analytics/metrics/{metric.public_id}/"
    return _pick(replace(asked, url=url, meaning=metric.definition_digest), given.get("part"))


def read_question_source(context: SourceContext, definition: Definition) -> SourceValue:
    """A number of a question: ``{"kind": "funnel", "definition": {…}, "part": {…}}``."""
    given = take_known(definition, {"kind", "definition", "part"})
    question = given.get("definition")
    if not isinstance(question, Mapping):
        raise InvalidValueError("a question has a definition.", value=question)
    asked = _ask(context, parse_question(str(given.get("kind")), question), "")
    return _pick(asked, given.get("part"))


def _ask(context: SourceContext, question: Question, name: str) -> _Asked:
    from pilothouse.apps.analytics.services.answers import ask

    whole = dict(question.definition)
    # A claim is one number: the groups of a breakdown are not it.
    if "breakdown" in whole:
        whole["breakdown"] = None
    answer = ask(context.product, Question(question.kind, whole), context.log)
    url = f"/p/{context.product.public_id}/analytics/{question.kind}/"
    return _Asked(answer, name, context.product.currency, url)


def _pick(asked: _Asked, part: Any) -> SourceValue:
    if part is not None and not isinstance(part, Mapping):
        raise InvalidValueError("a part says which number of the answer is meant.", value=part)
    picks = {"trend": _pick_trend, "funnel": _pick_funnel, "retention": _pick_retention}
    return picks[asked.answer.question.kind](asked, part or {})


def _pick_trend(asked: _Asked, part: Definition) -> SourceValue:
    from pilothouse.apps.analytics.services.charts import name_measure, unit_of

    result: TrendResult = asked.answer.result  # type: ignore[assignment]
    wanted = str(take_known(part, {"period"}).get("period", "latest"))
    points = [point for each in result.series[:1] for point in each.values if point.complete]
    if wanted != "latest":
        day = parse_date(wanted)
        points = [point for point in points if point.period == day]
    unit, currency = unit_of(asked.answer.question, asked.currency)
    period = asked.definition["period"]
    measure = name_measure(str(asked.definition["measure"]))
    name = asked.name or f"{measure} of {asked.definition['event'] or 'any event'}"
    label = f"{name}, {'latest whole ' if wanted == 'latest' else ''}{period}"
    if wanted != "latest":
        label += f" of {wanted}"
    if not points or points[-1].value is None:
        reason = "there is no data in it" if points else f"there is no whole {period} of data"
        return asked.value(label, unit, None, currency=currency, reason=reason)
    point = points[-1]
    value = asked.value(label, unit, point.value, n=point.n, currency=currency)
    when = ("quoted period", f"{period} of {point.period.isoformat()}")
    return replace(value, semantics=(when, *value.semantics))


def _pick_funnel(asked: _Asked, part: Definition) -> SourceValue:
    result: FunnelResult = asked.answer.result  # type: ignore[assignment]
    given = take_known(part, {"step", "of"})
    place = _parse_place(given.get("step", len(result.steps)), "step", 2, len(result.steps))
    of = given.get("of", "first")
    if of not in {"first", "previous"}:
        raise InvalidValueError("a step is a share of the first step or of the previous.", value=of)
    step = result.steps[place - 1]
    base = result.steps[0 if of == "first" else place - 2]
    name = f"{asked.name}: " if asked.name else ""
    label = f"{name}{step.step} of {base.step} within {asked.definition['window']}"
    return _from_rate(asked, step.rate if of == "first" else step.step_rate, label)


def _pick_retention(asked: _Asked, part: Definition) -> SourceValue:
    result: RetentionResult = asked.answer.result  # type: ignore[assignment]
    column = _parse_place(take_known(part, {"column"}).get("column", 1), "column", 0, 400)
    start, back = asked.definition["start"], asked.definition["return"]
    name = asked.name or f"{back or 'any event'} after {start or 'any event'}"
    label = f"{name}, {asked.definition['period']} {column}, all whole cohorts"
    if column >= len(result.mean):
        return asked.value(label, "share", None, reason="no cohort is that old yet")
    return _from_rate(asked, result.mean[column], label)


def _from_rate(asked: _Asked, rate: Rate, label: str) -> SourceValue:
    reason = "" if rate.n else "nobody is in it yet"
    return asked.value(
        label, "share", rate.share, low=rate.low, high=rate.high, n=rate.n, reason=reason
    )


def _parse_place(given: Any, name: str, low: int, high: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not low <= given <= high:
        raise InvalidValueError(f"the {name} lies between {low} and {high}.", value=given)
    return given
