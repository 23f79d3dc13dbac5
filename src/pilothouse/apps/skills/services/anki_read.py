"""Reading Anki's ``.apkg``: a ZIP with one SQLite file, taken as hostile.

Only the collection is unpacked, by its exact name, into a file of ours and never beyond a size; the
SQLite file is opened read-only, and only plain reads of its tables are let through. Media are left
out and counted. The newest form (``collection.anki21b``, compressed by Zstandard) is told how to be
written in the older one.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import IO, Any

from pilothouse.apps.skills.services.anki_html import from_source, split_cloze, to_markdown
from pilothouse.apps.skills.services.cards_brought import (
    MAX_CARDS,
    Brought,
    File,
    check_brought,
)
from pilothouse.engines.skills.scheduling import MAX_INTERVAL_DAYS
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text

MAX_FILE_BYTES = 50 * 2**20
MAX_COLLECTION_BYTES = 200 * 2**20
MAX_RATIO = 200
MAX_ENTRIES = 50_000
MAX_STEPS = 50_000  # of a thousand instructions of SQLite each
NAMES = ("collection.anki21", "collection.anki2")
NEWEST = "collection.anki21b"
SOURCE_FIELDS = ("Markdown question", "Markdown answer", "Markdown why", "Deck here")
REFUSED = "this is not an Anki package that can be read"
_READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}
_TABLES = {"col", "notes", "cards", "revlog", "sqlite_master"}


@dataclass(frozen=True)
class _Model:
    """A note type: the names of its fields, whether it is a cloze, how many templates it has."""

    fields: tuple[str, ...]
    is_cloze: bool
    templates: int


@dataclass
class _Counts:
    """What was left out."""

    media: int = 0
    pictures: int = 0
    reversed: int = 0
    unread: int = 0


def read_apkg(file: IO[bytes], deck: str) -> File:
    """The cards of an Anki package; ``deck`` for those whose deck has no name."""
    with _open_collection(file) as (rows, media):
        return _read_notes(rows, deck, media)


@contextmanager
def _open_collection(file: IO[bytes]) -> Iterator[tuple[sqlite3.Connection, int]]:
    with tempfile.TemporaryDirectory(prefix="pilothouse-anki-") as folder:
        path = Path(folder) / "collection"
        try:
            with zipfile.ZipFile(file) as package:
                media = _unpack(package, path)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
            raise InvalidValueError(f"{REFUSED}: {error}.") from error
        except Exception as error:
            if type(error).__module__ in {"zlib", "lzma"}:
                raise InvalidValueError(f"{REFUSED}: {error}.") from error
            raise
        try:
            with closing(_connect(path)) as connection:
                yield connection, media
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise InvalidValueError(f"{REFUSED}: {error}.") from error


def _unpack(package: zipfile.ZipFile, path: Path) -> int:
    """Write the collection to ``path``; how many other files there are."""
    entries = {entry.filename: entry for entry in package.infolist()}
    if len(entries) > MAX_ENTRIES:
        raise InvalidValueError(f"a package has at most {MAX_ENTRIES:,} files.", value=len(entries))
    name = next((name for name in NAMES if name in entries), None)
    if name is None or (NEWEST in entries and name == NAMES[1]):
        # Beside the newest form stands an old collection that says only "please update".
        is_newest = NEWEST in entries
        raise InvalidValueError(
            f"{REFUSED}: it holds {'the newest form only' if is_newest else 'no collection'}.",
            remedy="In Anki, export with “Support older Anki versions” ticked."
            if is_newest
            else "",
        )
    entry = entries[name]
    if entry.file_size > MAX_COLLECTION_BYTES or entry.file_size > MAX_RATIO * max(
        entry.compress_size, 1_000
    ):
        raise InvalidValueError(
            f"a collection has at most {MAX_COLLECTION_BYTES // 2**20} MB and unpacks to at most "
            f"{MAX_RATIO} times its size.",
            value=f"{entry.file_size:,} bytes from {entry.compress_size:,}",
        )
    written = 0
    with package.open(entry) as source, path.open("xb") as target:
        while piece := source.read(2**20):
            written += len(piece)
            # What the directory of a ZIP says of a size need not be true.
            if written > MAX_COLLECTION_BYTES:
                raise InvalidValueError("the collection is larger than its package says.")
            target.write(piece)
    return len(entries) - len({*NAMES, "media", "meta"} & set(entries))


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    steps = 0

    def is_enough() -> bool:
        nonlocal steps
        steps += 1
        return steps > MAX_STEPS

    def may(action: int, first: str | None, *_: str | None) -> int:
        is_read = action in _READS and (action != sqlite3.SQLITE_READ or first in _TABLES)
        return sqlite3.SQLITE_OK if is_read else sqlite3.SQLITE_DENY

    connection.execute("PRAGMA trusted_schema = OFF")
    kinds = "SELECT name FROM sqlite_master WHERE name IN ('col','notes','cards','revlog')"
    real = {name for (name,) in connection.execute(f"{kinds} AND type = 'table' AND rootpage > 0")}
    if not real >= {"col", "notes", "cards"}:
        connection.close()
        raise InvalidValueError(f"{REFUSED}: it has no tables of notes and cards.")
    connection.set_progress_handler(is_enough, 1000)
    connection.set_authorizer(may)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return connection


def _read_notes(rows: sqlite3.Connection, deck: str, media: int) -> File:
    created, models_text, decks_text = rows.execute(
        "SELECT crt, models, decks FROM col LIMIT 1"
    ).fetchone() or (0, "{}", "{}")
    models, decks = _read_models(models_text), _read_decks(decks_text)
    first: dict[int, list[tuple[Any, ...]]] = {}
    columns = "nid, ord, did, type, queue, due, ivl, reps, lapses, data, id"
    for nid, *card in rows.execute(f"SELECT {columns} FROM cards ORDER BY ord, id"):  # noqa: S608
        first.setdefault(nid, []).append(tuple(card))
        if len(first) > MAX_CARDS:
            raise InvalidValueError(f"a package has at most {MAX_CARDS:,} notes.")
    seen = _last_reviews(rows)
    counts, found = _Counts(media), []
    for nid, guid, mid, tags, fields in rows.execute(
        "SELECT id, guid, mid, tags, flds FROM notes ORDER BY id"
    ):
        model, cards = models.get(str(mid)), first.get(nid)
        if model is None or not cards or not isinstance(fields, str):
            counts.unread += 1
            continue
        name = decks.get(str(cards[0][1]), "") or deck
        words = tuple(str(tags).split())
        plain = Brought(clean_text(str(guid))[:90], _short_deck(name, deck), "", "", tags=words)
        memories = {card[0]: _read_memory(card, created, seen) for card in cards}
        found += _to_cards(plain, fields.split("\x1f"), model, counts, memories)
        if len(found) > MAX_CARDS:
            raise InvalidValueError(f"a package has at most {MAX_CARDS:,} cards.")
    return check_brought(found, "apkg", _tell(counts))


def _to_cards(
    plain: Brought,
    fields: list[str],
    model: _Model,
    counts: _Counts,
    memories: dict[int, dict[str, Any] | None],
) -> list[Brought]:
    named = dict(zip(model.fields, fields, strict=False))
    if all(name in named for name in SOURCE_FIELDS):
        question, answer, why, here = (from_source(named[name]) for name in SOURCE_FIELDS)
        return [replace(_with(plain, question, answer, why, memories.get(0)), deck=here)]
    if model.is_cloze:
        more = _words("<br>".join(fields[1:]), counts)
        return [
            replace(
                _with(plain, _words(asked, counts), _words(told, counts), more),
                guid=plain.guid + (f"-{number}" if number > 1 else ""),
                memory=memories.get(number - 1),
            )
            for number, asked, told in split_cloze(fields[0])
        ]
    counts.reversed += max(0, min(model.templates, len(memories)) - 1)
    texts = [_words(field, counts) for field in fields]
    why = "\n\n".join(text for text in texts[2:] if text)
    question, answer = (*texts, "", "")[:2]
    return [_with(plain, question, answer, why, memories.get(0))]


def _with(
    plain: Brought, question: str, answer: str, why: str, memory: dict[str, Any] | None = None
) -> Brought:
    return replace(plain, question=question, answer=answer, why=why, memory=memory)


def _words(html: str, counts: _Counts) -> str:
    words = to_markdown(html)
    counts.pictures += words.left_out
    return words.text


def _read_models(text: str) -> dict[str, _Model]:
    body = _parse(text)
    return {
        str(key): _Model(
            tuple(str(field.get("name", "")) for field in each.get("flds", ())),
            each.get("type") == 1,
            len(each.get("tmpls", ())),
        )
        for key, each in body.items()
        if isinstance(each, dict) and all(isinstance(f, dict) for f in each.get("flds", ()))
    }


def _read_decks(text: str) -> dict[str, str]:
    body = _parse(text)
    return {str(k): clean_text(str(d.get("name", ""))) for k, d in body.items() if type(d) is dict}


def _parse(text: Any) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidValueError(f"{REFUSED}: its note types cannot be read.") from error
    return body if isinstance(body, dict) else {}


def _short_deck(name: str, otherwise: str) -> str:
    """The last part of a nested deck's name; ``Default`` says nothing."""
    last = name.replace("\x1f", "::").split("::")[-1].strip()[:60]
    return otherwise if last in {"", "Default"} else last


