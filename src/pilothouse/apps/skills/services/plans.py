"""The learning plan as a whole: goals by competency, steps with dates, hours a week.

A step is learned when it is done; it is *used* when the ledger holds the act that it asks for. The
ledger ticks that by itself: no box can be ticked by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from pilothouse.apps.skills.models import LearningPlan
from pilothouse.apps.skills.services.library_texts import check_hours, now
from pilothouse.apps.skills.services.plans_acts import tick_steps
from pilothouse.apps.skills.services.plans_goals import goal_rows, owner_of
from pilothouse.apps.skills.services.plans_load import Work, spread_load
from pilothouse.apps.skills.services.plans_steps import step_rows
from pilothouse.apps.skills.services.plans_views import (
    PlanView,
    StepView,
    to_goal_view,
    to_step_view,
)
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError

WEEK_HOURS = 100
DEFAULT_HOURS = 5.0


def read_plan(access: Access, today: date | None = None) -> PlanView:
    """The whole plan with its load, after the ledger has ticked what was done; few queries."""
    tick_steps(access)
    day = today or now().date()
    steps = [
        to_step_view(row, day) for row in step_rows(access).select_related("goal").order_by("pk")
    ]
    goals = tuple(
        replace(goal, steps=tuple(step for step in steps if step.goal == goal.public_id))
        for goal in (to_goal_view(row, day) for row in goal_rows(access).order_by("pk"))
    )
    placed = {goal.public_id for goal in goals}
    hours = get_weekly_hours(access)
    return PlanView(
        weekly_hours=hours,
        goals=goals,
        loose=tuple(step for step in steps if step.goal not in placed),
        load=spread_load(_works(steps), hours, day),
    )


def get_weekly_hours(access: Access) -> float:
    """The hours a week that a person has for learning."""
    row = LearningPlan.objects.filter(**owner_of(access)).first()
    return row.weekly_hours if row else DEFAULT_HOURS


def set_weekly_hours(access: Access, hours: float | None) -> float:
    """Say how many hours a week there are."""
    checked = check_hours("hours a week", hours, WEEK_HOURS)
    if checked is None:
        raise InvalidValueError("say how many hours a week you have, from 0 to 100.")
    LearningPlan.objects.update_or_create(
        workspace_id=access.workspace_id,
        user_id=access.user_id,
        defaults={"weekly_hours": checked},
    )
    return checked


def _works(steps: Iterable[StepView]) -> list[Work]:
    return [
        Work(step.title, step.hours_left, step.starts_on, step.due_on)
        for step in steps
        if step.is_open
    ]
