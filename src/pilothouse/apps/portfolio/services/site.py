"""The site: a snapshot of what is published, and the same files from the same snapshot, always."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.portfolio.models import Publication
from pilothouse.apps.portfolio.services.pictures import EXTENSIONS, PictureView, read_pictures
from pilothouse.apps.portfolio.services.profiles import get_profile
from pilothouse.apps.portfolio.services.publishing import list_published
from pilothouse.apps.portfolio.services.site_feeds import write_feeds
from pilothouse.apps.portfolio.services.site_pages import write_pages
from pilothouse.apps.portfolio.services.site_text import find_pictures
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import list_acts, record_act
from pilothouse.engines.portfolio import Redaction, redact
from pilothouse.kernel.errors import ConflictError, NotFoundError
from pilothouse.kernel.ids import canonical_json, digest

# What else belongs to the site, such as signed credentials: texts by their paths.
SiteFiles = Callable[[Access], Mapping[str, str]]
MAX_KEPT = 50


@dataclass(frozen=True)
class PublicationView:
    """One build of the site."""

    public_id: str
    digest: str
    head: str
    head_sequence: int
    pages: int
    size: int
    built_at: datetime


def _credentials(access: Access) -> Mapping[str, str]:
    from pilothouse.apps.portfolio.services.credential_files import site_files

    return site_files(access)


_more: list[SiteFiles] = [_credentials]


def register_site_files(files: SiteFiles) -> None:
    """Have further files in every build; called once at start. Paths are relative."""
    _more.append(files)


def take_snapshot(access: Access, now: datetime) -> dict[str, Any]:
    """Everything the site is made of, as JSON, except the pictures' bytes."""
    head = next(iter(list_acts(access, limit=1)), None)
    pieces: list[dict[str, Any]] = []
    hidden: list[Redaction] = []
    for study, content in list_published(access):
        hidden += study.redactions
        at = study.published_at.isoformat() if study.published_at else ""
        pieces.append({"id": study.public_id, "slug": study.slug, "at": at, **content})
    return {
        "profile": get_profile(access).to_json(),
        "pieces": pieces,
        "pictures": describe_pictures(pieces, read_pictures(access), hidden),
        "more": {path: text for files in _more for path, text in sorted(files(access).items())},
        "head": head.hash if head else "",
        "head_sequence": head.sequence if head else 0,
        "now": now.replace(microsecond=0).isoformat(),
    }


