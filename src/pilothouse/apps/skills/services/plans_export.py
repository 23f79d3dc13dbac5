"""Everything of a person's learning as JSON: for that person, and in no other export."""

from __future__ import annotations

from typing import Any

from pilothouse.apps.skills.services.learning_feeds import FeedView, list_feeds
from pilothouse.apps.skills.services.library import list_entries, to_entry_json
from pilothouse.apps.skills.services.plans import read_plan
from pilothouse.apps.skills.services.plans_views import GoalView, PlanView, StepView
from pilothouse.apps.skills.services.reading import list_readings, to_shelf_json
from pilothouse.apps.workspace.services.access import Access


def to_learning_json(access: Access) -> dict[str, Any]:
    """Plan, readings with notes, own entries and feeds."""
    return {
        "plan": to_plan_json(read_plan(access)),
        "readings": [to_shelf_json(row) for row in list_readings(access)],
        "own_entries": [to_entry_json(each) for each in list_entries(access) if each.is_own],
        "feeds": [to_feed_json(feed) for feed in list_feeds(access)],
    }


def to_plan_json(plan: PlanView) -> dict[str, Any]:
    """A plan as the API, commands and exports show it."""
    return {
        "weekly_hours": plan.weekly_hours,
        "goals": [to_goal_json(goal) for goal in plan.goals],
        "steps": [to_step_json(step) for step in plan.steps],
        "load": {
            "weeks": [
                {
                    "monday": week.monday.isoformat(),
                    "hours": round(week.hours, 2),
                    "over": round(week.excess, 2),
                }
                for week in plan.load.weeks
            ],
            "later_hours": round(plan.load.later_hours, 2),
            "unplaced": list(plan.load.unplaced),
        },
    }


def to_goal_json(goal: GoalView) -> dict[str, Any]:
    """A goal without its steps."""
    return {
        "id": goal.public_id,
        "competency": goal.competency,
        "level": goal.level,
        "why": goal.why,
        "due_on": goal.due_on and goal.due_on.isoformat(),
        "state": goal.state,
        "done": goal.done,
        "steps": len(goal.counted),
    }


def to_step_json(step: StepView) -> dict[str, Any]:
    """A step; ``act_sequence`` is the act of the ledger that ticked its next act."""
    days = ("starts_on", "due_on", "ended_on", "expires_on")
    plain = {name: value for name, value in vars(step).items() if name not in {*days, "public_id"}}
    dated = {
        name: value and value.isoformat() for name, value in vars(step).items() if name in days
    }
    return {"id": step.public_id, **plain, **dated}


def to_feed_json(feed: FeedView) -> dict[str, Any]:
    """A feed without its texts."""
    plain = {name: value for name, value in vars(feed).items() if name != "public_id"}
    return {
        "id": feed.public_id,
        **plain,
        "fetched_at": feed.fetched_at and feed.fetched_at.isoformat(),
    }
