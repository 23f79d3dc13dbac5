"""What a person chooses in the form of a claim, as a source with its definition and tolerance."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from pilothouse.apps.analytics.services.answers import take_inventory
from pilothouse.apps.analytics.services.metrics import MetricView, list_metrics
from pilothouse.apps.backlog.models import ItemKind
from pilothouse.apps.documents.models import Tolerance
from pilothouse.apps.experiments.services.experiments import name_read_experiments
from pilothouse.apps.http import read_number
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.errors import InvalidValueError

STEPS = 4
TOLERANCES = [
    ("", "outside its interval (10 % where it has none)"),
    (Tolerance.RELATIVE.value, "by more than … % of it"),
    (Tolerance.ABSOLUTE.value, "by more than … (points, for a share)"),
]
PERIODS = [("day", "day"), ("week", "week"), ("month", "month")]
OPEN_STATUSES = ["new", "exploring", "ready", "doing"]
Pair = tuple[str, str]


@dataclass(frozen=True)
class ClaimForm:
    """A source and a tolerance; ``amount`` is as people write it, 10 for 10 %."""

    kind: str
    definition: dict[str, Any]
    tolerance: str
    amount: float | None


def parse_claim_form(data: QueryDict) -> ClaimForm:
    """What was chosen; raises ``InvalidValueError`` for what cannot be."""
    kind, definition = parse_source(data)
    return ClaimForm(kind, definition, data.get("tolerance", ""), read_amount(data))


def read_amount(data: QueryDict) -> float | None:
    """The amount of a tolerance, None if left empty."""
    text = data.get("amount", "").strip().replace(",", ".").removesuffix("%").strip()
    if not text:
        return None
    try:
        amount = float(text) if len(text) <= 30 else math.inf
    except ValueError:
        amount = math.inf
    if not 0 <= amount <= 1e15:
        raise InvalidValueError("a tolerance is a number such as 10.", value=data.get("amount"))
    return amount


def parse_source(data: QueryDict) -> tuple[str, dict[str, Any]]:
    """The source that the select and, for a question asked here, the fields below it name."""
    name, _, rest = data.get("source", "").partition(":")
    if name == "metric":
        metric, _, which = rest.partition(":")
        return "metric", {"metric": metric, "part": _parse_part(which)}
    if name == "count":
        return "count", {"feedback": rest}
    if name == "experiment":
        experiment, _, which = rest.partition(":")
        return "experiment", {"experiment": experiment, "part": {"number": which or "lift"}}
    if name == "items":
        return "item-count", {"kinds": [rest] if rest else [], "statuses": OPEN_STATUSES}
    questions = {"funnel": _funnel, "retention": _retention, "trend": _trend}
    if name not in questions:
        raise InvalidValueError("choose what is quoted.", value=name or None)
    definition, part = questions[name](data)
    return "question", {"kind": name, "definition": definition, "part": part}


def _parse_part(text: str) -> dict[str, Any]:
    name, _, value = text.partition("=")
    if name == "step":
        place, _, of = value.partition(",")
        return {"step": read_number(place), "of": of or "first"}
    if name == "column":
        return {"column": read_number(value)}
    return {"period": "latest"}


def _funnel(data: QueryDict) -> tuple[dict[str, Any], dict[str, Any]]:
    steps = [step for step in data.getlist("step") if step]
    definition: dict[str, Any] = {"steps": steps, "window": data.get("window") or "7d"}
    return _with_last(definition, data), {"step": max(len(steps), 2), "of": "first"}


def _retention(data: QueryDict) -> tuple[dict[str, Any], dict[str, Any]]:
    definition = {
        "start": data.get("start") or None,
        "return": data.get("return") or None,
        "period": data.get("period") or "week",
    }
    column = read_number(data.get("column") or "1")
    return _with_last(definition, data), {"column": column}


def _trend(data: QueryDict) -> tuple[dict[str, Any], dict[str, Any]]:
    definition = {
        "event": data.get("start") or None,
        "measure": data.get("measure") or "actors",
        "period": data.get("period") or "week",
    }
    return _with_last(definition, data), {"period": "latest"}


def _with_last(definition: dict[str, Any], data: QueryDict) -> dict[str, Any]:
    last = data.get("last", "").strip()
    return {**definition, "last": last} if last else definition


def claim_choices(product: ProductView) -> dict[str, Any]:
    """Everything that the form of a claim offers."""
    events = [(event.name, event.name) for event in take_inventory(product).events]
    return {
        "sources": [
            *_sources(list_metrics(product), has_events=bool(events)),
            *_of_experiments(name_read_experiments(product)),
        ],
        "event_options": [("", "choose an event"), *events],
        "any_event_options": [("", "any event"), *events],
        "step_places": range(1, STEPS + 1),
        "tolerances": TOLERANCES,
        "periods": PERIODS,
        "measures": [("actors", "actors"), ("count", "events")],
    }


def _sources(metrics: Iterable[MetricView], *, has_events: bool) -> Iterable[Pair]:
    for metric in metrics:
        yield from _parts_of(metric)
    if has_events:
        yield "funnel", "A funnel, asked here …"
        yield "retention", "Retention, asked here …"
        yield "trend", "A trend, asked here …"
    yield "count:open", "Feedback still open"
    yield "count:all", "Feedback captured, all"
    yield "items:", "Open items, all kinds"
    for kind in ItemKind:
        yield f"items:{kind.value}", f"Open items: {kind.label}"


def _of_experiments(experiments: Iterable[Pair]) -> Iterable[Pair]:
    """What a readout can be quoted for."""
    for public_id, name in experiments:
        yield f"experiment:{public_id}:lift", f"{name}: relative difference"
        yield f"experiment:{public_id}:difference", f"{name}: difference"
        yield f"experiment:{public_id}:rate", f"{name}: value of the arm"
        yield f"experiment:{public_id}:p", f"{name}: p"


def _parts_of(metric: MetricView) -> Iterable[Pair]:
    definition: Mapping[str, Any] = metric.question.definition
    start = f"metric:{metric.public_id}:"
    if metric.question.kind == "trend":
        yield f"{start}latest", f"{metric.name}: latest whole {definition['period']}"
    elif metric.question.kind == "retention":
        for column in range(1, min(int(definition["periods"]), STEPS) + 1):
            yield f"{start}column={column}", f"{metric.name}: {definition['period']} {column}"
    else:
        names = [step if isinstance(step, str) else step.get("event") or "any event"
                 for step in definition["steps"]]  # fmt: skip
        for place in range(len(names), 1, -1):
            yield f"{start}step={place}", f"{metric.name}: {names[place - 1]} of {names[0]}"
        for place in range(3, len(names) + 1):
            words = f"{metric.name}: {names[place - 1]} of {names[place - 2]}"
            yield f"{start}step={place},previous", words
