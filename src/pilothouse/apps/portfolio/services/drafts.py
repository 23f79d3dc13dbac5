"""A piece as a PDF before it is published: what the preview shows, nothing else."""

from __future__ import annotations

from django.utils import timezone

from pilothouse.apps.portfolio.services.pdf import write_piece_pdf
from pilothouse.apps.portfolio.services.pictures import read_pictures
from pilothouse.apps.portfolio.services.publishing import preview_study
from pilothouse.apps.portfolio.services.site import describe_pictures, take_snapshot
from pilothouse.apps.workspace.services.access import Access


def draft_pdf(access: Access, public_id: str) -> bytes:
    """The previewed text of a study, redacted, as a PDF that says it is a draft."""
    preview = preview_study(access, public_id)
    now = preview.study.updated_at
    snapshot = take_snapshot(access, timezone.now())
    piece = {
        "id": public_id, "slug": "draft", "at": now.isoformat(), **preview.content,
        "title": f"Draft: {preview.content['title']}",
    }  # fmt: skip
    pictures = read_pictures(access)
    snapshot["pictures"] = describe_pictures([piece], pictures, preview.study.redactions)
    return write_piece_pdf(snapshot, piece, {key: body for key, (_, body) in pictures.items()})
