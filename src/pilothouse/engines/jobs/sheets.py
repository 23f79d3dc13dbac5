"""A spreadsheet of applications as people keep them: what its columns and words mean.

Columns are found by their headings, stages by the words that trackers and people use. What a word
means is never guessed where it has two meanings: "declined" may be them or oneself. Such words, and
unknown ones, are asked for; their rows are left out until somebody says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pilothouse.engines.jobs.stages import STAGES
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text
from pilothouse.kernel.tables import decode, iter_rows
from pilothouse.kernel.written_dates import guess_day_first, is_order_open

MAX_ROWS, MAX_COLUMNS = 5_000, 100
LEAVE_OUT = "leave-out"
COLUMNS: Mapping[str, str] = {
    "company": "Company",
    "title": "Title",
    "stage": "Stage",
    "applied": "Applied on",
    "since": "At this stage since",
    "source": "Found at",
    "referrer": "Who referred you",
    "note": "Note",
    "next_action": "Next action",
    "next_on": "Next action due",
}
DAYS = ("applied", "since", "next_on")
_HEADINGS: Mapping[str, str] = {
    "company": "company|company name|employer|organisation|organization|firm|firma|unternehmen",
    "title": "title|job title|position|role|job|job role|position title|role title|stelle",
    "stage": "stage|status|state|application status|current status|current stage|outcome",
    "applied": "applied|applied on|date applied|application date|applied date|date of application"
    "|date|applied at|submitted|date submitted|sent|beworben am",
    "since": "since|status date|last update|last updated|updated|stage date|date of status"
    "|last contact|response date|date of response",
    "source": "source|found at|where found|job board|board|channel|via|platform|quelle",
    "referrer": "referrer|referral|referred by|who referred you",
    "note": "note|notes|comment|comments|remarks|notizen",
    "next_action": "next action|next step|next steps|to do|todo|follow up|action",
    "next_on": "next on|next action due|due|due date|follow up date|follow-up date|next date",
}
# Our own name of this stage says elsewhere that they declined.
_OPEN = "declined"
# Words of common trackers and of people; those with two meanings are not here.
_STAGES: Mapping[str, str] = {
    "saved": "saved|wishlist|wish list|bookmarked|to apply|interested|draft|not applied|open|idea",
    "evaluated": "evaluated|looked into|researching|applying|in preparation",
    "applied": "applied|application sent|sent|submitted|application submitted|pending|waiting"
    "|awaiting response|in review|under review|beworben",
    "acknowledged": "acknowledged|received|application received|confirmed|viewed",
    "screen": "screen|screening|phone screen|phone|recruiter call|recruiter screen|hr interview"
    "|first talk|first call|intro call|phone interview|screened",
    "interview": "interview|interviews|interviewing|interviewed|in interviews|first interview"
    "|1st interview|second interview|2nd interview|technical interview|in process",
    "case": "case|case study|assignment|take home|take-home|task|test task|challenge|homework",
    "final": "final|final round|final interview|onsite|on-site|on site|final stage",
    "offer": "offer|offered|offer received|negotiating|negotiation|got offer",
    "accepted": "accepted|offer accepted|hired|signed|got the job",
    "declined": "offer declined|declined offer|i declined|declined by me|turned down offer",
    "rejected": "rejected|rejection|not selected|no|refused|absage|unsuccessful",
    "withdrawn": "withdrawn|withdrew|i withdrew|cancelled by me|pulled out",
    "ghosted": "ghosted|no response|no answer|no reply|never heard back|silence",
    "skipped": "skipped|not applied for|did not apply|skip|not interested",
    "expired": "expired|closed|position closed|job closed|archived|filled|on hold",
}
_SOURCES: Mapping[str, str] = {
    "board": "job board|board|linkedin|indeed|stepstone|glassdoor|xing|monster|otta|wellfound"
    "|angellist|job portal|google jobs",
    "company": "company|company website|website|careers page|career page|company site|direct",
    "referral": "referral|referred|friend|colleague|network",
    "recruiter": "recruiter|headhunter|agency|a recruiter wrote|inbound",
    "event": "event|meetup|conference|fair|job fair|career fair",
    "inside": "internal|inside|internal transfer|own company",
}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A table of a file: its headings, and its rows with the lines on which they end."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def cells(self, place: int) -> list[str]:
        """A column from top to bottom."""
        return [cells[place].strip() for _, cells in self.rows]


@dataclass(frozen=True)
class SheetReading:
    """What a person says of a file.

    ``columns`` are places by what they mean; ``stages`` our keys by the file's words, in small
    letters; ``fallback`` is the day of rows that have none, which are left out without it.
    ``keeps_rest`` writes the other columns into the timeline.
    """

    columns: Mapping[str, int] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    is_day_first: bool = True
    fallback: date | None = None
    keeps_rest: bool = True


def open_sheet(body: bytes) -> Sheet:
    """The table in a file of text; ``InvalidValueError`` where there is none."""
    if body[:2] == b"PK":
        raise InvalidValueError(
            "this is a spreadsheet of its program or an archive.", remedy="Save it as CSV first."
        )
    rows = [(line, row) for line, row in iter_rows(decode(body)) if any(c.strip() for c in row)]
    if not rows:
        raise InvalidValueError("this file has no rows.")
    header = tuple(tidy(cell) for cell in rows[0][1])
    if len(header) > MAX_COLUMNS:
        raise InvalidValueError(f"a table has at most {MAX_COLUMNS} columns.", value=len(header))
    if len(rows) - 1 > MAX_ROWS:
        raise InvalidValueError(
            f"a table has at most {MAX_ROWS:,} rows; this has {len(rows) - 1:,}.",
            remedy="Split it.",
        )
    if len(rows) == 1:
        raise InvalidValueError("this table has headings and no row.")
    wide = [(line, (*row, *[""] * len(header))[: len(header)]) for line, row in rows[1:]]
    return Sheet(header, tuple((line, tuple(row)) for line, row in wide))


def guess_reading(sheet: Sheet) -> SheetReading:
    """What its columns and words most likely mean: a beginning that its person looks at.

    >>> sheet = open_sheet(b"Employer,Role,Status\\nAcme,PM,Phone screen")
    >>> reading = guess_reading(sheet)
    >>> dict(reading.columns), dict(reading.stages)
    ({'company': 0, 'title': 1, 'stage': 2}, {'phone screen': 'screen'})
    """
    known = _turn(_HEADINGS)
    columns: dict[str, int] = {}
    for place, name in enumerate(sheet.header):
        target = known.get(fold_word(name))
        if target and target not in columns:
            columns[target] = place
    days = [cell for target in DAYS if target in columns for cell in sheet.cells(columns[target])]
    return with_words(sheet, SheetReading(columns, is_day_first=guess_day_first(days)))


def with_words(sheet: Sheet, reading: SheetReading) -> SheetReading:
    """The reading with a meaning for each word of the column of stages that is known."""
    names = {fold_word(stage.name): key for key, stage in STAGES.items()}
    known = {**_turn(_STAGES), **{name: key for name, key in names.items() if key != _OPEN}}
    said = dict(reading.stages)
    for word in count_words(sheet, reading):
        if word not in said and word in known:
            said[word] = known[word]
    return SheetReading(
        reading.columns, said, reading.is_day_first, reading.fallback, reading.keeps_rest
    )


def count_words(sheet: Sheet, reading: SheetReading) -> dict[str, int]:
    """The words in the column of stages, each with how many rows have it."""
    counts: dict[str, int] = {}
    if "stage" in reading.columns:
        for cell in sheet.cells(reading.columns["stage"]):
            if word := fold_word(cell):
                counts[word] = counts.get(word, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def has_open_days(sheet: Sheet, reading: SheetReading) -> bool:
    """Whether no date shows which of day and month comes first."""
    days = [
        cell
        for target in DAYS
        if target in reading.columns
        for cell in sheet.cells(reading.columns[target])
    ]
    return is_order_open(days)


def read_source(words: str) -> str:
    """The key of a source by its words; ``other`` where they are none of ours."""
    return _turn(_SOURCES).get(fold_word(words), "other")


def tidy(text: str, most: int = 200) -> str:
    """A cell on one line, cleaned and cut."""
    return " ".join(clean_text(text).split())[:most].strip()


def check_reading(sheet: Sheet, reading: SheetReading) -> SheetReading:
    """The reading if it fits the sheet; ``InvalidValueError`` names what does not."""
    for target, place in reading.columns.items():
        if target not in COLUMNS:
            raise InvalidValueError(f"a column means one of {', '.join(COLUMNS)}.", value=target)
        if not 0 <= place < len(sheet.header):
            raise InvalidValueError("the file has no such column.", value=place)
    _refuse_twice(sheet.header, reading.columns)
    for key in reading.stages.values():
        if key not in {*STAGES, LEAVE_OUT}:
            raise InvalidValueError(f"a stage is one of {', '.join(STAGES)}.", value=key)
    return reading


def _refuse_twice(header: Sequence[str], columns: Mapping[str, int]) -> None:
    seen: dict[int, str] = {}
    for target, place in columns.items():
        if place in seen:
            raise InvalidValueError(
                f"a column means one thing; this is {COLUMNS[seen[place]].lower()} and "
                f"{COLUMNS[target].lower()}.",
                value=header[place] or f"column {place + 1}",
            )
        seen[place] = target


def _turn(words: Mapping[str, str]) -> dict[str, str]:
    return {word: key for key, listed in words.items() for word in _split(listed)}


def _split(listed: str) -> Iterable[str]:
    return listed.split("|")


def fold_word(text: str) -> str:
    """A word of a sheet as it is compared: small letters, without what stands around it."""
    return " ".join(clean_text(text).casefold().replace("_", " ").strip(" .:?!*#-").split())
