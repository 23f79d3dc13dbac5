"""Proofs of certificates, courses and degrees: a small file with its digest.

The bytes are kept in the database and not among the uploads, which no backup carries. What a file
is, is told by its first bytes and never by its name. It is only ever given back as a download.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from pilothouse.apps.skills.models import LearningStep, Proof, ProofContent
from pilothouse.apps.skills.services.library_texts import now
from pilothouse.apps.skills.services.plans_steps import get_step_row
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.uploads import plain_file_name, read_within
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import digest

MAX_BYTES = 3 * 1024**2
MAX_PROOFS = 10
_KINDS = (
    (b"%PDF-", "application/pdf", ".pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
)


@dataclass(frozen=True)
class ProofView:
    """A proof as the screens show it."""

    public_id: str
    file_name: str
    content_type: str
    size: int
    digest: str
    created_at: datetime


def list_proofs(access: Access, step_id: str) -> list[ProofView]:
    """The proofs of a step of the person's plan."""
    rows = get_step_row(access, step_id).proofs.filter(deleted_at=None)
    return [_to_view(row) for row in rows.order_by("pk")]


def add_proof(access: Access, step_id: str, name: str, chunks: Iterable[bytes]) -> ProofView:
    """Keep a file as the proof of a step."""
    body = read_within(chunks, MAX_BYTES, "proof")
    content_type, ending = _tell(body)
    with transaction.atomic():
        step: LearningStep = get_step_row(access, step_id)
        if step.proofs.filter(deleted_at=None).count() >= MAX_PROOFS:
            raise ConflictError(f"a step has at most {MAX_PROOFS} proofs.", remedy="Delete one.")
        file_name = plain_file_name(name, f"proof{ending}")
        row = Proof.objects.create(
            step=step, file_name=file_name, content_type=content_type, size=len(body),
            digest=digest(body),
        )  # fmt: skip
        ProofContent.objects.create(proof=row, body=body)
    return _to_view(row)


def read_proof(access: Access, proof_id: str) -> tuple[ProofView, bytes]:
    """A proof and its bytes."""
    row = _get(access, proof_id)
    return _to_view(row), bytes(row.content.body)


def set_proof_deleted(access: Access, proof_id: str, *, is_deleted: bool) -> tuple[ProofView, str]:
    """Take a proof away, or bring it back; the proof and the id of its step."""
    row = _get(access, proof_id, with_deleted=True)
    row.deleted_at = now() if is_deleted else None
    row.save(update_fields=["deleted_at"])
    return _to_view(row), row.step.public_id


def _get(access: Access, proof_id: str, *, with_deleted: bool = False) -> Proof:
    rows = Proof.objects.select_related("step").filter(
        public_id=proof_id,
        step__workspace_id=access.workspace_id,
        step__user_id=access.user_id,
        step__deleted_at=None,
    )
    row = rows.first() if with_deleted else rows.filter(deleted_at=None).first()
    if row is None:
        raise NotFoundError("there is no such proof in your plan.", value=proof_id)
    return row


def _tell(body: bytes) -> tuple[str, str]:
    """Type and ending by the first bytes."""
    for start, content_type, ending in _KINDS:
        if body.startswith(start):
            return content_type, ending
    raise InvalidValueError(
        "a proof is a PDF, PNG or JPEG file.", remedy="Print other files to a PDF first."
    )


def _to_view(row: Proof) -> ProofView:
    return ProofView(
        row.public_id, row.file_name, row.content_type, row.size, row.digest, row.created_at
    )
