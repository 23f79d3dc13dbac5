"""Which format a file has, found by what it holds, and its contacts."""

from __future__ import annotations

from pilothouse.apps.people.formats import google, linkedin
from pilothouse.apps.people.formats.records import ContactFile
from pilothouse.apps.people.formats.vcard import looks_like_vcard, read_vcards
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.tables import decode, iter_rows

MAX_PEOPLE = 50_000


def read_contacts(body: bytes) -> ContactFile:
    """The contacts of a file; ``InvalidValueError`` where it is none of the known formats."""
    if body[:2] == b"PK":
        raise InvalidValueError(
            "this is a ZIP archive.", remedy="Unpack it and choose Connections.csv inside."
        )
    text = decode(body)
    found = read_vcards(text) if looks_like_vcard(text) else _read_table(text)
    if not found.people:
        told = " ".join(problem.sentence for problem in found.problems[:3])
        raise InvalidValueError(f"this file holds no contact. {told}".strip())
    if len(found.people) > MAX_PEOPLE:
        raise InvalidValueError(
            f"a file has at most {MAX_PEOPLE:,} contacts; this has {len(found.people):,}.",
            remedy="Split it.",
        )
    return found


def _read_table(text: str) -> ContactFile:
    rows = list(iter_rows(text))
    if (place := linkedin.find_header(rows)) is not None:
        return linkedin.read_connections(rows, place)
    if (place := google.find_header(rows)) is not None:
        return google.read_google(rows, place)
    first = next((row for _, row in rows if any(cell.strip() for cell in row)), [])
    raise InvalidValueError(
        "this is neither a vCard, nor LinkedIn's Connections.csv, nor Google's CSV of contacts.",
        value=", ".join(first)[:80] or None,
        remedy="A table needs a header with First Name and Last Name, and Company or Labels.",
    )
