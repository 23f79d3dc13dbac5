"""What a person learned by name: for the person's own pages, as the ledger keeps no such name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from django.urls import reverse

from pilothouse.apps.skills.models import LearningStep, Reading
from pilothouse.apps.skills.services.exercise_kinds import load_kinds
from pilothouse.apps.skills.services.library import find_entries
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import ActView

# Of an act: its title and the address of its page.
Name = tuple[str, str]


def name_learning(access: Access, acts: Iterable[ActView]) -> dict[int, Name]:
    """Acts of learning by their sequence; what is deleted since has no name. A query a kind."""
    found: dict[int, Name] = {}
    given = list(acts)
    for kind, name_them in _NAMERS.items():
        mine = {act.sequence: act.object_id for act in given if act.object_kind == kind}
        if mine:
            names = name_them(access, set(mine.values()))
            found |= {key: names[thing] for key, thing in mine.items() if thing in names}
    return found


def _name_steps(access: Access, ids: Collection[str]) -> dict[str, Name]:
    rows = LearningStep.objects.filter(
        workspace_id=access.workspace_id, user_id=access.user_id, public_id__in=ids,
        deleted_at=None,
    )  # fmt: skip
    return {
        row.public_id: (row.title, reverse("skills:step", args=[row.public_id])) for row in rows
    }


def _name_readings(access: Access, ids: Collection[str]) -> dict[str, Name]:
    rows = list(
        Reading.objects.filter(
            workspace_id=access.workspace_id, user_id=access.user_id, public_id__in=ids
        )
    )
    entries = find_entries(access, {row.entry_id for row in rows})
    return {
        row.public_id: (entries[row.entry_id].title, entries[row.entry_id].page_url)
        for row in rows
        if row.entry_id in entries
    }


def _name_exercises(_access: Access, keys: Collection[str]) -> dict[str, Name]:
    known = load_kinds()
    return {
        key: (known[key].title, reverse("skills:exercise", args=[key]))
        for key in keys
        if key in known
    }


_NAMERS: dict[str, Callable[[Access, Collection[str]], dict[str, Name]]] = {
    "learning-step": _name_steps,
    "reading": _name_readings,
    "exercise": _name_exercises,
}
