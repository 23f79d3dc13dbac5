"""Stage gates: what a stage asks for, how much of it stands in the ledger, and passing on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.portfolio.project_models import Stage, StagePass
from pilothouse.apps.portfolio.services.project_templates import Ask, get_stage, list_stages
from pilothouse.apps.portfolio.services.projects import ProjectView, get_row, to_view
from pilothouse.apps.portfolio.services.texts import check_body
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import iter_acts, record_act
from pilothouse.kernel.errors import ConflictError, NotFoundError

_ORDER = tuple(Stage.values)


@dataclass(frozen=True)
class Asked:
    """What was asked for and how many acts of it there are."""

    ask: Ask
    found: int

    @property
    def is_there(self) -> bool:
        return self.found >= self.ask.least


@dataclass(frozen=True)
class StageState:
    """A stage of a project. ``state`` is ``passed``, ``here`` or ``ahead``."""

    key: str
    name: str
    aim: str
    do: str
    state: str
    asked: tuple[Asked, ...]
    passed_at: datetime | None = None
    why_without: str = ""

    @property
    def is_open(self) -> bool:
        """Whether everything asked for is there."""
        return all(each.is_there for each in self.asked)


def read_stages(access: Access, project: ProjectView) -> tuple[StageState, ...]:
    """All stages with what stands in the ledger since the project began; two queries."""
    counts = _count_acts(access, project)
    passes = {row.stage: row for row in StagePass.objects.filter(project_id=project.id)}
    here = _ORDER.index(project.stage)
    states = []
    for place, guide in enumerate(list_stages()):
        state = "passed" if place < here else "here" if place == here else "ahead"
        row = passes.get(guide.key)
        states.append(
            StageState(
                guide.key, guide.name, guide.aim, guide.do, state,
                tuple(Asked(ask, sum(counts.get(k, 0) for k in ask.kinds)) for ask in guide.asks),
                row.at if row else None, row.why_without if row else "",
            )
        )  # fmt: skip
    return tuple(states)


def pass_stage(access: Access, public_id: str, stage: str, *, why_without: str = "") -> ProjectView:
    """Go on to the next stage. Without what was asked for it needs a reason, which is kept."""
    with transaction.atomic():
        row = get_row(access, public_id)
        project = to_view(row)
        if stage not in _ORDER:
            raise NotFoundError("there is no such stage.", value=stage)
        if stage != row.stage or row.ending:
            raise ConflictError("the project is not in this stage.", value=stage)
        if stage == _ORDER[-1]:
            raise ConflictError(
                "this is the last stage.", value=stage, remedy="Say whether it grows or stops."
            )
        asked = next(s for s in read_stages(access, project) if s.key == stage).asked
        missing = [each.ask.text for each in asked if not each.is_there]
        least = 10 if missing else 0
        reason = check_body("the reason for going on without", why_without, 2000, least=least)
        found = {each.ask.text: each.found for each in asked}
        StagePass.objects.create(
            project=row, stage=stage, at=timezone.now(), found=found, missing=missing,
            why_without=reason if missing else "",
        )  # fmt: skip
        row.stage = _ORDER[_ORDER.index(stage) + 1]
        row.save(update_fields=["stage"])
        facts = {
            "stage": stage, "asked": len(asked), "missing": len(missing),
            "acts": sum(found.values()),
        }  # fmt: skip
        record_act(
            access, "project.stage-passed", "project", public_id, facts, product=project.product
        )
    return to_view(row)


def next_stage_name(project: ProjectView) -> str:
    """What comes after the stage that the project is in; empty at the end."""
    place = _ORDER.index(project.stage) + 1
    return get_stage(_ORDER[place]).name if place < len(_ORDER) else ""


def _count_acts(access: Access, project: ProjectView) -> dict[str, int]:
    kinds = {kind for guide in list_stages() for ask in guide.asks for kind in ask.kinds}
    counts: dict[str, int] = {}
    for act in iter_acts(access, kinds=kinds):
        # What the template itself made is no evidence of anything.
        if act.product_id == project.product.public_id and act.at > project.begun_at:
            counts[act.kind] = counts.get(act.kind, 0) + 1
    return counts
