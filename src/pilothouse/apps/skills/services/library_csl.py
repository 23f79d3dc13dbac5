"""CSL-JSON, read and written: what Zotero and its kin exchange."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from pilothouse.apps.skills.services.library import LibraryEntry
from pilothouse.apps.skills.services.library_own import EntryDraft
from pilothouse.kernel.errors import InvalidValueError

MAX_ENTRIES = 2000
_FROM = {"book": "book", "chapter": "book", "song": "podcast", "broadcast": "podcast"}
_TO = {"book": "book", "article": "article", "podcast": "broadcast"}


def read_csl(text: str) -> list[EntryDraft]:
    """The items of a file as drafts, those without a title left out.

    Raises ``InvalidValueError`` where it is no list of CSL items.
    """
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidValueError("this is no JSON.") from error
    if isinstance(items, dict):
        items = items.get("items", [items])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise InvalidValueError("CSL-JSON is a list of items.")
    if len(items) > MAX_ENTRIES:
        raise InvalidValueError(f"at most {MAX_ENTRIES:,} entries at once.")
    return [draft for draft in map(_to_draft, items) if draft.title]


def write_csl(entries: Iterable[LibraryEntry]) -> str:
    """Entries as CSL-JSON."""
    items = [_to_item(entry) for entry in entries]
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def _to_draft(item: dict[str, Any]) -> EntryDraft:
    authors = item.get("author")
    return EntryDraft(
        title=_text(item.get("title"))[:300],
        type=_FROM.get(_text(item.get("type")), "article"),
        authors=tuple(map(_name, authors if isinstance(authors, list) else ()))[:30],
        year=_year(item.get("issued")),
        publisher=_text(item.get("publisher") or item.get("container-title"))[:200],
        topics=tuple(part.strip()[:40] for part in _text(item.get("keyword")).split(","))[:30],
        isbn=_text(item.get("ISBN")).split(" ")[0],
        url=_text(item.get("URL")),
    )


def _text(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _name(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    whole = f"{_text(value.get('given'))} {_text(value.get('family'))}".strip()
    return (whole or _text(value.get("literal")))[:100]


def _year(issued: Any) -> int | None:
    """The year of a CSL date; None where there is none that can be read."""
    parts = issued.get("date-parts") if isinstance(issued, dict) else None
    try:
        year = int(parts[0][0])  # type: ignore[index]
    except (TypeError, ValueError, IndexError, KeyError, OverflowError):
        return None
    return year if 1450 <= year <= 2100 else None


def _to_item(entry: LibraryEntry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.entry_id,
        "type": _TO.get(entry.type, "webpage"),
        "title": entry.title,
        "author": [_split(name) for name in entry.authors],
        "publisher": entry.publisher,
        "ISBN": entry.isbn,
        "URL": entry.url,
        "keyword": ", ".join(entry.topics),
    }
    if entry.year:
        item["issued"] = {"date-parts": [[entry.year]]}
    return {key: value for key, value in item.items() if value}


def _split(name: str) -> dict[str, str]:
    given, _, family = name.rpartition(" ")
    return {"given": given, "family": family} if given else {"literal": name}
