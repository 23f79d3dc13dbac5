"""Texts and days of jobs, checked in one place."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from pilothouse.apps.portfolio.services.texts import read_day
from pilothouse.kernel.errors import InvalidValueError


def today() -> date:
    """The day it is, in UTC: a person has no time zone, products have."""
    return timezone.now().date()


def read_past_day(what: str, text: str) -> date:
    """A day that was: empty is today. Tomorrow is let through, for those who are ahead of UTC."""
    if not text.strip():
        return today()
    day = read_day(what, text)
    if day > today() + timedelta(days=1):
        raise InvalidValueError(
            f"{what} is a day that was.", value=text, remedy="What is to come is a next action."
        )
    return day


def read_any_day(what: str, text: str) -> date | None:
    """A day as forms send it, past or to come, or none."""
    return read_day(what, text) if text.strip() else None


def read_coming_day(what: str, text: str) -> date | None:
    """A day as forms send it, or none."""
    return read_day(what, text) if text.strip() else None


def check_choice(what: str, value: str, known: list[str]) -> str:
    """``value`` if it is one of ``known``."""
    if value not in known:
        raise InvalidValueError(f"{what} is one of {', '.join(known)}.", value=value or None)
    return value
