"""BibTeX, read and written: what a reference manager exports of books and pages.

Reads entries with braces or parentheses, values in braces, quotes or bare, joined by #, with
``@string`` names. TeX accents become their letters; what is left of TeX is taken out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from pilothouse.apps.skills.services.library import LibraryEntry
from pilothouse.apps.skills.services.library_own import EntryDraft
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text

MAX_ENTRIES = 2000
_BEGIN = re.compile(r"@\s*([A-Za-z]+)\s*([{(])")
_NAME = re.compile(r"\s*,?\s*([A-Za-z][\w:.+-]*)\s*=\s*")
_BARE = re.compile(r"[^\s,#{}()\"]+")
_ACCENT = re.compile(r"""\\(["'`^~=.]|[uvHcdbrk](?![A-Za-z]))\s*\{?\s*(\\[ij]|[A-Za-z])\s*\}?""")
_MARKS = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "d": "\u0323",
    "b": "\u0331", "r": "\u030a", "k": "\u0328",
}  # fmt: skip
_LETTERS = {
    r"\ss": "ß", r"\ae": "æ", r"\AE": "Æ", r"\oe": "œ", r"\OE": "Œ", r"\o": "ø", r"\O": "Ø",
    r"\aa": "å", r"\AA": "Å", r"\l": "ł", r"\L": "Ł",
}  # fmt: skip
_ESCAPES = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}"} | {
    c: f"\\{c}" for c in "&%$#_"
}  # fmt: skip
_KINDS = {"book": "book", "booklet": "book", "inbook": "book", "incollection": "book"}
_MONTHS = {
    month: str(number + 1)
    for number, month in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    )
}


def read_bibtex(text: str) -> list[EntryDraft]:
    """The entries of a file as drafts, those without a title left out.

    Raises ``InvalidValueError`` where nothing in it is BibTeX.
    """
    found = [_to_draft(kind, fields) for kind, fields in _read(clean_text(text))]
    if not found:
        raise InvalidValueError(
            "there is no BibTeX entry in it.", remedy="An entry begins like @book{key, title = …}."
        )
    return [draft for draft in found if draft.title]


def write_bibtex(entries: Iterable[LibraryEntry]) -> str:
    """Entries as BibTeX, each under a key of its own."""
    taken: set[str] = set()
    return "\n".join(_write(entry, _key(entry, taken)) for entry in entries)


