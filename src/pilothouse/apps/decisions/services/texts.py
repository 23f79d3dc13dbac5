"""Texts, lists of names and tags, and numbers of records, checked in one place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from pilothouse.apps.decisions.models import Book
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text
from pilothouse.kernel.times import EARLIEST, LATEST, from_us, midnight_us, parse_zone

MAX_TEXT = 20_000
MAX_NAME = 100
MAX_LIST = 50


def check_text(what: str, text: str, most: int = MAX_TEXT, *, least: int = 0) -> str:
    """``text`` cleaned; ``InvalidValueError`` unless it has ``least`` to ``most`` characters."""
    cleaned = clean_text(text).strip()
    if not least <= len(cleaned) <= most:
        rule = f"{least} to {most:,}" if least else f"at most {most:,}"
        raise InvalidValueError(
            f"{what} has {rule} characters; this has {len(cleaned):,}.", value=cleaned or None
        )
    return cleaned


def check_line(what: str, text: str, most: int, *, least: int = 0) -> str:
    """The same on one line."""
    return check_text(what, " ".join(clean_text(text).split()), most, least=least)


def check_names(what: str, names: Iterable[str]) -> list[str]:
    """Names without empty ones, each once, in their order."""
    kept = [check_line(what, name, MAX_NAME) for name in names]
    unique = list(dict.fromkeys(name for name in kept if name))
    if len(unique) > MAX_LIST:
        raise InvalidValueError(f"{what}: at most {MAX_LIST} of them.", value=len(unique))
    return unique


def check_topics(topics: Iterable[str]) -> list[str]:
    """Topics in small letters without a leading #, each once."""
    kept = [check_line("a topic", topic, 40).removeprefix("#").lower() for topic in topics]
    unique = list(dict.fromkeys(topic for topic in kept if topic))
    if len(unique) > MAX_LIST:
        raise InvalidValueError(f"topics: at most {MAX_LIST} of them.", value=len(unique))
    return unique


def check_approver(name: str) -> str:
    """One name: where two approve, nobody does."""
    approver = check_line("the approver", name, MAX_NAME)
    if re.search(r"[,;/&]| and ", approver):
        raise InvalidValueError(
            "a decision has exactly one approver.",
            value=approver,
            remedy="The others are contributors or informed.",
        )
    return approver


def check_day(what: str, day: date | None) -> date | None:
    """A day that every calendar and database can hold."""
    if day is not None and not EARLIEST.date() < day < LATEST.date():
        raise InvalidValueError(
            f"{what} lies between {EARLIEST.year} and {LATEST.year}.", value=day.isoformat()
        )
    return day


def split_list(text: str) -> tuple[str, ...]:
    """What a person wrote with commas between."""
    return tuple(part.strip() for part in re.split(r"[,;\n]", text) if part.strip())


def today_of(product: ProductView) -> date:
    """The product's day in its own zone."""
    return product.now.astimezone(parse_zone(product.zone)).date()


def start_of_day(product: ProductView, day: date) -> datetime:
    """The moment at which ``day`` begins where the product lives."""
    return from_us(midnight_us(day, parse_zone(product.zone)))


def end_of_day(product: ProductView, day: date) -> datetime:
    """The moment at which ``day`` is over where the product lives."""
    return start_of_day(product, day + timedelta(days=1))


def take_number(product: ProductView, counter: str) -> int:
    """The next number of a product's decisions or forecasts; call it inside a transaction."""
    Book.objects.get_or_create(product_id=product.id)
    book = Book.objects.select_for_update().get(product_id=product.id)
    number: int = getattr(book, counter)
    setattr(book, counter, number + 1)
    book.save(update_fields=[counter])
    return number
