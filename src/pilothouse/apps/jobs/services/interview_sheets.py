"""Preparation sheets: what is likely to be asked at a company, what of one's own fits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.jobs.interview_models import PreparationSheet
from pilothouse.apps.jobs.services.interview_bank import list_questions
from pilothouse.apps.jobs.services.interview_content import BankQuestion
from pilothouse.apps.jobs.services.interview_debriefs import read_asked
from pilothouse.apps.jobs.services.interview_matching import Fit, find_all_fits
from pilothouse.apps.jobs.services.interview_stories import list_stories
from pilothouse.apps.jobs.services.own_rows import OwnRows
from pilothouse.apps.jobs.services.postings import PostingView, get_posting
from pilothouse.apps.people.services.known import KnownPerson, list_known_at
from pilothouse.apps.skills.services.competencies import list_competencies
from pilothouse.apps.skills.services.targets import read_posting
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.search import index_entry
from pilothouse.engines.jobs.answers_likely import Company, LikelyQuestion, choose_likely
from pilothouse.kernel.errors import ConflictError, NotFoundError
from pilothouse.kernel.texts import check_day, check_line, check_text

KIND = "interview-sheet"
ROWS = OwnRows(PreparationSheet, "sheet", KIND)
MAX_SHEETS = 500
_WITH_STORY = ("behavioural",)


@dataclass(frozen=True)
class SheetDraft:
    """What a person writes on a sheet."""

    company: str
    role: str = ""
    posting_id: str = ""
    held_on: date | None = None
    facts: str = ""
    people: str = ""
    to_ask: str = ""
    notes: str = ""


@dataclass(frozen=True)
class SheetView:
    """A sheet as its person sees it."""

    id: int
    public_id: str
    company: str
    role: str
    posting_id: str
    held_on: date | None
    facts: str
    people: str
    to_ask: str
    notes: str
    updated_at: datetime
    is_deleted: bool

    @property
    def page(self) -> str:
        return reverse("jobs:interview-sheet", args=[self.public_id])


@dataclass(frozen=True)
class Likely:
    """A question that is likely to come, why, and the stories that fit it."""

    question: BankQuestion
    why: tuple[str, ...]
    fits: tuple[Fit, ...]


@dataclass(frozen=True)
class Prepared:
    """A sheet with what the workbench adds to it."""

    sheet: SheetView
    posting: PostingView | None
    likely: tuple[Likely, ...]
    missing: tuple[str, ...]
    known: tuple[KnownPerson, ...] = ()


def list_sheets(access: Access) -> list[SheetView]:
    """One's sheets: those with the next interview first."""
    rows = ROWS.kept_of(access).order_by("-updated_at", "-pk")[:MAX_SHEETS]
    return [to_view(row) for row in rows]


def list_sheets_for(access: Access, company: str) -> list[SheetView]:
    """One's sheets for a company, by its name as it was written."""
    rows = ROWS.kept_of(access).filter(company__iexact=company).order_by("-updated_at", "-pk")
    return [to_view(row) for row in rows[:20]]


def get_sheet(access: Access, public_id: str) -> SheetView:
    """One of one's sheets; 404 for everybody else's."""
    return to_view(ROWS.get(access, public_id))


def save_sheet(access: Access, draft: SheetDraft, public_id: str = "") -> SheetView:
    """Begin a sheet, or write it anew."""
    checked = _check(access, draft)
    with transaction.atomic():
        if public_id:
            row = ROWS.get(access, public_id, lock=True)
        else:
            if ROWS.kept_of(access).count() >= MAX_SHEETS:
                raise ConflictError(f"at most {MAX_SHEETS} sheets.", remedy="Delete some first.")
            row = PreparationSheet(workspace_id=access.workspace_id, user_id=access.user_id)
        for name, value in checked.items():
            setattr(row, name, value)
        row.updated_at = timezone.now()
        row.save()
        _index(access, row)
    return to_view(row)


