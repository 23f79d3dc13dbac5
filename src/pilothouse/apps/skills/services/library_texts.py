"""Texts, numbers and days of the library and the learning plan, checked in one place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from urllib.parse import urlsplit

from django.utils import timezone

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text
from pilothouse.kernel.texts import check_line

MAX_URL = 2000
MAX_LIST = 30
FIRST_YEAR = 1450


def check_list(what: str, texts: Iterable[str], most: int = 100) -> list[str]:
    """Texts without empty ones, each once, in their order."""
    kept = [check_line(f"each of {what}", text, most) for text in texts]
    unique = list(dict.fromkeys(text for text in kept if text))
    if len(unique) > MAX_LIST:
        raise InvalidValueError(f"{what}: at most {MAX_LIST} of them.", value=len(unique))
    return unique


def check_url(url: str) -> str:
    """An address of the web, or an empty text. It is kept and shown, never fetched."""
    address = clean_text(url).strip()
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_whole = False
    if not is_whole or len(address) > MAX_URL or any(c.isspace() for c in address):
        raise InvalidValueError(
            f"an address begins with https:// or http:// and has at most {MAX_URL:,} characters "
            "without spaces.",
            value=address,
        )
    return address


def check_year(year: int | None, *, today: date | None = None) -> int | None:
    """A year in which something to read may have come out."""
    last = (today or timezone.now().date()).year + 2
    if year is not None and not FIRST_YEAR <= year <= last:
        raise InvalidValueError(f"a year lies between {FIRST_YEAR} and {last}.", value=year)
    return year


def check_hours(what: str, hours: float | None, most: float) -> float | None:
    """Hours from 0 to ``most``, to a hundredth."""
    if hours is not None and not 0 <= hours <= most:  # also refuses NaN
        raise InvalidValueError(f"{what}: 0 to {most:,.0f} hours.", value=hours)
    return None if hours is None else round(hours, 2)


def now() -> datetime:
    """The moment. Learning belongs to a person, not to a product: it has the wall's clock."""
    return timezone.now()
