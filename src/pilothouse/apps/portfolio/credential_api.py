"""Credentials for programs.

What signs needs more than the right to read: a token that may only read shall not sign.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from pilothouse.apps.portfolio.services import credentials as service
from pilothouse.apps.portfolio.services.credential_checks import (
    check_credential,
    to_finding_json,
)
from pilothouse.apps.portfolio.services.credential_drafts import BadgeDraft, files_from_json
from pilothouse.apps.portfolio.services.endorsing import (
    add_endorsement,
    endorse,
    list_endorsements,
    to_endorsement_json,
)
from pilothouse.apps.portfolio.services.keys import list_keys
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access

router = Router()
SIGNING = "signing with your key"


class Body(Schema):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class FileIn(Body):
    """``sri``: the file's SHA-384 as ``sha384-BASE64``."""

    name: str = ""
    media_type: str = ""
    sri: str


class BadgeIn(Body):
    """``level`` 0 is what the acts hold."""

    holder: str = ""
    level: int = Field(default=0, ge=0, le=4)
    status: str = "Completed"
    with_titles: bool = False
    list_url: str = ""
    files: list[FileIn] = Field(default_factory=list, max_length=5)

    def to_draft(self, competency: str) -> BadgeDraft:
        given = {**self.model_dump(), "competency": competency}
        return BadgeDraft(**{**given, "files": files_from_json(given["files"])})


class BundleIn(Body):
    """``others``: ids of badges beside the one of the address."""

    others: list[str] = Field(default_factory=list, max_length=50)
    name: str = ""
    holder: str = ""


class ReasonIn(Body):
    reason: str = ""


class CheckIn(Body):
    """``credential`` and ``status_list`` are texts: JSON or a token."""

    credential: str
    status_list: str = ""


class TextIn(Body):
    credential: str


class EndorseIn(Body):
    credential: str
    comment: str


@router.get("credentials", summary="What you have signed")
def get_credentials(request: HttpRequest) -> dict[str, Any]:
    found = service.list_credentials(_access(request))
    return {"credentials": [service.to_credential_json(each) for each in found]}


@router.post("competencies/{competency_id}/badges", summary="Sign a badge of C01 to C16")
def post_badge(request: HttpRequest, competency_id: str, payload: BadgeIn) -> dict[str, Any]:
    made = service.issue_badge(_signer(request), payload.to_draft(competency_id))
    return service.to_credential_json(made)


@router.get("credentials/{credential_id}", summary="A credential with its endorsements")
def get_credential(request: HttpRequest, credential_id: str) -> dict[str, Any]:
    access = _access(request)
    return {
        **service.to_credential_json(service.get_credential(access, credential_id)),
        "kept_endorsements": [
            to_endorsement_json(each) for each in list_endorsements(access, credential_id)
        ],
    }


@router.post("credentials/{credential_id}/revocations", summary="Take a credential back")
def post_revocation(request: HttpRequest, credential_id: str, payload: ReasonIn) -> dict[str, Any]:
    view = service.revoke_credential(_signer(request), credential_id, payload.reason)
    return service.to_credential_json(view)


@router.post("credentials/{credential_id}/endorsements", summary="Keep an endorsement of it")
def post_endorsement(request: HttpRequest, credential_id: str, payload: TextIn) -> dict[str, Any]:
    text = payload.credential.encode("utf-8", "replace")
    return to_endorsement_json(add_endorsement(_signer(request), credential_id, text))


@router.post("credentials/{credential_id}/records", summary="Sign it and others as a CLR 2.0")
def post_bundle(request: HttpRequest, credential_id: str, payload: BundleIn) -> dict[str, Any]:
    chosen = [credential_id, *payload.others]
    made = service.issue_bundle(_signer(request), chosen, name=payload.name, holder=payload.holder)
    return service.to_credential_json(made)


@router.post("credential-checks", summary="Check anybody's credential; nothing is kept")
def post_check(request: HttpRequest, payload: CheckIn) -> dict[str, Any]:
    _access(request)
    credential, listed = (
        text.encode("utf-8", "replace") for text in (payload.credential, payload.status_list)
    )
    return to_finding_json(check_credential(credential, listed))


@router.post("endorsements", summary="Sign words about somebody else's badge")
def post_endorse(request: HttpRequest, payload: EndorseIn) -> dict[str, Any]:
    access = _signer(request)
    made = endorse(access, payload.credential.encode("utf-8", "replace"), payload.comment)
    return service.to_credential_json(made)


@router.get("signing-keys", summary="Your keys, in public")
def get_keys(request: HttpRequest) -> dict[str, Any]:
    return {
        "keys": [
            {
                "id": each.public_id,
                "did": each.did,
                "created_at": each.created_at.isoformat(),
                "retired_at": each.retired_at.isoformat() if each.retired_at else None,
                "can_sign": each.can_sign,
            }
            for each in list_keys(_access(request))
        ]
    }


def _access(request: HttpRequest) -> Access:
    access: Access = request.auth  # type: ignore[attr-defined]
    return access


def _signer(request: HttpRequest) -> Access:
    access = _access(request)
    access.require(Role.COMMENTER, to=SIGNING)
    return access
