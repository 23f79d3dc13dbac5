"""A document as a file for other tools: Markdown, Word, Gherkin; all of them as a vault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pilothouse.apps.documents.services.claims import ClaimView, find_claims
from pilothouse.apps.documents.services.documents import DocumentView
from pilothouse.apps.documents.services.texts import mentioned, quoted_claims
from pilothouse.apps.documents.services.vault import (
    VaultNames,
    to_file_text,
    write_vault_zip,
)
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.apps.workspace.services.links import ObjectRef, find_objects
from pilothouse.engines.documents import build_feature, read_whole, write_feature
from pilothouse.engines.documents.docx_write import ClaimNote, write_docx
from pilothouse.engines.documents.names import safe_name
from pilothouse.kernel.errors import ConflictError, InvalidValueError

FORMS = {
    "md": "text/markdown; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "feature": "text/plain; charset=utf-8",
}
# A document's address as others can follow it, from its address here.
ToAddress = Callable[[str], str]


@dataclass(frozen=True)
class ExportedFile:
    """A file to save."""

    name: str
    content_type: str
    body: bytes


def export_document(
    product: ProductView,
    document: DocumentView,
    form: str,
    to_address: ToAddress | None = None,
) -> ExportedFile:
    """A document as ``md``, ``docx`` or ``feature``.

    ``ConflictError`` when there is no acceptance criterion to write as a feature. ``to_address``
    makes a link that works outside of an address here; without it mentions are only words in Word.
    """
    if form not in FORMS:
        raise InvalidValueError(f"a document is written as {', '.join(FORMS)}.", value=form)
    if form == "md":
        body = to_file_text(product, document, VaultNames({}, {})).encode()
    elif form == "docx":
        body = _to_docx(product, document, to_address)
    else:
        body = to_feature(document).encode()
    return ExportedFile(f"{safe_name(document.title)}.{form}", FORMS[form], body)


def export_vault(product: ProductView) -> ExportedFile:
    """All documents as a zip that opens as a vault."""
    vault = write_vault_zip(product)
    return ExportedFile(f"{safe_name(product.name)} documents.zip", "application/zip", vault.body)


def to_feature(document: DocumentView) -> str:
    """The acceptance criteria of a document as the text of a ``.feature`` file."""
    feature = build_feature(document.title, *read_whole(document.body))
    if feature.is_empty:
        raise ConflictError(
            "there is no acceptance criterion in this document.",
            value=document.title,
            remedy="Write one: Given …, when …, then …; or a list below “Acceptance criteria”.",
        )
    return write_feature(feature)


def _to_docx(product: ProductView, document: DocumentView, to_address: ToAddress | None) -> bytes:
    claims = find_claims(product, quoted_claims(document.body))
    refs = [ObjectRef(kind, id_) for kind, id_ in mentioned(document.body)]
    found = find_objects(product.workspace_id, refs) if to_address else {}
    links = {
        f"mention:{ref.kind}/{ref.object_id}": to_address(there.url)
        for ref, there in found.items()
        if to_address
    }
    world = ", simulated: no person and no company behind it exists" if product.is_simulated else ""
    day = f"{document.updated_at.day} {document.updated_at:%B %Y}"
    lead = f"{document.kind_label}, {document.status_label.lower()}, version {document.version}"
    return write_docx(
        document.title,
        document.body,
        notes=[to_claim_note(claim) for claim in claims.values()],
        links=links,
        lead=f"{product.name}{world}. {lead} of {day}.",
    )


def to_claim_note(claim: ClaimView) -> ClaimNote:
    """What stands behind a number, in one sentence."""
    parts = [f"{claim.quoted_text}: {claim.label}"]
    if claim.quoted.n is not None:
        parts.append(f"n {claim.quoted.n:,}")
    if claim.quoted_range_text:
        parts.append(f"95 % interval {claim.quoted_range_text}")
    parts.append(f"quoted {claim.quoted_at:%Y-%m-%d}")
    now = f", now {claim.value_text}" if claim.state == "stale" and claim.value_text else ""
    return ClaimNote(claim.public_id, f"{'; '.join(parts)}; {claim.state}{now}.")
