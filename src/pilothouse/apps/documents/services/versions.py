"""Versions of a document: what it said when, what changed, and going back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pilothouse.apps.documents.models import Version
from pilothouse.apps.documents.services.documents import DocumentView, get_document, save_document
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.engines.documents.diff import DiffLine, diff_texts
from pilothouse.kernel.errors import NotFoundError

# Unchanged lines shown around a change.
CONTEXT_LINES = 3


@dataclass(frozen=True)
class VersionView:
    """What a document said at one moment."""

    number: int
    title: str
    body: str
    digest: str
    note: str
    user_name: str
    at: datetime


@dataclass(frozen=True)
class DiffBlock:
    """Lines of a comparison; ``skipped`` unchanged ones were left out before them."""

    skipped: int
    lines: tuple[DiffLine, ...]


@dataclass(frozen=True)
class Comparison:
    """What changed from one text to another."""

    blocks: tuple[DiffBlock, ...]
    added: int
    removed: int

    @property
    def is_same(self) -> bool:
        return not self.added and not self.removed


def list_versions(product: ProductView, document_id: str) -> list[VersionView]:
    """All versions, the newest first; without bodies, which may be long."""
    rows = Version.objects.filter(
        document__product_id=product.id,
        document__public_id=document_id,
        document__deleted_at=None,
    ).select_related("user")
    return [_to_view(row, "") for row in rows.defer("body").order_by("-number")[:1000]]


def get_version(product: ProductView, document_id: str, number: int) -> VersionView:
    """One version with its text."""
    if not 0 < number < 2**31:
        raise NotFoundError("there is no such version of this document.", value=number)
    row = (
        Version.objects.filter(
            document__product_id=product.id,
            document__public_id=document_id,
            document__deleted_at=None,
            number=number,
        )
        .select_related("user")
        .first()
    )
    if row is None:
        raise NotFoundError("there is no such version of this document.", value=number)
    return _to_view(row, row.body)


def compare_texts(before: str, after: str) -> Comparison:
    """Two texts line by line and word by word, long unchanged stretches left out."""
    lines = diff_texts(before, after)
    near = {
        place + by
        for place, line in enumerate(lines)
        if line.kind != "same"
        for by in range(-CONTEXT_LINES, CONTEXT_LINES + 1)
    }
    blocks: list[DiffBlock] = []
    block: list[DiffLine] = []
    skipped = 0
    for place, line in enumerate(lines):
        if place in near:
            block.append(line)
            continue
        if block:
            blocks.append(DiffBlock(skipped, tuple(block)))
            block, skipped = [], 0
        skipped += 1
    if block or skipped:
        blocks.append(DiffBlock(skipped, tuple(block)))
    return Comparison(
        tuple(blocks),
        added=sum(line.kind == "added" for line in lines),
        removed=sum(line.kind == "removed" for line in lines),
    )


def restore_version(
    access: Access, product: ProductView, document_id: str, number: int
) -> DocumentView:
    """Say again what an earlier version said, as a new version."""
    version = get_version(product, document_id, number)
    current = get_document(product, document_id)
    return save_document(
        access, product, document_id, title=version.title, body=version.body,
        base=current.digest, note=f"Version {number} restored",
    )  # fmt: skip


def to_version_json(version: VersionView, *, with_body: bool = True) -> dict[str, Any]:
    """A version as the API and commands show it."""
    body = {"body": version.body} if with_body else {}
    return {
        "number": version.number,
        "title": version.title,
        "digest": version.digest,
        "note": version.note,
        "by": version.user_name,
        "at": version.at,
        **body,
    }


def _to_view(row: Version, body: str) -> VersionView:
    return VersionView(
        number=row.number,
        title=row.title,
        body=body,
        digest=row.digest,
        note=row.note,
        user_name=row.user.name if row.user else "",
        at=row.at,
    )