def _read(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    names = dict(_MONTHS)
    place, count = 0, 0
    while begin := _BEGIN.search(text, place):
        kind, place = begin[1].lower(), begin.end()
        if kind in {"comment", "preamble"}:
            continue
        if kind != "string":
            comma = re.compile(r"\s*[^,{}()=\"]*,").match(text, place)
            place = comma.end() if comma else place
        fields, place = _read_fields(text, place, names)
        if kind == "string":
            names |= fields
            continue
        yield kind, fields
        count += 1
        if count >= MAX_ENTRIES:
            raise InvalidValueError(f"at most {MAX_ENTRIES:,} entries at once.")


def _read_fields(text: str, place: int, names: dict[str, str]) -> tuple[dict[str, str], int]:
    fields: dict[str, str] = {}
    while name := _NAME.match(text, place):
        value, place = _read_value(text, name.end(), names)
        fields.setdefault(name[1].lower(), value)
    return fields, place


def _read_value(text: str, place: int, names: dict[str, str]) -> tuple[str, int]:
    """A value, its parts joined, and where it ends."""
    parts = []
    while True:
        part, place = _read_part(text, place, names)
        parts.append(part)
        joined = re.compile(r"\s*#\s*").match(text, place)
        if not joined:
            return "".join(parts), place
        place = joined.end()


def _read_part(text: str, place: int, names: dict[str, str]) -> tuple[str, int]:
    opening = text[place : place + 1]
    if opening in {"{", '"'}:
        end = _find_end(text, place)
        return text[place + 1 : end], end + 1
    bare = _BARE.match(text, place)
    if not bare:
        return "", place
    return names.get(bare[0].lower(), bare[0]), bare.end()


def _find_end(text: str, place: int) -> int:
    """Where the value that opens at ``place`` closes; the end of the text where it never does."""
    closing, depth = ("}" if text[place] == "{" else '"'), 0
    at = place + 1
    while at < len(text):
        letter = text[at]
        if letter == "\\":
            at += 1
        elif letter == closing and depth == 0:
            return at
        elif letter in "{}":
            depth += 1 if letter == "{" else -1
        at += 1
    return len(text)


def _to_draft(kind: str, fields: dict[str, str]) -> EntryDraft:
    plain = {name: _plain(value) for name, value in fields.items()}
    year = re.search(r"\b(1[4-9]\d\d|20\d\d)\b", plain.get("year") or plain.get("date", ""))
    title = plain.get("title", "")
    if plain.get("subtitle"):
        title = f"{title}: {plain['subtitle']}"
    names = fields.get("author") or fields.get("editor", "")
    return EntryDraft(
        title=title[:300],
        type=_KINDS.get(kind, "article"),
        authors=tuple(_turn(_plain(each)) for each in re.split(r"\s+and\s+", names))[:30],
        year=int(year[0]) if year else None,
        publisher=(plain.get("publisher") or plain.get("journal", ""))[:200],
        topics=tuple(part.strip()[:40] for part in re.split(r"[,;]", plain.get("keywords", "")))[
            :30
        ],
        isbn=plain.get("isbn", "").split(" ")[0],
        url=fields.get("url", "").strip().replace("\\", ""),
    )


def _plain(value: str) -> str:
    """A TeX text as plain words."""

    def accent(match: re.Match[str]) -> str:
        letter = match[2].removeprefix("\\")
        return unicodedata.normalize("NFC", letter + _MARKS[match[1]])

    text = value.replace(r"\textbackslash{}", "\x01")
    text = _ACCENT.sub(accent, text)
    text = re.sub(r"\\(ss|ae|AE|oe|OE|o|O|aa|AA|l|L)(?![A-Za-z])(\{\})?\s*",
                  lambda match: _LETTERS["\\" + match[1]], text)  # fmt: skip
    text = re.sub(r"\\([&%$#_])", r"\1", text).replace(r"\{", "\x02").replace(r"\}", "\x03")
    text = re.sub(r"\\[A-Za-z]+\s*", "", text)
    text = text.replace("{", "").replace("}", "").replace("~", " ").replace("---", "\u2014")
    text = text.replace("--", "\u2013").replace("\x02", "{").replace("\x03", "}")
    return " ".join(text.replace("\x01", "\\").split())


def _turn(name: str) -> str:
    """``Last, First`` as ``First Last``."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}".strip()[:100] if comma else name[:100]


def _write(entry: LibraryEntry, key: str) -> str:
    kind = "book" if entry.type == "book" else "misc"
    fields = {
        "title": _escape(entry.title),
        "author": " and ".join(_escape(name) for name in entry.authors),
        "year": str(entry.year or ""),
        "publisher": _escape(entry.publisher),
        "isbn": entry.isbn,
        "url": entry.url,
        "keywords": ", ".join(_escape(topic) for topic in entry.topics),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}", ""])


def _escape(text: str) -> str:
    return "".join(_ESCAPES.get(letter, letter) for letter in text)


def _key(entry: LibraryEntry, taken: set[str]) -> str:
    last = entry.authors[0].split()[-1] if entry.authors and entry.authors[0] else entry.type
    bare = unicodedata.normalize("NFKD", f"{last}{entry.year or ''}").encode("ascii", "ignore")
    base = re.sub(r"[^A-Za-z0-9]", "", bare.decode()).lower() or "entry"
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    taken.add(key)
    return key
