"""Everybody that a filter shows put into a group at once, and taken out of it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from pilothouse.apps.people.models import Contact, ContactTag, Grouping, Relation, TagKind
from pilothouse.apps.people.services.book import find_row, get_habits, own, write
from pilothouse.apps.people.services.contacts import MAX_TAGS, index_contacts, words_of
from pilothouse.apps.people.services.listing import STATES, Wanted, filter_contacts
from pilothouse.apps.people.services.rhythms import read_cadences, reckon
from pilothouse.apps.portfolio.services.texts import check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.bulk import insert_many, update_many
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.people.names import fold
from pilothouse.kernel.errors import ConflictError, InvalidValueError

AT_ONCE = 500
SHOWN = 20


@dataclass(frozen=True)
class GroupingLook:
    """What putting into a group would do. ``full`` are in as many groups as there may be."""

    word: str
    found: int
    already: int
    full: int

    @property
    def fresh(self) -> int:
        """How many would come into the group."""
        return self.found - self.already - self.full


@dataclass(frozen=True)
class GroupingView:
    """What was done: into which group, how many, when."""

    public_id: str
    word: str
    people: int
    at: datetime
    is_undone: bool


def look_at_grouping(access: Access, wanted: Wanted, group: str) -> GroupingLook:
    """How many the filter shows, and how many of them would come into the group."""
    word, key = _check_group(access, group)
    rows = _fitting(access, wanted)
    return GroupingLook(word, rows.count(), _inside(rows, key).count(), _full(rows, key).count())


def put_in_group(
    access: Access, wanted: Wanted, group: str, *, now: datetime, expected: int | None = None
) -> tuple[GroupingView, GroupingLook]:
    """Put everybody whom the filter shows into a group.

    ``expected`` is how many a person saw before deciding: if the filter shows another number by
    now, nothing is done.
    """
    write(access)
    with transaction.atomic():
        look = look_at_grouping(access, wanted, group)
        _refuse(look, expected)
        key = fold(look.word)[:60]
        rows = _fitting(access, wanted)
        left_out = {*_inside(rows, key).values_list("pk", flat=True),
                    *_full(rows, key).values_list("pk", flat=True)}  # fmt: skip
        chosen = [pk for pk in rows.order_by("pk").values_list("pk", flat=True)
                  if pk not in left_out]  # fmt: skip
        lines = ((pk, TagKind.GROUP.value, key, look.word) for pk in chosen)
        insert_many(ContactTag(), ("contact_id", "kind", "key", "word"), lines)
        row = Grouping.objects.create(
            **own(access), word=look.word, key=key, contacts=chosen, at=now
        )
        _refresh(access, chosen, key)
        record_act(access, "contacts.grouped", "grouping", row.public_id, {"people": len(chosen)})
    return _to_view(row), look


def undo_grouping(access: Access, public_id: str, *, now: datetime) -> tuple[GroupingView, int]:
    """Take those out of the group again who came into it so; how many still were in it."""
    write(access)
    with transaction.atomic():
        row: Grouping = find_row(Grouping, access, public_id, "putting into a group")
        if row.undone_at:
            raise ConflictError("this is undone already.", value=row.word)
        gone = 0
        for some in _in_parts(row.contacts):
            tags = ContactTag.objects.filter(
                contact__in=some, kind=TagKind.GROUP, key=row.key, contact__user_id=access.user_id
            )
            gone += tags.delete()[0]
        row.undone_at = now
        row.save(update_fields=["undone_at"])
        _refresh(access, row.contacts, row.key)
        record_act(access, "contacts.ungrouped", "grouping", public_id, {"people": gone})
    return _to_view(row), gone


def list_groupings(access: Access) -> list[GroupingView]:
    """What was put into groups at once, the latest first."""
    return [_to_view(row) for row in Grouping.objects.filter(**own(access)).order_by("-pk")[:SHOWN]]


def to_grouping_json(view: GroupingView) -> dict[str, Any]:
    """What was put into a group, for programs of its owner."""
    return {
        "id": view.public_id, "group": view.word, "people": view.people,
        "at": view.at.isoformat(), "undone": view.is_undone,
    }  # fmt: skip


def to_look_json(look: GroupingLook) -> dict[str, Any]:
    """What it would do, for programs."""
    return {
        "group": look.word, "found": look.found, "already": look.already, "full": look.full,
        "new": look.fresh,
    }  # fmt: skip


def _fitting(access: Access, wanted: Wanted) -> QuerySet[Contact]:
    # The list passes over a word that there is not; here that would take everybody.
    for what, given, known in (
        ("a standing", wanted.state, STATES),
        ("how you know somebody", wanted.relation, Relation.values),
    ):
        if given and given not in known:
            raise InvalidValueError(f"{what} is one of {', '.join(known)}.", value=given)
    habits = get_habits(access)
    return filter_contacts(access, wanted, habits.today(timezone.now()), habits.stale_days)


def _inside(rows: QuerySet[Contact], key: str) -> QuerySet[Contact]:
    tags = ContactTag.objects.filter(kind=TagKind.GROUP, key=key)
    return rows.filter(pk__in=tags.values("contact_id"))


def _full(rows: QuerySet[Contact], key: str) -> QuerySet[Contact]:
    """Those outside of the group who are in as many groups as one may be."""
    tags = ContactTag.objects.filter(kind=TagKind.GROUP)
    many = tags.values("contact_id").annotate(n=Count("pk")).filter(n__gte=MAX_TAGS)
    inside = tags.filter(key=key).values("contact_id")
    return rows.filter(pk__in=many.values("contact_id")).exclude(pk__in=inside)


def _check_group(access: Access, group: str) -> tuple[str, str]:
    """The group as it is written where it is known already, and its key."""
    word = check_line("a group", group, 60, least=1)
    key = fold(word)[:60]
    if not key:
        raise InvalidValueError("a group has a letter or a digit.", value=group)
    known = ContactTag.objects.filter(
        kind=TagKind.GROUP, key=key, contact__workspace_id=access.workspace_id,
        contact__user_id=access.user_id, contact__deleted_at=None,
    )  # fmt: skip
    return known.values_list("word", flat=True).first() or word, key


def _refuse(look: GroupingLook, expected: int | None) -> None:
    if expected is not None and expected != look.found:
        raise ConflictError(
            f"the filter shows {look.found:,} now.",
            value=expected,
            remedy="Look at them again, then say so again.",
        )
    if not look.found:
        raise ConflictError("nobody fits this filter.", remedy="Take fewer words.")
    if not look.fresh:
        why = "are in it already" if not look.full else f"are in it or in {MAX_TAGS} others"
        raise ConflictError(f"all {look.found:,} {why}.", value=look.word)


def _refresh(access: Access, keys: Sequence[int], key: str) -> None:
    """What follows from another group: the words of the list, the search, the day due."""
    has_cadence = key in read_cadences(access)
    contacts = Contact.objects.filter(**own(access)).select_related("company")
    for some in _in_parts(keys):
        rows = list(contacts.filter(pk__in=some).prefetch_related("tags", "talks"))
        words = [(row.pk, (words_of(row, (tag.word for tag in row.tags.all())),)) for row in rows]
        # Not by hand, so an import that brought them can still be undone.
        update_many(Contact, ("words",), words)
        if has_cadence:
            reckon(access, rows)
        index_contacts(access, [row for row in rows if row.deleted_at is None])


def _in_parts(keys: Sequence[int]) -> list[Sequence[int]]:
    return [keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE)]


def _to_view(row: Grouping) -> GroupingView:
    return GroupingView(
        row.public_id, row.word, len(row.contacts), row.at, row.undone_at is not None
    )
