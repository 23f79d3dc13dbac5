"""When somebody is to hear from one again: always counted from the last contact.

Days are calendar days of the person whose book it is, so a change of clocks moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Standing = Literal["none", "resting", "snoozed", "fine", "soon", "due", "overdue"]
SOON_DAYS = 7


@dataclass(frozen=True)
class Reminder:
    """When a contact is due. ``days`` is the cadence that counts, ``since`` the day it is counted
    from, ``late`` how many days past due today is (negative: still to come)."""

    standing: Standing
    due_on: date | None = None
    days: int | None = None
    since: date | None = None
    late: int = 0


def choose_cadence(own: int | None, of_groups: Iterable[int]) -> int | None:
    """The cadence that counts, days: one's own for this person, else the shortest of the groups.

    >>> choose_cadence(None, [182, 30]), choose_cadence(365, [30]), choose_cadence(None, [])
    (30, 365, None)
    """
    return own if own is not None else min(of_groups, default=None)


def next_due(added_on: date, last_contact_on: date | None, days: int | None) -> date | None:
    """The day on which a contact is due: ``days`` after the last contact, or after the day it came
    into the book where there was none yet. None without a cadence.

    >>> next_due(date(2026, 1, 1), date(2026, 3, 1), 30)
    datetime.date(2026, 3, 31)
    """
    if days is None:
        return None
    since = added_on if last_contact_on is None else last_contact_on
    return since + timedelta(days=days)


def remind(
    due_on: date | None,
    today: date,
    *,
    days: int | None = None,
    since: date | None = None,
    is_resting: bool = False,
    snoozed_until: date | None = None,
) -> Reminder:
    """How a contact stands today.

    Soon is within a week, or within a fifth of the cadence where that is less; overdue is a day
    late or more. Resting contacts and those put off are never due.

    >>> remind(date(2026, 3, 31), date(2026, 4, 2)).standing
    'overdue'
    """
    if is_resting:
        return Reminder("resting", None, days, since)
    if due_on is None:
        return Reminder("none")
    late = (today - due_on).days
    if snoozed_until is not None and snoozed_until > today:
        return Reminder("snoozed", snoozed_until, days, since, (today - snoozed_until).days)
    notice = min(SOON_DAYS, max(1, days // 5)) if days else SOON_DAYS
    standing: Standing = (
        "overdue" if late > 0 else "due" if late == 0 else "soon" if -late <= notice else "fine"
    )
    return Reminder(standing, due_on, days, since, late)
