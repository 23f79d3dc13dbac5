"""A person's own entries: added by form, address or ISBN. Nothing is ever looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from pilothouse.apps.skills.models import OwnEntry
from pilothouse.apps.skills.services.competencies import IDS
from pilothouse.apps.skills.services.library import (
    COSTS,
    LEVELS,
    TYPES,
    Aim,
    LibraryEntry,
    get_own_row,
    load_next_acts,
    to_entry,
)
from pilothouse.apps.skills.services.library_isbn import parse_isbn
from pilothouse.apps.skills.services.library_texts import check_list, check_url, check_year, now
from pilothouse.apps.skills.services.plans_goals import owner_of
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import ConflictError, InvalidValueError
from pilothouse.kernel.texts import check_line

MAX_OWN = 5000


@dataclass(frozen=True)
class EntryDraft:
    """What a person says of an entry."""

    title: str
    type: str = "book"
    authors: tuple[str, ...] = ()
    year: int | None = None
    publisher: str = ""
    topics: tuple[str, ...] = ()
    aims: tuple[Aim, ...] = ()
    cost: str = "unknown"
    licence: str = ""
    isbn: str = ""
    url: str = ""
    act: str = ""
    next_act: str = ""


def add_entry(access: Access, draft: EntryDraft) -> LibraryEntry:
    """Put an entry into the person's library."""
    with transaction.atomic():
        _check_room(access, 1)
        fields = _check(draft)
        return to_entry(OwnEntry.objects.create(**owner_of(access), **fields))


def add_entries(access: Access, drafts: Iterable[EntryDraft]) -> list[LibraryEntry]:
    """Put many in at once; those whose ISBN, or title and year, are there already stay out."""
    with transaction.atomic():
        known = {key for row in _rows(access) for key in _keys(to_entry(row))}
        rows = []
        for draft in drafts:
            row = OwnEntry(**owner_of(access), **_check(draft))
            keys = _keys(to_entry(row))
            if known.isdisjoint(keys):
                rows.append(row)
            known |= keys
        _check_room(access, len(rows))
        return [to_entry(row) for row in OwnEntry.objects.bulk_create(rows, batch_size=500)]


def change_entry(access: Access, entry_id: str, draft: EntryDraft) -> LibraryEntry:
    """Say something else of an own entry."""
    with transaction.atomic():
        row = get_own_row(access, entry_id)
        for name, value in _check(draft).items():
            setattr(row, name, value)
        row.save()
    return to_entry(row)


def set_entry_deleted(access: Access, entry_id: str, *, is_deleted: bool) -> LibraryEntry:
    """Take an own entry out of the library, or bring it back. Notes on it stay."""
    with transaction.atomic():
        row = get_own_row(access, entry_id, with_deleted=True)
        row.deleted_at = now() if is_deleted else None
        row.save(update_fields=["deleted_at"])
    return to_entry(row)


def parse_aims(texts: Iterable[str]) -> tuple[Aim, ...]:
    """Aims written as ``C03.2``: competency and level, each competency once.

    >>> parse_aims(["C03.2"])
    (Aim(competency='C03', level=2),)
    """
    aims = {}
    for text in texts:
        competency, _, level = text.strip().upper().partition(".")
        if competency not in IDS or level not in {str(each) for each in LEVELS}:
            raise InvalidValueError(
                "an aim is one of C01 to C16 and a level from 1 to 4, such as C03.2.", value=text
            )
        aims[competency] = Aim(competency, int(level))
    return tuple(aims.values())


def _check(draft: EntryDraft) -> dict[str, Any]:
    """The fields of a row, all of them checked."""
    return {
        "title": check_line("a title", draft.title, least=1),
        "type": _choose("a type", draft.type, TYPES),
        "authors": check_list("authors", draft.authors),
        "year": check_year(draft.year),
        "publisher": check_line("a publisher", draft.publisher, 200),
        "topics": [topic.casefold()[:40] for topic in check_list("topics", draft.topics, 40)],
        "competencies": [{"id": a.competency, "level": a.level} for a in draft.aims],
        "cost": _choose("a cost", draft.cost, COSTS),
        "licence": check_line("a licence", draft.licence, 100),
        "isbn": parse_isbn(draft.isbn) if draft.isbn.strip() else "",
        "url": check_url(draft.url),
        "act": _choose("a next act", draft.act, {"": "", **load_next_acts()}),
        "next_act": check_line("the words of a next act", draft.next_act),
    }


def _choose(what: str, value: str, choices: Mapping[str, object]) -> str:
    if value not in choices:
        known = ", ".join(key for key in choices if key)
        raise InvalidValueError(f"{what} is one of: {known}.", value=value)
    return value


def _rows(access: Access) -> Any:
    return OwnEntry.objects.filter(**owner_of(access), deleted_at=None)


def _keys(entry: LibraryEntry) -> set[tuple[str, object]]:
    """By what two entries are the same one."""
    keys: set[tuple[str, object]] = {(entry.title.casefold(), entry.year)}
    return keys | ({("isbn", entry.isbn)} if entry.isbn else set())


def _check_room(access: Access, more: int) -> None:
    if _rows(access).count() + more > MAX_OWN:
        raise ConflictError(
            f"a library holds at most {MAX_OWN:,} entries of one's own.",
            remedy="Delete some that you no longer need.",
        )
