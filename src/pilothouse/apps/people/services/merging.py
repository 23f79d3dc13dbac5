"""Contacts that are one person: found, made one, made two again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.people.models import Contact, ContactTag, Favour, Merge, Outreach, Talk
from pilothouse.apps.people.services.book import find_row, get_contact_row, get_habits, own, write
from pilothouse.apps.people.services.contacts import refresh_contact
from pilothouse.apps.people.services.views import ContactLine, to_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.search import remove_entry
from pilothouse.engines.people.duplicates import Card, Pair, find_pairs
from pilothouse.kernel.errors import ConflictError

MAX_PAIRS = 500
_TEXTS = ("given", "family", "role", "relation", "how_met", "why", "uid", "wants")
_BODIES = ("interests", "notes")
_LISTS = ("emails", "phones", "links", "details")
_STEPS = ("power", "interest", "cadence_days", "met_on", "company_id")


@dataclass(frozen=True)
class Twins:
    """Two contacts that may be one person."""

    first: ContactLine
    second: ContactLine
    sureness: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class MergeView:
    """Two contacts that were made one."""

    public_id: str
    kept: ContactLine
    gone_name: str
    at: datetime
    is_undone: bool


def list_twins(access: Access, *, at: int = 0, limit: int = 50) -> tuple[list[Twins], int]:
    """Pairs that may be one person, the surest first; how many there are. Two queries."""
    pairs = find_pairs(_cards(access))
    shown = pairs[:MAX_PAIRS][at : at + limit]
    keys = {number for pair in shown for number in (pair.first, pair.second)}
    today = get_habits(access).today(timezone.now())
    rows = Contact.objects.select_related("company").in_bulk(list(keys))
    lines = {pk: to_line(row, today) for pk, row in rows.items()}
    return [_to_twins(pair, lines) for pair in shown], len(pairs)


def merge_contacts(access: Access, kept_id: str, gone_id: str, *, now: datetime) -> MergeView:
    """Make two contacts one: the kept one's words stand, its gaps are filled, its log is both's."""
    write(access)
    if kept_id == gone_id:
        raise ConflictError("a contact is not merged with itself.", value=kept_id)
    with transaction.atomic():
        kept = get_contact_row(access, kept_id, is_locked=True)
        gone = get_contact_row(access, gone_id, is_locked=True)
        before = _fill(kept, gone)
        moved = _move(kept, gone)
        kept.save()
        gone.deleted_at, gone.merged_into = now, kept
        gone.save(update_fields=["deleted_at", "merged_into"])
        remove_entry(access.workspace_id, "contact", gone.public_id)
        refresh_contact(access, kept)
        row = Merge.objects.create(
            **own(access), kept=kept, gone=gone, before=before, moved=moved, at=now
        )
    return _to_view(row, get_habits(access).today(now))


def merge_certain(access: Access, *, now: datetime) -> int:
    """Merge every pair that is certain, the older contact kept; how many. Each can be undone."""
    write(access)
    pairs = [pair for pair in find_pairs(_cards(access)) if pair.sureness == "certain"][:MAX_PAIRS]
    names = dict(Contact.objects.filter(**own(access)).values_list("pk", "public_id"))
    gone: set[int] = set()
    with transaction.atomic():
        for pair in pairs:
            if gone & {pair.first, pair.second}:
                continue  # three of one person: the next round finds the rest
            merge_contacts(access, names[pair.first], names[pair.second], now=now)
            gone.add(pair.second)
    return len(gone)


def undo_merge(access: Access, public_id: str, *, now: datetime) -> MergeView:
    """Make two of one again. What was written since stays with the one that was kept."""
    write(access)
    with transaction.atomic():
        row: Merge = find_row(Merge, access, public_id, "merging")
        if row.undone_at:
            raise ConflictError("this merging is undone already.")
        kept = get_contact_row(access, row.kept.public_id, with_deleted=True, is_locked=True)
        gone = get_contact_row(access, row.gone.public_id, with_deleted=True, is_locked=True)
        for name, (old, new) in row.before.items():
            if _json(getattr(kept, name)) == new:
                setattr(kept, name, old)
        kept.save()
        _move_back(row, kept, gone)
        gone.deleted_at = gone.merged_into = None
        gone.save(update_fields=["deleted_at", "merged_into"])
        row.undone_at = now
        row.save(update_fields=["undone_at"])
        refresh_contact(access, kept)
        refresh_contact(access, gone)
    return _to_view(row, get_habits(access).today(now))


def list_merges(access: Access) -> list[MergeView]:
    """What was made one, the latest first."""
    rows = Merge.objects.filter(**own(access)).select_related("kept__company", "gone")
    today = get_habits(access).today(timezone.now())
    return [_to_view(row, today) for row in rows.order_by("-pk")[:20]]


def to_merge_json(view: MergeView) -> dict[str, Any]:
    """Two that were made one, for programs."""
    return {
        "id": view.public_id, "kept": view.kept.public_id, "name": view.kept.name,
        "gone_name": view.gone_name, "at": view.at.isoformat(), "undone": view.is_undone,
    }  # fmt: skip


def _cards(access: Access) -> list[Card]:
    fields = ("pk", "name", "company__key", "emails", "phones", "links", "uid")
    rows = Contact.objects.filter(**own(access), deleted_at=None).values_list(*fields)
    return [
        Card(pk, name, company or "", tuple(emails), tuple(phones), tuple(links), uid)
        for pk, name, company, emails, phones, links, uid in rows
    ]


def _fill(kept: Contact, gone: Contact) -> dict[str, list[Any]]:
    """Fill the gaps of ``kept``; fields that changed with what they were and are."""
    wanted: dict[str, Any] = {
        name: getattr(gone, name)
        for name in (*_TEXTS, *_STEPS)
        if getattr(kept, name) in ("", None) and getattr(gone, name) not in ("", None)
    }
    wanted |= _joined(kept, gone)
    if gone.tie > kept.tie:
        wanted["tie"] = gone.tie
    if gone.added_on < kept.added_on:
        wanted["added_on"] = gone.added_on
    before = {name: [_json(getattr(kept, name)), _json(value)] for name, value in wanted.items()}
    for name, value in wanted.items():
        setattr(kept, name, value)
    return before


def _joined(kept: Contact, gone: Contact) -> dict[str, Any]:
    """Long texts one below the other, lists with the values of both."""
    wanted: dict[str, Any] = {}
    for name in _BODIES:
        texts = [text for text in (getattr(kept, name), getattr(gone, name)) if text.strip()]
        if len(texts) == 2 and texts[1] not in texts[0]:
            wanted[name] = "\n\n".join(texts)[:20_000]
        elif texts and not getattr(kept, name).strip():
            wanted[name] = texts[0]
    for name in _LISTS:
        joined = [*getattr(kept, name), *(v for v in getattr(gone, name)
                                          if v not in getattr(kept, name))]  # fmt: skip
        if joined != getattr(kept, name):
            wanted[name] = joined
    return wanted


def _move(kept: Contact, gone: Contact) -> dict[str, list[int]]:
    """Bring the log and the tags of ``gone`` to ``kept``; which rows were moved."""
    moved: dict[str, list[int]] = {}
    for name, model in (("talk", Talk), ("favour", Favour), ("outreach", Outreach)):
        rows = model.objects.filter(contact=gone)
        moved[name] = list(rows.values_list("pk", flat=True))
        rows.update(contact=kept)
    about = Favour.objects.filter(about=gone)
    moved["about"] = list(about.values_list("pk", flat=True))
    about.update(about=kept)
    there = {(tag.kind, tag.key) for tag in kept.tags.all()}
    tags = [tag for tag in gone.tags.all() if (tag.kind, tag.key) not in there]
    moved["tag"] = [tag.pk for tag in tags]
    ContactTag.objects.filter(pk__in=moved["tag"]).update(contact=kept)
    return moved


def _move_back(row: Merge, kept: Contact, gone: Contact) -> None:
    for name, model in (
        ("talk", Talk), ("favour", Favour), ("outreach", Outreach), ("tag", ContactTag),
    ):  # fmt: skip
        model.objects.filter(pk__in=row.moved.get(name, ()), contact=kept).update(contact=gone)
    Favour.objects.filter(pk__in=row.moved.get("about", ()), about=kept).update(about=gone)


def _json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _to_twins(pair: Pair, lines: dict[int, ContactLine]) -> Twins:
    return Twins(lines[pair.first], lines[pair.second], pair.sureness, pair.reasons)


def _to_view(row: Merge, today: date) -> MergeView:
    line = to_line(row.kept, today)
    return MergeView(row.public_id, line, row.gone.name, row.at, row.undone_at is not None)
