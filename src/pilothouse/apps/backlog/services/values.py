"""What the fields of an item may hold: every value is checked here and nowhere else."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from typing import Any

from pilothouse.apps.backlog.models import FieldKind, ItemKind, ItemStatus
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text
from pilothouse.kernel.times import parse_date

MAX_TITLE = 200
MAX_BODY = 100_000
MAX_TAGS = 20
MAX_TAG = 40
MAX_FIELD_TEXT = 1000
MAX_NUMBER = 1e12


def check_title(value: object) -> str:
    """A title on one line."""
    text = " ".join(_text(value, "a title").split())
    if not 1 <= len(text) <= MAX_TITLE:
        raise InvalidValueError(
            f"a title has 1 to {MAX_TITLE} characters; this has {len(text):,}.",
            value=text or None,
            remedy="Say the rest in the description." if text else "",
        )
    return text


def check_body(value: object) -> str:
    """A description in Markdown."""
    text = _text(value, "a description").replace("\r\n", "\n").strip()
    if len(text) > MAX_BODY:
        raise InvalidValueError(
            f"a description has at most {MAX_BODY:,} characters; this has {len(text):,}."
        )
    return text


def check_kind(value: object) -> str:
    """One of the kinds of item."""
    return _one_of(value, ItemKind.values, "a kind")


def check_status(value: object) -> str:
    """One of the statuses."""
    return _one_of(value, ItemStatus.values, "a status")


def check_tags(value: object) -> list[str]:
    """Tags, each once, without commas and in their order; a text is split at its commas."""
    given: Iterable[object] = value.split(",") if isinstance(value, str) else _list(value)
    tags = list(dict.fromkeys(_tag(each) for each in given if str(each).strip()))
    if len(tags) > MAX_TAGS:
        raise InvalidValueError(f"an item has at most {MAX_TAGS} tags.", value=len(tags))
    return tags


def check_estimate(value: object) -> float | None:
    """Points, zero or more; None and the empty text are unknown, which is not zero."""
    number = check_number(value, "an estimate")
    if number is not None and number < 0:
        raise InvalidValueError("an estimate is zero or more points.", value=value)
    return number


def check_date(value: object) -> date | None:
    """A day, or None."""
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return value
    return parse_date(_text(value, "a date"))


def check_number(value: object, what: str = "a number") -> float | None:
    """A finite number, or None for nothing."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        number = float(value) if not isinstance(value, bool) else math.nan  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number) or abs(number) > MAX_NUMBER:
        raise InvalidValueError(f"{what} is written in digits, such as 3 or 0.5.", value=value)
    return number


def check_custom(kind: str, name: str, options: list[str], value: object) -> Any:
    """The value of a custom field as items keep it, or None for nothing."""
    if value is None or value == "":
        return None
    if kind == FieldKind.NUMBER:
        return check_number(value, name)
    if kind == FieldKind.DATE:
        day = check_date(value)
        return day.isoformat() if day else None
    text = _text(value, name).strip()
    if kind == FieldKind.CHOICE and text not in options:
        raise InvalidValueError(f"{name} is one of {', '.join(options)}.", value=text)
    if len(text) > MAX_FIELD_TEXT:
        raise InvalidValueError(f"{name} has at most {MAX_FIELD_TEXT:,} characters.")
    return text or None


def _text(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise InvalidValueError(f"{what} is a text.", value=value)
    return clean_text(value)


def _list(value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise InvalidValueError("tags are a list of texts.", value=value)
    return list(value)


def _tag(value: object) -> str:
    tag = " ".join(_text(value, "a tag").split())
    if not 1 <= len(tag) <= MAX_TAG or "," in tag:
        raise InvalidValueError(f"a tag has 1 to {MAX_TAG} characters and no comma.", value=tag)
    return tag


def _one_of(value: object, allowed: list[str], what: str) -> str:
    if value not in allowed:
        raise InvalidValueError(f"{what} is one of {', '.join(allowed)}.", value=value)
    return str(value)
