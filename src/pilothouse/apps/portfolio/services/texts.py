"""Texts, addresses and days of the portfolio, checked in one place."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from urllib.parse import urlsplit

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text
from pilothouse.kernel.times import EARLIEST, LATEST, parse_date

MAX_BODY = 20_000


def check_body(what: str, text: str, most: int = MAX_BODY, *, least: int = 0) -> str:
    """``text`` cleaned; ``InvalidValueError`` unless it has ``least`` to ``most`` characters."""
    cleaned = clean_text(text).replace("\r\n", "\n").strip()
    if not least <= len(cleaned) <= most:
        rule = f"{least} to {most:,}" if least else f"at most {most:,}"
        raise InvalidValueError(
            f"{what} has {rule} characters; this has {len(cleaned):,}.", value=cleaned or None
        )
    return cleaned


def check_line(what: str, text: str, most: int, *, least: int = 0) -> str:
    """The same on one line."""
    return check_body(what, " ".join(clean_text(text).split()), most, least=least)


def check_address(what: str, url: str, most: int = 2000) -> str:
    """An address of the web, whole."""
    address = clean_text(url).strip()
    try:
        parts = urlsplit(address)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_whole = False
    odd = any(c.isspace() or c in "\"'<>\\`{}|^" or not c.isprintable() for c in address)
    if not is_whole or len(address) > most or odd:
        raise InvalidValueError(
            f"{what} begins with https:// or http:// and has at most {most:,} characters "
            "without spaces.",
            value=url,
        )
    return address


def read_day(what: str, text: str) -> date:
    """A day as forms send it."""
    day = parse_date(text.strip())
    if not EARLIEST.date() < day < LATEST.date():
        raise InvalidValueError(
            f"{what} lies between {EARLIEST.year} and {LATEST.year}.", value=text
        )
    return day


def to_slug(text: str) -> str:
    """``text`` as a part of an address: small letters, digits and hyphens; may be empty.

    >>> to_slug("Où va l'été? 2026!")
    'ou-va-l-ete-2026'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", kept).strip("-")[:60].strip("-")
