"""The calendar of a world: weekday and season, and both as one factor a day."""

from __future__ import annotations

from datetime import date

from pilothouse.engines.simulation.pack import Calendar

# Weekdays by number, and how many there are.
MONDAY, FRIDAY, SATURDAY = 0, 4, 5
WEEK, WORKDAYS = 7, 5


def day_factor(calendar: Calendar, day: date) -> float:
    """How busy ``day`` is against an ordinary one: weekday times every season that holds it."""
    return calendar.weekdays[day.weekday()].value * season_factor(calendar, day)


def season_factor(calendar: Calendar, day: date) -> float:
    """Every season that holds ``day``, multiplied; 1 where none does."""
    factor = 1.0
    for season in calendar.seasons:
        if season.first <= (day.month, day.day) <= season.last:
            factor *= season.factor.value
    return factor
