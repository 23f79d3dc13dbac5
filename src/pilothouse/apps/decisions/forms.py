"""From the fields of the pages to drafts, and back: what was typed is shown again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from pilothouse.apps.decisions.models import ForecastKind
from pilothouse.apps.decisions.services.decisions import DecisionDraft, OptionDraft
from pilothouse.apps.decisions.services.figures import (
    parse_number,
    parse_probability,
    show_number,
)
from pilothouse.apps.decisions.services.forecast_views import ForecastView
from pilothouse.apps.decisions.services.forecasts import ForecastDraft
from pilothouse.apps.decisions.services.judging import RangeSaid
from pilothouse.apps.decisions.services.premortems import CauseDraft
from pilothouse.apps.decisions.services.resolving import ResolutionDraft
from pilothouse.apps.decisions.services.views import DecisionView
from pilothouse.apps.http import read_number
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.texts import split_list
from pilothouse.kernel.times import parse_date

LEAST_OPTIONS = 2
SOURCE_FIELDS = ("metric", "operator", "threshold", "release", "experiment", "wanted", "arm")
TEXTS = ("title", "context", "reasons", "expected", "driver", "approver")


@dataclass(frozen=True)
class OptionRow:
    """One option of the form."""

    title: str = ""
    pros: str = ""
    cons: str = ""
    cost: str = ""
    is_chosen: bool = False


def read_decision(fields: QueryDict) -> DecisionDraft:
    """The draft that a form holds."""
    return DecisionDraft(
        **{name: fields.get(name, "") for name in TEXTS},
        options=tuple(
            OptionDraft(row.title, row.pros, row.cons, row.cost, row.is_chosen)
            for row in read_rows(fields)
            if row.title.strip() or row.pros.strip() or row.cons.strip() or row.cost.strip()
        ),
        probability=read_probability(fields.get("probability", "")),
        review_on=read_day(fields.get("review_on", "")),
        door=fields.get("door") or "unknown",
        contributors=split_list(fields.get("contributors", "")),
        informed=split_list(fields.get("informed", "")),
        topics=split_list(fields.get("topics", "")),
        is_decided=fields.get("do") == "decide",
        capture_id=fields.get("capture", ""),
    )


def read_rows(fields: QueryDict) -> list[OptionRow]:
    """The options of a form, empty ones too."""
    columns = [fields.getlist(f"option_{part}") for part in ("title", "pros", "cons", "cost")]
    chosen = fields.get("chosen", "")
    return [
        OptionRow(title, pros, cons, cost, chosen == str(place))
        for place, (title, pros, cons, cost) in enumerate(zip(*columns, strict=False))
    ]


def show_decision(decision: DecisionView) -> dict[str, Any]:
    """A record as the fields of its form."""
    return {
        **{name: getattr(decision, name) for name in TEXTS},
        "options": [
            OptionRow(each.title, each.pros, each.cons, each.cost, each.is_chosen)
            for each in decision.options
        ],
        "probability": show_share(decision.probability),
        "review_on": decision.review_on.isoformat() if decision.review_on else "",
        "door": decision.door.value,
        "contributors": ", ".join(decision.contributors),
        "informed": ", ".join(decision.informed),
        "topics": ", ".join(decision.topics),
    }


def show_typed(fields: QueryDict) -> dict[str, Any]:
    """What was typed, for the form that is shown again."""
    return {**fields.dict(), "options": read_rows(fields)}


def pad_rows(rows: list[OptionRow]) -> list[OptionRow]:
    """At least two options, and one empty one to write the next."""
    missing = max(LEAST_OPTIONS - len(rows), 0 if rows and not rows[-1].title else 1)
    return [*rows, *[OptionRow()] * missing]


def read_forecast(fields: QueryDict) -> ForecastDraft:
    """The draft of a forecast."""
    kind = fields.get("kind") or ForecastKind.BINARY.value
    return ForecastDraft(
        question=fields.get("question", ""),
        resolve_by=_needed_day("the last day", fields.get("resolve_by", "")),
        kind=kind,
        probability=read_probability(fields.get("probability", "")),
        range=read_range(kind, fields),
        criteria=fields.get("criteria", ""),
        unit=fields.get("unit", ""),
        topics=split_list(fields.get("topics", "")),
        person=fields.get("person", ""),
        note=fields.get("note", ""),
        source_kind=fields.get("source_kind", ""),
        source={name: fields.get(name, "") for name in SOURCE_FIELDS},
        decision_id=fields.get("decision", ""),
        capture_id=fields.get("capture", ""),
    )


def read_range(kind: str, fields: QueryDict) -> RangeSaid | None:
    """Low, middle, high and level; None for yes or no."""
    if kind not in {ForecastKind.NUMERIC.value, ForecastKind.DATE.value}:
        return None
    parts = ("low", "median", "high")
    given = [fields.get(part, "") for part in parts]
    level = read_probability(fields.get("level") or "80%")
    if level is None:
        raise InvalidValueError("a range needs its level.")
    if kind == ForecastKind.DATE.value:
        days = [
            _needed_day(f"the {part} day", text) for part, text in zip(parts, given, strict=True)
        ]
        return RangeSaid(days[0], days[1], days[2], level)
    numbers = [
        parse_number(f"the {part} value", text) for part, text in zip(parts, given, strict=True)
    ]
    return RangeSaid(numbers[0], numbers[1], numbers[2], level)


def read_resolution(fields: QueryDict) -> ResolutionDraft:
    """What came, as a person says it."""
    outcome = fields.get("outcome", "")
    value = fields.get("value", "").strip()
    return ResolutionDraft(
        outcome=outcome,
        value=parse_number("what came", value) if value and outcome == "value" else None,
        day=read_day(fields.get("day", "")) if outcome == "date" else None,
        evidence=fields.get("evidence", ""),
        known_on=read_day(fields.get("known_on", "")),
    )


def read_cause(fields: QueryDict) -> CauseDraft:
    """A cause of failure."""
    return CauseDraft(
        **{
            name: fields.get(name, "")
            for name in ("text", "mitigation", "owner", "signpost", "person")
        },
        likelihood=read_number(fields.get("likelihood", "")) or 0,
        harm=read_number(fields.get("harm", "")) or 0,
    )


def show_estimate(forecast: ForecastView) -> dict[str, Any]:
    """The latest estimate as the fields of the form that changes it."""
    latest = forecast.latest
    if latest is None:
        return {}
    if latest.range is not None:
        said = latest.range.to_json()
        return {**said, "level": show_share(latest.range.level)}
    return {"probability": show_share(latest.probability)}


def show_wording(forecast: ForecastView) -> dict[str, Any]:
    """The wording as the fields of the form that changes it."""
    return {
        "question": forecast.question,
        "criteria": forecast.criteria,
        "resolve_by": forecast.resolve_by.isoformat(),
        "topics": ", ".join(forecast.topics),
    }


def twin_query(forecast: ForecastView) -> str:
    """The query of a form for the same question, so that somebody else can answer it too."""
    source = {name: forecast.source[name] for name in SOURCE_FIELDS if name in forecast.source}
    fields = {
        "kind": forecast.kind.value,
        "question": forecast.question,
        "criteria": forecast.criteria,
        "unit": forecast.unit,
        "resolve_by": forecast.resolve_by.isoformat(),
        "topics": ", ".join(forecast.topics),
        "source_kind": forecast.source_kind,
        "decision": forecast.decision_id,
        **source,
    }
    return urlencode({name: value for name, value in fields.items() if value != ""})


def show_share(share: float | None) -> str:
    """``0.7`` as ``70%`` for a field."""
    return "" if share is None else show_number(share, "share")


def read_probability(text: str) -> float | None:
    """A probability, or None where nothing was typed."""
    return parse_probability(text) if text.strip() else None


def read_day(text: str) -> date | None:
    """A day, or None where nothing was typed."""
    return parse_date(text) if text.strip() else None


def _needed_day(what: str, text: str) -> date:
    day = read_day(text)
    if day is None:
        raise InvalidValueError(f"{what} is missing.", remedy="Write it as 2026-12-31.")
    return day
