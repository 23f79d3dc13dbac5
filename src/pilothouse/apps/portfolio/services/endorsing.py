"""Endorsements: words of one person about another's badge, signed with the endorser's own key.

A name in a text proves nobody; a key proves only that the same holder of the key signed. Both
sides are told so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.portfolio.credential_models import Credential, CredentialKind, Endorsement
from pilothouse.apps.portfolio.services.credentials import CredentialView, keep_endorsement
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.portfolio import badges
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import clean_text, digest

MAX_COMMENT = 2000


@dataclass(frozen=True)
class EndorsementView:
    """What somebody signed about a badge."""

    public_id: str
    endorser_did: str
    endorser_name: str
    comment: str
    signed_at: datetime
    received_at: datetime
    document: str


def endorse(access: Access, data: bytes, comment: str) -> CredentialView:
    """Sign words about the badge in ``data`` (a file or a text); it must verify first."""
    words = clean_text(comment).strip()
    if not 1 <= len(words) <= MAX_COMMENT:
        raise InvalidValueError(
            f"an endorsement has 1 to {MAX_COMMENT:,} characters.", value=words or None
        )
    found = badges.verify(badges.extract(data), now=timezone.now())
    if found.kind != "badge" or not found.is_valid:
        why = found.failures[0].sentence if found.failures else "It is no badge."
        raise InvalidValueError(f"only a badge that verifies is endorsed. {why}")
    return keep_endorsement(access, found.document, words)


def add_endorsement(access: Access, credential_id: str, data: bytes) -> EndorsementView:
    """Keep what somebody else signed about one's own badge."""
    badge = _get_badge(access, credential_id)
    found = badges.verify(badges.extract(data), now=timezone.now())
    if found.kind != "endorsement" or not found.is_valid:
        why = found.failures[0].sentence if found.failures else "It is something else."
        raise InvalidValueError(f"this is no endorsement that verifies. {why}")
    subject = found.document["credentialSubject"]
    if subject.get("id") != badge.uri:
        raise InvalidValueError("this endorsement is about another badge.")
    issuer = _read_issuer(found.document)
    if issuer[0] == badge.subject:
        raise ConflictError("nobody endorses a badge of one's own.")
    return _keep(access, badge, found, issuer)


def list_endorsements(access: Access, credential_id: str) -> list[EndorsementView]:
    """What others signed about a badge, the newest first."""
    rows = Endorsement.objects.filter(
        credential__workspace_id=access.workspace_id,
        credential__user_id=access.user_id,
        credential__public_id=credential_id,
        deleted_at=None,
    )
    return [_to_view(row) for row in rows.order_by("-signed_at", "-pk")]


def list_all_endorsements(access: Access) -> list[tuple[str, EndorsementView]]:
    """All kept endorsements, each with the id of its badge."""
    rows = Endorsement.objects.select_related("credential").filter(
        credential__workspace_id=access.workspace_id,
        credential__user_id=access.user_id,
        deleted_at=None,
    )
    return [(row.credential.public_id, _to_view(row)) for row in rows.order_by("pk")]


def set_endorsement_deleted(access: Access, public_id: str, *, is_deleted: bool) -> str:
    """Hide an endorsement, or bring it back; the id of its badge."""
    with transaction.atomic():
        row = (
            Endorsement.objects.select_related("credential")
            .filter(
                public_id=public_id,
                credential__workspace_id=access.workspace_id,
                credential__user_id=access.user_id,
            )
            .first()
        )
        if row is None:
            raise NotFoundError("there is no such endorsement.", value=public_id)
        row.deleted_at = timezone.now() if is_deleted else None
        row.save(update_fields=["deleted_at"])
        done = "removed" if is_deleted else "restored"
        facts = {"digest": row.digest}
        record_act(access, f"badge-endorsement.{done}", "endorsement", row.public_id, facts)
        badge_id: str = row.credential.public_id
        return badge_id


def _keep(
    access: Access, badge: Credential, found: badges.Verification, issuer: tuple[str, str]
) -> EndorsementView:
    text = badges.canonicalise(_only_json(found.document)).decode()
    signed = datetime.fromisoformat(str(found.document["validFrom"]))
    with transaction.atomic():
        row, is_new = Endorsement.objects.update_or_create(
            credential=badge,
            digest=digest(text.encode()),
            defaults={
                "document": text,
                "endorser_did": issuer[0],
                "endorser_name": issuer[1],
                "comment": clean_text(str(found.document["credentialSubject"].get(
                    "endorsementComment", ""))),
                "signed_at": signed,
                "received_at": timezone.now(),
                "deleted_at": None,
            },
        )  # fmt: skip
        if is_new:
            facts = {"digest": row.digest, "badge": badge.digest}
            record_act(
                access, "badge-endorsement.received", "endorsement", row.public_id, facts,
                personal=f"{row.endorser_name}: {row.comment}",
            )  # fmt: skip
    return _to_view(row)


def _only_json(document: badges.Document) -> badges.Document:
    if "proof" not in document:
        raise InvalidValueError(
            "endorsements are kept as JSON with a proof, not as tokens.",
            remedy="Ask for the JSON file.",
        )
    return document


def _read_issuer(document: badges.Document) -> tuple[str, str]:
    issuer = document["issuer"]
    if isinstance(issuer, str):
        return issuer[:200], ""
    name = issuer.get("name", "")
    return str(issuer.get("id", ""))[:200], clean_text(name if isinstance(name, str) else "")[:200]


def _get_badge(access: Access, public_id: str) -> Credential:
    row = Credential.objects.filter(
        workspace_id=access.workspace_id,
        user_id=access.user_id,
        public_id=public_id,
        kind=CredentialKind.BADGE,
    ).first()
    if row is None:
        raise NotFoundError("there is no such badge.", value=public_id)
    return row


def to_endorsement_json(view: EndorsementView) -> dict[str, object]:
    """An endorsement as the API shows it."""
    return {
        **{key: value for key, value in view.__dict__.items() if key != "document"},
        "signed_at": view.signed_at.isoformat(),
        "received_at": view.received_at.isoformat(),
        "document": json.loads(view.document),
    }


def _to_view(row: Endorsement) -> EndorsementView:
    return EndorsementView(
        public_id=row.public_id,
        endorser_did=row.endorser_did,
        endorser_name=row.endorser_name,
        comment=row.comment,
        signed_at=row.signed_at,
        received_at=row.received_at,
        document=row.document,
    )
