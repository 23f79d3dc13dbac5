"""Links of a contact with decisions, products, promises, addresses: its owner's alone."""

from __future__ import annotations

from pilothouse.apps.people.services.book import get_contact_row
from pilothouse.apps.workspace.models import Relation, Role
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.links import (
    LinkView,
    ObjectRef,
    link_by_words,
    list_links,
    set_link_removed,
)


def list_contact_links(access: Access, contact_id: str) -> list[LinkView]:
    """What a contact is linked with."""
    return list_links(access, _ref(access, contact_id))


def link_contact(
    access: Access,
    contact_id: str,
    target: str,
    *,
    relation: str = Relation.RELATES.value,
    title: str = "",
) -> LinkView:
    """Link a contact with ``kind:id``, with the one thing that words find, or an address."""
    access.require(Role.EDITOR, to="linking")
    return link_by_words(
        access, None, _ref(access, contact_id), target, relation=relation, title=title
    )


def set_contact_link_removed(
    access: Access, contact_id: str, link_id: str, *, is_removed: bool
) -> None:
    """Take a link of a contact away, or bring it back."""
    access.require(Role.EDITOR, to="unlinking")
    set_link_removed(access, link_id, is_removed=is_removed, end=_ref(access, contact_id))


def _ref(access: Access, contact_id: str) -> ObjectRef:
    return ObjectRef("contact", get_contact_row(access, contact_id).public_id)
