"""Members of the workspace as ratings, requests and reviews know them."""

from __future__ import annotations

from dataclasses import dataclass

from pilothouse.apps.skills.models import SkillRequest
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.members import list_members
from pilothouse.kernel.errors import InvalidValueError


@dataclass(frozen=True)
class Person:
    """A member. ``id`` is the key of the user's row."""

    id: int
    public_id: str
    name: str


def list_others(access: Access) -> list[tuple[str, str]]:
    """The other members as (id, name): those of whom something can be asked."""
    return [
        (member.user_public_id, member.name)
        for member in list_members(access)
        if member.user_public_id != access.user_public_id
    ]


def find_other(access: Access, user_public_id: str) -> Person:
    """Another member; InvalidValueError for oneself and for strangers."""
    names = dict(list_others(access))
    if user_public_id not in names:
        raise InvalidValueError(
            "choose another member of the workspace.", value=user_public_id or None
        )
    people = SkillRequest.user.get_queryset()
    pk = people.values_list("pk", flat=True).get(public_id=user_public_id)
    return Person(int(pk), user_public_id, names[user_public_id])
