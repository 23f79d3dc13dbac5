"""Levels of a competency from evidence. Pure: evidence and now in, a level with its reasons out.

The rules stand in ``levels_rules``; ``docs/methods/skills.md`` says them in words and why they are
so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from pilothouse.engines.skills.levels_rules import apply_rules, measure_spread, months_before
from pilothouse.engines.skills.levels_types import Case, Context, Evidence, Level, Rule, Strength

# An act older than this many months is greyed: it is shown, and its level is named as an old one.
FRESH_MONTHS = 24


def rate_levels(
    competencies: Sequence[str], evidence: Iterable[Evidence], now: datetime
) -> dict[str, Level]:
    """The level of each of ``competencies`` from all evidence there is."""
    found: dict[str, list[Evidence]] = {each: [] for each in competencies}
    for each in evidence:
        if each.competency in found:
            found[each.competency].append(each)
    return {name: rate_level(name, rows, now) for name, rows in found.items()}


def rate_level(competency: str, evidence: Iterable[Evidence], now: datetime) -> Level:
    """The level of one competency. Evidence of others, and acts after ``now``, are left out.

    Adding an act never lowers it; only the passing of 24 months lowers ``current``.
    """
    rows = sorted(
        (each for each in evidence if each.competency == competency and each.at <= now),
        key=lambda each: each.sequence,
    )
    acts = [each for each in rows if each.strength > Strength.CLAIM]
    cases = gather_cases(acts)
    since = months_before(now, FRESH_MONTHS)
    fresh = [case for case in cases if case.at > since]
    rules = apply_rules(cases)
    return Level(
        competency=competency,
        value=_highest(rules),
        current=_highest(apply_rules(fresh)),
        acts=len({act.sequence for act in acts}),
        claims=len({each.sequence for each in rows} - {act.sequence for act in acts}),
        last_at=max((each.at for each in acts), default=None),
        spread=measure_spread(cases),
        strongest=max((case.strength for case in cases), default=None),
        rules=rules,
        cases=cases,
        greyed=frozenset(each.sequence for each in rows if each.at <= since),
    )


def gather_cases(acts: Iterable[Evidence]) -> tuple[Case, ...]:
    """The acts, in the order of the ledger, as cases; an act without a key is its own."""
    groups: dict[str, list[Evidence]] = {}
    for act in acts:
        groups.setdefault(act.key or f"act:{act.sequence}", []).append(act)
    return tuple(_to_case(key, group) for key, group in groups.items())


def _to_case(key: str, group: Sequence[Evidence]) -> Case:
    first = group[0]
    return Case(
        key=key,
        strength=max(_strength(each, first.context) for each in group),
        weight=max(each.weight for each in group),
        context=first.context,
        place=first.place,
        score=next((each.score for each in group if _is_scored(each, first.context)), None),
        first_at=min(each.at for each in group),
        at=max(each.at for each in group),
        endorsers=frozenset(each.endorser for each in group if each.endorser),
        raises=any(each.raises for each in group),
        sequences=tuple(dict.fromkeys(each.sequence for each in group)),
    )


def _is_scored(each: Evidence, context: Context) -> bool:
    """Only a simulated world has a sealed truth to score against."""
    is_simulated = context == each.context == Context.SIMULATED
    return is_simulated and each.strength == Strength.SCORED and each.score is not None


def _strength(each: Evidence, context: Context) -> Strength:
    if each.strength == Strength.SCORED and not _is_scored(each, context):
        return Strength.CHECKED
    return each.strength


def _highest(rules: Sequence[Rule]) -> int | None:
    return max((rule.level for rule in rules if rule.is_met), default=None)
