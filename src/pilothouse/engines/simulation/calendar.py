"""The calendar of a world: weekday and season as one factor a day."""

from __future__ import annotations

from datetime import date

from pilothouse.engines.simulation.pack import Calendar


def day_factor(calendar: Calendar, day: date) -> float:
    """How busy ``day`` is against an ordinary one: weekday times every season that holds it."""
    factor = calendar.weekdays[day.weekday()].value
    for season in calendar.seasons:
        if season.first <= (day.month, day.day) <= season.last:
            factor *= season.factor.value
    return factor
