"""The gap to a target, the heaviest first, each with the acts that would close it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pilothouse.apps.skills.services.competencies import NextAct, get_competency
from pilothouse.apps.skills.services.levels import read_levels
from pilothouse.apps.skills.services.targets import TargetView, get_target, list_targets
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.skills import Gap, Level, find_gaps, tell_need


@dataclass(frozen=True)
class GapView:
    """One competency of a target with what to do next; ``gap`` holds the numbers."""

    competency: str
    title: str
    kind: str
    gap: Gap
    missing: tuple[str, ...]
    acts: tuple[NextAct, ...]
    words: tuple[str, ...] = ()

    @property
    def is_met(self) -> bool:
        return self.gap.short == 0

    @property
    def next_level(self) -> int:
        """One level above what is held, towards what is asked."""
        return min((self.gap.held or 0) + 1, self.gap.required)


def list_gaps(
    access: Access, target_id: str = "", levels: Mapping[str, Level] | None = None
) -> list[GapView]:
    """The gaps to a target, or to the newest one; nothing where no target is saved."""
    if target_id:
        target = get_target(access, target_id)
    else:
        saved = list_targets(access)
        if not saved:
            return []
        target = saved[0]
    return gaps_to(target, levels or read_levels(access))


def gaps_to(target: TargetView, levels: Mapping[str, Level]) -> list[GapView]:
    """The gaps between ``levels`` and a target. Acts of the last 24 months count."""
    words = {each.competency: each.words for each in target.mentions}
    found = find_gaps(target.required, levels, target.emphasis)
    return [_to_view(gap, words.get(gap.competency, ())) for gap in found]


def to_gap_json(view: GapView) -> dict[str, object]:
    """A gap as the API and commands show it."""
    gap = view.gap
    return {
        "competency": view.competency,
        "title": view.title,
        "required": gap.required,
        "held": gap.held,
        "ever": gap.value,
        "short": gap.short,
        "weight": gap.weight,
        "words": list(view.words),
        "missing": list(view.missing),
        "next_acts": [act.words for act in view.acts],
    }


def _to_view(gap: Gap, words: tuple[str, ...]) -> GapView:
    competency = get_competency(gap.competency)
    place = min(gap.held or 0, len(competency.levels) - 1)
    return GapView(
        competency=competency.id,
        title=competency.title,
        kind=competency.kind,
        gap=gap,
        missing=tuple(tell_need(need) for need in gap.needs) if gap.short else (),
        acts=competency.levels[place].acts if gap.short else (),
        words=words,
    )
