"""The HTML pages of the site, from the templates in ``content/site``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from django.template import Context, Engine
from django.utils.safestring import SafeString, mark_safe

from pilothouse.apps.portfolio.services.profiles import ProfileView
from pilothouse.apps.portfolio.services.site_pieces import (
    Piece,
    group_pieces,
    section_html,
    to_piece,
    to_pieces,
)
from pilothouse.apps.portfolio.services.site_text import render_site_text
from pilothouse.kernel.ids import digest

_CONTENT = re.compile(rb"<!--begin-->(.*?)<!--end-->", re.DOTALL)
_NO_DIGEST = "0" * 64


def write_pages(snapshot: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """All pages but the one that verifies, with style and script."""
    pieces = to_pieces(snapshot)
    yield "index.html", _page(snapshot, "index.html", {"groups": group_pieces(pieces)})
    notes = [piece for piece in pieces if piece.kind == "note"]
    if notes:
        yield "writing.html", _page(snapshot, "writing.html", {"notes": notes})
    about = mark_safe(render_site_text(_profile(snapshot).about, {}, {}))  # noqa: S308 -- escaped there
    yield "about.html", _page(snapshot, "about.html", {"about": about})
    for raw in snapshot["pieces"]:
        piece = to_piece(raw)
        yield piece.path, _write_piece(snapshot, raw, piece)
    for name in ("style.css", "verify.js"):
        yield name, _read(name).encode()


def write_verify(snapshot: Mapping[str, Any], listed: Mapping[str, str]) -> bytes:
    """The page that verifies; it lists the digests of all files but itself and the manifest."""
    rows = [{"path": path, "digest": digest_} for path, digest_ in listed.items()]
    return _page(snapshot, "verify.html", {"listed": rows})


def content_digest(page: bytes) -> str:
    """SHA-256 of what stands between the marks of a page; empty where there are none."""
    found = _CONTENT.search(page)
    return digest(found[1]) if found else ""


def render(name: str, context: Mapping[str, Any]) -> str:
    """A template of the site with its values, escaped."""
    return str(_engine().get_template(name).render(Context(dict(context))))


def _write_piece(snapshot: Mapping[str, Any], raw: Mapping[str, Any], piece: Piece) -> bytes:
    sections = [
        {
            "key": f"part-{part['key']}",
            "title": part["title"],
            "has_title": raw["kind"] != "note",
            "html": mark_safe(section_html(snapshot, raw, part["text"], root="../")),  # noqa: S308
        }
        for part in raw["sections"]
    ]
    values = {
        "piece": piece, "sections": sections, "notes": raw["notes"],
        "description": piece.summary or piece.title,
        "linked_data": _linked_work(snapshot, piece),
    }  # fmt: skip
    return _page(snapshot, "study.html", values, path=piece.path)


def _page(
    snapshot: Mapping[str, Any], template: str, values: Mapping[str, Any], path: str = ""
) -> bytes:
    profile = _profile(snapshot)
    has_notes = any(raw["kind"] == "note" for raw in snapshot["pieces"])
    navigation = [
        {"path": "index.html", "title": "Work"},
        *([{"path": "writing.html", "title": "Writing"}] if has_notes else []),
        {"path": "about.html", "title": "About"},
    ]
    where = path or template
    context = {
        "profile": profile, "snapshot": snapshot, "navigation": navigation, "path": where,
        "root": "../" * where.count("/"), "built_on": snapshot["now"][:10],
        "description": profile.headline or f"Portfolio of {profile.name}",
        "linked_data": _linked_person(profile), "digest": _NO_DIGEST, **values,
    }  # fmt: skip
    page = render(template, context).encode()
    # The digest stands outside of what it is the digest of.
    return page.replace(_NO_DIGEST.encode(), content_digest(page).encode(), 1)


def _linked_person(profile: ProfileView) -> SafeString:
    data: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "Person", "name": profile.name,
        "description": profile.headline, "url": profile.base_url,
        "sameAs": [link.url for link in profile.links],
    }  # fmt: skip
    return _linked({key: value for key, value in data.items() if value})


def _linked_work(snapshot: Mapping[str, Any], piece: Piece) -> SafeString:
    profile = _profile(snapshot)
    kind = "BlogPosting" if piece.kind == "note" else "CreativeWork"
    data: dict[str, Any] = {
        "@context": "https://schema.org", "@type": kind, "name": piece.title,
        "headline": piece.title, "abstract": piece.summary, "genre": piece.kind_name,
        "datePublished": piece.day, "author": {"@type": "Person", "name": profile.name},
        "url": f"{profile.base_url}/{piece.path}" if profile.base_url else "",
        "creditText": piece.context if piece.shows_context else "",
    }  # fmt: skip
    return _linked({key: value for key, value in data.items() if value})


def _linked(data: Mapping[str, Any]) -> SafeString:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return mark_safe(text)  # noqa: S308 -- nothing in it can end the element


def _profile(snapshot: Mapping[str, Any]) -> ProfileView:
    return ProfileView.from_json(snapshot["profile"])


@cache
def _engine() -> Engine:
    folder = str(files("pilothouse.content").joinpath("site"))
    return Engine(dirs=[folder], autoescape=True)


@cache
def _read(name: str) -> str:
    return files("pilothouse.content").joinpath("site", name).read_text("utf-8")
