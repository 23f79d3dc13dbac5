"""The applications that follow from a spreadsheet, row by row, and what could not be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta, timezone

from pilothouse.engines.jobs.sheets import (
    LEAVE_OUT,
    Sheet,
    SheetReading,
    check_reading,
    fold_word,
    read_source,
    tidy,
)
from pilothouse.engines.jobs.stages import STAGES
from pilothouse.kernel.ids import clean_text
from pilothouse.kernel.written_dates import read_moment

NO_TITLE, NO_COMPANY = "Title not given", "Company not given"
FROM_FILE = "From the file"
NO_VERSION = "No resume kept"  # stands in our own history where no file was kept
MAX_NOTE = 5_000
# The headings of our own history: a row a stay, so that a whole way comes back.
OWN_HEADER = ("company", "title", "source", "referrer", "stage", "from", "note", "application")
# At these nothing was sent: no day of applying comes before.
_BEFORE = {"saved", "evaluated", "skipped"}


@dataclass(frozen=True)
class SheetMove:
    """A stage with its day, as the file says it or as follows from it."""

    stage: str
    on: date
    note: str = ""


@dataclass(frozen=True)
class SheetApplication:
    """An application of a file. ``notes`` are lines of its timeline."""

    line: int
    company: str
    title: str
    moves: tuple[SheetMove, ...]
    source: str = "other"
    referrer: str = ""
    next_action: str = ""
    next_on: date | None = None
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, date]:
        """By which it is known to be here already: company, title and its first day."""
        return self.company.casefold(), self.title.casefold(), self.moves[0].on


@dataclass(frozen=True)
class SheetProblem:
    """Something that could not be taken as it was written."""

    line: int
    sentence: str


@dataclass(frozen=True)
class SheetContents:
    """What a file holds: applications in its order, and its problems."""

    applications: tuple[SheetApplication, ...]
    problems: tuple[SheetProblem, ...]

    @property
    def same_day(self) -> int:
        """How many came on to a further stage without a day of its own: that of the first is
        taken, and says nothing of how long it took."""
        return sum(
            len(each.moves) == 2 and each.moves[0].on == each.moves[1].on
            for each in self.applications
        )


class _LeftOutError(Exception):
    """A row that cannot be taken; its sentence says why."""


def is_own(sheet: Sheet) -> bool:
    """Whether it is a history that was exported here."""
    return set(OWN_HEADER) <= set(sheet.header)


def read_applications(
    sheet: Sheet, reading: SheetReading, today: date, sources: Mapping[str, str] | None = None
) -> SheetContents:
    """The applications of a sheet. ``sources`` are our keys by our own labels in small letters."""
    labels = sources or {}
    if is_own(sheet):
        return _read_own(sheet, today, labels)
    checked = check_reading(sheet, reading)
    told: list[SheetProblem] = []
    found = []
    for line, cells in sheet.rows:
        row = _Row(sheet, checked, line, cells, today, told)
        try:
            found.append(row.read(labels))
        except _LeftOutError as why:
            told.append(SheetProblem(line, f"left out: {why}"))
    return SheetContents(tuple(found), tuple(told))


@dataclass(frozen=True)
class _Row:
    """One row, being read."""

    sheet: Sheet
    reading: SheetReading
    line: int
    cells: tuple[str, ...]
    today: date
    told: list[SheetProblem]

    def read(self, labels: Mapping[str, str]) -> SheetApplication:
        company, title = tidy(self.get("company")), tidy(self.get("title"))
        if not company and not title:
            raise _LeftOutError("it names neither a company nor a title.")
        source = tidy(self.get("source"))
        key = labels.get(source.casefold(), read_source(source))
        action = tidy(self.get("next_action"))
        return SheetApplication(
            self.line, company or NO_COMPANY, title or NO_TITLE, self.read_moves(), key,
            tidy(self.get("referrer")), action,
            self.read_day("next_on") if action else None,
            self.read_notes(source if key == "other" else ""),
        )  # fmt: skip

    def get(self, target: str) -> str:
        place = self.reading.columns.get(target)
        return "" if place is None else self.cells[place].strip()

    def read_moves(self) -> tuple[SheetMove, ...]:
        stage = self.read_stage()
        applied, since = self.read_past("applied"), self.read_past("since")
        first = applied or since or self.reading.fallback
        if first is None:
            raise _LeftOutError("it has no day, and no day was given for such rows.")
        if stage in _BEFORE:
            note = tidy(self.get("note"), 500) or FROM_FILE if stage == "skipped" else ""
            return (SheetMove(stage, since or first, note),)
        if stage == "applied":
            return (SheetMove("applied", first),)
        last = since or first
        if last < first:
            self.tell(f"it reached “{STAGES[stage].name}” before it was sent; one day is taken.")
            last = first
        return SheetMove("applied", first), SheetMove(stage, last)

    def read_stage(self) -> str:
        written = self.get("stage")
        if not written:
            return "applied"
        stage = self.reading.stages.get(fold_word(written), "")
        if not stage:
            raise _LeftOutError(f"nobody said which stage “{tidy(written, 60)}” is.")
        if stage == LEAVE_OUT:
            raise _LeftOutError(f"rows with “{tidy(written, 60)}” were not wanted.")
        return stage

    def read_past(self, target: str) -> date | None:
        day = self.read_day(target)
        if day is not None and day > self.today + timedelta(days=1):
            raise _LeftOutError(f"{day:%Y-%m-%d} is still to come.")
        return day

    def read_day(self, target: str) -> date | None:
        written = self.get(target)
        if not written:
            return None
        moment = read_moment(written, zone=timezone.utc, is_day_first=self.reading.is_day_first)
        if moment is None:
            self.tell(f"“{tidy(written, 60)}” is no day that can be read; taken as none.")
        return moment.date() if moment else None

    def read_notes(self, source: str) -> tuple[str, ...]:
        """The note, and what stands in columns that mean nothing here."""
        rest = [f"Found at: {source}"] if source else []
        if self.reading.keeps_rest:
            used = set(self.reading.columns.values())
            rest += [
                f"{name or f'Column {place + 1}'}: {tidy(cell, 1_000)}"
                for place, (name, cell) in enumerate(
                    zip(self.sheet.header, self.cells, strict=True)
                )
                if place not in used and cell.strip()
            ]
        own = clean_text(self.get("note")).strip()
        lines = [own, f"{FROM_FILE}. {'; '.join(rest)}" if rest else ""]
        return tuple(line[:MAX_NOTE] for line in lines if line)

    def tell(self, sentence: str) -> None:
        self.told.append(SheetProblem(self.line, sentence))


def _read_own(sheet: Sheet, today: date, labels: Mapping[str, str]) -> SheetContents:
    """A history of ours: the rows of an application, in their order, are its way."""
    groups: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for line, cells in sheet.rows:
        row = dict(zip(sheet.header, cells, strict=True))
        groups.setdefault(row["application"], []).append((line, row))
    told: list[SheetProblem] = []
    found = []
    for rows in groups.values():
        try:
            found.append(_read_way(rows, today, labels))
        except _LeftOutError as why:
            told.append(SheetProblem(rows[0][0], f"left out: {why}"))
    return SheetContents(tuple(found), tuple(told))


def _read_way(
    rows: list[tuple[int, dict[str, str]]], today: date, labels: Mapping[str, str]
) -> SheetApplication:
    line, first = rows[0]
    moves = tuple(_read_stay(row, today) for _, row in rows)
    resume = tidy(first.get("resume", ""))
    notes = (f"{FROM_FILE}. Resume: {resume}",) if resume not in {"", NO_VERSION} else ()
    action = tidy(first.get("next_action", ""))
    moment = read_moment(first.get("next_on", ""), zone=timezone.utc, is_day_first=True)
    return SheetApplication(
        line, tidy(first["company"]) or NO_COMPANY, tidy(first["title"]) or NO_TITLE, moves,
        labels.get(tidy(first["source"]).casefold(), "other"), tidy(first["referrer"]), action,
        moment.date() if moment and action else None, notes,
    )  # fmt: skip


def _read_stay(row: Mapping[str, str], today: date) -> SheetMove:
    moment = read_moment(row["from"], zone=timezone.utc, is_day_first=True)
    if row["stage"] not in STAGES or moment is None:
        raise _LeftOutError(f"“{tidy(row['stage'], 40)}” on “{tidy(row['from'], 40)}” is no stage "
                            "with its day.")  # fmt: skip
    if moment.date() > today + timedelta(days=1):
        raise _LeftOutError(f"{moment:%Y-%m-%d} is still to come.")
    note = tidy(row["note"], 500)
    return SheetMove(row["stage"], moment.date(), note or FROM_FILE * (row["stage"] == "skipped"))
