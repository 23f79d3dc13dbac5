"""Versions for postings: the same evidence, other choices, and what of the posting they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.db import transaction

from pilothouse.apps.jobs.services.postings import get_posting
from pilothouse.apps.jobs.services.resume_records import (
    ResumeView,
    create_version,
    get_resume,
    get_row,
    read_base,
    save_content,
    to_view,
)
from pilothouse.apps.portfolio.services.texts import check_body, check_line
from pilothouse.apps.skills.services.competencies import list_competencies
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.jobs.resume_coverage import Coverage, Found, cover
from pilothouse.engines.jobs.resume_json import check_field
from pilothouse.engines.jobs.resume_tailor import (
    Tailoring,
    from_json,
    suggest,
    tailor,
    take_all,
    to_json,
)
from pilothouse.engines.jobs.resume_types import SECTIONS, Bullet, Entry, Resume, SectionSpec
from pilothouse.kernel.errors import ConflictError
from pilothouse.kernel.ids import digest

MAX_POSTING = 50_000


@dataclass(frozen=True)
class TargetDraft:
    """What a version is for: a saved posting, or a pasted text with a title."""

    name: str = ""
    posting_id: str = ""
    title: str = ""
    text: str = ""


@dataclass(frozen=True)
class Choice:
    """A bullet of the base, whether the version has it, and the posting's terms that it says."""

    bullet: Bullet
    is_chosen: bool
    terms: tuple[str, ...] = ()


@dataclass(frozen=True)
class EntryChoice:
    """An entry of the base, whether the version has it, its bullets: those chosen first."""

    entry: Entry
    is_chosen: bool
    bullets: tuple[Choice, ...]


@dataclass(frozen=True)
class SectionChoice:
    """A section with its entries: those chosen first, in the order of the version."""

    spec: SectionSpec
    entries: tuple[EntryChoice, ...]


def begin_version(access: Access, base_id: str, draft: TargetDraft) -> ResumeView:
    """A version of a base for a posting, begun with the bullets that say most of its words."""
    base = get_resume(access, base_id)
    if base.is_tailored:
        raise ConflictError(
            "a version is made of a base.", value=base.name, remedy=f"Take “{base.base_name}”."
        )
    posting = _read_target(access, draft)
    name = draft.name.strip() or posting["posting_title"] or f"{base.name}, for a posting"
    text = read_base(access, base)
    chosen = suggest(text, posting["posting_text"]) if posting["posting_text"] else take_all(text)
    return create_version(access, base, name[:120], to_json(chosen), posting)


def set_target(access: Access, public_id: str, draft: TargetDraft) -> ResumeView:
    """Say what a version is for; what it chose stays."""
    posting = _read_target(access, draft)
    with transaction.atomic():
        row = get_row(access, public_id, lock=True)
        _refuse_base(to_view(row))
        for name, value in posting.items():
            setattr(row, name, value)
        row.save(update_fields=list(posting))
    return to_view(row)


def save_tailoring(
    access: Access, public_id: str, tailoring: Tailoring, *, base: int = 0
) -> ResumeView:
    """Choose anew; the choice before is kept as an earlier state."""
    view = get_resume(access, public_id)
    _refuse_base(view)
    text = read_base(access, view)
    known = {entry.id for entry in text.entries}
    fields = {spec.key: spec for spec in SECTIONS["basics"].fields}
    checked = Tailoring(
        label=check_field(fields["label"], tailoring.label),
        summary=check_field(fields["summary"], tailoring.summary),
        entries=tuple(id_ for id_ in dict.fromkeys(tailoring.entries) if id_ in known),
        picks={id_: ids for id_, ids in tailoring.picks.items() if id_ in known},
        order=tailoring.order,
    )
    return save_content(access, public_id, to_json(checked), base=base)


def suggest_again(access: Access, public_id: str) -> ResumeView:
    """Choose the bullets that say most of the posting's words; headline and summary stay."""
    view = get_resume(access, public_id)
    _refuse_base(view)
    now = from_json(view.content)
    found = suggest(read_base(access, view), view.posting_text)
    made = Tailoring(now.label, now.summary, found.entries, found.picks, now.order)
    return save_content(access, public_id, to_json(made))


def read_tailoring(view: ResumeView) -> Tailoring:
    """What a version takes of its base."""
    _refuse_base(view)
    return from_json(view.content)


def list_choices(
    base: Resume, tailoring: Tailoring, coverage: Coverage | None = None
) -> tuple[SectionChoice, ...]:
    """Everything that can be chosen, in the order of the version, with the terms it says."""
    said: dict[str, list[str]] = {}
    for each in coverage.terms if coverage else ():
        for id_, _ in each.where if each.found is not Found.RELATED else ():
            said.setdefault(id_, []).append(each.term.shown)
    places = {id_: place for place, id_ in enumerate(tailoring.entries)}
    shown = tailor(base, tailoring)
    sections = []
    for key in shown.sections:
        entries = sorted(base.section(key), key=lambda each: places.get(each.id, len(places)))
        if entries:
            choices = tuple(_to_choice(each, tailoring, said) for each in entries)
            sections.append(SectionChoice(SECTIONS[key], choices))
    return tuple(sections)


def read_coverage(access: Access, view: ResumeView, text: Resume) -> Coverage:
    """Which of the posting's words these words say, and what of the base would say more."""
    base = read_base(access, view) if view.is_tailored else None
    return cover(view.posting_text, text, base, trade_words())


@cache
def trade_words() -> tuple[str, ...]:
    """What postings call the competencies."""
    return tuple(word for each in list_competencies() for word in each.words)


def _to_choice(
    entry: Entry, tailoring: Tailoring, said: Mapping[str, Sequence[str]]
) -> EntryChoice:
    picked: Sequence[str] = tailoring.picks.get(entry.id, ())
    known = {
        bullet.id: Choice(bullet, bullet.id in picked, tuple(said.get(bullet.id, ())))
        for bullet in entry.bullets
    }
    first = [known[id_] for id_ in picked if id_ in known]
    rest = [choice for id_, choice in known.items() if id_ not in picked]
    return EntryChoice(entry, entry.id in tailoring.entries, (*first, *rest))


def _read_target(access: Access, draft: TargetDraft) -> dict[str, str]:
    if draft.posting_id:
        posting = get_posting(access, draft.posting_id)
        return {
            "posting_id": posting.public_id, "posting_title": posting.title,
            "posting_text": posting.text, "posting_digest": posting.digest,
        }  # fmt: skip
    text = check_body("a posting's text", draft.text, MAX_POSTING)
    return {
        "posting_id": "", "posting_title": check_line("a title", draft.title, 200),
        "posting_text": text, "posting_digest": digest(text.encode()) if text else "",
    }  # fmt: skip


def _refuse_base(view: ResumeView) -> None:
    if not view.is_tailored:
        raise ConflictError("this is a base and no version.", value=view.name)
