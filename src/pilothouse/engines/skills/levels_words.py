"""Levels in words: what counts, and what the next level asks. Numbers as people say them."""

from __future__ import annotations

from pilothouse.engines.skills.levels_types import Level, Need, Rule, Strength

STRENGTHS = {
    Strength.CLAIM: "a claim",
    Strength.RECORDED: "recorded when it was done",
    Strength.CHECKED: "checked by a rule",
    Strength.SCORED: "scored against a sealed truth",
    Strength.REVIEWED: "reviewed by a person against the rubric",
    Strength.COUNTERSIGNED: "countersigned by someone it touched",
}


def tell_level(level: Level) -> str:
    """One sentence for a level.

    >>> tell_level(rate_level("C01", [], now))  # doctest: +SKIP
    'no evidence yet'
    """
    if not level.has_evidence:
        return "no evidence yet"
    acts = _plural(level.acts, "act")
    if level.value is None:
        return f"{acts}, not enough for level 1 yet"
    name = level.rules[level.value - 1].name.lower()
    sentence = f"level {level.value}, {name}, from {acts}"
    if not level.is_greyed:
        return sentence
    held = f"level {level.current}" if level.current else "no level"
    return f"{sentence}; the last 24 months alone hold {held}"


def tell_missing(rule: Rule | None) -> tuple[str, ...]:
    """What a rule still asks, one sentence for each need; empty where nothing is missing."""
    return tuple(tell_need(need) for need in rule.missing) if rule else ()


def tell_need(need: Need) -> str:
    """One need with how much of it there is.

    >>> tell_need(Need("acts checked by a rule, or stronger", 1.5, 2))
    'acts checked by a rule, or stronger: 1.5 of 2'
    """
    return f"{need.words}: {need.have:.4g} of {need.of:.4g}"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
