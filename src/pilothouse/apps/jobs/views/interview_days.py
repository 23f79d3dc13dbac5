"""Days as people type them into forms of interviews."""

from __future__ import annotations

from datetime import date

from pilothouse.kernel.errors import InvalidValueError


def read_typed_day(text: str) -> date | None:
    """A day such as 2026-11-23, or None for an empty text."""
    typed = text.strip()
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise InvalidValueError(
            "a day is written as year-month-day, such as 2026-11-23.", value=typed[:40]
        ) from error
