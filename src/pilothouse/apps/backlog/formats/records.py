"""What a file of work items says, before anything is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Source = Literal["pilothouse", "jira", "linear", "trello", "github", "csv"]
SOURCES: dict[str, str] = {
    "pilothouse": "Pilothouse CSV",
    "jira": "Jira CSV",
    "linear": "Linear CSV",
    "trello": "Trello JSON",
    "github": "GitHub issues JSON",
    "csv": "CSV",
}


@dataclass(frozen=True)
class Comment:
    """What somebody wrote under an item. ``at`` None: the file does not say when."""

    text: str
    author: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Tie:
    """A link to another item of the file, by its id there; relations as the workspace has them."""

    relation: str
    external_id: str


@dataclass(frozen=True)
class WorkItem:
    """One item as its file has it.

    ``kind`` and ``status`` are the file's own words; ``line`` counts from 1 and is the place of
    the item in the file. ``fields`` are further columns by name. Texts are Markdown.
    """

    external_id: str
    title: str
    line: int
    body: str = ""
    kind: str = ""
    status: str = ""
    status_group: str = ""
    parent: str = ""
    tags: tuple[str, ...] = ()
    owner: str = ""
    estimate: float | None = None
    due: date | None = None
    created_at: datetime | None = None
    started_at: datetime | None = None
    done_at: datetime | None = None
    comments: tuple[Comment, ...] = ()
    ties: tuple[Tie, ...] = ()
    number: int | None = None
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """Something in the file that could not be taken as it is; ``line`` 0 is the whole file."""

    line: int
    sentence: str


@dataclass(frozen=True)
class Column:
    """A column by its place; names may be repeated. ``example`` is its first value."""

    place: int
    name: str
    example: str
    filled: int


@dataclass(frozen=True)
class Reading:
    """How a file is to be read: what its columns mean, and which order dates have.

    ``columns`` maps what we call a thing to the places of its columns; ``fields`` are the places
    of columns that become custom fields. ``kinds`` and ``statuses`` map the file's words (lower
    case) to ours.
    """

    source: Source
    columns: dict[str, tuple[int, ...]] = field(default_factory=dict)
    fields: tuple[int, ...] = ()
    is_day_first: bool = True
    kinds: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WorkFile:
    """A whole file, read."""

    source: Source
    items: tuple[WorkItem, ...]
    problems: tuple[Problem, ...]
    columns: tuple[Column, ...] = ()
    # Kinds of custom fields that the file itself names (our own export does).
    field_kinds: dict[str, str] = field(default_factory=dict)
    has_open_dates: bool = False  # whether day and month could be taken either way
