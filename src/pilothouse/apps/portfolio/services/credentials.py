"""Credentials of a person: issue, keep to the byte, revoke, publish the list of revocations."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.portfolio.credential_models import Credential, CredentialKind, SigningKey
from pilothouse.apps.portfolio.services.credential_drafts import (
    BadgeDraft,
    Preview,
    preview_badge,
)
from pilothouse.apps.portfolio.services.keys import read_private, take_key
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.portfolio import badges
from pilothouse.kernel.errors import (
    ConflictError,
    InvalidValueError,
    NotFoundError,
    UnavailableError,
)
from pilothouse.kernel.ids import clean_text, digest, new_public_id

MAX_BUNDLE = 50


@dataclass(frozen=True)
class CredentialView:
    """A signed document as the pages show it; ``document`` is its exact text."""

    public_id: str
    kind: str
    name: str
    uri: str
    subject: str
    competency: str
    level: int | None
    status: str
    is_simulated: bool
    practice: str
    document: str
    token: str
    digest: str
    list_url: str
    issuer_did: str
    issued_at: datetime
    revoked_at: datetime | None
    reason: str
    endorsements: int

    @property
    def url(self) -> str:
        return reverse("portfolio:credential", args=[self.public_id])

    @property
    def kind_name(self) -> str:
        return CredentialKind(self.kind).label


def preview(access: Access, draft: BadgeDraft) -> Preview:
    """The badge as it would be signed; the first time this makes the member's key."""
    with transaction.atomic():
        key, _ = take_key(access)
        made = preview_badge(access, draft, key.did, place=_free_place(key))
        _check_list_of_one_key(access, key, made.draft.list_url)
        return made


def issue_badge(access: Access, draft: BadgeDraft, *, seal: str = "") -> CredentialView:
    """Sign a badge. With the ``seal`` of a preview it is that very document or a refusal."""
    with transaction.atomic():
        key, private = take_key(access)
        made = preview_badge(access, draft, key.did, place=_free_place(key), seal=seal)
        _check_list_of_one_key(access, key, made.draft.list_url)
        row = Credential(
            kind=CredentialKind.BADGE,
            competency=made.draft.competency,
            level=made.draft.level,
            status=made.draft.status,
            is_simulated=made.claim.is_simulated,
            practice=made.claim.practice,
            list_url=made.draft.list_url,
            place=made.place,
        )
        return _keep(access, key, _sign(row, made.document, private))


def issue_bundle(
    access: Access, public_ids: Sequence[str], *, name: str = "", holder: str = ""
) -> CredentialView:
    """Sign several badges, with what others signed about them, as one record (CLR 2.0)."""
    wanted = set(public_ids)
    if not 1 <= len(wanted) <= MAX_BUNDLE:
        raise InvalidValueError(
            f"a record takes 1 to {MAX_BUNDLE} of your badges.", value=len(wanted)
        )
    rows = list(
        _own(access)
        .filter(public_id__in=wanted, kind=CredentialKind.BADGE)
        .prefetch_related("endorsements")
        .order_by("issued_at", "pk")
    )
    if len(rows) != len(wanted):
        raise NotFoundError("one of these badges is not there.", remedy="Choose from the list.")
    with transaction.atomic():
        key, private = take_key(access)
        _check_bundled(rows, key)
        now = timezone.now()
        bundle = badges.Bundle(
            id=uuid.uuid4().urn,
            issuer=badges.Issuer(key.did, _clean_line(holder, 100) or access.user_name),
            name=_clean_line(name, 150) or f"Record of {access.user_name}",
            credentials=tuple(badges.read_json(row.document) for row in rows),
            endorsements=tuple(
                badges.read_json(each.document)
                for row in rows
                for each in row.endorsements.all()
                if each.deleted_at is None
            ),
            issued=now,
        )
        practices = {row.practice for row in rows}
        kept = Credential(
            kind=CredentialKind.BUNDLE,
            is_simulated=all(row.is_simulated for row in rows),
            practice=practices.pop() if len(practices) == 1 else "",
        )
        return _keep(access, key, _sign(kept, badges.build_bundle(bundle), private))


def keep_endorsement(access: Access, endorsed: badges.Document, comment: str) -> CredentialView:
    """Sign an endorsement of somebody else's badge (whose document is ``endorsed``)."""
    with transaction.atomic():
        key, private = take_key(access)
        if key.did == endorsed["credentialSubject"].get("id"):
            raise ConflictError(
                "nobody endorses a badge of one's own.", remedy="Ask somebody it touched."
            )
        document = badges.build_endorsement(
            badges.Endorsement(
                id=uuid.uuid4().urn,
                issuer=badges.Issuer(key.did, access.user_name),
                badge_id=str(endorsed["id"]),
                comment=comment,
                issued=timezone.now(),
            )
        )
        row = Credential(kind=CredentialKind.ENDORSEMENT)
        return _keep(access, key, _sign(row, document, private))


def list_credentials(access: Access) -> list[CredentialView]:
    """All that the member has signed, the newest first."""
    return [_to_view(row) for row in _counted(access).order_by("-issued_at", "-pk")]


def get_credential(access: Access, public_id: str) -> CredentialView:
    """One of the member's own; ``NotFoundError`` for anybody else's."""
    return _to_view(_get(access, public_id))


