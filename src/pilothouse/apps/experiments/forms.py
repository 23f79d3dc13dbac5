"""From the fields of the pages to briefs and counts, and back: what was typed is shown again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict

from pilothouse.apps.experiments.models import Direction, MetricKind, Rule, Source
from pilothouse.apps.experiments.services.brief import Arm, Brief, Metric
from pilothouse.apps.experiments.services.counts import CountsDraft
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.numbers import parse_number, parse_percent
from pilothouse.kernel.times import parse_date

TEXTS = ("name", "hypothesis", "source", "exposure_event", "arm_property", "rule",
         "decision_rule", "owner")  # fmt: skip
NUMBERS = ("baseline", "deviation", "mde", "alpha", "power", "traffic", "planned_units", "ends_on")
ARM_PARTS = ("name", "value", "weight", "about")
METRIC_PARTS = ("name", "kind", "event", "property", "window", "direction", "margin")
LEAST_ARMS = 2
# One empty row of each invites; a form sent with hundreds is somebody else's.
MOST_ROWS = 40


@dataclass(frozen=True)
class Row:
    """One arm or metric of the form, as typed."""

    place: str
    values: Mapping[str, str] = field(default_factory=dict)


def read_brief(fields: QueryDict) -> Brief:
    """The brief that a form holds; InvalidValueError for what cannot be read."""
    primary = _metric({part: fields.get(f"primary_{part}", "") for part in METRIC_PARTS})
    is_share = primary.kind == MetricKind.CONVERSION
    read, baseline = _percent if is_share else _number, fields.get("baseline", "")
    return Brief(
        **{name: fields.get(name, "") for name in ("name", "hypothesis", "decision_rule", "owner")},
        source=fields.get("source") or Source.EVENTS.value,
        exposure_event=fields.get("exposure_event", ""),
        arm_property=fields.get("arm_property", ""),
        arms=tuple(
            Arm(row["name"], row["value"], _weight(row["weight"]), row["about"])
            for row in read_rows(fields, "arm", ARM_PARTS)
            if _is_filled(row, ("name", "value", "about"))
        ),
        primary=primary,
        guardrails=_metrics(fields, "guardrail"),
        secondary=_metrics(fields, "secondary"),
        baseline=read("the baseline", baseline),
        deviation=_number("the standard deviation", fields.get("deviation", "")),
        mde=_percent("the smallest change", fields.get("mde", "")),
        alpha=_percent("alpha", fields.get("alpha") or "5") or 0.05,
        power=_percent("power", fields.get("power") or "80") or 0.8,
        traffic=_number("units a day", fields.get("traffic", "")),
        rule=fields.get("rule") or Rule.SIZE.value,
        planned_units=_whole("the planned units", fields.get("planned_units", "")),
        ends_on=_day(fields.get("ends_on", "")),
    )  # fmt: skip


def show_brief(brief: Brief) -> dict[str, Any]:
    """A brief as the fields of its form."""
    shown: dict[str, Any] = {name: getattr(brief, name) for name in TEXTS}
    return shown | {
        "baseline": _show(brief.baseline, is_percent=brief.is_share),
        "deviation": _show(brief.deviation),
        "mde": _show(brief.mde, is_percent=True),
        "alpha": _show(brief.alpha, is_percent=True),
        "power": _show(brief.power, is_percent=True),
        "traffic": _show(brief.traffic),
        "planned_units": "" if brief.planned_units is None else str(brief.planned_units),
        "ends_on": brief.ends_on.isoformat() if brief.ends_on else "",
        "arms": [
            {"name": a.name, "value": a.value, "weight": _show(a.weight), "about": a.about}
            for a in brief.arms
        ],
        "primary": _show_metric(brief.primary),
        "guardrail": [_show_metric(each) for each in brief.guardrails],
        "secondary": [_show_metric(each) for each in brief.secondary],
    }


def show_typed(fields: QueryDict) -> dict[str, Any]:
    """What was typed, for the form that is shown again."""
    return {
        **{name: fields.get(name, "") for name in (*TEXTS, *NUMBERS, "reason", "item", "capture")},
        "arms": read_rows(fields, "arm", ARM_PARTS),
        "primary": {part: fields.get(f"primary_{part}", "") for part in METRIC_PARTS},
        "guardrail": read_rows(fields, "guardrail", METRIC_PARTS),
        "secondary": read_rows(fields, "secondary", METRIC_PARTS),
    }


def empty_values(owner: str) -> dict[str, Any]:
    """An empty form."""
    brief = Brief("", owner=owner, arms=(Arm("Control", "control"), Arm("Treatment", "treatment")))
    return show_brief(brief)


def read_rows(fields: QueryDict, name: str, parts: Iterable[str]) -> list[dict[str, str]]:
    """The rows of a form called ``name``, empty ones too; a part that is missing is empty."""
    columns = {part: fields.getlist(f"{name}_{part}")[:MOST_ROWS] for part in parts}
    count = len(columns["name"])
    return [
        {part: column[place] if place < len(column) else "" for part, column in columns.items()}
        for place in range(count)
    ]


def pad_rows(rows: list[dict[str, str]], least: int = 0) -> list[Row]:
    """The rows, and one empty one to write the next."""
    missing = max(least - len(rows), 0 if rows and not rows[-1].get("name") else 1)
    padded = [*rows, *({} for _ in range(missing))]
    return [Row(str(place), values) for place, values in enumerate(padded, 1)]


def read_counts(brief: Brief, fields: QueryDict) -> CountsDraft:
    """Counts as typed: a column of units, and of each metric the columns that it has."""
    units = [
        _needed(f"the units of {arm.name}", text) for arm, text in _by_arm(brief, fields, "units")
    ]
    metrics = {}
    for key, metric in brief.metrics:
        parts = ("conversions",) if metric.kind == MetricKind.CONVERSION else ("mean", "deviation")
        columns = {part: _by_arm(brief, fields, f"{key}_{part}") for part in parts}
        if not metric.name or not any(text.strip() for c in columns.values() for _, text in c):
            continue
        metrics[key] = [
            {
                part: _needed(f"{metric.name}, {part} of {arm.name}", columns[part][place][1])
                for part in parts
            }
            for place, arm in enumerate(brief.arms)
        ]
    whole = [_to_whole(brief.arms[place].name, n) for place, n in enumerate(units)]
    return CountsDraft(whole, metrics, fields.get("note", ""))  # fmt: skip


def show_counts(body: Mapping[str, Any]) -> dict[str, list[str]]:
    """Entered counts as the columns of the form."""
    shown = {"units": [str(n) for n in body.get("units", ())]}
    for key, cells in body.get("metrics", {}).items():
        for part in cells[0] if cells else ():
            shown[f"{key}_{part}"] = [_show(cell[part]) for cell in cells]
    return shown


def _by_arm(brief: Brief, fields: QueryDict, name: str) -> list[tuple[Arm, str]]:
    texts = fields.getlist(name)
    return [(arm, texts[k] if k < len(texts) else "") for k, arm in enumerate(brief.arms)]


def _needed(what: str, text: str) -> float:
    if not text.strip():
        raise InvalidValueError(
            f"{what} is missing.", remedy="Fill a metric for all arms, or for none."
        )
    return parse_number(what, text)


def _to_whole(arm: str, number: float) -> int:
    if number != int(number):
        raise InvalidValueError(f"the units of {arm}: a whole number.", value=number)
    return int(number)


def _metrics(fields: QueryDict, name: str) -> tuple[Metric, ...]:
    rows = read_rows(fields, name, METRIC_PARTS)
    return tuple(_metric(row) for row in rows if _is_filled(row, ("name", "event", "property")))


def _metric(row: Mapping[str, str]) -> Metric:
    return Metric(
        row["name"],
        row["kind"] or MetricKind.CONVERSION.value,
        row["event"],
        row["property"],
        row["window"].strip() or "7d",
        row["direction"] or Direction.UP.value,
        _percent("a margin", row["margin"]),
    )


def _show_metric(metric: Metric) -> dict[str, str]:
    return {
        "name": metric.name, "kind": metric.kind, "event": metric.event,
        "property": metric.property, "window": metric.window, "direction": metric.direction,
        "margin": _show(metric.margin, is_percent=True),
    }  # fmt: skip


def _is_filled(row: Mapping[str, str], parts: Iterable[str]) -> bool:
    return any(row[part].strip() for part in parts)


def _day(text: str) -> date | None:
    return parse_date(text) if text.strip() else None


def _weight(text: str) -> float:
    return parse_number("an arm's share", text) if text.strip() else 1.0


def _percent(what: str, text: str) -> float | None:
    return parse_percent(what, text) if text.strip() else None


def _number(what: str, text: str) -> float | None:
    return parse_number(what, text) if text.strip() else None


def _whole(what: str, text: str) -> int | None:
    number = _number(what, text)
    if number is not None and number != int(number):
        raise InvalidValueError(f"{what}: a whole number.", value=text)
    return None if number is None else int(number)


def _show(number: float | None, *, is_percent: bool = False) -> str:
    if number is None:
        return ""
    return f"{float(f'{number * 100:.10g}'):g}" if is_percent else f"{number:.12g}"
