"""Where a person stands with the entries of the library: state, days, rating, private notes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import transaction

from pilothouse.apps.skills.models import Reading, ReadingState
from pilothouse.apps.skills.services.library import (
    LibraryEntry,
    find_entries,
    get_entry,
    list_entries,
    to_entry_json,
)
from pilothouse.apps.skills.services.library_texts import now
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.texts import check_day, check_text

MAX_RATING = 5
# A page of the library is longer than this only when it is asked for.
PAGE_SIZE = 50
_FIRST = {ReadingState.READING.value: 0, ReadingState.WANT.value: 1}


@dataclass(frozen=True)
class ReadingView:
    """What a person noted of an entry. ``state`` is empty where nothing was said."""

    state: str = ""
    started_on: date | None = None
    ended_on: date | None = None
    rating: int | None = None
    notes: str = ""

    @property
    def state_label(self) -> str:
        return str(ReadingState(self.state).label) if self.state else ""


@dataclass(frozen=True)
class ShelfRow:
    """An entry with what its reader noted."""

    entry: LibraryEntry
    reading: ReadingView


@dataclass(frozen=True)
class LibraryFilter:
    """What to look for; empty parts ask for nothing. ``state`` may also be ``none``."""

    text: str = ""
    type: str = ""
    competency: str = ""
    level: int | None = None
    cost: str = ""
    state: str = ""
    only_own: bool = False

    @property
    def is_set(self) -> bool:
        return self != LibraryFilter()


@dataclass(frozen=True)
class ShelfCounts:
    """How many entries a person has in each state."""

    by_state: dict[str, int] = field(default_factory=dict)
    total: int = 0


def list_shelf(access: Access, wanted: LibraryFilter | None = None) -> list[ShelfRow]:
    """The entries that fit, with the person's readings, what is being read first; two queries."""
    sought = wanted or LibraryFilter()
    readings = {row.entry_id: _to_view(row) for row in _rows(access)}
    shelf = (
        ShelfRow(entry, readings.get(entry.entry_id, ReadingView()))
        for entry in list_entries(access)
    )
    words = sought.text.casefold().split()
    found = [row for row in shelf if _fits(row, sought, words)]
    return sorted(found, key=lambda row: _FIRST.get(row.reading.state, len(_FIRST)))


def count_shelf(shelf: Iterable[ShelfRow]) -> ShelfCounts:
    """The counts of a shelf."""
    by_state = dict.fromkeys(ReadingState.values, 0)
    total = 0
    for row in shelf:
        total += 1
        if row.reading.state:
            by_state[row.reading.state] += 1
    return ShelfCounts(by_state, total)


def get_reading(access: Access, entry_id: str) -> ReadingView:
    """What a person noted of an entry; nothing where there is nothing."""
    row = _rows(access).filter(entry_id=entry_id).first()
    return _to_view(row) if row else ReadingView()


def save_reading(access: Access, entry_id: str, reading: ReadingView) -> ReadingView:
    """Note state, days, rating and notes of an entry, all at once.

    A day that is not given is today where the state begins or ends something. Being done for the
    first time is an act of the ledger; what it was stays private.
    """
    entry = get_entry(access, entry_id)
    checked = _check(reading)
    with transaction.atomic():
        row, _ = Reading.objects.select_for_update().get_or_create(
            workspace_id=access.workspace_id, user_id=access.user_id, entry_id=entry_id
        )
        was = row.state
        dated = _date_by_state(checked, was, now().date())
        for name, value in vars(dated).items():
            setattr(row, name, value)
        if dated.state == ReadingState.DONE and not row.is_recorded:
            row.is_recorded = True
            _record_finished(access, row, entry)
        row.save()
    return dated


def set_state(access: Access, entry_id: str, state: str) -> ReadingView:
    """Note only where the person stands with an entry."""
    return save_reading(access, entry_id, replace(get_reading(access, entry_id), state=state))


def list_readings(access: Access) -> list[ShelfRow]:
    """All that a person noted, whatever became of the entries; for exports."""
    rows = list(_rows(access).order_by("pk"))
    entries = find_entries(access, {row.entry_id for row in rows})
    return [
        ShelfRow(entries[row.entry_id], _to_view(row)) for row in rows if row.entry_id in entries
    ]


def to_shelf_json(row: ShelfRow) -> dict[str, Any]:
    """A row as the API, commands and exports show it."""
    reading = row.reading
    return {
        **to_entry_json(row.entry),
        "reading": {
            "state": reading.state,
            "started_on": reading.started_on and reading.started_on.isoformat(),
            "ended_on": reading.ended_on and reading.ended_on.isoformat(),
            "rating": reading.rating,
            "notes": reading.notes,
        },
    }


def _rows(access: Access) -> Any:
    return Reading.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)


def _to_view(row: Reading) -> ReadingView:
    return ReadingView(row.state, row.started_on, row.ended_on, row.rating, row.notes)


def _fits(row: ShelfRow, wanted: LibraryFilter, words: list[str]) -> bool:
    entry, state = row.entry, row.reading.state
    return (
        wanted.type in ("", entry.type)
        and wanted.cost in ("", entry.cost)
        and (not wanted.only_own or entry.is_own)
        and (not wanted.state or (state or "none") == wanted.state)
        and _serves(entry, wanted)
        and all(word in entry.words for word in words)
    )


def _serves(entry: LibraryEntry, wanted: LibraryFilter) -> bool:
    if not wanted.competency and wanted.level is None:
        return True
    return any(
        wanted.competency in ("", aim.competency) and wanted.level in (None, aim.level)
        for aim in entry.aims
    )


def _check(reading: ReadingView) -> ReadingView:
    if reading.state not in {"", *ReadingState.values}:
        known = ", ".join(ReadingState.values)
        raise InvalidValueError(f"a state is one of {known}, or empty.", value=reading.state)
    if reading.rating is not None and not 1 <= reading.rating <= MAX_RATING:
        raise InvalidValueError(f"a rating is 1 to {MAX_RATING}.", value=reading.rating)
    started = check_day("the day of beginning", reading.started_on)
    ended = check_day("the day of ending", reading.ended_on)
    if started and ended and ended < started:
        raise InvalidValueError(
            f"it cannot end before it began on {started.isoformat()}.", value=ended.isoformat()
        )
    return replace(reading, notes=check_text("notes", reading.notes))


def _date_by_state(reading: ReadingView, was: str, today: date) -> ReadingView:
    """The days that follow from a new state; what the person gave stays."""
    is_new = reading.state != was
    started, ended = reading.started_on, reading.ended_on
    if is_new and reading.state == ReadingState.READING:
        started, ended = started or today, None
    if is_new and reading.state in {ReadingState.DONE, ReadingState.DROPPED}:
        ended = ended or max(today, started or today)
    return replace(reading, started_on=started, ended_on=ended)


def _record_finished(access: Access, row: Reading, entry: LibraryEntry) -> None:
    """Tell the ledger, which others may read, the kind and the aims but not the title."""
    facts = {"kind": entry.type, "aims": [f"{aim.competency}.{aim.level}" for aim in entry.aims]}
    record_act(access, "learning.finished", "reading", row.public_id, facts)
