"""What the record offers a resume: pieces, projects, badges, courses, skills. Taken by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pilothouse.apps.jobs.services.resume_proofs import PieceLine, list_pieces
from pilothouse.apps.portfolio.services.credential_pictures import page_address
from pilothouse.apps.portfolio.services.credentials import CredentialView, list_credentials
from pilothouse.apps.portfolio.services.profiles import get_profile
from pilothouse.apps.portfolio.services.projects import ProjectView, list_projects
from pilothouse.apps.portfolio.services.site_pieces import path_of
from pilothouse.apps.skills.services.competencies import LEVEL_NAMES, list_competencies
from pilothouse.apps.skills.services.levels import read_levels
from pilothouse.apps.skills.services.reading import LibraryFilter, ShelfRow, list_shelf
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.jobs.resume_evidence import SIMULATION
from pilothouse.engines.jobs.resume_types import Bullet, Entry, Resume
from pilothouse.engines.portfolio import find_figures, split_sentences
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import new_public_id

MAX_BULLETS = 4


@dataclass(frozen=True)
class Offer:
    """An entry that can be taken. ``why`` says what it is taken from."""

    key: str
    entry: Entry
    why: str
    is_taken: bool = False

    @property
    def is_simulated(self) -> bool:
        return self.entry.get("type") == SIMULATION


def list_offers(access: Access, resume: Resume) -> list[Offer]:
    """Everything of the record that makes an entry; what the resume has is marked as taken."""
    taken = {entry.source for entry in resume.entries if entry.source}
    names = {(entry.section, entry.name.casefold()) for entry in resume.entries}
    return [
        replace(each, is_taken=each.key in taken or _named(each.entry) in names)
        for each in _offers(access)
    ]


def take(resume: Resume, offers: Sequence[Offer], keys: Iterable[str]) -> Resume:
    """The resume with the entries of these offers at the end of their sections."""
    known = {each.key: each for each in offers}
    wanted = list(dict.fromkeys(keys))
    unknown = [key for key in wanted if key not in known]
    if unknown:
        raise InvalidValueError("your record offers nothing of this name.", value=unknown[0])
    added = tuple(known[key].entry for key in wanted if not known[key].is_taken)
    return replace(resume, entries=(*resume.entries, *added))


def _offers(access: Access) -> Iterator[Offer]:
    site = get_profile(access).base_url
    for piece in list_pieces(access):
        address = f"{site}/{path_of(piece.study.kind, piece.study.slug)}" if site else ""
        yield _from_piece(piece, address)
    for project in list_projects(access):
        yield _from_project(project)
    for credential in list_credentials(access):
        if credential.kind == "badge" and credential.revoked_at is None:
            yield _from_credential(credential)
    for row in list_shelf(access, LibraryFilter(state="done")):
        if row.entry.type in {"course", "certificate"}:
            yield _from_course(row)
    yield from _from_levels(access)


def _from_piece(piece: PieceLine, address: str) -> Offer:
    content, study = piece.content, piece.study
    if study.kind in {"note", "teardown"}:
        day = study.published_at.date().isoformat() if study.published_at else ""
        fields = {"name": content["title"], "releaseDate": day, "summary": content["summary"],
                  "url": address}  # fmt: skip
        return _offer(piece.key, "publications", fields, "Published piece")
    fields = {"name": content["title"], "description": content["summary"], "url": address}
    fields["type"] = SIMULATION if piece.is_simulated else ""
    texts = [part["text"] for part in content["sections"] if part["key"] in {"result", "decision"}]
    found = [sentence.text for text in texts for sentence in split_sentences(text)]
    telling = [text for text in found if find_figures(text)] or found
    bullets = tuple(
        Bullet(new_public_id(), f"{text} {piece.reference}") for text in telling[:MAX_BULLETS]
    )
    return _offer(piece.key, "projects", fields, "Published case study", bullets)


def _from_project(project: ProjectView) -> Offer:
    fields = {
        "name": project.name, "description": project.idea[:300],
        "startDate": f"{project.begun_at:%Y-%m}", "roles": ("Product manager",),
        "endDate": f"{project.ended_at:%Y-%m}" if project.ended_at else "",
        "type": SIMULATION if project.product.is_simulated else "",
    }  # fmt: skip
    return _offer(f"project:{project.public_id}", "projects", fields, "Side project")


def _from_credential(credential: CredentialView) -> Offer:
    practice = f" ({credential.practice})" if credential.practice else ""
    fields = {
        "name": f"{credential.name}{practice}"[:200], "issuer": "Self-issued, Open Badges 3.0",
        "date": f"{credential.issued_at:%Y-%m-%d}", "url": page_address(credential),
    }  # fmt: skip
    key = f"credential:{credential.public_id}"
    return _offer(key, "certificates", fields, "Badge, issued by yourself")


def _from_course(row: ShelfRow) -> Offer:
    entry, day = row.entry, row.reading.ended_on
    who, when = entry.publisher or ", ".join(entry.authors), day.isoformat() if day else ""
    key = f"library:{entry.entry_id}"
    if entry.type == "certificate":
        fields = {"name": entry.title, "issuer": who, "date": when, "url": entry.url}
        return _offer(key, "certificates", fields, "Certificate marked as done")
    fields = {"institution": who or entry.title, "studyType": "Course", "endDate": when,
              "area": entry.title if who else "", "url": entry.url}  # fmt: skip
    return _offer(key, "education", fields, "Course marked as done")


def _from_levels(access: Access) -> Iterator[Offer]:
    levels = read_levels(access)
    for competency in list_competencies():
        held = levels[competency.id].value
        if held:
            fields: dict[str, Any] = {
                "name": competency.title, "level": LEVEL_NAMES[held - 1],
                "keywords": tuple(competency.skills),
            }  # fmt: skip
            acts = len(levels[competency.id].sequences)
            yield _offer(f"skill:{competency.id}", "skills", fields, f"Level held by {acts} acts")


def _offer(
    key: str, section: str, fields: dict[str, Any], why: str, bullets: tuple[Bullet, ...] = ()
) -> Offer:
    kept = {name: value for name, value in fields.items() if value}
    return Offer(key, Entry(new_public_id(), section, kept, bullets, key), why)


def _named(entry: Entry) -> tuple[str, str]:
    return (entry.section, entry.name.casefold())
