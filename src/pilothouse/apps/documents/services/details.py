"""What stands beside the text of a document: kind, folder, persons, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from pilothouse.apps.documents.models import Claim, ClaimState, Document, DocumentStatus
from pilothouse.apps.documents.services.documents import (
    DocumentView,
    get_document,
    get_row,
    parse_kind,
    to_view,
)
from pilothouse.apps.documents.services.texts import clean_folder
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.members import list_members
from pilothouse.kernel.errors import InvalidValueError


def update_document(
    access: Access, product: ProductView, public_id: str, changes: Mapping[str, Any]
) -> DocumentView:
    """Change what stands beside the text: ``kind``, ``folder``, ``owner``, ``reviewer``.

    Persons are given by the public id of the user; an empty one is nobody.
    """
    access.require(Role.EDITOR, to="changing a document")
    with transaction.atomic():
        row = get_row(product, public_id, is_locked=True)
        facts: dict[str, Any] = {}
        for name, value in changes.items():
            _change(access, row, name, value, facts)
        if not facts:
            return to_view(row, product)
        row.save()
        view = get_document(product, public_id)
        facts["name"] = view.title
        record_act(access, "document.moved", "document", public_id, facts, product=product)
    return view


def set_status(
    access: Access, product: ProductView, public_id: str, status: str, *, reviewer: str = ""
) -> DocumentView:
    """Move a document on or back; publishing records which version and how its claims stand.

    ``reviewer`` is the public id of the user who is asked when it goes into review.
    """
    access.require(Role.EDITOR, to="changing the status of a document")
    if status not in DocumentStatus.values:
        raise InvalidValueError(
            f"a status is one of {', '.join(DocumentStatus.values)}.", value=status
        )
    with transaction.atomic():
        row = get_row(product, public_id, is_locked=True)
        before, row.status = row.status, status
        is_asked = status == DocumentStatus.REVIEW
        row.reviewer_id = _find_member(access, reviewer) if is_asked else None
        if status == DocumentStatus.PUBLISHED:
            row.published_at = product.now
        row.save(update_fields=["status", "reviewer", "published_at"])
        view = get_document(product, public_id)
        if before != status:
            _record_status(access, product, view, before)
    return view


def _record_status(access: Access, product: ProductView, view: DocumentView, before: str) -> None:
    facts: dict[str, Any] = {"name": view.title, "from": before, "to": view.status}
    kind = "document.status-changed"
    if view.status == DocumentStatus.PUBLISHED:
        kind = "document.published"
        facts |= {
            "kind": view.kind,
            "version": view.version,
            "digest": view.digest,
            "claims": _count_claims(view),
        }
    record_act(access, kind, "document", view.public_id, facts, product=product)


def _count_claims(view: DocumentView) -> dict[str, int]:
    states = Claim.objects.filter(document_id=view.id, is_quoted=True).values_list(
        "state", flat=True
    )
    found = list(states)
    return {state: found.count(state) for state in ClaimState.values}


def _change(access: Access, row: Document, name: str, value: Any, facts: dict[str, Any]) -> None:
    if name in {"owner", "reviewer"}:
        user_id = _find_member(access, str(value or ""))
        if user_id != getattr(row, f"{name}_id"):
            setattr(row, f"{name}_id", user_id)
            facts[f"is_{name}_changed"] = True
        return
    parsers = {"kind": parse_kind, "folder": clean_folder}
    if name not in parsers:
        raise InvalidValueError("a document has kind, folder, owner and reviewer.", value=name)
    after, before = parsers[name](str(value)), getattr(row, name)
    if after != before:
        setattr(row, name, after)
        facts[name] = [before, after]


def _find_member(access: Access, user_public_id: str) -> int | None:
    if not user_public_id:
        return None
    if user_public_id not in {member.user_public_id for member in list_members(access)}:
        raise InvalidValueError("this is no member of the workspace.", value=user_public_id)
    people = Document.owner.get_queryset()
    return int(people.values_list("pk", flat=True).get(public_id=user_public_id))
