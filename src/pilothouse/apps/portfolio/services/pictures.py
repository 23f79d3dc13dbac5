"""Pictures of one's own, drawn anew: nothing of camera or place is left in them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.portfolio.models import Picture
from pilothouse.apps.portfolio.services.texts import check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.uploads import read_within
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError

MAX_BYTES = 10 * 1024**2
MAX_PIXELS = 40_000_000
MAX_SIDE = 1600
MAX_PICTURES = 200
_FORMATS = ("PNG", "JPEG", "WEBP")
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg"}


@dataclass(frozen=True)
class PictureView:
    """A picture without its bytes."""

    public_id: str
    alt: str
    media_type: str
    width: int
    height: int
    size: int
    created_at: datetime

    @property
    def markdown(self) -> str:
        """How a text shows it."""
        alt = self.alt.replace("[", "(").replace("]", ")")
        return f"![{alt}](picture:{self.public_id})"

    @property
    def url(self) -> str:
        return reverse("portfolio:picture", args=[self.public_id])


def add_picture(access: Access, chunks: Iterable[bytes], alt: str) -> PictureView:
    """Take a picture in: PNG, JPEG or WebP of at most 10 MB; made no larger than 1,600 pixels.

    It is drawn anew, so that places, times and names that a camera or program wrote are gone.
    """
    words = check_line("the description of a picture", alt, 300, least=3)
    media_type, data, (width, height) = _clean(read_within(chunks, MAX_BYTES, "picture"))
    if _own(access).filter(deleted_at=None).count() >= MAX_PICTURES:
        raise ConflictError(f"a portfolio has at most {MAX_PICTURES} pictures.")
    with transaction.atomic():
        row = Picture.objects.create(
            workspace_id=access.workspace_id, user_id=access.user_id, alt=words,
            media_type=media_type, width=width, height=height, data=data,
        )  # fmt: skip
        record_act(access, "picture.added", "picture", row.public_id, {"bytes": len(data)})
    return _to_view(row)


def list_pictures(access: Access) -> list[PictureView]:
    """The person's pictures, the newest first."""
    return [_to_view(row) for row in _own(access).filter(deleted_at=None).order_by("-pk")]


def read_picture(access: Access, public_id: str) -> tuple[str, bytes]:
    """Media type and bytes of one of the person's pictures."""
    row = _get(access, public_id)
    return row.media_type, bytes(row.data)


def read_pictures(access: Access) -> dict[str, tuple[PictureView, bytes]]:
    """All pictures of the person, deleted ones too: an old build may show them."""
    return {row.public_id: (_to_view(row), bytes(row.data)) for row in _own(access).order_by("pk")}


def set_picture_deleted(access: Access, public_id: str, *, is_deleted: bool) -> PictureView:
    """Take a picture out of the choice, or bring it back; older builds still show it."""
    with transaction.atomic():
        row = _get(access, public_id)
        row.deleted_at = timezone.now() if is_deleted else None
        row.save(update_fields=["deleted_at"])
        kind = "picture.deleted" if is_deleted else "picture.restored"
        record_act(access, kind, "picture", public_id, {})
    return _to_view(row)


def _own(access: Access) -> Any:
    return Picture.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)


def _get(access: Access, public_id: str) -> Picture:
    row: Picture | None = _own(access).filter(public_id=public_id).first()
    if row is None:
        raise NotFoundError("there is no such picture of yours.", value=public_id)
    return row


def _clean(data: bytes) -> tuple[str, bytes, tuple[int, int]]:
    # Heavy: only who takes a picture in loads it.
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise InvalidValueError(
                    f"a picture has at most {MAX_PIXELS:,} pixels.",
                    value=f"{opened.width} x {opened.height}",
                )
            drawn = ImageOps.exif_transpose(opened)
            has_alpha = drawn.mode in {"RGBA", "LA", "PA"} or "transparency" in drawn.info
            plain = drawn.convert("RGBA" if has_alpha else "RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidValueError("a picture is a whole PNG, JPEG or WebP file.") from error
    plain.thumbnail((MAX_SIDE, MAX_SIDE))
    is_drawing = has_alpha or opened.format == "PNG"
    return _encode(plain, is_drawing=is_drawing)


def _encode(picture: Any, *, is_drawing: bool) -> tuple[str, bytes, tuple[int, int]]:
    target = io.BytesIO()
    # A new picture from the pixels alone: no text, profile or EXIF travels along.
    bare = picture.copy()
    bare.info = {}
    if is_drawing:
        bare.save(target, "PNG", optimize=True)
        return "image/png", target.getvalue(), bare.size
    bare.save(target, "JPEG", quality=85, optimize=True)
    return "image/jpeg", target.getvalue(), bare.size


def _to_view(row: Picture) -> PictureView:
    return PictureView(
        public_id=row.public_id,
        alt=row.alt,
        media_type=row.media_type,
        width=row.width,
        height=row.height,
        size=len(row.data),
        created_at=row.created_at,
    )
