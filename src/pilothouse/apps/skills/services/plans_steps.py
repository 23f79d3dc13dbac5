"""Steps of the learning plan: what to learn, when, and the act in the workbench that ends it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from pilothouse.apps.skills.models import LearningStep, StepKind, StepState
from pilothouse.apps.skills.services.library import LibraryEntry, get_entry, load_next_acts
from pilothouse.apps.skills.services.library_texts import check_hours, check_url, now
from pilothouse.apps.skills.services.plans_acts import last_sequence, tick_steps
from pilothouse.apps.skills.services.plans_goals import get_goal_row, owner_of
from pilothouse.apps.skills.services.plans_views import StepDraft, StepView, to_step_view
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.texts import check_day, check_line

MAX_STEPS = 500
MAX_HOURS = 10_000


def get_step(access: Access, step_id: str) -> StepView:
    """One step of the person's plan."""
    tick_steps(access)
    return to_step_view(get_step_row(access, step_id), now().date())


def add_step(access: Access, draft: StepDraft) -> StepView:
    """Put a step into the plan. Only acts from now on can tick it."""
    with transaction.atomic():
        if step_rows(access).count() >= MAX_STEPS:
            raise ConflictError(f"a plan has at most {MAX_STEPS} steps.", remedy="Delete some.")
        row = LearningStep.objects.create(
            **owner_of(access), **_check_step(access, draft), act_after=last_sequence(access)
        )
    return to_step_view(row, now().date())


def plan_entry(access: Access, entry_id: str, goal_id: str = "") -> StepView:
    """Make a step of an entry of the library; its next act comes along."""
    entry = get_entry(access, entry_id)
    return add_step(access, draft_of_entry(entry, goal_id))


def draft_of_entry(entry: LibraryEntry, goal_id: str = "") -> StepDraft:
    """What a step of an entry begins with."""
    kinds = {"course": StepKind.COURSE, "certificate": StepKind.CERTIFICATE}
    kind = kinds.get(entry.type, StepKind.RESOURCE)
    return StepDraft(
        title=entry.title, kind=kind.value, goal=goal_id, entry_id=entry.entry_id,
        provider=", ".join(entry.authors)[:200], url=entry.url, act=entry.act,
        next_act=entry.next_act,
    )  # fmt: skip


def change_step(access: Access, step_id: str, draft: StepDraft) -> StepView:
    """Say something else of a step. Another next act is ticked by acts from now on."""
    with transaction.atomic():
        row = get_step_row(access, step_id)
        fields = _check_step(access, draft)
        if fields["act"] != row.act:
            row.act_after, row.act_sequence = last_sequence(access), None
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()
    return to_step_view(row, now().date())


def set_step_state(access: Access, step_id: str, state: str) -> StepView:
    """Begin, finish, drop or open a step. Finishing is an act; what it was stays private."""
    if state not in StepState.values:
        raise InvalidValueError(f"a state is one of {', '.join(StepState.values)}.", value=state)
    with transaction.atomic():
        row = get_step_row(access, step_id)
        was, row.state = row.state, state
        is_over = state in {StepState.DONE, StepState.DROPPED}
        row.ended_on = (row.ended_on or now().date()) if is_over else None
        if state == StepState.DONE and was != StepState.DONE and not row.is_recorded:
            row.is_recorded = True
            _record_finished(access, row)
        row.save()
    return to_step_view(row, now().date())


def set_step_deleted(access: Access, step_id: str, *, is_deleted: bool) -> StepView:
    """Take a step out of the plan, or bring it back."""
    row = get_step_row(access, step_id, with_deleted=True)
    row.deleted_at = now() if is_deleted else None
    row.save(update_fields=["deleted_at"])
    return to_step_view(row, now().date())


def step_rows(access: Access) -> Any:
    """The person's steps that are not deleted."""
    return LearningStep.objects.filter(**owner_of(access), deleted_at=None)


def get_step_row(access: Access, step_id: str, *, with_deleted: bool = False) -> LearningStep:
    """One of the person's steps; nobody else's is found."""
    rows = LearningStep.objects.filter(**owner_of(access)) if with_deleted else step_rows(access)
    row: LearningStep | None = rows.select_related("goal").filter(public_id=step_id).first()
    if row is None:
        raise NotFoundError("there is no such step in your plan.", value=step_id)
    return row


def _check_step(access: Access, draft: StepDraft) -> dict[str, Any]:
    """The fields of a row, all of them checked."""
    if draft.kind not in StepKind.values:
        raise InvalidValueError(f"a kind is one of {', '.join(StepKind.values)}.", value=draft.kind)
    if draft.act not in {"", *load_next_acts()}:
        raise InvalidValueError("there is no such next act.", value=draft.act)
    starts, due = check_day("the first day", draft.starts_on), check_day("the day", draft.due_on)
    if starts and due and due < starts:
        raise InvalidValueError(
            f"a step cannot be due before it begins on {starts.isoformat()}.",
            value=due.isoformat(),
        )
    if draft.entry_id:
        get_entry(access, draft.entry_id)
    return {
        "goal": get_goal_row(access, draft.goal) if draft.goal else None,
        "kind": draft.kind,
        "title": check_line("a title", draft.title, least=1),
        "entry_id": draft.entry_id,
        "provider": check_line("a provider", draft.provider, 200),
        "url": check_url(draft.url),
        "cost": check_line("a cost", draft.cost, 60),
        "starts_on": starts,
        "due_on": due,
        "hours": check_hours("a step", draft.hours, MAX_HOURS),
        "hours_done": check_hours("hours done", draft.hours_done, MAX_HOURS) or 0.0,
        "expires_on": check_day("the last day of a certificate", draft.expires_on),
        "act": draft.act,
        "next_act": check_line("the words of a next act", draft.next_act),
    }


def _record_finished(access: Access, row: LearningStep) -> None:
    goal = row.goal
    aims = [f"{goal.competency}.{goal.level}"] if goal else []
    facts = {"kind": row.kind, "aims": aims, "proofs": row.proofs.filter(deleted_at=None).count()}
    record_act(access, "learning.finished", "learning-step", row.public_id, facts)
