"""Quarters of the calendar: a quarter is known by its first day."""

from __future__ import annotations

import re
from datetime import date
from zoneinfo import ZoneInfo

from pilothouse.apps.roadmap.models import Horizon
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.errors import InvalidValueError

# A bet in the running quarter is "now"; up to two quarters on it is "next".
NEXT_QUARTERS = 2
# Where a bet without a quarter is taken to be, in quarters from now.
ASSUMED_DISTANCE = {Horizon.NOW: 0, Horizon.NEXT: 1, Horizon.LATER: 4}

_NAMED = re.compile(r"([0-9]{4})-?[Qq]([1-4])")
_REVERSED = re.compile(r"[Qq]([1-4])[ -]([0-9]{4})")


def today_of(product: ProductView) -> date:
    """The calendar day on which the product lives, in its zone."""
    return product.now.astimezone(ZoneInfo(product.zone)).date()


def quarter_start(day: date) -> date:
    """First day of the quarter that holds ``day``.

    >>> quarter_start(date(2026, 11, 25))
    datetime.date(2026, 10, 1)
    """
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def add_quarters(quarter: date, count: int) -> date:
    """First day of the quarter ``count`` after (or before) the one at ``quarter``."""
    months = quarter.year * 12 + quarter.month - 1 + 3 * count
    if not 12 <= months < 120_000:
        raise InvalidValueError("a quarter lies in the years 1 to 9999.")
    return date(months // 12, months % 12 + 1, 1)


def list_quarters(first: date, count: int) -> list[date]:
    """``count`` quarters from the one that holds ``first``."""
    return [add_quarters(quarter_start(first), place) for place in range(count)]


def quarters_between(first: date, second: date) -> int:
    """How many quarters ``second`` lies after ``first``; negative when before."""
    months = (second.year - first.year) * 12 + second.month - first.month
    return months // 3


def name_quarter(quarter: date) -> str:
    """``Q4 2026``."""
    return f"Q{(quarter.month + 2) // 3} {quarter.year}"


def parse_quarter(text: str) -> date | None:
    """A quarter written as ``2026-Q4``, ``Q4 2026`` or a day in it; None for an empty text."""
    given = text.strip()
    if not given:
        return None
    if match := _NAMED.fullmatch(given):
        year, number = int(match[1]), int(match[2])
    elif match := _REVERSED.fullmatch(given):
        year, number = int(match[2]), int(match[1])
    else:
        return check_quarter(quarter_start(_parse_day(given)))
    return check_quarter(date(max(year, 1), number * 3 - 2, 1))


def check_quarter(quarter: date) -> date:
    """``quarter`` when it is one that a roadmap may hold; raises ``InvalidValueError``."""
    if quarter.day != 1 or quarter.month % 3 != 1 or not 1990 <= quarter.year <= 2199:
        raise InvalidValueError(
            "a quarter starts in January, April, July or October of 1990 to 2199.",
            value=quarter.isoformat(),
        )
    return quarter


def horizon_of(quarter: date, today: date) -> Horizon:
    """How far away a quarter is: now (or past), next (up to two on) or later."""
    distance = quarters_between(quarter_start(today), quarter)
    if distance <= 0:
        return Horizon.NOW
    return Horizon.NEXT if distance <= NEXT_QUARTERS else Horizon.LATER


def distance_of(horizon: str, quarter: date | None, today: date) -> int:
    """Quarters from now to a bet, never below zero; assumed from the horizon without a quarter."""
    if quarter is None:
        return ASSUMED_DISTANCE[Horizon(horizon)]
    return max(0, quarters_between(quarter_start(today), quarter))


def _parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidValueError(
            "a quarter is written 2026-Q4, Q4 2026 or as a day in it.", value=text
        ) from error
