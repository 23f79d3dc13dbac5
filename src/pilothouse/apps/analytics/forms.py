"""Between a form's fields and a question's definition: the URL of an answer is its question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from pilothouse.apps.analytics.services.questions import Definition
from pilothouse.kernel.errors import InvalidValueError

VALUED = ("sum", "mean", "median")
MEASURES = [
    ("count", "Number of events"),
    ("actors", "Unique actors"),
    ("wau", "Active in trailing 7 days (WAU)"),
    ("mau", "Active in trailing 30 days (MAU)"),
    ("sum", "Sum of a property"),
    ("mean", "Mean of a property"),
    ("median", "Median of a property"),
]
OPERATOR_WORDS = [
    ("is", "is"),
    ("is-not", "is not"),
    ("contains", "contains"),
    ("greater", "is above"),
    ("less", "is below"),
    ("set", "is set"),
    ("not-set", "is not set"),
]
PERIODS = [("day", "day"), ("week", "week"), ("month", "month")]
WINDOWS = ["30m", "1h", "12h", "1d", "7d", "14d", "30d", "90d"]


def definition_from_fields(kind: str, fields: QueryDict) -> Definition:
    """The definition that the fields of a form spell; empty fields are left out."""
    definition: Definition = {"filters": _filters(fields)}
    for part in ("from", "to"):
        if fields.get(part):
            definition[part] = fields[part]
    if fields.get("last") and not (fields.get("from") or fields.get("to")):
        definition["last"] = _whole_number("last", fields.get("last", ""))
    if kind == "trend":
        return definition | _trend(fields)
    if kind == "funnel":
        return definition | _funnel(fields)
    return definition | _retention(fields)


def fields_from_definition(kind: str, definition: Mapping[str, Any]) -> str:
    """The query string that spells a definition: a link to its page."""
    pairs: list[tuple[str, Any]] = [
        (part, definition[part])
        for part in (
            "event", "period", "breakdown", "window", "immature", "start", "return", "periods",
            "from", "to", "last",
        )
        if definition.get(part) is not None
    ]  # fmt: skip
    if kind == "trend":
        measure, _, name = definition["measure"].partition(":")
        pairs += [("measure", measure), ("property", name)]
    for step in definition.get("steps", []):
        pairs.append(("step", step if isinstance(step, str) else step["event"] or ""))
    for each in definition["filters"]:
        values = ", ".join(str(value) for value in each.get("values", []))
        pairs += [("fp", each["property"]), ("fo", each["operator"]), ("fv", values)]
    return urlencode(pairs)


def _trend(fields: QueryDict) -> Definition:
    measure = fields.get("measure", "count")
    if measure in VALUED:
        name = fields.get("property", "").strip()
        if not name:
            raise InvalidValueError(
                f"a {measure} needs a property.", remedy="Choose one beside the measure."
            )
        measure = f"{measure}:{name}"
    return {
        "event": fields.get("event") or None,
        "measure": measure,
        "period": fields.get("period") or "day",
        "breakdown": fields.get("breakdown") or None,
    }


def _funnel(fields: QueryDict) -> Definition:
    return {
        "steps": [step for step in fields.getlist("step") if step],
        "window": fields.get("window") or "7d",
        "immature": fields.get("immature") or "exclude",
        "breakdown": fields.get("breakdown") or None,
    }


def _retention(fields: QueryDict) -> Definition:
    return {
        "start": fields.get("start") or None,
        "return": fields.get("return") or None,
        "period": fields.get("period") or "week",
        "periods": _whole_number("periods", fields.get("periods") or "12"),
    }


def _filters(fields: QueryDict) -> list[dict[str, Any]]:
    rows = zip(fields.getlist("fp"), fields.getlist("fo"), fields.getlist("fv"), strict=False)
    return [_filter(name, operator, text) for name, operator, text in rows if name]


def _filter(name: str, operator: str, text: str) -> dict[str, Any]:
    if operator in {"set", "not-set"}:
        return {"property": name, "operator": operator, "values": []}
    values = [value.strip() for value in text.split(",") if value.strip()]
    if not values:
        raise InvalidValueError(
            f"the filter on {name} needs a value.", remedy="Or choose 'is set'."
        )
    return {"property": name, "operator": operator, "values": values}


def _whole_number(part: str, text: str) -> int:
    if not text.strip().isdecimal() or len(text) > 6:
        raise InvalidValueError(f"{part} is a whole number.", value=text)
    return int(text)
