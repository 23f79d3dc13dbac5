"""Goals of the learning plan: a level of a competency, and by when."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from pilothouse.apps.skills.models import GoalState, LearningGoal
from pilothouse.apps.skills.services.competencies import IDS
from pilothouse.apps.skills.services.library import LEVELS
from pilothouse.apps.skills.services.library_texts import now
from pilothouse.apps.skills.services.plans_views import GoalDraft, GoalView, to_goal_view
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.texts import check_day, check_line

MAX_GOALS = 50


def add_goal(access: Access, draft: GoalDraft) -> GoalView:
    """Set a goal: a level of a competency."""
    with transaction.atomic():
        if goal_rows(access).count() >= MAX_GOALS:
            raise ConflictError(f"a plan has at most {MAX_GOALS} goals.", remedy="Delete one.")
        row = LearningGoal.objects.create(**owner_of(access), **_check_goal(draft))
        facts = {"competency": row.competency, "level": row.level}
        record_act(access, "learning-goal.set", "learning-goal", row.public_id, facts)
    return to_goal_view(row, now().date())


def get_goal(access: Access, goal_id: str) -> GoalView:
    """One goal of the person's plan, without its steps."""
    return to_goal_view(get_goal_row(access, goal_id), now().date())


def change_goal(access: Access, goal_id: str, draft: GoalDraft) -> GoalView:
    """Say something else of a goal."""
    row = get_goal_row(access, goal_id)
    for name, value in _check_goal(draft).items():
        setattr(row, name, value)
    row.save()
    return to_goal_view(row, now().date())


def set_goal_state(access: Access, goal_id: str, state: str) -> GoalView:
    """Open a goal, call it reached or drop it. What one can is told by the map, not by this."""
    if state not in GoalState.values:
        raise InvalidValueError(f"a state is one of {', '.join(GoalState.values)}.", value=state)
    row = get_goal_row(access, goal_id)
    row.state = state
    row.save(update_fields=["state"])
    return to_goal_view(row, now().date())


def set_goal_deleted(access: Access, goal_id: str, *, is_deleted: bool) -> GoalView:
    """Take a goal away, or bring it back. Its steps stay."""
    row = get_goal_row(access, goal_id, with_deleted=True)
    row.deleted_at = now() if is_deleted else None
    row.save(update_fields=["deleted_at"])
    return to_goal_view(row, now().date())


def list_goal_names(access: Access) -> list[tuple[str, str]]:
    """Ids and titles of the open goals, for a choice."""
    today = now().date()
    goals = [to_goal_view(row, today) for row in goal_rows(access).order_by("pk")]
    return [(goal.public_id, goal.title) for goal in goals if goal.state == GoalState.OPEN]


def list_aims(access: Access) -> frozenset[str]:
    """The competencies of the open goals."""
    rows = goal_rows(access).filter(state=GoalState.OPEN)
    return frozenset(rows.values_list("competency", flat=True))


def owner_of(access: Access) -> dict[str, int]:
    """Whose rows they are: every question of the plan asks with this."""
    return {"workspace_id": access.workspace_id, "user_id": access.user_id}


def goal_rows(access: Access) -> Any:
    """The person's goals that are not deleted."""
    return LearningGoal.objects.filter(**owner_of(access), deleted_at=None)


def get_goal_row(access: Access, goal_id: str, *, with_deleted: bool = False) -> LearningGoal:
    """One of the person's goals; nobody else's is found."""
    rows = LearningGoal.objects.filter(**owner_of(access)) if with_deleted else goal_rows(access)
    row: LearningGoal | None = rows.filter(public_id=goal_id).first()
    if row is None:
        raise NotFoundError("there is no such goal in your plan.", value=goal_id)
    return row


def _check_goal(draft: GoalDraft) -> dict[str, Any]:
    if draft.competency not in IDS:
        raise InvalidValueError("a competency is one of C01 to C16.", value=draft.competency)
    if draft.level not in LEVELS:
        raise InvalidValueError("a level is 1, 2, 3 or 4.", value=draft.level)
    return {
        "competency": draft.competency,
        "level": draft.level,
        "why": check_line("the reason", draft.why, 500),
        "due_on": check_day("the day of a goal", draft.due_on),
    }
