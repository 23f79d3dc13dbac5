"""A person's book: whose it is, what day it is there, how it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pilothouse.apps.people.models import Company, Contact, PeopleSettings
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError, NotFoundError
from pilothouse.kernel.times import local_date, parse_zone, to_us

MAX_STALE_DAYS = 3650


@dataclass(frozen=True)
class Habits:
    """How a person keeps the book."""

    zone: str = "UTC"
    stale_days: int = 182

    def today(self, now: datetime) -> date:
        """The person's calendar day."""
        return local_date(to_us(now), parse_zone(self.zone))


def get_habits(access: Access) -> Habits:
    """The person's habits, or those that everybody begins with."""
    row = PeopleSettings.objects.filter(**own(access)).first()
    return Habits(row.zone, row.stale_days) if row else Habits()


def set_habits(access: Access, *, zone: str, stale_days: int) -> Habits:
    """Say where a day begins, and after how many days without a word somebody is called stale."""
    write(access)
    parse_zone(zone)
    if not 7 <= stale_days <= MAX_STALE_DAYS:
        raise InvalidValueError(
            f"from 7 to {MAX_STALE_DAYS:,} days are possible.", value=stale_days
        )
    PeopleSettings.objects.update_or_create(
        **own(access), defaults={"zone": zone, "stale_days": stale_days}
    )
    return Habits(zone, stale_days)


def own(access: Access) -> dict[str, Any]:
    """The condition that every row of the person's book meets, and no other."""
    return {"workspace_id": access.workspace_id, "user_id": access.user_id}


def write(access: Access) -> None:
    """Everybody may keep a book; programs that only read are refused by the API."""
    access.require(Role.VIEWER, to="keeping a book of people")


def get_contact_row(
    access: Access, public_id: str, *, with_deleted: bool = False, is_locked: bool = False
) -> Contact:
    """One contact of the person's; 404 for everybody else's."""
    rows = Contact.objects.select_related("company").filter(**own(access), public_id=public_id)
    rows = rows if with_deleted else rows.filter(deleted_at=None)
    row = (rows.select_for_update(of=("self",)) if is_locked else rows).first()
    if row is None:
        raise NotFoundError("there is no such contact in your book.", value=public_id)
    return row


def get_company_row(access: Access, public_id: str, *, with_deleted: bool = False) -> Company:
    """One company of the person's; 404 for everybody else's."""
    rows = Company.objects.filter(**own(access), public_id=public_id)
    row = (rows if with_deleted else rows.filter(deleted_at=None)).first()
    if row is None:
        raise NotFoundError("there is no such company in your book.", value=public_id)
    return row


def find_row(model: Any, access: Access, public_id: str, what: str, **conditions: Any) -> Any:
    """One row of a table of the person's book; 404 for everybody else's."""
    row = model.objects.filter(**own(access), public_id=public_id, **conditions).first()
    if row is None:
        raise NotFoundError(f"there is no such {what} in your book.", value=public_id)
    return row
