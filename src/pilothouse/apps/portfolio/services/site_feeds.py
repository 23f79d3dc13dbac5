"""Feeds and what machines look for: Atom, JSON Feed, sitemap, robots, the name of the domain."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from html import escape
from typing import Any

from pilothouse.apps.portfolio.services.profiles import ProfileView
from pilothouse.apps.portfolio.services.site_pages import render
from pilothouse.apps.portfolio.services.site_pieces import section_html, to_piece

MOST = 30


def write_feeds(snapshot: Mapping[str, Any]) -> dict[str, bytes]:
    """The files by their paths. Sitemap and CNAME need an address."""
    profile = ProfileView.from_json(snapshot["profile"])
    pieces = [_entry(snapshot, raw, profile) for raw in snapshot["pieces"][:MOST]]
    updated = pieces[0]["at"] if pieces else snapshot["now"]
    first = snapshot["pieces"][-1]["id"] if snapshot["pieces"] else ""
    feed_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"pilothouse:site:{profile.name}:{first}"))
    values = {"profile": profile, "pieces": pieces, "updated": updated, "feed_id": feed_id}
    files = {
        "feed.xml": render("feed.xml", values).encode(),
        "feed.json": _json_feed(profile, pieces),
        "robots.txt": _robots(profile),
        # Without it GitHub Pages leaves out files that it takes for its own.
        ".nojekyll": b"",
    }
    if profile.base_url:
        files["sitemap.xml"] = _sitemap(snapshot, profile)
    if profile.host:
        files["CNAME"] = f"{profile.host}\n".encode()
    return files


def _entry(snapshot: Mapping[str, Any], raw: Mapping[str, Any], profile: ProfileView) -> Any:
    piece = to_piece(raw)
    root = f"{profile.base_url}/" if profile.base_url else ""
    parts = [
        (f"<h2>{escape(part['title'])}</h2>" if raw["kind"] != "note" else "")
        + section_html(snapshot, {**raw, "notes": []}, part["text"], root=root)
        for part in raw["sections"]
    ]
    summary = piece.summary or piece.title
    return {**piece.__dict__, "summary": summary, "html": "\n".join(parts)}


def _json_feed(profile: ProfileView, pieces: list[Any]) -> bytes:
    root = f"{profile.base_url}/" if profile.base_url else ""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": profile.name,
        "authors": [{"name": profile.name}],
        "items": [
            {
                "id": f"urn:uuid:{piece['uuid']}",
                "url": root + piece["path"],
                "title": piece["title"],
                "summary": piece["summary"],
                "content_html": piece["html"],
                "date_published": piece["at"],
                "tags": [piece["kind"], *([piece["context"]] if piece["shows_context"] else [])],
            }
            for piece in pieces
        ],
    }
    if root:
        feed |= {"home_page_url": f"{root}index.html", "feed_url": f"{root}feed.json"}
    return json.dumps(feed, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _sitemap(snapshot: Mapping[str, Any], profile: ProfileView) -> bytes:
    pages = [("index.html", snapshot["now"][:10]), ("about.html", snapshot["now"][:10])]
    pages += [(piece.path, piece.day) for piece in map(to_piece, snapshot["pieces"])]
    rows = "".join(
        f"<url><loc>{escape(f'{profile.base_url}/{path}')}</loc><lastmod>{day}</lastmod></url>\n"
        for path, day in pages
    )
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'{head}<urlset xmlns="{space}">\n{rows}</urlset>\n'.encode()


def _robots(profile: ProfileView) -> bytes:
    lines = ["User-agent: *", "Allow: /"]
    if profile.base_url:
        lines.append(f"Sitemap: {profile.base_url}/sitemap.xml")
    return ("\n".join(lines) + "\n").encode()
