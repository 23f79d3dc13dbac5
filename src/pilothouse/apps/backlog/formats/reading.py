"""The front door: bytes of a file of any known tool in, its items out."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any

from pilothouse.apps.backlog.formats import github, own, trello
from pilothouse.apps.backlog.formats.csvtable import Table, read_table
from pilothouse.apps.backlog.formats.meanings import guess_kind, guess_status
from pilothouse.apps.backlog.formats.records import Reading, Source, WorkFile
from pilothouse.apps.backlog.formats.rows import guess_reading, read_rows
from pilothouse.apps.backlog.formats.texts import read_text
from pilothouse.kernel.errors import InvalidValueError

_JIRA = {"issue key", "summary"}
_LINEAR = {"id", "team", "title", "status", "uuid"}


@dataclass(frozen=True)
class Opened:
    """A file that was understood: its tool, and its table or its JSON."""

    source: Source
    table: Table | None
    body: Any


def open_file(data: bytes) -> Opened:
    """Find out what a file is; raises ``InvalidValueError`` for what holds no work items."""
    text = read_text(data)
    if text.lstrip("\ufeff \r\n\t")[:1] in {"{", "["}:
        return _open_json(text)
    table = read_table(text)
    names = {name.lower() for name in table.header}
    source: Source = "csv"
    if own.is_own(table.header):
        source = "pilothouse"
    elif names >= _JIRA:
        source = "jira"
    elif names >= _LINEAR:
        source = "linear"
    return Opened(source, table, None)


def first_reading(opened: Opened, zone: tzinfo) -> Reading:
    """How a file is best read, before a person says otherwise."""
    reading = Reading(opened.source)
    if opened.table is not None and opened.source != "pilothouse":
        reading = guess_reading(opened.table, opened.source)
    return with_words(reading, read_file(opened, reading, zone))


def read_file(opened: Opened, reading: Reading, zone: tzinfo) -> WorkFile:
    """The items of a file."""
    if opened.table is None:
        read = trello.read_board if opened.source == "trello" else github.read_issues
        return read(opened.body, zone)
    if opened.source == "pilothouse":
        return own.read_own(opened.table, zone)
    if "title" not in reading.columns:
        raise InvalidValueError(
            "no column is the title of the items.", remedy="Choose the column that has it."
        )
    return read_rows(opened.table, reading, zone)


def with_words(reading: Reading, file: WorkFile) -> Reading:
    """``reading`` with a meaning for every kind and status that the file uses."""
    kinds = {item.kind.lower(): guess_kind(item.kind, "idea") for item in file.items}
    statuses: dict[str, str] = {}
    for item in file.items:
        guessed = guess_status(item.status, item.status_group)
        # The file's own group of statuses outranks a word that we do not know.
        statuses.setdefault(item.status.lower(), guessed)
    return replace(
        reading, kinds={**kinds, **reading.kinds}, statuses={**statuses, **reading.statuses}
    )


def _open_json(text: str) -> Opened:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidValueError(
            "the file begins like JSON and is not.", remedy="Export it again, as a whole."
        )
    if trello.is_board(body):
        return Opened("trello", None, body)
    if github.is_issues(body):
        return Opened("github", None, body)
    raise InvalidValueError(
        "this JSON is neither a Trello board nor a list of GitHub issues.",
        remedy="Export the board (Trello: Print, export and share), or use gh issue list --json.",
    )
