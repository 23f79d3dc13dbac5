"""Published pieces as the site's templates take them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pilothouse.apps.portfolio.services.kinds import get_form
from pilothouse.apps.portfolio.services.site_text import SitePicture, render_site_text

_GROUPS = (
    ("case-study", "Case studies"), ("failure", "Failures"), ("teardown", "Teardowns"),
    ("note", "Writing"),
)  # fmt: skip
_CONTEXT_WORDS = {
    "simulated": "The company, its users and its money come from a seeded model. Nobody in it is "
    "real; the decisions and their record are.",
    "own_product": "Work on a product of my own.",
    "employment": "Work for an employer.",
    "volunteer": "Unpaid work for others.",
    "study": "Course work.",
}
# Names of the months, the same on every machine.
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """One published piece, ready to be shown."""

    slug: str
    kind: str
    kind_name: str
    title: str
    summary: str
    context: str
    context_words: str
    is_simulated: bool
    shows_context: bool
    claims: int
    at: str
    day: str
    day_words: str
    path: str
    pdf: str
    uuid: str


def to_pieces(snapshot: Mapping[str, Any]) -> list[Piece]:
    """All published pieces, the newest first."""
    return [to_piece(raw) for raw in snapshot["pieces"]]


def to_piece(raw: Mapping[str, Any]) -> Piece:
    """A piece of a snapshot."""
    moment = datetime.fromisoformat(raw["at"])
    is_note = raw["kind"] == "note"
    kinds = raw["contexts"]
    return Piece(
        slug=raw["slug"],
        kind=raw["kind"],
        kind_name=get_form(raw["kind"]).name,
        title=raw["title"],
        summary=raw["summary"],
        context=raw["context"],
        context_words=" ".join(_CONTEXT_WORDS[each] for each in _CONTEXT_WORDS if each in kinds),
        is_simulated="simulated" in kinds,
        shows_context=kinds != ["none"],
        claims=raw["claims"],
        at=moment.replace(microsecond=0).isoformat(),
        day=moment.date().isoformat(),
        day_words=f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}",
        path=path_of(raw["kind"], raw["slug"]),
        pdf="" if is_note else f"pdf/{raw['slug']}.pdf",
        uuid=str(uuid.uuid5(uuid.NAMESPACE_OID, f"pilothouse:case-study:{raw['id']}")),
    )


def path_of(kind: str, slug: str) -> str:
    """Where a piece stands on the site."""
    return f"{'writing' if kind == 'note' else 'work'}/{slug}.html"


def group_pieces(pieces: list[Piece]) -> list[dict[str, Any]]:
    """Pieces by their kind, kinds without any left out."""
    groups = [
        {"title": title, "pieces": [piece for piece in pieces if piece.kind == kind]}
        for kind, title in _GROUPS
    ]
    return [group for group in groups if group["pieces"]]


def section_html(
    snapshot: Mapping[str, Any], raw: Mapping[str, Any], text: str, *, root: str
) -> str:
    """A text of a piece as HTML for a page from which the site begins at ``root``."""
    numbers = {note["key"]: note["number"] for note in raw.get("notes", ())}
    pictures = {
        public_id: SitePicture(root + facts["path"], facts["alt"], facts["width"], facts["height"])
        for public_id, facts in snapshot["pictures"].items()
    }
    return render_site_text(text, numbers, pictures)
