"""The ledger ticks the next acts of a plan: the first fitting act after a step began."""

from __future__ import annotations

from django.db import transaction

from pilothouse.apps.skills.models import LearningStep
from pilothouse.apps.skills.services.library import load_next_acts
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import iter_acts, list_acts


def last_sequence(access: Access) -> int:
    """The number of the workspace's last act; 0 where there is none."""
    newest = list_acts(access, limit=1)
    return newest[0].sequence if newest else 0


def tick_steps(access: Access) -> int:
    """Tie steps that wait for an act to the first one that fits; how many. Two queries, or more
    where there is something to tick. One act may tick several steps: it shows all of them used.
    """
    waiting = list(
        LearningStep.objects.filter(
            workspace_id=access.workspace_id, user_id=access.user_id, act_sequence=None,
            deleted_at=None,
        ).exclude(act="")
    )  # fmt: skip
    wanted = {step.act: _kinds(step.act) for step in waiting}
    kinds = {kind for some in wanted.values() for kind in some}
    if not kinds:
        return 0
    ticked = {}
    after = min(step.act_after for step in waiting)
    for act in iter_acts(access, user_id=access.user_public_id, kinds=kinds, after=after):
        for step in waiting:
            fits = act.sequence > step.act_after and act.kind in wanted[step.act]
            if fits and step.pk not in ticked:
                step.act_sequence = act.sequence
                ticked[step.pk] = step
        if len(ticked) == len(waiting):
            break
    with transaction.atomic():
        LearningStep.objects.bulk_update(ticked.values(), ["act_sequence"])
    return len(ticked)


def _kinds(act: str) -> frozenset[str]:
    known = load_next_acts().get(act)
    return frozenset(known.kinds if known else ())
