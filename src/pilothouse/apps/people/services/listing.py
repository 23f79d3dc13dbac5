"""The list of contacts: filtered, sorted, by pages, the same few queries at any size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from pilothouse.apps.people.models import Contact, ContactTag, Relation, TagKind
from pilothouse.apps.people.services.book import get_habits, own
from pilothouse.apps.people.services.views import ContactLine, to_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.links import ObjectRef, list_linked_ids
from pilothouse.engines.people.names import fold
from pilothouse.kernel.errors import InvalidValueError

SORTS = {
    "name": ("sort_key",),
    "last": ("last_contact_on",),
    "due": ("due_on",),
    "company": ("company__key", "sort_key"),
    "tie": ("tie",),
    "added": ("added_on",),
}
STATES = {
    "due": "due or overdue",
    "stale": "not contacted for long",
    "never": "never contacted",
    "target": "to meet",
    "mapped": "on the grid",
    "resting": "resting",
}


@dataclass(frozen=True)
class Wanted:
    """What is looked for. ``sort`` begins with - for falling; ``linked`` is kind:id."""

    text: str = ""
    group: str = ""
    topic: str = ""
    relation: str = ""
    company: str = ""
    state: str = ""
    linked: str = ""
    sort: str = "name"

    @property
    def is_set(self) -> bool:
        return any((self.text, self.group, self.topic, self.relation, self.company, self.state,
                    self.linked))  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """A page of the list, and how many there are in all."""

    lines: tuple[ContactLine, ...]
    total: int


def list_contacts(access: Access, wanted: Wanted, *, at: int = 0, limit: int = 50) -> Listed:
    """A page of the contacts that fit."""
    habits = get_habits(access)
    today = habits.today(timezone.now())
    rows = filter_contacts(access, wanted, today, habits.stale_days)
    page = rows.select_related("company").order_by(*_order(wanted.sort))[at : at + limit]
    return Listed(tuple(to_line(row, today) for row in page), rows.count())


def filter_contacts(
    access: Access, wanted: Wanted, today: date, stale_days: int
) -> QuerySet[Contact]:
    """The rows that fit, in no order."""
    rows = Contact.objects.filter(**own(access), deleted_at=None)
    for word in fold(wanted.text).split()[:12]:
        rows = rows.filter(words__contains=word)
    for kind, word in ((TagKind.GROUP, wanted.group), (TagKind.TOPIC, wanted.topic)):
        if word:
            tags = ContactTag.objects.filter(kind=kind, key=fold(word)[:60])
            rows = rows.filter(pk__in=tags.values("contact_id"))
    if wanted.relation in Relation.values:
        rows = rows.filter(relation=wanted.relation)
    if wanted.company:
        rows = rows.filter(company__public_id=wanted.company)
    if wanted.linked:
        rows = rows.filter(public_id__in=_linked(access, wanted.linked))
    return _in_state(rows, wanted.state, today, stale_days)


def find_by_name(access: Access, text: str) -> ContactLine | None:
    """Whoever alone has this name or id; None where nobody has it, or several have: in a large
    book nobody is chosen from a list."""
    wanted = fold(text)
    if not wanted:
        return None
    lines = list_contacts(access, Wanted(text=text), limit=20).lines
    same = [line for line in lines if fold(line.name) == wanted]
    if not same:
        same = list(list_contacts_by_id(access, [text.strip()]))
    return same[0] if len(same) == 1 else None


def list_contacts_by_id(access: Access, public_ids: Sequence[str]) -> tuple[ContactLine, ...]:
    """Contacts by their ids; those that are not there are left out."""
    today = get_habits(access).today(timezone.now())
    rows = Contact.objects.filter(**own(access), deleted_at=None, public_id__in=public_ids)
    return tuple(to_line(row, today) for row in rows.select_related("company"))


def list_words(access: Access, kind: TagKind) -> list[str]:
    """The topics or groups there are, in order of the alphabet; at most 300."""
    rows = ContactTag.objects.filter(
        kind=kind, contact__deleted_at=None,
        contact__workspace_id=access.workspace_id, contact__user_id=access.user_id,
    )  # fmt: skip
    found = dict(rows.order_by("key").values_list("key", "word").distinct()[:1000])
    return list(found.values())[:300]


def _in_state(
    rows: QuerySet[Contact], state: str, today: date, stale_days: int
) -> QuerySet[Contact]:
    since = today - timedelta(days=stale_days)
    long_ago = Q(last_contact_on__lt=since) | Q(last_contact_on=None, added_on__lt=since)
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=today)
    conditions = {
        "due": Q(due_on__lte=today, is_resting=False) & awake,
        "stale": long_ago,
        "never": Q(last_contact_on=None),
        "target": Q(is_target=True),
        "mapped": Q(power__isnull=False, interest__isnull=False),
        "resting": Q(is_resting=True),
    }
    return rows.filter(conditions[state]) if state in conditions else rows


def _linked(access: Access, text: str) -> list[str]:
    kind, _, object_id = text.partition(":")
    return list_linked_ids(access, "contact", ObjectRef(kind, object_id))


def _order(sort: str) -> list[Any]:
    name = sort.removeprefix("-")
    if name not in SORTS:
        raise InvalidValueError(f"contacts are sorted by {', '.join(SORTS)}.", value=sort)
    falls = sort.startswith("-")
    return [
        *(F(each).desc(nulls_last=True) if falls else F(each).asc(nulls_last=True)
          for each in SORTS[name]),
        "sort_key", "pk",
    ]  # fmt: skip
