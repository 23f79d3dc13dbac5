"""Decisions and forecasts of a product of the workspace, for the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pilothouse.cli.output import print_answer
from pilothouse.cli.products import find_product
from pilothouse.kernel.errors import InvalidValueError, NotFoundError

if TYPE_CHECKING:
    from pilothouse.apps.decisions.services.forecast_views import ForecastView
    from pilothouse.apps.decisions.services.resolving import ResolutionDraft
    from pilothouse.apps.decisions.services.views import DecisionView
    from pilothouse.apps.workspace.services.access import ProductView


def print_decisions(
    *, product: str, data: Path | None, as_json: bool, due: bool, status: str
) -> None:
    """The records of a product, the latest first."""
    _, view = find_product(product, data)
    from pilothouse.apps.decisions.services.decisions import list_decisions
    from pilothouse.apps.decisions.services.jsons import to_decision_json

    found = list_decisions(view, status=status, due=due)
    lines = [
        f"{each.ref}  {each.status.label.lower()}{', review due' if each.is_due else ''}: "
        f"{each.title}"
        for each in found
    ]
    answer = {
        "product": view.name,
        "simulated": view.is_simulated,
        "decisions": [to_decision_json(each) for each in found],
    }
    print_answer(answer, lines or ["No such decision."], as_json=as_json)


def print_record(*, product: str, data: Path | None, as_json: bool, decision: str) -> None:
    """One record as Markdown."""
    _, view = find_product(product, data)
    from pilothouse.apps.decisions.services.forecasts import list_forecasts
    from pilothouse.apps.decisions.services.jsons import to_decision_json
    from pilothouse.apps.decisions.services.records import write_record

    each = _find_decision(view, decision)
    forecasts = list_forecasts(view, decision_id=each.public_id)
    answer = {"simulated": view.is_simulated, "decision": to_decision_json(each)}
    print_answer(answer, [write_record(view, each, forecasts)], as_json=as_json)


def write_decision(
    *, product: str, data: Path | None, as_json: bool, title: str, options: tuple[str, ...],
    choose: str | None, probability: str | None, review_on: str | None, why: str, **texts: Any,
) -> None:  # fmt: skip
    """A decision record; with a chosen option it is decided."""
    access, view = find_product(product, data)
    from pilothouse.apps.decisions.services.decisions import (
        DecisionDraft,
        OptionDraft,
        save_decision,
    )
    from pilothouse.apps.decisions.services.figures import parse_probability
    from pilothouse.apps.decisions.services.jsons import to_decision_json
    from pilothouse.apps.decisions.services.lines import parse_day
    from pilothouse.apps.decisions.services.texts import today_of

    if choose is not None and choose not in options:
        raise InvalidValueError("the chosen option is one of those given.", value=choose)
    draft = DecisionDraft(
        title=title,
        options=tuple(OptionDraft(each, is_chosen=each == choose) for each in options),
        reasons=why,
        probability=None if probability is None else parse_probability(probability),
        review_on=None if review_on is None else parse_day(review_on, today_of(view)),
        is_decided=choose is not None,
        **texts,
    )
    saved = save_decision(access, view, draft)
    answer = {"simulated": view.is_simulated, "decision": to_decision_json(saved)}
    missing = [f"missing: {gap}" for gap in saved.gaps]
    line = f"{saved.ref}  {saved.status.label.lower()}: {saved.title}"
    print_answer(answer, [line, *missing], as_json=as_json)


def review_one(
    *, product: str, data: Path | None, as_json: bool, decision: str, came: str, **words: str
) -> None:
    """Write down how a decision turned out."""
    access, view = find_product(product, data)
    from pilothouse.apps.decisions.services.jsons import to_decision_json
    from pilothouse.apps.decisions.services.reviews import ReviewDraft, review_decision

    each = _find_decision(view, decision)
    draft = ReviewDraft(came_true=came, **words)
    reviewed = review_decision(access, view, each.public_id, draft)
    answer = {"simulated": view.is_simulated, "decision": to_decision_json(reviewed)}
    line = f"{reviewed.ref}  reviewed: {reviewed.reviews[-1].verdict.label.lower()}"
    print_answer(answer, [line], as_json=as_json)


def print_premortems(*, product: str, data: Path | None, as_json: bool) -> None:
    """Pre-mortems with their causes."""
    _, view = find_product(product, data)
    from pilothouse.apps.decisions.services.jsons import to_premortem_json
    from pilothouse.apps.decisions.services.premortems import list_premortems

    found = list_premortems(view)
    words = {None: "", True: ", came true", False: ", did not come"}
    lines = [
        line
        for each in found
        for line in (
            each.title,
            *(f"  {c.likelihood} x {c.harm}  {c.text}{words[c.came_true]}" for c in each.causes),
        )
    ]
    answer = {
        "simulated": view.is_simulated,
        "premortems": [to_premortem_json(each) for each in found],
    }
    print_answer(answer, lines or ["No pre-mortem."], as_json=as_json)


def print_forecasts(
    *, product: str, data: Path | None, as_json: bool, state: str, person: str
) -> None:
    """The forecasts of a product: due, open, resolved."""
    _, view = find_product(product, data)
    from pilothouse.apps.decisions.services.forecasts import list_forecasts
    from pilothouse.apps.decisions.services.jsons import to_forecast_json

    found = list_forecasts(view, state=state, person=person)
    answer = {
        "product": view.name,
        "simulated": view.is_simulated,
        "forecasts": [to_forecast_json(each) for each in found],
    }
    lines = [describe_forecast(each) for each in found]
    print_answer(answer, lines or ["No such forecast."], as_json=as_json)


def make_forecast(*, product: str, data: Path | None, as_json: bool, line: str) -> None:
    """A forecast from one line."""
    access, view = find_product(product, data)
    from pilothouse.apps.decisions.services.forecasts import ForecastDraft, create_forecast
    from pilothouse.apps.decisions.services.jsons import to_forecast_json
    from pilothouse.apps.decisions.services.lines import parse_forecast_line
    from pilothouse.apps.decisions.services.texts import today_of

    said = parse_forecast_line(line, today_of(view))
    draft = ForecastDraft(
        said.question, said.resolve_by, probability=said.probability, topics=said.topics
    )
    made = create_forecast(access, view, draft)
    answer = {"simulated": view.is_simulated, "forecast": to_forecast_json(made)}
    print_answer(answer, [describe_forecast(made)], as_json=as_json)


def resolve_forecasts(
    *,
    product: str,
    data: Path | None,
    as_json: bool,
    forecast: str | None,
    outcome: str | None,
    evidence: str,
) -> None:
    """Have sources read, or resolve one by hand."""
    access, view = find_product(product, data)
    from pilothouse.apps.decisions.services.forecasts import get_forecast, list_forecasts
    from pilothouse.apps.decisions.services.jsons import to_forecast_json
    from pilothouse.apps.decisions.services.resolving import look_at_sources, resolve_by_hand

    if forecast is not None and outcome is not None:
        one = _find(view, forecast)
        draft = _to_draft(one, outcome, evidence)
        touched = [resolve_by_hand(access, view, one.public_id, draft)]
    elif forecast is None and outcome is None:
        before = {each.public_id for each in list_forecasts(view, state="open")}
        look_at_sources(view, force=True, limit=10_000)
        after = {each.public_id for each in list_forecasts(view, state="open")}
        touched = [get_forecast(view, public_id) for public_id in sorted(before - after)]
    else:
        raise InvalidValueError("a forecast is resolved with an --outcome.", value=forecast)
    answer = {
        "simulated": view.is_simulated,
        "resolved": [to_forecast_json(each) for each in touched],
    }
    lines = [describe_forecast(each) for each in touched]
    print_answer(answer, lines or ["Nothing to resolve yet."], as_json=as_json)


def print_track_record(product: str, data: Path | None, *, as_json: bool) -> None:
    """The scores of a product's forecasts."""
    _, view = find_product(product, data)
    from pilothouse.apps.decisions.services.track_record import (
        read_track_record,
        to_track_record_json,
    )
    from pilothouse.cli.decisions import describe

    record = read_track_record(view)
    people = {each.name: each.calibration for each in record.by_person}
    lines = list(describe(record.calibration, people, record.open))
    print_answer(to_track_record_json(view, record), lines, as_json=as_json)


