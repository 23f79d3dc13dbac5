"""Badges to look at: the picture with the credential inside, its QR code, the link to a profile.

The picture says in words what it is: a level, a competency, practice or work, and who issued it.
"""

from __future__ import annotations

import io
from html import escape
from pathlib import Path
from textwrap import wrap
from urllib.parse import urlencode, urlsplit

from pilothouse.apps.portfolio.services.credentials import CredentialView
from pilothouse.apps.skills.services.competencies import LEVEL_NAMES
from pilothouse.engines.portfolio import badges

SIDE = 480
ZOOM = 2
INK, PAPER, QUIET = "#1b2230", "#ffffff", "#566073"
WORK, PRACTICE = "#2f5fc4", "#7a3fb5"
FONT = "Inter, 'Inter Variable', 'Helvetica Neue', Arial, sans-serif"
LINKEDIN = "https://www.linkedin.com/profile/add"


def draw_badge(view: CredentialView) -> str:
    """The picture alone, as SVG."""
    accent = PRACTICE if view.practice else WORK
    title, level = _split(view)
    label = escape(_label(view))
    lines = wrap(title, 22)[:3] or [title]
    text = "".join(
        f'<text x="240" y="{262 + 38 * place}" font-size="30" font-weight="600" fill="{INK}">'
        f"{escape(line)}</text>"
        for place, line in enumerate(lines)
    )
    below = 262 + 38 * len(lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" width="{SIDE}" '
        f'height="{SIDE}" role="img"><title>{escape(view.name)}</title>'
        f'<rect x="6" y="6" width="468" height="468" rx="36" fill="{PAPER}" stroke="{accent}" '
        f'stroke-width="4"/><path d="M6 42a36 36 0 0 1 36-36h396a36 36 0 0 1 36 36v22H6z" '
        f'fill="{accent}"/><g font-family="{FONT}" text-anchor="middle">'
        f'<text x="240" y="46" font-size="22" font-weight="600" fill="{PAPER}">{label}</text>'
        f'<text x="240" y="188" font-size="104" font-weight="700" fill="{accent}">'
        f"{escape(_short_level(view))}</text>{text}"
        f'<text x="240" y="{below}" font-size="22" fill="{QUIET}">{escape(level)}</text>'
        f'<text x="240" y="418" font-size="20" fill="{INK}">Issued by the holder</text>'
        f'<text x="240" y="446" font-size="18" fill="{QUIET}">Not an examination</text></g></svg>'
    )


def bake_badge_svg(view: CredentialView) -> bytes:
    """The picture with the signed document inside (Open Badges 3.0, 5.3)."""
    return badges.bake_svg(draw_badge(view), view.document).encode("utf-8")


def bake_badge_png(view: CredentialView) -> bytes:
    """The same as PNG."""
    import fontpkg_inter
    import resvg_py

    files = Path(fontpkg_inter.__file__).parent / "files"
    picture = bytes(
        resvg_py.svg_to_bytes(
            svg_string=draw_badge(view),
            font_files=[str(path) for path in sorted(files.glob("*.ttf"))],
            font_family="Inter Variable",
            sans_serif_family="Inter Variable",
            skip_system_fonts=False,
            zoom=ZOOM,
        )
    )
    return badges.bake_png(picture, view.document)


def draw_qr(view: CredentialView) -> bytes:
    """A QR code as SVG: the published page's address, or else id and digest to compare with."""
    import segno

    text = page_address(view) or f"{view.uri}\nsha256:{view.digest}"
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", scale=6, border=4, dark=INK, light=PAPER, xmldecl=False, nl=False
    )
    return out.getvalue()


def page_address(view: CredentialView) -> str:
    """Where the verifier's page will stand once it is published beside the list; else empty."""
    if not view.list_url:
        return ""
    return f"{view.list_url.rpartition('/')[0]}/{page_name(view)}"


def page_name(view: CredentialView) -> str:
    """The file name of the verifier's page."""
    return f"{view.public_id}.html"


def profile_link(view: CredentialView) -> str:
    """An address that opens LinkedIn's form for a certificate; following it is the person's act.

    Nothing is sent by us. The organisation is named for what it is.
    """
    fields = {
        "startTask": "CERTIFICATION_NAME",
        "name": view.name[:200],
        "organizationName": "Self-issued (Open Badges 3.0)",
        "issueYear": view.issued_at.year,
        "issueMonth": view.issued_at.month,
        "certId": view.uri,
    }
    if address := page_address(view):
        fields["certUrl"] = address
    return f"{LINKEDIN}?{urlencode(fields)}"


def site_of(view: CredentialView) -> str:
    """The host at which its list of revocations will be published; empty where there is none."""
    return urlsplit(view.list_url).hostname or "" if view.list_url else ""


def _label(view: CredentialView) -> str:
    return f"Practice: {view.practice}" if view.practice else "From a record of work"


def _split(view: CredentialView) -> tuple[str, str]:
    title = view.name.split(", L")[0].removesuffix(badges.NAME_ENDING).strip()
    if view.level is None:
        return title, view.kind_name
    words = {"Completed": "", "Failed": ", not reached"}
    after = words.get(view.status, f", {view.status}")
    return title, f"{view.competency} · {LEVEL_NAMES[view.level - 1]}{after}"


def _short_level(view: CredentialView) -> str:
    return f"L{view.level}" if view.level else "CLR" if view.kind == "bundle" else "+"
