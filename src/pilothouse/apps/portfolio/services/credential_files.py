"""A credential as a file to give away, and the files that belong on the person's site."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from pilothouse.apps.portfolio.services.credential_pages import write_page
from pilothouse.apps.portfolio.services.credential_pictures import (
    bake_badge_png,
    bake_badge_svg,
    draw_qr,
    page_address,
)
from pilothouse.apps.portfolio.services.credentials import (
    CredentialView,
    list_credentials,
    make_status_lists,
)
from pilothouse.apps.portfolio.services.endorsing import list_all_endorsements
from pilothouse.apps.portfolio.services.profiles import get_profile
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import NotFoundError

Writer = Callable[[CredentialView], bytes]
# Zip files say when they were made; the same content shall give the same bytes.
HOW = """Unpack this at the root of your site, so that every file stands at its address.

A list of revocations is signed now and says which badges you took back. Publish it again after each
revocation. The pages check a badge in the reader's browser; none of them asks another host.
Where there is nothing but this note, no badge of yours names an address yet.
"""
EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Form:
    """One way to write a credential down."""

    name: str
    words: str
    content_type: str
    write: Writer


FORMS = {
    form.name: form
    for form in (
        Form("json", "Document with its proof", "application/ld+json",
             lambda view: view.document.encode()),
        Form("jwt", "Token (VC-JWT)", "application/jwt", lambda view: view.token.encode()),
        Form("svg", "Picture with the document inside", "image/svg+xml", bake_badge_svg),
        Form("png", "The same as PNG", "image/png", bake_badge_png),
        Form("html", "Page that checks it", "text/html; charset=utf-8", write_page),
        Form("qr.svg", "QR code", "image/svg+xml", draw_qr),
    )
}  # fmt: skip


def write_credential(view: CredentialView, form: str) -> tuple[str, bytes, str]:
    """File name, content and media type of a credential in one of ``FORMS``."""
    if form not in FORMS:
        raise NotFoundError(f"a credential is written as {', '.join(FORMS)}.", value=form)
    chosen = FORMS[form]
    return f"{view.kind}-{view.public_id}.{form}", chosen.write(view), chosen.content_type


def collect_published(access: Access) -> dict[str, bytes]:
    """What belongs on the person's site, by address: lists of revocations, verifier's pages.

    Only credentials that name an address are meant for a site; nothing else is in it.
    """
    found = dict(make_status_lists(access).lists)
    for view in list_credentials(access):
        if view.list_url and view.revoked_at is None:
            found[page_address(view)] = write_page(view)
    return found


def site_files(access: Access) -> dict[str, str]:
    """The same for the built site, by path below its root; what has another address is left out."""
    base = get_profile(access).base_url.rstrip("/")
    return {
        clean_path(url.removeprefix(base)): body.decode()
        for url, body in collect_published(access).items()
        if base and url.startswith(f"{base}/")
    }


def zip_published(access: Access) -> bytes:
    """All of it as a zip file with a note how to publish it; the same content, the same bytes."""
    lost = make_status_lists(access).lost
    note = HOW + "".join(
        f"\nNot renewed, for its key is not on this machine: {url}" for url in lost
    )
    files = {
        clean_path(urlsplit(url).path): body for url, body in collect_published(access).items()
    }
    return _zip({"how-to-publish.txt": note.encode(), **files})


def zip_all(access: Access) -> bytes:
    """Everything that the person has signed, and the endorsements kept, as documents and tokens."""
    files: dict[str, bytes] = {}
    for view in list_credentials(access):
        files[f"{view.kind}-{view.public_id}.json"] = view.document.encode()
        files[f"{view.kind}-{view.public_id}.jwt"] = view.token.encode()
    for badge_id, kept in list_all_endorsements(access):
        files[f"badge-{badge_id}-endorsement-{kept.public_id}.json"] = kept.document.encode()
    return _zip(files)


def _zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, body in sorted(files.items()):
            entry = zipfile.ZipInfo(path, date_time=EPOCH)
            archive.writestr(entry, body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def clean_path(path: str) -> str:
    """The path of an address as one below a folder, without steps upwards."""
    parts = [part for part in unquote(path).split("/") if part not in {"", ".", ".."}]
    return "/".join(parts) or "status.json"