def set_sheet_deleted(access: Access, public_id: str, *, is_deleted: bool) -> SheetView:
    """Throw a sheet away, or bring it back."""
    return to_view(ROWS.set_deleted(access, public_id, is_deleted=is_deleted, index=_index))


def prepare(access: Access, sheet: SheetView) -> Prepared:
    """A sheet with the questions that are likely, the stories for them, and what is missing."""
    posting = _posting(access, sheet.posting_id)
    likely = _find_likely(access, sheet, posting)
    known = list_known_at(access, sheet.company, with_weak=False)[:12]
    return Prepared(sheet, posting, likely, _find_missing(sheet, posting, likely), known)


def to_view(row: PreparationSheet) -> SheetView:
    """The row as the frozen value that screens show."""
    names = (
        "public_id", "company", "role", "posting_id", "held_on", "facts", "people", "to_ask",
        "notes", "updated_at",
    )  # fmt: skip
    parts: dict[str, Any] = {name: getattr(row, name) for name in names}
    return SheetView(id=row.pk, is_deleted=row.deleted_at is not None, **parts)


def _find_likely(
    access: Access, sheet: SheetView, posting: PostingView | None
) -> tuple[Likely, ...]:
    """By the stated rules of ``choose_likely``; it is no forecast of this company."""
    text = posting.text if posting else ""
    company = Company(
        text=f"{text}\n{sheet.facts}",
        level=posting.reading.level if posting else None,
        mentions={each.competency: each.words for each in read_posting(text)},
        names={each.id: each.title for each in list_competencies()},
        asked=read_asked(access, sheet.company),
    )
    known = {each.key: each for each in list_questions(access)}
    found = choose_likely([_to_likely(each) for each in known.values()], company)
    fits = find_all_fits([known[each.key] for each in found], list_stories(access))
    return tuple(
        Likely(known[each.key], each.reasons, stories[:3])
        for each, stories in zip(found, fits, strict=True)
    )


def _to_likely(question: BankQuestion) -> LikelyQuestion:
    return LikelyQuestion(
        question.key, question.kind, question.text, question.level, question.competencies
    )


def _find_missing(
    sheet: SheetView, posting: PostingView | None, likely: tuple[Likely, ...]
) -> tuple[str, ...]:
    found = []
    if posting is None:
        found.append("No posting chosen: likely questions come from its words.")
    if not sheet.facts:
        found.append("No fact about the product: use it for ten minutes and write down three.")
    if len(sheet.to_ask.splitlines()) < 2:
        found.append("Fewer than two questions to ask them.")
    bare = sum(
        1 for each in likely if each.question.kind in _WITH_STORY and not each.fits
    )  # fmt: skip
    if bare:
        found.append(
            f"{bare} likely behavioural question{'s' if bare > 1 else ''} without a story."
        )
    return tuple(found)


def _index(access: Access, row: PreparationSheet) -> None:
    """Findable by its person and by nobody else."""
    view = to_view(row)
    words = (view.role, view.facts, view.people, view.to_ask, view.notes)
    index_entry(
        access.workspace_id, kind=KIND, object_id=row.public_id,
        title=f"Preparation: {row.company}"[:300], body="\n".join(words), url=view.page,
        owner_id=access.user_id,
    )  # fmt: skip


def _posting(access: Access, public_id: str) -> PostingView | None:
    if not public_id:
        return None
    try:
        return get_posting(access, public_id)
    except NotFoundError:
        return None  # thrown away since; the sheet stands without it


def _check(access: Access, draft: SheetDraft) -> dict[str, Any]:
    posting_id = check_line("a posting", draft.posting_id, 12)
    if posting_id:
        get_posting(access, posting_id)
    return {
        "company": check_line("a company", draft.company, 200, least=1),
        "role": check_line("a role", draft.role, 200),
        "posting_id": posting_id,
        "held_on": check_day("the day of an interview", draft.held_on),
        "facts": check_text("facts", draft.facts, 10_000),
        "people": check_text("people", draft.people, 5_000),
        "to_ask": check_text("questions to ask", draft.to_ask, 5_000),
        "notes": check_text("notes", draft.notes, 10_000),
    }
