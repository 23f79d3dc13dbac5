"""The verdict of an experiment: one word for programs, sentences for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pilothouse.apps.experiments.services.brief import Brief
from pilothouse.apps.experiments.services.figures import show_change, show_range, show_value

# What an experiment as a whole says; the engine judges each comparison.
WORDS = {
    "win": "Better than control",
    "loss": "Worse than control",
    "null": "No difference shown",
    "untrusted": "Not to be trusted",
    "unknown": "Not enough to say",
}


def overall_verdict(result: Mapping[str, Any]) -> str:
    """``win``, ``loss``, ``null``, ``untrusted`` or ``unknown``, by the primary metric."""
    srm = result["srm"]
    if srm and srm["alarm"]:
        return "untrusted"
    found = [each["verdict"] for each in primary_of(result).get("comparisons", ())]
    if not found or set(found) == {"too few"}:
        return "unknown"
    if "treatment better" in found:
        return "win"
    if "treatment worse" in found:
        return "loss"
    return "null"


def primary_of(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """The primary metric of a result; empty where it has no numbers yet."""
    return next((each for each in result["metrics"] if each["key"] == "primary"), {})


def harmed_guardrails(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(guardrail, arm) of those that got worse."""
    return [
        (metric["name"], each["arm"])
        for metric in result["metrics"]
        for each in metric["comparisons"]
        if metric["role"] == "guardrail" and each["verdict"] == "treatment worse"
    ]


def describe_verdict(brief: Brief, result: Mapping[str, Any]) -> list[str]:
    """The verdict in sentences: the split, each arm against control, the guardrails, the rule."""
    comparisons = primary_of(result).get("comparisons", ())
    return [
        *_on_split(result),
        *(_on_comparison(brief, result, each) for each in comparisons),
        *_on_guardrails(result),
        _on_rule(result),
    ]  # fmt: skip


def _on_split(result: Mapping[str, Any]) -> list[str]:
    srm = result["srm"]
    if not srm or not srm["alarm"]:
        return []
    return [
        f"The units did not come in the planned shares ({srm['words']}; p {show_p(srm['p'])}): "
        "something chose who is counted, so the difference below may be of people, not of arms."
    ]


def _on_comparison(brief: Brief, result: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    metric = primary_of(result)
    arm, control = found["arm"], brief.arms[0].name
    if found["absolute"] is None or found["verdict"] == "too few":
        return f"{arm} against {control}: too few to say ({found['reason'] or 'no units yet'})."
    values = {each["name"]: each["value"] for each in metric["arms"]}
    unit = metric["unit"]
    nothing = f"No difference between {arm} and {control} was shown on {metric['name']}"
    head = {
        "treatment better": f"{arm} is better than {control} on {metric['name']}",
        "treatment worse": f"{arm} is worse than {control} on {metric['name']}",
    }.get(found["verdict"], nothing)
    text = (
        f"{head}: {show_value(values[arm], unit)} against {show_value(values[control], unit)}, "
        f"a difference of {show_change(found['absolute']['estimate'], unit)} "
        f"({show_range(found['absolute'], unit)}, p {show_p(found['absolute']['p'])})"
    )
    if found["relative"]:
        lift = show_change(found["relative"]["estimate"], "relative")
        text += f", relative {lift} ({show_range(found['relative'], 'relative')})"
    return text + "."


def _on_guardrails(result: Mapping[str, Any]) -> list[str]:
    guardrails = [each for each in result["metrics"] if each["role"] == "guardrail"]
    if not guardrails:
        return []
    harmed = harmed_guardrails(result)
    if harmed:
        names = "; ".join(f"{name} in {arm}" for name, arm in harmed)
        return [f"A guardrail got worse: {names}."]
    open_ones = [
        each["name"]
        for each in guardrails
        if any(found["within_margin"] is False for found in each["comparisons"])
    ]
    if open_ones:
        return [
            "No guardrail was shown to be harmed, but not all are shown safe: "
            f"{', '.join(open_ones)} may be worse by more than the margin."
        ]
    return ["No guardrail was shown to be harmed."]


def _on_rule(result: Mapping[str, Any]) -> str:
    peeks = result["peeks"]
    looked = (
        f" It was looked into {peeks} time{'s' if peeks != 1 else ''} outside its rule."
        if peeks
        else ""
    )
    if result["rule_met"]:
        return f"Its stopping rule was met.{looked}"
    return f"Its stopping rule was not met: what is read here is not what was planned.{looked}"


def show_p(p: float | None) -> str:
    """``0.034``, or ``< 0.001``."""
    if p is None:
        return "not known"
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