def revoke_credential(access: Access, public_id: str, reason: str) -> CredentialView:
    """Take a credential back. Whoever has the file sees it only by the published list."""
    with transaction.atomic():
        row = _get(access, public_id)
        if row.revoked_at is not None:
            raise ConflictError("this credential is revoked already.", value=row.name)
        row.revoked_at = timezone.now()
        row.reason = _clean_line(reason, 500)
        row.save(update_fields=["revoked_at", "reason"])
        facts = {"digest": row.digest, "kind": row.kind}
        record_act(
            access, "credential.revoked", "credential", row.public_id, facts, personal=row.reason
        )
    return get_credential(access, public_id)


@dataclass(frozen=True)
class StatusLists:
    """The lists of revocations to publish, by address; ``lost`` are those whose key is not here."""

    lists: dict[str, bytes]
    lost: tuple[str, ...]


def make_status_lists(access: Access) -> StatusLists:
    """The lists of revocations, signed now, each by its own key."""
    groups: dict[str, list[Credential]] = {}
    rows = _own(access).exclude(list_url="").select_related("key").order_by("pk")
    for row in rows:
        groups.setdefault(row.list_url, []).append(row)
    lists, lost, now = {}, [], timezone.now()
    for url, listed in groups.items():
        try:
            private = read_private(listed[0].key)
        except UnavailableError:
            lost.append(url)
            continue
        issuer = badges.Issuer(listed[0].key.did, "")
        revoked = [row.place for row in listed if row.revoked_at and row.place is not None]
        document = badges.build_status_list(issuer, url, revoked, now)
        lists[url] = badges.canonicalise(badges.sign(document, private, now))
    return StatusLists(lists, tuple(lost))


def to_credential_json(view: CredentialView) -> dict[str, Any]:
    """A credential as the API and commands show it; the document as the object it is."""
    plain = {key: value for key, value in view.__dict__.items() if key != "document"}
    return {
        **plain,
        "simulated": view.is_simulated,
        "issued_at": view.issued_at.isoformat(),
        "revoked_at": view.revoked_at.isoformat() if view.revoked_at else None,
        "document": json.loads(view.document),
    }


def _sign(row: Credential, document: badges.Document, private: bytes) -> Credential:
    """The row with its document as it is kept: signed, in its one canonical form."""
    now = timezone.now()
    signed = badges.sign(document, private, now)
    row.document = badges.canonicalise(signed).decode()
    row.token = badges.sign_token(document, private)
    row.digest = digest(row.document.encode())
    row.uri = str(document["id"])
    row.name = str(document["name"])[:500]
    row.subject = str(document["credentialSubject"]["id"])
    row.issued_at = now
    return row


def _keep(access: Access, key: SigningKey, row: Credential) -> CredentialView:
    if Credential.objects.filter(uri=row.uri).exists():
        raise ConflictError("this preview has been signed already.", value=row.name)
    row.public_id = new_public_id()
    row.workspace_id, row.user_id, row.key = access.workspace_id, access.user_id, key
    row.save(force_insert=True)
    facts = {
        "kind": row.kind,
        "digest": row.digest,
        "competency": row.competency,
        "level": row.level,
        "status": row.status,
    }
    record_act(access, "credential.issued", "credential", row.public_id, facts, personal=row.name)
    return get_credential(access, row.public_id)


def _check_list_of_one_key(access: Access, key: SigningKey, url: str) -> None:
    """One list is signed by one key: those of two keys at one address would hide each other."""
    if url and _own(access).filter(list_url=url).exclude(key=key).exists():
        raise ConflictError(
            "at this address stands the list of an earlier key.",
            value=url,
            remedy="Choose another address, such as one that ends in status-2.json.",
        )


def _check_bundled(rows: Sequence[Credential], key: SigningKey) -> None:
    for row in rows:
        if row.revoked_at is not None:
            raise ConflictError("a revoked badge goes into no record.", value=row.name)
        if row.subject != key.did:
            raise ConflictError(
                "this badge was signed with an earlier key.",
                value=row.name,
                remedy="Issue it again with the present key, or leave it out.",
            )


def _free_place(key: SigningKey) -> int:
    """A random place: its number shall not tell how many credentials there are."""
    taken = set(key.credentials.exclude(place=None).values_list("place", flat=True))
    while (place := secrets.randbelow(badges.LIST_BITS)) in taken:
        pass
    return place


def _own(access: Access) -> QuerySet[Credential]:
    return Credential.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)


def _counted(access: Access) -> QuerySet[Credential]:
    live = Count("endorsements", filter=Q(endorsements__deleted_at=None))
    return _own(access).select_related("key").annotate(live_endorsements=live)


def _get(access: Access, public_id: str) -> Credential:
    row = _counted(access).filter(public_id=public_id).first()
    if row is None:
        raise NotFoundError("there is no such credential.", value=public_id)
    return row


def _clean_line(text: str, limit: int) -> str:
    line = " ".join(clean_text(text).split())
    if len(line) > limit:
        raise InvalidValueError(f"this has at most {limit} characters.", value=line)
    return line


def _to_view(row: Any) -> CredentialView:
    return CredentialView(
        public_id=row.public_id,
        kind=row.kind,
        name=row.name,
        uri=row.uri,
        subject=row.subject,
        competency=row.competency,
        level=row.level,
        status=row.status,
        is_simulated=row.is_simulated,
        practice=row.practice,
        document=row.document,
        token=row.token,
        digest=row.digest,
        list_url=row.list_url,
        issuer_did=row.key.did,
        issued_at=row.issued_at,
        revoked_at=row.revoked_at,
        reason=row.reason,
        endorsements=row.live_endorsements,
    )