def _last_reviews(rows: sqlite3.Connection) -> dict[int, int]:
    """When each card was rated last, in milliseconds since the epoch."""
    try:
        return dict(rows.execute("SELECT cid, max(id) FROM revlog GROUP BY cid"))
    except sqlite3.DatabaseError:
        return {}


def _read_memory(
    card: tuple[Any, ...], created: Any, seen: dict[int, int]
) -> dict[str, Any] | None:
    """The memory of a card in review that FSRS kept; None for all others."""
    _, _, kind, queue, due, interval, reps, lapses, data, card_id = card
    try:
        kept = json.loads(data) if data else {}
        stability, difficulty = float(kept["s"]), float(kept["d"])
        if kind != 2 or not 0 < stability < MAX_INTERVAL_DAYS or not 1 <= difficulty <= 10:
            return None
        days = int(interval)
        due_at = datetime.fromtimestamp(int(created), timezone.utc) + timedelta(days=int(due))
        last = due_at - timedelta(days=days)
        if card_id in seen:
            last = datetime.fromtimestamp(int(seen[card_id]) / 1000, timezone.utc)
            due_at = last + timedelta(days=days)
    except (KeyError, TypeError, ValueError, OverflowError, OSError, AttributeError):
        return None
    if not 1990 < last.year < 2200 or not 1990 < due_at.year < 2200:
        return None
    return {
        "stability": stability, "difficulty": difficulty, "due": due_at.isoformat(),
        "last_review": last.isoformat(), "reps": _count(reps), "lapses": _count(lapses),
        "is_suspended": queue == -1,
    }  # fmt: skip


def _count(value: Any) -> int:
    return min(max(int(value), 0), 1_000_000)


def _tell(counts: _Counts) -> list[str]:
    told = []
    if media := max(counts.media, counts.pictures):
        told.append(f"{media:,} pictures and sounds are left out: cards here are texts.")
    if counts.reversed:
        told.append(f"{counts.reversed:,} reversed cards are left out: one card a note comes in.")
    if counts.unread:
        told.append(f"{counts.unread:,} notes without cards or with an unknown type are left out.")
    return told