def build_site(snapshot: Mapping[str, Any], pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    """All files of the site by their paths; equal for equal input, byte for byte."""
    files: dict[str, bytes] = dict(write_pages(snapshot))
    files |= write_feeds(snapshot)
    for public_id, facts in snapshot["pictures"].items():
        files[facts["path"]] = pictures[public_id]
    files |= {path: text.encode() for path, text in snapshot["more"].items()}
    files |= _add_pdfs(snapshot, pictures)
    return files


def finish_site(snapshot: Mapping[str, Any], files: dict[str, bytes]) -> dict[str, bytes]:
    """The files with the manifest of them and the page that verifies it."""
    from pilothouse.apps.portfolio.services.site_pages import content_digest, write_verify

    listed = {path: digest(body) for path, body in sorted(files.items())}
    manifest = {
        "files": listed,
        "content": {
            path: content_digest(body) for path, body in files.items() if path.endswith(".html")
        },
        "ledger": {"head": snapshot["head"], "acts": snapshot["head_sequence"]},
        "built": snapshot["now"],
    }
    return {
        **files,
        "verify.html": write_verify(snapshot, listed),
        "manifest.json": canonical_json(manifest),
    }


def publish_site(access: Access, now: datetime | None = None) -> PublicationView:
    """Build the site and keep what it was made of. Nothing is sent anywhere."""
    with transaction.atomic():
        snapshot = take_snapshot(access, now or timezone.now())
        files = _make(access, snapshot)
        row = Publication.objects.create(
            workspace_id=access.workspace_id, user_id=access.user_id, snapshot=snapshot,
            digest=digest(files["manifest.json"]),
            pages=sum(path.endswith(".html") for path in files),
            size=sum(len(body) for body in files.values()), built_at=now or timezone.now(),
        )  # fmt: skip
        facts = {"manifest": row.digest, "pages": row.pages, "pieces": len(snapshot["pieces"])}
        record_act(access, "portfolio.built", "portfolio", row.public_id, facts)
    return _to_view(row)


def list_publications(access: Access) -> list[PublicationView]:
    """The builds, the newest first."""
    return [_to_view(row) for row in _own(access).order_by("-pk")[:MAX_KEPT]]


def read_publication(
    access: Access, public_id: str = ""
) -> tuple[PublicationView, dict[str, bytes]]:
    """A build (the newest without an id) with its files, made again from its snapshot."""
    rows = _own(access).order_by("-pk")
    row = (rows.filter(public_id=public_id) if public_id else rows).first()
    if row is None:
        raise NotFoundError(
            "there is no such build.", value=public_id or None, remedy="Build the site first."
        )
    return _to_view(row), _make(access, row.snapshot)


def to_zip(files: Mapping[str, bytes], built_at: datetime) -> bytes:
    """The files in one archive, the same bytes for the same build."""
    target = io.BytesIO()
    moment = max(built_at.timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, body in sorted(files.items()):
            info = zipfile.ZipInfo(path, moment)
            info.external_attr = 0o644 << 16
            archive.writestr(info, body, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def write_folder(files: Mapping[str, bytes], folder: Path) -> int:
    """Write the files below ``folder``, which must be empty or hold an earlier build."""
    if folder.exists() and any(folder.iterdir()) and not (folder / "manifest.json").is_file():
        raise ConflictError(
            "this folder holds something else.", value=str(folder), remedy="Choose an empty one."
        )
    for path, body in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
    return len(files)


def _make(access: Access, snapshot: Mapping[str, Any]) -> dict[str, bytes]:
    wanted = snapshot["pictures"]
    known = read_pictures(access) if wanted else {}
    bodies = {key: known[key][1] for key in wanted if key in known}
    return finish_site(snapshot, build_site(snapshot, bodies))


def describe_pictures(
    pieces: Sequence[Mapping[str, Any]],
    known: Mapping[str, tuple[PictureView, bytes]],
    redactions: Sequence[Redaction],
) -> dict[str, dict[str, Any]]:
    """The pictures that texts show, by their ids, with their descriptions redacted."""
    shown = {
        public_id
        for piece in pieces
        for part in piece["sections"]
        for public_id in find_pictures(part["text"])
    }
    return {
        public_id: _describe(known[public_id][0], redactions)
        for public_id in sorted(shown)
        if public_id in known
    }


def _describe(picture: PictureView, redactions: Sequence[Redaction]) -> dict[str, Any]:
    return {
        "path": f"pictures/{picture.public_id}.{EXTENSIONS[picture.media_type]}",
        "alt": redact(picture.alt, redactions),
        "width": picture.width,
        "height": picture.height,
    }


def _add_pdfs(snapshot: Mapping[str, Any], pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    if not snapshot["pieces"]:
        return {}
    from pilothouse.apps.portfolio.services.pdf import write_piece_pdf, write_portfolio_pdf

    files = {
        f"pdf/{piece['slug']}.pdf": write_piece_pdf(snapshot, piece, pictures)
        for piece in snapshot["pieces"]
        if piece["kind"] != "note"
    }
    return files | {"pdf/portfolio.pdf": write_portfolio_pdf(snapshot, pictures)}


def _own(access: Access) -> Any:
    return Publication.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)


def _to_view(row: Publication) -> PublicationView:
    return PublicationView(
        public_id=row.public_id,
        digest=row.digest,
        head=row.snapshot["head"],
        head_sequence=row.snapshot["head_sequence"],
        pages=row.pages,
        size=row.size,
        built_at=row.built_at,
    )
