"""Writing Anki's ``.apkg``: cards as notes, and their memory as Anki with FSRS keeps it.

What goes along: texts (rendered, and as written in Markdown, so that they come back exactly), deck,
tags, a stable id, and for cards in review stability, difficulty, interval, due day, counts, whether
suspended, and the ratings. What is lost: steps of learning and relearning (such cards are new
there, their ratings kept), buried cards, times of a day (Anki schedules by days), and one's caps.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pilothouse.apps.markdown import render_markdown
from pilothouse.apps.skills.services.anki_html import to_source
from pilothouse.apps.skills.services.anki_read import SOURCE_FIELDS
from pilothouse.apps.skills.services.cards import CardView
from pilothouse.apps.skills.services.cards_brought import KEY_PREFIX
from pilothouse.apps.skills.services.cards_content import deck_title
from pilothouse.kernel.ids import digest

MODEL_ID, MODEL_NAME = 1_790_512_381, "Pilothouse card"
DAY_SECONDS = 86_400
SHOWN_FIELDS = ("Question", "Answer", "Why")
CSS = ".card { font-family: sans-serif; font-size: 18px; max-width: 40em; margin: auto; }"
LOST = (
    "Steps of learning and relearning: such cards are new there, their ratings are kept.",
    "Cards buried for today are not buried there.",
    "Anki schedules by days: the time of a day is lost.",
    "Your cap of new cards and your backlog limit stay here.",
)
# Anki's marks of a card: 2 is a card in review; -1 in its queue is a suspended one.
REVIEW, SUSPENDED = 2, -1


@dataclass(frozen=True)
class Rated:
    """One rating for the log: when, 1 to 4, and how many seconds it took."""

    card: str
    at: datetime
    rating: int
    seconds: float | None


def write_apkg(
    cards: Sequence[CardView], guids: Mapping[str, str], ratings: Iterable[Rated], now: datetime
) -> bytes:
    """The cards as a package; ``guids`` are the ids of own cards in other tools."""
    import genanki

    model = _model(genanki)
    decks: dict[str, Any] = {}
    for card in cards:
        deck = decks.setdefault(card.text.deck, _deck(genanki, card.text.deck))
        deck.add_note(_note(genanki, model, card, _guid(card, guids)))
    with tempfile.TemporaryDirectory(prefix="pilothouse-anki-") as folder:
        path = Path(folder) / "cards.apkg"
        genanki.Package(list(decks.values()) or [_deck(genanki, "Cards")]).write_to_file(
            str(path), timestamp=now.timestamp()
        )
        collection = Path(folder) / "collection.anki2"
        with zipfile.ZipFile(path) as package:
            collection.write_bytes(package.read("collection.anki2"))
        _write_memories(collection, {_guid(card, guids): card for card in cards}, ratings)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            package.write(collection, "collection.anki2")
            package.writestr("media", "{}")
        return path.read_bytes()


def _guid(card: CardView, guids: Mapping[str, str]) -> str:
    return guids.get(card.text.key) or KEY_PREFIX + card.text.key


def _model(genanki: Any) -> Any:
    fields = [{"name": name} for name in (*SHOWN_FIELDS, *SOURCE_FIELDS)]
    back = "{{FrontSide}}<hr id=answer>{{Answer}}{{#Why}}<p><small>{{Why}}</small></p>{{/Why}}"
    template = {"name": "Card", "qfmt": "{{Question}}", "afmt": back}
    return genanki.Model(MODEL_ID, MODEL_NAME, fields=fields, templates=[template], css=CSS)


def _deck(genanki: Any, key: str) -> Any:
    number = int(digest(f"pilothouse deck {key}".encode())[:7], 16) + 2**30
    return genanki.Deck(number, f"Pilothouse::{deck_title(key).replace('::', ':')}")


def _note(genanki: Any, model: Any, card: CardView, guid: str) -> Any:
    text = card.text
    shown = [_html(text.question), _html(text.answer), _html(text.why)]
    sources = [to_source(each) for each in (text.question, text.answer, text.why, text.deck)]
    tags = [tag.replace(" ", "-") for tag in text.tags]
    return genanki.Note(model=model, fields=[*shown, *sources], tags=tags, guid=guid)


def _html(text: str) -> str:
    return str(render_markdown(text)).strip().replace("\n", " ") if text else ""


def _write_memories(
    collection: Path, cards: Mapping[str, CardView], ratings: Iterable[Rated]
) -> None:
    """Say in the collection what is known of the cards' memory."""
    with closing(sqlite3.connect(collection)) as rows:
        (created,) = rows.execute("SELECT crt FROM col").fetchone()
        places = dict(rows.execute("SELECT n.guid, c.id FROM notes n JOIN cards c ON c.nid = n.id"))
        updates = [
            (*_memory_fields(card, created), places[guid])
            for guid, card in cards.items()
            if card.state == "review" or card.is_suspended
        ]
        rows.executemany(
            "UPDATE cards SET type = ?, queue = ?, due = ?, ivl = ?, factor = ?, reps = ?,"
            " lapses = ?, data = ? WHERE id = ?",
            updates,
        )
        ids = {card.text.key: places[guid] for guid, card in cards.items()}
        _write_log(rows, ids, ratings)
        rows.commit()


def _memory_fields(card: CardView, created: int) -> tuple[Any, ...]:
    queue = SUSPENDED if card.is_suspended else REVIEW
    memory = card.memory
    if memory is None or memory.stage != "review":
        return (0, queue, 0, 0, 0, 0, 0, "")
    days = max(1, (memory.due - memory.last_review).days)
    due = round((memory.due.timestamp() - created) / DAY_SECONDS)
    data = json.dumps({"s": memory.stability, "d": memory.difficulty})
    return (REVIEW, queue, due, days, 2_500, card.reps, card.lapses, data)


def _write_log(rows: sqlite3.Connection, ids: Mapping[str, int], ratings: Iterable[Rated]) -> None:
    used: set[int] = set()
    lines = []
    for each in ratings:
        if each.card not in ids:
            continue
        at = round(each.at.timestamp() * 1000)
        while at in used:
            at += 1
        used.add(at)
        taken = round(min(each.seconds or 0, 60) * 1000)
        lines.append((at, ids[each.card], -1, each.rating, 0, 0, 0, taken, 1))
    rows.executemany("INSERT INTO revlog VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", lines)
