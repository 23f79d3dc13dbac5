"""What the learning plan is made of, as other parts see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from pilothouse.apps.skills.models import (
    GoalState,
    LearningGoal,
    LearningStep,
    StepKind,
    StepState,
)
from pilothouse.apps.skills.services.library import LEVELS, competency_titles, load_next_acts
from pilothouse.apps.skills.services.plans_load import Load

OPEN = (StepState.PLANNED, StepState.DOING)


@dataclass(frozen=True)
class StepDraft:
    """What a person says of a step."""

    title: str
    kind: str = StepKind.RESOURCE.value
    goal: str = ""  # public id
    entry_id: str = ""
    provider: str = ""
    url: str = ""
    cost: str = ""
    starts_on: date | None = None
    due_on: date | None = None
    hours: float | None = None
    hours_done: float = 0.0
    expires_on: date | None = None
    act: str = ""
    next_act: str = ""


@dataclass(frozen=True)
class GoalDraft:
    """What a person says of a goal."""

    competency: str
    level: int
    why: str = ""
    due_on: date | None = None


@dataclass(frozen=True)
class StepView:
    """A step as the screens show it."""

    public_id: str
    goal: str
    kind: str
    title: str
    entry_id: str
    provider: str
    url: str
    cost: str
    starts_on: date | None
    due_on: date | None
    hours: float | None
    hours_done: float
    state: str
    ended_on: date | None
    expires_on: date | None
    act: str
    next_act: str
    act_sequence: int | None
    is_overdue: bool
    is_expired: bool

    @property
    def page_url(self) -> str:
        return reverse("skills:step", args=[self.public_id])

    @property
    def kind_label(self) -> str:
        return str(StepKind(self.kind).label)

    @property
    def state_label(self) -> str:
        return str(StepState(self.state).label)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def hours_left(self) -> float | None:
        """What remains; None where nobody said how long it takes."""
        return None if self.hours is None else max(0.0, self.hours - self.hours_done)

    @property
    def act_label(self) -> str:
        act = load_next_acts().get(self.act)
        return act.label if act else ""


@dataclass(frozen=True)
class GoalView:
    """A goal with its steps; those done count, those dropped do not."""

    public_id: str
    competency: str
    level: int
    why: str
    due_on: date | None
    state: str
    is_overdue: bool
    steps: tuple[StepView, ...] = ()

    @property
    def title(self) -> str:
        return f"{competency_titles()[self.competency]}: {LEVELS[self.level].lower()}"

    @property
    def state_label(self) -> str:
        return str(GoalState(self.state).label)

    @property
    def counted(self) -> tuple[StepView, ...]:
        return tuple(step for step in self.steps if step.state != StepState.DROPPED)

    @property
    def done(self) -> int:
        return sum(step.state == StepState.DONE for step in self.counted)


@dataclass(frozen=True)
class PlanView:
    """All of a person's plan."""

    weekly_hours: float
    goals: tuple[GoalView, ...]
    loose: tuple[StepView, ...]  # of no goal that is still there
    load: Load

    @property
    def steps(self) -> tuple[StepView, ...]:
        return (*(step for goal in self.goals for step in goal.steps), *self.loose)


def to_goal_view(row: LearningGoal, today: date) -> GoalView:
    """A row as the frozen value, without its steps."""
    return GoalView(
        public_id=row.public_id,
        competency=row.competency,
        level=row.level,
        why=row.why,
        due_on=row.due_on,
        state=row.state,
        is_overdue=bool(row.state == GoalState.OPEN and row.due_on and row.due_on < today),
    )


def to_step_view(row: LearningStep, today: date) -> StepView:
    """A row, with its goal at hand, as the frozen value."""
    return StepView(
        public_id=row.public_id,
        goal=row.goal.public_id if row.goal and row.goal.deleted_at is None else "",
        kind=row.kind,
        title=row.title,
        entry_id=row.entry_id,
        provider=row.provider,
        url=row.url,
        cost=row.cost,
        starts_on=row.starts_on,
        due_on=row.due_on,
        hours=row.hours,
        hours_done=row.hours_done,
        state=row.state,
        ended_on=row.ended_on,
        expires_on=row.expires_on,
        act=row.act,
        next_act=row.next_act,
        act_sequence=row.act_sequence,
        is_overdue=bool(row.state in OPEN and row.due_on and row.due_on < today),
        is_expired=bool(row.expires_on and row.expires_on < today),
    )
