"""Links of a contact for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Router

from pilothouse.apps.people.bodies import Strict, reader, writer
from pilothouse.apps.people.services.linking import (
    link_contact,
    list_contact_links,
    set_contact_link_removed,
)
from pilothouse.apps.workspace.services.links import to_link_json

router = Router()
ALL = "contacts/{contact_id}/links"


class LinkIn(Strict):
    """``target`` is kind:id, words that find one thing, or an address that begins with https://."""

    target: str
    relation: str = "relates"
    title: str = ""


@router.get(ALL, summary="What a contact is linked with")
def get_links(request: HttpRequest, contact_id: Path[str]) -> dict[str, Any]:
    found = list_contact_links(reader(request), contact_id)
    return {"links": [to_link_json(each) for each in found]}


@router.post(ALL, summary="Link a contact with a decision, a product, anything, or an address")
def post_link(request: HttpRequest, contact_id: Path[str], payload: LinkIn) -> dict[str, Any]:
    access = writer(request)
    made = link_contact(
        access, contact_id, payload.target, relation=payload.relation, title=payload.title
    )
    return to_link_json(made)


@router.delete(f"{ALL}/{{link_id}}", summary="Take a link away")
def delete_link(request: HttpRequest, contact_id: Path[str], link_id: Path[str]) -> dict[str, Any]:
    set_contact_link_removed(writer(request), contact_id, link_id, is_removed=True)
    return {"deleted": link_id}


@router.post(f"{ALL}/{{link_id}}/restore", summary="Bring a link back")
def post_link_restore(
    request: HttpRequest, contact_id: Path[str], link_id: Path[str]
) -> dict[str, Any]:
    set_contact_link_removed(writer(request), contact_id, link_id, is_removed=False)
    return {"restored": link_id}
