"""A result's numbers as the page's table shows them, formatted in one place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pilothouse.apps.experiments.services.figures import show_change, show_range, show_value
from pilothouse.apps.experiments.services.verdicts import show_p

_ROLES = {"primary": "primary", "guardrail": "guardrail", "secondary": "secondary"}
_TONES = {
    "treatment better": "good", "treatment worse": "bad", "not worse": "good", "equivalent": "good",
}  # fmt: skip
_SHORT = {
    "treatment better": "better", "treatment worse": "worse", "too few": "too few",
    "no clear difference": "nothing shown", "not worse": "not worse",
    "equivalent": "equivalent",
}  # fmt: skip


def show_metrics(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each metric with its arms and comparisons in words."""
    looks = "; intervals and p hold at every look" if result["rule"] == "sequential" else ""
    return [
        _show_metric(metric) | {"method": method + looks}
        for metric in result["metrics"]
        for method in [next((each["method"] for each in metric["comparisons"]), "")]
    ]


def _show_metric(metric: Mapping[str, Any]) -> dict[str, Any]:
    unit = metric["unit"]
    comparisons = {each["arm"]: each for each in metric["comparisons"]}
    return {
        "key": metric["key"],
        "name": metric["name"],
        "role": _ROLES[metric["role"]],
        "about": _about(metric),
        "rows": [_show_arm(arm, comparisons.get(arm["name"]), unit) for arm in metric["arms"]],
    }


def _about(metric: Mapping[str, Any]) -> str:
    wanted = "more is better" if metric["direction"] == "up" else "less is better"
    margin = f", margin {metric['margin'] * 100:g} %" if metric["margin"] else ""
    return f"within {metric['window']}, {wanted}{margin}"


def _show_arm(arm: Mapping[str, Any], found: Mapping[str, Any] | None, unit: str) -> dict[str, Any]:
    shown = {
        "arm": arm["name"],
        "n": arm["n"],
        "immature": arm["immature"],
        "value": show_value(arm["value"], unit),
        "interval": "" if arm["low"] is None else _interval(arm, unit),
        "is_control": found is None,
    }
    if found is None:
        return shown
    absolute, relative = found["absolute"], found["relative"]
    return shown | {
        "absolute": show_change(absolute["estimate"], unit) if absolute else "",
        "absolute_range": show_range(absolute, unit) if absolute else "",
        "relative": show_change(relative["estimate"], "relative") if relative else "",
        "relative_range": show_range(relative, "relative")
        if relative
        else found["relative_reason"],
        "p": show_p(absolute["p"]) if absolute else "",
        "verdict": _SHORT.get(found["verdict"], found["verdict"]),
        "reason": found["reason"],
        "tone": _TONES.get(found["verdict"], "neutral"),
        "method": found["method"],
    }


def _interval(arm: Mapping[str, Any], unit: str) -> str:
    return f"{show_value(arm['low'], unit)} to {show_value(arm['high'], unit)}"
