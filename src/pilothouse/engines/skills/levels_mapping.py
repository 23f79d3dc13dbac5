"""From acts of the ledger to evidence, by a table. Pure; the table comes in as frozen rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import isfinite
from typing import Any, Literal

from pilothouse.engines.skills.levels_types import Context, Evidence, Strength

Independence = Literal["object", "day", "product", "world", "act"]


@dataclass(frozen=True)
class Check:
    """A condition on one fact of an act. ``fact`` may be a path: ``claims.stale``.

    ``test`` is one of: present, empty, is, in, at-least, at-most, longer-than.
    """

    fact: str
    test: str
    value: Any = None
    says: str = ""

    def holds(self, facts: Mapping[str, Any]) -> bool:
        """Whether ``facts`` meet this condition; what is not there meets only "empty"."""
        found = _find(facts, self.fact)
        if self.test == "present":
            return found not in (None, "", [], {})
        if self.test == "empty":
            return found in (None, "", [], {}, 0)
        return found is not None and _compare(self.test, found, self.value)


@dataclass(frozen=True)
class ActRule:
    """What an act of one kind says of one competency.

    ``when`` must hold for the rule to apply; where all ``checks`` hold the act is as strong as
    ``strength``, else it is merely recorded. A ``competency`` that begins with ``$`` names the fact
    that holds it (or a list of them); ``score``, ``world`` and ``contexts`` name facts too.
    """

    kind: str
    competency: str
    says: str
    strength: Strength = Strength.CHECKED
    weight: float = 1.0
    independent: Independence = "object"
    when: tuple[Check, ...] = ()
    checks: tuple[Check, ...] = ()
    context: Context | None = None
    contexts: str = ""
    score: str = ""
    world: str = ""
    raises: bool = False


@dataclass(frozen=True)
class Act:
    """An act of the ledger as the table sees it. ``place`` is its product, or empty."""

    sequence: int
    kind: str
    at: datetime
    object_kind: str
    object_id: str
    place: str
    context: Context
    facts: Mapping[str, Any]


def match_acts(rules: Sequence[ActRule], acts: Iterable[Act]) -> Iterator[Evidence]:
    """The evidence that ``acts`` give by ``rules``, in their order."""
    by_kind: dict[str, list[ActRule]] = {}
    for rule in rules:
        by_kind.setdefault(rule.kind, []).append(rule)
    for act in acts:
        for rule in by_kind.get(act.kind, ()):
            yield from match_act(rule, act)


def match_act(rule: ActRule, act: Act) -> list[Evidence]:
    """What an act says by one rule; nothing where the rule is not about it."""
    if rule.kind != act.kind or not all(check.holds(act.facts) for check in rule.when):
        return []
    lacks = tuple(check.says for check in rule.checks if not check.holds(act.facts))
    score = _score(rule, act)
    strength = Strength.RECORDED if lacks else rule.strength
    if strength == Strength.SCORED and score is None:
        strength = Strength.CHECKED
    whole = Evidence(
        sequence=act.sequence,
        competency="",
        strength=strength,
        at=act.at,
        context=_context(rule, act),
        place=_place(rule, act),
        key=_key(rule, act),
        weight=rule.weight,
        score=score if strength == Strength.SCORED else None,
        raises=rule.raises,
        kind=act.kind,
        says=rule.says,
        lacks=lacks,
    )
    return [replace(whole, competency=each) for each in _competencies(rule, act)]


def vouch_act(
    rules: Sequence[ActRule],
    act: Act,
    competency: str,
    strength: Strength,
    *,
    endorser: str = "",
    says: str = "",
) -> Evidence:
    """An act that a person vouches for: the case that the table makes of it, at their strength."""
    found = [
        evidence
        for rule in rules
        for evidence in match_act(rule, act)
        if evidence.competency == competency
    ]
    plain = ActRule(act.kind, competency, "")
    base = found[0] if found else match_act(plain, act)[0]
    return replace(
        base, strength=strength, weight=1.0, score=None, endorser=endorser, says=says, lacks=()
    )


def _competencies(rule: ActRule, act: Act) -> list[str]:
    """One, or those that a fact names: ``C01``, or a list of texts that begin with such ids."""
    if not rule.competency.startswith("$"):
        return [rule.competency]
    found = _find(act.facts, rule.competency[1:])
    texts = found if isinstance(found, list | tuple) else [found]
    named = [text.partition(".")[0] for text in texts if isinstance(text, str) and text]
    return list(dict.fromkeys(named))


def _context(rule: ActRule, act: Act) -> Context:
    """Where it was done; of several contexts that an act rests on, the least real."""
    if rule.context is not None:
        return rule.context
    found = _find(act.facts, rule.contexts) if rule.contexts else None
    names = found if isinstance(found, list | tuple) else [found]
    known = [Context(name) for name in names if name in set(Context)]
    return max(known, key=list(Context).index) if known else act.context


def _score(rule: ActRule, act: Act) -> float | None:
    found = _find(act.facts, rule.score) if rule.score else None
    if isinstance(found, bool) or not isinstance(found, int | float) or not isfinite(found):
        return None
    return min(float(found), 100.0)


def _place(rule: ActRule, act: Act) -> str:
    if rule.world and isinstance(found := _find(act.facts, rule.world), str):
        return found
    return act.place


def _key(rule: ActRule, act: Act) -> str:
    if rule.independent == "object":
        return f"{act.object_kind}:{act.object_id}" if act.object_id else f"act:{act.sequence}"
    if rule.independent == "day":
        return f"{rule.kind}:{act.place}:{act.at.date().isoformat()}"
    if rule.independent == "product":
        return f"{rule.kind}:{act.place}"
    if rule.independent == "world":
        return f"{rule.kind}:{_place(rule, act)}:{_find(act.facts, 'seed')}"
    return f"act:{act.sequence}"


def _find(facts: Mapping[str, Any], path: str) -> Any:
    found: Any = facts
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _compare(test: str, found: Any, value: Any) -> bool:
    if test == "is":
        return bool(found == value)
    if test == "in":
        return found in value
    if test == "longer-than":
        return isinstance(found, str | list | tuple) and len(found) > value
    if isinstance(found, bool) or not isinstance(found, int | float):
        return False
    return bool(found >= value) if test == "at-least" else bool(found <= value)
