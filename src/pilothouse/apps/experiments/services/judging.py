"""From what was counted to what it says: each metric by the brief's own rule, and in words.

The result is plain data: the page, the API, a chart, a quoted number and a saved readout all show
the same one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pilothouse.apps.experiments.models import Direction, MetricKind, Rule
from pilothouse.apps.experiments.services.brief import Brief, Metric
from pilothouse.apps.experiments.services.caveats import list_caveats
from pilothouse.apps.experiments.services.measuring import Cell, Measured, measured_metrics
from pilothouse.apps.experiments.services.rules import ended_by_rule
from pilothouse.apps.experiments.services.sizing import planned_pair, planned_total
from pilothouse.apps.experiments.services.verdicts import describe_verdict, overall_verdict
from pilothouse.apps.experiments.services.views import ExperimentView

if TYPE_CHECKING:
    from pilothouse.engines.experiments import Estimate, Reading

Result = dict[str, Any]
# A thousandth of units in two arms is a slip of tracking; a hundredth is a fault of assignment.
CROSSED_ALARM = 0.01
SPLIT_RULE = "Pearson's chi-square of exposed units against planned shares, alarm at p < 0.001"
OTHERS_RULE = (
    "guardrails and secondary metrics are read at the same level, outside that sharing: they "
    "explain, the primary metric decides"
)


def judge(view: ExperimentView, measured: Measured) -> Result:
    """The whole result."""
    brief = view.brief
    metrics = [
        _judge_metric(view, key, metric, measured.cells[key])
        for key, metric in measured_metrics(brief)
        if key in measured.cells
    ]
    counted = {metric["name"] for metric in metrics}
    result: Result = {
        "experiment": view.public_id,
        "ref": view.ref,
        "name": view.name,
        "as_of": measured.as_of.isoformat(),
        "source": brief.source,
        "brief_digest": view.amendments[-1].digest if view.amendments else view.sealed_digest,
        "sealed_at": view.sealed_at.isoformat() if view.sealed_at else None,
        "arms": _arms(brief, measured),
        "exposed": measured.exposed,
        "crossed": measured.crossed,
        "crossed_alarm": _is_crossed(measured),
        "early": measured.early,
        "elsewhere": measured.elsewhere,
        "before_sealing": _before_sealing(view, measured),
        "srm": check_split(brief, measured),
        "metrics": metrics,
        "uncounted": [m.name for _, m in brief.metrics if m.name and m.name not in counted],
        "peeks": view.peeks,
        "looks": len(view.looks),
        "amendments": len(view.amendments),
        "rule": brief.rule,
        "planned_units": planned_total(brief),
        "units": measured.judged,
        "level": level_of(brief),
    }
    result["verdict"] = overall_verdict(result)
    result["is_null"] = result["verdict"] == "null"
    is_decided = result["verdict"] in {"win", "loss"}
    result["rule_met"] = ended_by_rule(view, measured.judged, is_decided=is_decided)
    result["by_rule"] = result["rule_met"] and view.peeks == 0
    result["words"] = describe_verdict(brief, result)
    result["cannot_say"] = list_caveats(brief, result)
    result["semantics"] = [list(pair) for pair in _semantics(brief, measured, metrics)]
    return result


def check_split(brief: Brief, measured: Measured) -> dict[str, Any] | None:
    """Whether the exposed units came in the shares that were planned; None under two arms."""
    if not measured.exposed:
        return None
    from pilothouse.engines.experiments import check_srm

    found = check_srm(list(measured.units), [arm.weight for arm in brief.arms])
    total = sum(arm.weight for arm in brief.arms)
    return {
        "p": _finite(found.p),
        "chi_square": _finite(found.chi_square),
        "df": found.df,
        "alarm": bool(found.alarm),
        "expected": [measured.exposed * arm.weight / total for arm in brief.arms],
        "words": describe_split(brief, measured),
    }


def describe_split(brief: Brief, measured: Measured) -> str:
    """``Control 1,700 instead of 1,530, Template 1,360 instead of 1,530``."""
    total = sum(arm.weight for arm in brief.arms)
    return ", ".join(
        f"{arm.name} {units:,} instead of {measured.exposed * arm.weight / total:,.0f}"
        for arm, units in zip(brief.arms, measured.units, strict=True)
    )


def level_of(brief: Brief) -> float:
    """The level of each interval: alpha shared out over the comparisons with the control."""
    return 1 - brief.alpha / brief.comparisons


def _arms(brief: Brief, measured: Measured) -> list[dict[str, Any]]:
    total = sum(arm.weight for arm in brief.arms)
    return [
        {"name": arm.name, "value": arm.value, "share": arm.weight / total, "exposed": units}
        for arm, units in zip(brief.arms, measured.units, strict=True)
    ]


def _judge_metric(
    view: ExperimentView, key: str, metric: Metric, cells: Sequence[Cell]
) -> dict[str, Any]:
    role = key.split("-", maxsplit=1)[0]
    comparisons = [
        _compare(view.brief, metric, role, cells, place) for place in range(1, len(cells))
    ]
    return {
        "key": key,
        "role": role,
        "name": metric.name,
        "kind": metric.kind,
        "unit": "share" if metric.kind == MetricKind.CONVERSION else "number",
        "event": metric.event,
        "property": metric.property,
        "window": metric.window,
        "direction": metric.direction,
        "margin": metric.margin,
        "arms": [
            _arm_value(view.brief, metric, arm.name, cell)
            for arm, cell in zip(view.brief.arms, cells, strict=True)
        ],
        "comparisons": comparisons,
    }


def _arm_value(brief: Brief, metric: Metric, name: str, cell: Cell) -> dict[str, Any]:
    value: dict[str, Any] = {
        "name": name, "n": cell.units, "immature": cell.immature, "total": cell.total,
        "value": cell.total / cell.units if cell.units else None, "low": None, "high": None,
    }  # fmt: skip
    if metric.kind == MetricKind.CONVERSION:
        from pilothouse.kernel.intervals import wilson

        rate = wilson(round(cell.total), cell.units, 1 - brief.alpha)
        return value | {"low": rate.low, "high": rate.high}
    if cell.units >= 2:
        from pilothouse.engines._numeric.tails import student_critical

        mean = cell.total / cell.units
        spread = max(0.0, cell.total_squares - cell.units * mean * mean) / (cell.units - 1)
        half = student_critical(brief.alpha / 2, cell.units - 1) * math.sqrt(spread / cell.units)
        value |= {"low": mean - half, "high": mean + half, "deviation": math.sqrt(spread)}
    return value


def _compare(
    brief: Brief, metric: Metric, role: str, cells: Sequence[Cell], place: int
) -> dict[str, Any]:
    """One arm against the control, by the test that the brief names."""
    from pilothouse.engines.experiments import (
        ArmCounts,
        ArmSums,
        Margin,
        compare_means,
        compare_proportions,
    )

    control, treatment = cells[0], cells[place]
    names = brief.arms[0].name, brief.arms[place].name
    asked: dict[str, Any] = {
        "level": level_of(brief),
        "planned_units": planned_pair(brief, place),
        "lower_is_better": metric.direction == Direction.DOWN,
        "decide_by": "sequential" if brief.rule == Rule.SEQUENTIAL else "fixed",
    }
    if role == "guardrail" and metric.margin:
        asked["margin"] = Margin(metric.margin, "non-inferiority")
    if metric.kind == MetricKind.CONVERSION:
        a, b = (
            ArmCounts(name, cell.units, round(cell.total))
            for name, cell in zip(names, (control, treatment), strict=True)
        )
        reading = compare_proportions(a, b, **asked)
    else:
        c, d = (
            ArmSums(name, cell.units, cell.total, cell.total_squares)
            for name, cell in zip(names, (control, treatment), strict=True)
        )
        reading = compare_means(c, d, **asked)
    return _to_plain(reading, names[1], is_sequential=brief.rule == Rule.SEQUENTIAL)


def _to_plain(reading: Reading, arm: str, *, is_sequential: bool) -> dict[str, Any]:
    """A reading as plain data. ``absolute`` and ``relative`` are those that decide."""
    absolute = reading.sequential if is_sequential else reading.absolute
    relative = reading.sequential_relative if is_sequential else reading.relative
    return {
        "arm": arm,
        "n": reading.control.units + reading.treatment.units,
        "absolute": _estimate(absolute),
        "relative": _estimate(relative),
        "relative_reason": reading.relative_reason,
        "fixed": _estimate(reading.absolute) if is_sequential else None,
        "method": reading.method,
        "verdict": reading.verdict.value,
        "reason": reading.reason,
        "within_margin": reading.margin.is_held if reading.margin else None,
        "semantics": [list(pair) for pair in reading.semantics],
    }


def _estimate(found: Estimate | None) -> dict[str, Any] | None:
    if found is None or not math.isfinite(found.estimate):
        return None
    return {
        "estimate": found.estimate,
        "low": _finite(found.low),
        "high": _finite(found.high),
        "p": _finite(found.p),
    }


def _finite(number: float) -> float | None:
    """JSON holds no infinity: an open end is None."""
    return float(number) if math.isfinite(number) else None


def _is_crossed(measured: Measured) -> bool:
    return measured.crossed > CROSSED_ALARM * max(1, measured.exposed + measured.crossed)


def _before_sealing(view: ExperimentView, measured: Measured) -> int | None:
    """Units exposed before the brief was sealed, by all that is known by now."""
    known = [n for n in (view.exposed_before, measured.before_sealing) if n is not None]
    return max(known) if known else None


def _semantics(
    brief: Brief, measured: Measured, metrics: Sequence[Mapping[str, Any]]
) -> list[tuple[str, str]]:
    rules = list(measured.rules)
    rules.append(("split", SPLIT_RULE))
    if brief.comparisons > 1:
        words = (
            f"alpha {brief.alpha:g} shared out over {brief.comparisons} comparisons (Bonferroni), "
            "in intervals and verdicts alike"
        )
        rules.append(("several arms", words))
    rules.append(("other metrics", OTHERS_RULE))
    first = next((each for each in metrics if each["comparisons"]), None)
    if first:
        rules += [(name, words) for name, words in first["comparisons"][0]["semantics"]]
    return rules
