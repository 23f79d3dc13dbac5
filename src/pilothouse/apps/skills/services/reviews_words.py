"""How long until a card comes again, in words."""

from __future__ import annotations

from datetime import timedelta


def say_delay(delay: timedelta) -> str:
    """A delay as short as a button takes it.

    >>> say_delay(timedelta(minutes=5, seconds=30)), say_delay(timedelta(days=45))
    ('6 min', '6 weeks')
    """
    minutes, days = delay.total_seconds() / 60, delay.days
    if minutes < 60:
        return f"{max(1, round(minutes))} min"
    if days < 1:
        return f"{round(minutes / 60)} h"
    for size, unit in ((365.25, "year"), (30.44, "month"), (7, "week")):
        if days >= 2 * size:
            return f"{round(days / size)} {unit}s"
    return f"{days} day{'s' * (days != 1)}"
