"""Goals that a person's gap asks for: from the newest saved target, the heaviest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pilothouse.apps.skills.services.gap import list_gaps
from pilothouse.apps.skills.services.library import LEVELS
from pilothouse.apps.skills.services.plans_views import GoalView
from pilothouse.apps.workspace.services.access import Access

MOST = 4


@dataclass(frozen=True)
class SuggestedGoal:
    """One level above what is held, towards what a target asks for."""

    competency: str
    title: str
    level: int
    required: int

    @property
    def level_name(self) -> str:
        return LEVELS[self.level].lower()


def suggest_goals(access: Access, goals: Iterable[GoalView]) -> list[SuggestedGoal]:
    """The next level of the widest gaps that no open goal covers; nothing without a target."""
    covered = {goal.competency for goal in goals if goal.state == "open"}
    found = []
    for view in list_gaps(access):
        if view.is_met or view.competency in covered:
            continue
        found.append(SuggestedGoal(view.competency, view.title, view.next_level, view.gap.required))
    return found[:MOST]