def describe_forecast(forecast: ForecastView) -> str:
    """One forecast in one line."""
    latest, came, judged = forecast.latest, forecast.resolution, forecast.judgement
    said = "not said"
    if latest is not None and latest.probability is not None:
        said = f"{latest.probability:.0%}"
    elif latest is not None and latest.range is not None:
        said = f"{latest.range.low} to {latest.range.high}"
    line = f"{forecast.ref}  {said}  {forecast.question} (by {forecast.resolve_by}"
    if came is None:
        waits = f"; waits: {forecast.waiting_for}" if forecast.waiting_for else ""
        return f"{line}, {forecast.state}{waits})"
    what = came.day or came.value if came.outcome.value in {"value", "date"} else None
    score = f", Brier {judged.brier:.3f}" if judged and judged.brier is not None else ""
    unscored = f", not scored: {judged.reason}" if judged and judged.reason else ""
    return f"{line}, {came.outcome.value if what is None else what}{score}{unscored})"


def _find_decision(product: ProductView, name: str) -> DecisionView:
    from pilothouse.apps.decisions.services.decisions import list_decisions

    for each in list_decisions(product):
        if name.strip().upper() == each.ref or name == each.public_id:
            return each
    raise NotFoundError("there is no such decision in this product.", value=name)


def _find(product: ProductView, name: str) -> ForecastView:
    from pilothouse.apps.decisions.services.forecasts import list_forecasts

    for each in list_forecasts(product, limit=1_000_000):
        if name.strip().upper() == each.ref or name == each.public_id:
            return each
    raise NotFoundError("there is no such forecast in this product.", value=name)


def _to_draft(forecast: ForecastView, text: str, evidence: str) -> ResolutionDraft:
    from pilothouse.apps.decisions.services.figures import parse_number
    from pilothouse.apps.decisions.services.resolving import ResolutionDraft
    from pilothouse.kernel.times import parse_date

    word = text.strip().lower()
    parts: dict[str, Any] = {"outcome": word, "evidence": evidence}
    if word not in {"yes", "no", "void", "never"}:
        if forecast.kind.value == "date":
            parts |= {"outcome": "date", "day": parse_date(text)}
        elif forecast.kind.value == "numeric":
            parts |= {"outcome": "value", "value": parse_number("the outcome", text)}
    return ResolutionDraft(**parts)
