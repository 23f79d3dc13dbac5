"""Texts, lists of names and tags, and numbers of records, checked in one place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from pilothouse.apps.decisions.models import Book
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.texts import check_line
from pilothouse.kernel.times import from_us, midnight_us, parse_zone

MAX_NAME = 100
MAX_LIST = 50


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
