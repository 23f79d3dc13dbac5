"""The library out to other tools and in from them: BibTeX and CSL-JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pilothouse.apps.skills.services.library import LibraryEntry
from pilothouse.apps.skills.services.library_bibtex import read_bibtex, write_bibtex
from pilothouse.apps.skills.services.library_csl import read_csl, write_csl
from pilothouse.apps.skills.services.library_isbn import parse_isbn
from pilothouse.apps.skills.services.library_own import EntryDraft, add_entries
from pilothouse.apps.skills.services.library_texts import check_url, check_year
from pilothouse.apps.skills.services.reading import list_shelf
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError

MAX_CHARACTERS = 2 * 1024**2
FORMS = {"bib": "application/x-bibtex", "json": "application/vnd.citationstyles.csl+json"}


@dataclass(frozen=True)
class LibraryImport:
    """What an import brought: new entries, how many were known, what was left out and why."""

    added: tuple[LibraryEntry, ...]
    known: int
    troubles: tuple[str, ...]


def import_library(access: Access, text: str) -> LibraryImport:
    """Add the entries of a BibTeX or CSL-JSON text; which of the two it is, is seen from it.

    A field that breaks a rule (a wrong ISBN, a strange year or address) is left out and named; the
    entry comes in without it.
    """
    if len(text) > MAX_CHARACTERS:
        raise InvalidValueError(
            f"a list has at most {MAX_CHARACTERS // 1024**2} million characters."
        )
    if not text.strip():
        raise InvalidValueError(
            "there is nothing in it.", remedy="Choose a file or paste its text."
        )
    drafts = read_csl(text) if text.lstrip("\ufeff \n\r\t")[:1] in "[{" else read_bibtex(text)
    troubles: list[str] = []
    kept = [_repair(draft, troubles) for draft in drafts]
    added = add_entries(access, kept)
    return LibraryImport(tuple(added), len(kept) - len(added), tuple(troubles))


def export_library(access: Access, form: str) -> str:
    """What a person noted or added, in the form ``bib`` or ``json``."""
    entries: Sequence[LibraryEntry] = [
        row.entry for row in list_shelf(access) if row.entry.is_own or row.reading.state
    ]
    return write_bibtex(entries) if form == "bib" else write_csl(entries)


def _repair(draft: EntryDraft, troubles: list[str]) -> EntryDraft:
    """The draft without the fields that cannot be taken."""

    def holds(check: Callable[[], object]) -> bool:
        try:
            check()
        except InvalidValueError as error:
            troubles.append(f"{draft.title[:80]}: {error.sentence}")
            return False
        return True

    return replace(
        draft,
        isbn=draft.isbn if draft.isbn and holds(lambda: parse_isbn(draft.isbn)) else "",
        year=draft.year if holds(lambda: check_year(draft.year)) else None,
        url=draft.url if holds(lambda: check_url(draft.url)) else "",
    )
