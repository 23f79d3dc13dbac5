"""What a result cannot say: stood beside every readout, so that nobody has to ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pilothouse.apps.experiments.services.brief import Brief
from pilothouse.apps.experiments.services.figures import show_range


def list_caveats(brief: Brief, result: Mapping[str, Any]) -> list[str]:
    """The limits of a result, the weightiest first."""
    found = [*_of_conduct(result), *_of_numbers(brief, result)]
    found.append(
        "Whether it lasts: measured is what happened within the window after the first exposure; "
        "what is new draws attention for a while."
    )
    found.append("What it does to people who were not in it, or to other versions of the change.")
    if len(brief.guardrails) + len(brief.secondary) > 1:
        count = len(brief.guardrails) + len(brief.secondary)
        found.append(
            f"That any one of {count} further metrics moved by more than chance: among so many one "
            "in twenty seems to."
        )
    return found


def _of_conduct(result: Mapping[str, Any]) -> list[str]:
    found = []
    if result["srm"] and result["srm"]["alarm"]:
        found.append("Anything about the arms, until it is known why the split is not as planned.")
    if result["before_sealing"]:
        found.append(
            f"That it was planned before the data: {result['before_sealing']:,} units were exposed "
            "before the brief was sealed."
        )
    if result["source"] == "hand":
        found.append(
            "That units were exposed as planned: counts were entered by hand, and nothing here "
            "can check them."
        )
    if result["peeks"]:
        found.append(
            "How often it would be wrong: looked into outside its rule, an interval of 95 % holds "
            "less often than that."
        )
    elif not result["rule_met"]:
        found.append("What the planned size would have shown: its stopping rule was not met.")
    if result["crossed_alarm"]:
        found.append(
            f"Much about assignment: {result['crossed']:,} units were seen in several arms and are "
            "left out; if an arm made that likelier, the rest is a selection."
        )
    if result["amendments"]:
        count = result["amendments"]
        found.append(
            f"That the rules stood from the beginning: the sealed brief was amended {count} "
            f"time{'s' if count != 1 else ''}."
        )
    return found


def _of_numbers(brief: Brief, result: Mapping[str, Any]) -> list[str]:
    found = []
    primary = next((each for each in result["metrics"] if each["key"] == "primary"), None)
    if primary is None:
        return ["Anything about the primary metric: it has no numbers yet."]
    if result["verdict"] == "null":
        ranges = [each["relative"] for each in primary["comparisons"] if each["relative"]]
        if ranges:
            fits = show_range(ranges[0], "relative")
            text = f"That there is no difference: anything from {fits} fits what was seen"
            found.append(f"{text}{_on_mde(brief, ranges[0])}.")
        else:
            found.append("That there is no difference: none was shown, which is not the same.")
    if result["uncounted"]:
        found.append(f"Anything about {', '.join(result['uncounted'])}: it has no numbers.")
    immature = sum(arm["immature"] for arm in primary["arms"])
    if immature:
        found.append(
            f"What {immature:,} units will do whose window of {primary['window']} has not closed; "
            "they are left out."
        )
    return found


def _on_mde(brief: Brief, found: Mapping[str, Any]) -> str:
    """Whether the effect that was looked for is still possible."""
    low, high = found["low"], found["high"]
    if brief.mde is None or low is None or high is None:
        return ""
    wanted = brief.mde if brief.primary.direction == "up" else -brief.mde
    if low <= wanted <= high:
        return f", the {brief.mde * 100:g} % that was looked for included"
    return f", but not the {brief.mde * 100:g} % that was looked for"
