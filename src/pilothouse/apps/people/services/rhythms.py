"""Cadences: of a group, of one person; and the day on which somebody is due, kept at the contact.

The day is reckoned anew whenever what it follows from changes, so that a list of 20,000 need not
reckon it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Count, Max, Q

from pilothouse.apps.people.models import Contact, ContactTag, Outreach, Rhythm, TagKind, Talk
from pilothouse.apps.people.services.book import own, write
from pilothouse.apps.portfolio.services.texts import check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.people.cadence import choose_cadence, next_due
from pilothouse.engines.people.names import fold
from pilothouse.kernel.errors import InvalidValueError

MAX_DAYS = 3650
AT_ONCE = 500


@dataclass(frozen=True)
class GroupView:
    """A group with how many are in it and how often they are to hear from one, days."""

    word: str
    key: str
    people: int
    days: int | None


def list_groups(access: Access) -> list[GroupView]:
    """The person's groups, the largest first."""
    rhythms = read_cadences(access)
    rows = (
        ContactTag.objects.filter(
            kind=TagKind.GROUP, contact__deleted_at=None,
            contact__workspace_id=access.workspace_id, contact__user_id=access.user_id,
        )
        .values("key").annotate(people=Count("pk"), word=Max("word")).order_by("-people", "key")
    )  # fmt: skip
    return [GroupView(r["word"], r["key"], r["people"], rhythms.get(r["key"])) for r in rows[:200]]


def set_rhythm(access: Access, group: str, days: int | None) -> None:
    """Say how often the people of a group are to hear from one; None takes it away."""
    write(access)
    word = check_line("a group", group, 60, least=1)
    key = fold(word)[:60]
    if days is not None and not 1 <= days <= MAX_DAYS:
        raise InvalidValueError(f"a cadence has 1 to {MAX_DAYS:,} days.", value=days)
    with transaction.atomic():
        if days is None:
            Rhythm.objects.filter(**own(access), key=key).delete()
        else:
            Rhythm.objects.update_or_create(
                **own(access), key=key, defaults={"group": word, "days": days}
            )
        inside = Contact.objects.filter(
            **own(access), deleted_at=None, tags__kind=TagKind.GROUP, tags__key=key
        )
        reckon(access, list(inside.prefetch_related("tags")))


def read_cadences(access: Access) -> dict[str, int]:
    """Days by the key of the group."""
    return dict(Rhythm.objects.filter(**own(access)).values_list("key", "days"))


def reckon(access: Access, rows: Sequence[Contact]) -> None:
    """Last contact and day due of these contacts, stored; a fixed number of queries each 500."""
    rhythms = read_cadences(access)
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        last = _last_contacts(row.pk for row in some)
        for row in some:
            row.last_contact_on = last.get(row.pk)
            days = choose_cadence(row.cadence_days, _of_groups(row, rhythms))
            row.due_on = next_due(row.added_on, row.last_contact_on, days)
        Contact.objects.bulk_update(some, ["last_contact_on", "due_on"], batch_size=AT_ONCE)


def cadence_of(access: Access, row: Contact) -> tuple[int | None, str]:
    """The cadence that counts for a contact, days, and where it comes from."""
    if row.cadence_days is not None:
        return row.cadence_days, "set for this person"
    rhythms = Rhythm.objects.filter(**own(access))
    groups = {tag.key for tag in row.tags.all() if tag.kind == TagKind.GROUP}
    found = min((r for r in rhythms if r.key in groups), key=lambda r: r.days, default=None)
    return (found.days, f"from the group {found.group}") if found else (None, "")


def _of_groups(row: Contact, rhythms: Mapping[str, int]) -> Iterable[int]:
    return [
        rhythms[tag.key]
        for tag in row.tags.all()
        if tag.kind == TagKind.GROUP and tag.key in rhythms
    ]


def _last_contacts(keys: Iterable[int]) -> dict[int, date]:
    """The day of the last talk or message sent, by contact; no entry where there was none."""
    wanted = list(keys)
    talked = Talk.objects.filter(contact_id__in=wanted, deleted_at=None)
    wrote = Outreach.objects.filter(contact_id__in=wanted, deleted_at=None).exclude(Q(sent_on=None))
    days: dict[int, list[date]] = defaultdict(list)
    for rows, name in ((talked, "on"), (wrote, "sent_on")):
        for pk, day in (
            rows.values("contact_id").annotate(d=Max(name)).values_list("contact_id", "d")
        ):
            days[pk].append(day)
    return {pk: max(each) for pk, each in days.items()}
