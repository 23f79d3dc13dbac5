"""Cards as CSV: the same columns out and in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from pilothouse.apps.skills.services.cards import CardView
from pilothouse.apps.skills.services.cards_brought import (
    KEY_PREFIX,
    MAX_CARDS,
    Brought,
    File,
    check_brought,
)
from pilothouse.apps.workspace.services.export import FORMULA_STARTS, guard_cell
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text

COLUMNS = ("id", "deck", "question", "answer", "why", "tags", "state", "due", "reps", "lapses")
OTHER_NAMES = {"front": "question", "back": "answer", "note": "why", "guid": "id"}


def write_csv(cards: Iterable[CardView], guids: dict[str, str]) -> bytes:
    """The cards as CSV (UTF-8 with mark); ``guids`` are the ids of own cards in other tools."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for card in cards:
        words, due = card.text, card.memory.due.isoformat() if card.memory else ""
        guid = guids.get(words.key) or KEY_PREFIX + words.key
        row = (guid, words.deck, words.question, words.answer, words.why, " ".join(words.tags),
               card.state, due, card.reps, card.lapses)  # fmt: skip
        writer.writerow([guard_cell(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


MAX_CELL = 131_072


def read_csv(body: bytes, deck: str) -> File:
    """Cards of a CSV file with a header that names question and answer (or front and back)."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidValueError(
            "a CSV file of cards is UTF-8.", remedy="Save it again as CSV UTF-8."
        ) from error
    try:
        rows = list(csv.reader(io.StringIO(clean_text(text), newline=""), _dialect(text)))
    except csv.Error as error:
        raise InvalidValueError(f"this is not a CSV file: {error}.") from error
    if any(len(cell) > MAX_CELL for row in rows for cell in row):
        raise InvalidValueError(
            f"this is not a CSV file of cards: a cell has more than {MAX_CELL:,} characters.",
            remedy="A quotation mark that is never closed is the usual reason.",
        )
    header = (
        [OTHER_NAMES.get(name.strip().lower(), name.strip().lower()) for name in rows[:1][0]]
        if rows
        else []
    )
    if "question" not in header or "answer" not in header:
        raise InvalidValueError(
            "a CSV file of cards names the columns question and answer in its first line.",
            value=", ".join(header)[:100],
        )
    if len(rows) > MAX_CARDS + 1:
        raise InvalidValueError(f"a file has at most {MAX_CARDS:,} cards.", value=len(rows) - 1)
    return check_brought([_to_card(header, row, deck) for row in rows[1:] if any(row)], "csv", [])


def _dialect(text: str) -> type[csv.Dialect]:
    first = text.partition("\n")[0]
    chosen = max((",", ";", "\t"), key=first.count)
    return type("Chosen", (csv.excel,), {"delimiter": chosen})


def _to_card(header: list[str], row: list[str], deck: str) -> Brought:
    cells = {name: unguard_cell(cell) for name, cell in zip(header, row, strict=False)}
    return Brought(
        guid=cells.get("id", "").strip()[:100],
        deck=cells.get("deck", "").strip() or deck,
        question=cells.get("question", ""),
        answer=cells.get("answer", ""),
        why=cells.get("why", ""),
        tags=tuple(cells.get("tags", "").replace(",", " ").split()),
    )


def unguard_cell(cell: str) -> str:
    """The cell without the mark that keeps spreadsheets from taking it for a formula.

    >>> unguard_cell("'=1+1"), unguard_cell("'tis")
    ('=1+1', "'tis")
    """
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell
