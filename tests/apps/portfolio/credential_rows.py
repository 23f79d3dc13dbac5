"""What the tests of all pages need to know of credentials."""

from __future__ import annotations

from typing import Any

from pilothouse.apps.portfolio.credential_models import Credential
from pilothouse.apps.portfolio.services.endorsing import add_endorsement
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page
from tests.apps.portfolio.credential_makers import (
    give_level,
    make_badge,
    sign_draft,
    sign_endorsement,
)

VIEWER, COMMENTER = Role.VIEWER, Role.COMMENTER

DRAFT = {
    "competency": "C03", "holder": "Ann", "level": "", "status": "Completed", "titles": "",
    "list_url": "", "files_json": "", "seal": "", "do": "change",
}  # fmt: skip
ENDORSED = {"text": sign_draft(), "comment": "I was there."}

PAGES: dict[str, Page] = {
    "portfolio:credentials": Page(VIEWER),
    "portfolio:credential-new": Page(VIEWER, VIEWER, DRAFT, write_status=200),
    "portfolio:credential-bundle": Page(writes=VIEWER, data={"badge": []}, write_status=400),
    "portfolio:credential-verify": Page(
        VIEWER, VIEWER, {"text": ENDORSED["text"]}, write_status=200
    ),
    "portfolio:credential-endorse": Page(VIEWER, VIEWER, ENDORSED),
    "portfolio:credential-key": Page(writes=VIEWER),
    "portfolio:credential-all": Page(VIEWER),
    "portfolio:credential-published": Page(VIEWER),
    "portfolio:credential": Page(VIEWER, is_own=True),
    "portfolio:credential-picture": Page(VIEWER, is_own=True),
    "portfolio:credential-file": Page(VIEWER, ids={"form": "json"}, is_own=True),
    "portfolio:credential-revoke": Page(writes=VIEWER, is_own=True),
    "portfolio:credential-endorsements": Page(
        writes=VIEWER, data={"text": "{}"}, write_status=400, is_own=True
    ),
    "portfolio:endorsement-act": Page(writes=VIEWER, ids={"act": "delete"}, is_own=True),
}

HERE = "/portfolio/credentials"
BADGE = "POST /portfolio/competencies/{competency_id}/badges"
REVOKE = f"POST {HERE}/{{credential_id}}/revocations"
KEEP = f"POST {HERE}/{{credential_id}}/endorsements"
RECORD = f"POST {HERE}/{{credential_id}}/records"
CHECK = "POST /portfolio/credential-checks"
ENDORSE = "POST /portfolio/endorsements"
# What others sign names a badge by its id, so the one of the world is known beforehand.
FIXED_URI = "urn:uuid:00000000-0000-4000-8000-00000000beef"
OPERATIONS: dict[str, Operation] = {
    f"GET {HERE}": Operation(VIEWER),
    f"GET {HERE}/{{credential_id}}": Operation(VIEWER, is_own=True),
    BADGE: Operation(COMMENTER, {"holder": "Ann"}, ids={"competency_id": "C03"}, is_own=True),
    REVOKE: Operation(COMMENTER, {"reason": "x"}, is_own=True),
    KEEP: Operation(COMMENTER, {"credential": sign_endorsement(FIXED_URI)}, is_own=True),
    RECORD: Operation(COMMENTER, {"name": "Record"}, is_own=True),
    CHECK: Operation(VIEWER, {"credential": ENDORSED["text"]}),
    ENDORSE: Operation(COMMENTER, {"credential": ENDORSED["text"], "comment": "I was there."}),
    "GET /portfolio/signing-keys": Operation(VIEWER),
}
FORMS: dict[str, dict[str, Any]] = {
    "portfolio:credential-new": DRAFT,
    "portfolio:credential-bundle": {"badge": ["x"], "name": "", "holder": ""},
    "portfolio:credential-verify": {"text": "x"},
    "portfolio:credential-endorse": ENDORSED,
    "portfolio:credential-revoke": {"reason": "A mistake"},
    "portfolio:credential-endorsements": {"text": "{}"},
}
HAS_NO_TEXT: set[str] = {"portfolio:credential-key", "portfolio:endorsement-act"}
QUERIES: dict[str, dict[str, Any]] = {"portfolio:credential-new": {"competency": "C03"}}
FIELDS: dict[str, tuple[str, ...]] = {
    BADGE: ("holder", "level", "status", "with_titles", "list_url", "files"),
    REVOKE: ("reason",),
    KEEP: ("credential",),
    RECORD: ("others", "name", "holder"),
    CHECK: ("credential", "status_list"),
    ENDORSE: ("credential", "comment"),
}
EXTRA: dict[str, dict[str, Any]] = {
    BADGE: {"issued": "2020-01-01", "is_simulated": False, "name": "An exam"},
    REVOKE: {"revoked_at": "2020-01-01"},
    KEEP: {"endorser_name": "The king"},
    RECORD: {"issued": "2020-01-01"},
    CHECK: {"now": "2020-01-01"},
    ENDORSE: {"issuer": "The king"},
}
COUNTS: dict[str, int] = {
    "/portfolio/credentials/": 12,
    "/portfolio/credentials/new/": 16,
}


def make(access: Access, product: ProductView, mark: str) -> dict[str, str]:
    """One of everything, with ``mark`` in every text; ids by the names they have in addresses."""
    badge = make_badge(access, product, holder=f"{mark} holder")
    Credential.objects.filter(public_id=badge.public_id).update(uri=FIXED_URI)
    kept = add_endorsement(
        access, badge.public_id, sign_endorsement(FIXED_URI, f"{mark} words").encode()
    )
    return {"credential_id": badge.public_id, "endorsement_id": kept.public_id}


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more of everything."""
    give_level(access, product, count=1, mark=f"More {number}")
    badge = make_badge(access, product)
    add_endorsement(access, badge.public_id, sign_endorsement(badge.uri, number=number).encode())
