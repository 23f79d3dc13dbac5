"""The path: six steps with their state from the record, and the one next act that helps most.

The rules stand in a file and are shown on the page. The next act: save a target where there is
none; else the first act listed for the heaviest gap; else the first rule that is not met.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pilothouse.apps.skills.services.competencies import NextAct
from pilothouse.apps.skills.services.contexts import read_context_of
from pilothouse.apps.skills.services.gap import GapView, gaps_to
from pilothouse.apps.skills.services.ratings import list_ratings
from pilothouse.apps.skills.services.targets import TargetView, list_targets
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import ActView, iter_acts
from pilothouse.engines.skills import Level

HOW_CHOSEN = (
    "No target saved: saving one comes first. Else the first act listed for the heaviest gap to "
    "your newest target (levels short, times how much it leans on them). Without a gap: the first "
    "rule of the path that is not met."
)


@dataclass(frozen=True)
class PathRule:
    """One rule of a step with how far it is met; ``is_later`` ones wait for other pages.

    ``is_real``: acts count only where they were done on a real product.
    """

    words: str
    have: int
    of: int
    page: str
    is_later: bool = False
    is_real: bool = False

    @property
    def is_met(self) -> bool:
        return not self.is_later and self.have >= self.of


@dataclass(frozen=True)
class PathStep:
    """One of the six steps."""

    key: str
    title: str
    text: str
    page: str
    rules: tuple[PathRule, ...]

    @property
    def counted(self) -> tuple[PathRule, ...]:
        return tuple(rule for rule in self.rules if not rule.is_later)

    @property
    def met(self) -> int:
        return sum(rule.is_met for rule in self.counted)

    @property
    def state(self) -> str:
        """``done``, ``begun`` or ``not begun``."""
        if self.met == len(self.counted) and self.counted == self.rules:
            return "done"
        return "begun" if any(rule.have for rule in self.counted) else "not begun"


@dataclass(frozen=True)
class Suggestion:
    """The one next act, and why it is this one."""

    act: NextAct
    why: str
    competency: str = ""
    title: str = ""
    is_real: bool = False


@dataclass(frozen=True)
class Path:
    """The whole page: steps, the next act, the newest target with its gaps."""

    steps: tuple[PathStep, ...]
    suggestion: Suggestion | None
    target: TargetView | None
    gaps: tuple[GapView, ...]


def read_path(access: Access, levels: Mapping[str, Level]) -> Path:
    """The path of whoever asks; four queries beside those of the levels."""
    targets = list_targets(access)
    counts = _count(access, targets, levels)
    steps = tuple(_to_step(row, counts) for row in _rows())
    gaps = tuple(gaps_to(targets[0], levels)) if targets else ()
    return Path(
        steps=steps,
        suggestion=suggest(steps, targets[0] if targets else None, gaps),
        target=targets[0] if targets else None,
        gaps=gaps,
    )


def suggest(
    steps: tuple[PathStep, ...], target: TargetView | None, gaps: tuple[GapView, ...]
) -> Suggestion | None:
    """The one next act by the stated rule; None where everything is done."""
    if target is None:
        act = NextAct("Save a role or a posting to compare with", "skills:gap")
        return Suggestion(act, "Nothing is saved yet that your levels could be held against.")
    heaviest = next((gap for gap in gaps if not gap.is_met and gap.acts), None)
    if heaviest:
        held = f"level {heaviest.gap.held}" if heaviest.gap.held else "no level yet"
        why = f"The heaviest gap to {target.name}: {held} of level {heaviest.gap.required}."
        return Suggestion(heaviest.acts[0], why, heaviest.competency, heaviest.title)
    for step in steps:
        for rule in step.counted:
            if not rule.is_met:
                act = NextAct(f"{rule.words}: {rule.have} of {rule.of}", rule.page)
                why = f"The first rule of the path not met, in {step.key}."
                return Suggestion(act, why, is_real=rule.is_real)
    return None


def to_path_json(path: Path) -> dict[str, Any]:
    """The path as the API and commands show it."""
    next_act = path.suggestion
    return {
        "steps": [
            {
                "key": step.key,
                "title": step.title,
                "state": step.state,
                "rules": [
                    {"words": rule.words, "have": rule.have, "of": rule.of, "later": rule.is_later}
                    for rule in step.rules
                ],
            }
            for step in path.steps
        ],
        "next_act": next_act
        and {
            "words": next_act.act.words,
            "competency": next_act.competency or None,
            "why": next_act.why,
        },
    }


@dataclass(frozen=True)
class _Counts:
    acts: tuple[ActView, ...]
    real: frozenset[int]
    levels: Mapping[str, Level]
    rated: int
    targets: int
    postings: int


def _count(access: Access, targets: list[TargetView], levels: Mapping[str, Level]) -> _Counts:
    kinds = {kind for row in _rows() for rule in row["rules"] for kind in rule.get("kinds", ())}
    context_of = read_context_of(access)
    acts = tuple(iter_acts(access, user_id=access.user_public_id, kinds=kinds))
    return _Counts(
        acts=acts,
        real=frozenset(act.sequence for act in acts if context_of(act).is_real),
        levels=levels,
        rated=sum(bool(each.own) for each in list_ratings(access).values()),
        targets=len(targets),
        postings=sum(target.kind == "posting" for target in targets),
    )


@cache
def _rows() -> tuple[dict[str, Any], ...]:
    folder = files("pilothouse.content").joinpath("competencies")
    return tuple(tomllib.loads(folder.joinpath("path.toml").read_text("utf-8"))["step"])


def _to_step(row: Mapping[str, Any], counts: _Counts) -> PathStep:
    rules = tuple(
        PathRule(
            words=rule["words"],
            have=_have(rule, counts),
            of=rule["at_least"],
            page=rule.get("page", ""),
            is_later=rule["kind"] == "later",
            is_real=rule.get("real", False),
        )
        for rule in row["rules"]
    )
    return PathStep(row["key"], row["title"], row["text"], row["page"], rules)


def _have(rule: Mapping[str, Any], counts: _Counts) -> int:
    plain = {
        "later": 0,
        "rated": counts.rated,
        "targets": counts.targets,
        "postings": counts.postings,
    }
    if rule["kind"] in plain:
        return plain[rule["kind"]]
    if rule["kind"] == "levels":
        return sum((level.value or 0) >= rule["level"] for level in counts.levels.values())
    return _count_acts(rule, counts)


def _count_acts(rule: Mapping[str, Any], counts: _Counts) -> int:
    acts = [
        act
        for act in counts.acts
        if act.kind in rule["kinds"] and (not rule.get("real") or act.sequence in counts.real)
    ]
    if rule.get("days"):
        return len({act.at.date() for act in acts})
    if rule.get("fact") == "object":
        return len({act.object_id for act in acts})
    if fact := rule.get("fact"):
        return len(Counter(str(act.facts.get(fact)) for act in acts))
    return len(acts)
