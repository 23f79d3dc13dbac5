"""The questions a book must answer: who knows about something, whom one owes thanks, who is far.

Who is known at a company is in ``known``; all of them take a fixed number of queries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from pilothouse.apps.people.models import Contact, ContactTag, Relation, TagKind
from pilothouse.apps.people.services.book import get_habits, own
from pilothouse.apps.people.services.views import ContactLine, to_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.search import search
from pilothouse.engines.people.knowing import Knower, rank_knowers
from pilothouse.engines.people.names import fold

MAX_FOUND = 50
FORMER = (Relation.FORMER, Relation.ALUMNI)
MAX_LOOKED_AT = 200
PLACES = {
    "topics": "knows about it", "role": "role", "talks": "what was said", "interests": "interests",
    "company": "company", "groups": "group", "notes": "notes",
}  # fmt: skip


@dataclass(frozen=True)
class Knowing:
    """Somebody who may know, with where the book says so."""

    line: ContactLine
    places: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """A part of the power-interest grid, with what it asks for."""

    key: str
    title: str
    advice: str
    people: tuple[ContactLine, ...]


def who_knows(access: Access, question: str) -> list[Knowing]:
    """People of whom the book holds all words of ``question``, the best first; five queries."""
    rows = Contact.objects.filter(**own(access), pk__in=_candidates(access, question))
    found = {
        row.pk: row for row in rows.select_related("company").prefetch_related("tags", "talks")
    }
    answers = rank_knowers(question, (_to_knower(row) for row in found.values()))
    today = get_habits(access).today(timezone.now())
    return [
        Knowing(to_line(found[each.number], today), tuple(PLACES[p] for p in each.places))
        for each in answers[:MAX_FOUND]
    ]


def _candidates(access: Access, question: str) -> set[int]:
    """Whom to look at. Where thousands have a word, search alone would miss the best: so whoever
    has it as a topic, and those one knows well, are looked at besides."""
    words = fold(question).split()[:12]
    if not words:
        return set()
    mine = Contact.objects.filter(**own(access), deleted_at=None)
    hits = search(access, question, kind="contact", limit=MAX_LOOKED_AT)
    found = mine.filter(public_id__in=[hit.object_id for hit in hits])
    is_topic = reduce(or_, (Q(key__contains=word) for word in words))
    tags = ContactTag.objects.filter(is_topic, kind=TagKind.TOPIC)
    experts = mine.filter(pk__in=tags.values("contact_id")).order_by("-tie", "-pk")
    close = mine.filter(tie__gt=0).order_by("-tie", "-last_contact_on", "-pk")
    for word in words:
        close = close.filter(words__contains=word)
    lists = (found, experts[:MAX_LOOKED_AT], close[:MAX_LOOKED_AT])
    return {pk for rows in lists for pk in rows.values_list("pk", flat=True)}


def list_due(access: Access, today: date, *, limit: int = 50) -> tuple[list[ContactLine], int]:
    """Whom to get in touch with, the latest in arrears first; and how many there are."""
    return list_all_due(access, today, limit=limit), _due(access, today).count()


def list_all_due(access: Access, today: date, *, limit: int) -> list[ContactLine]:
    """The same without counting; one query."""
    rows = _due(access, today).select_related("company")
    return [to_line(row, today) for row in rows.order_by("due_on", "-tie", "pk")[:limit]]


def _due(access: Access, today: date) -> QuerySet[Contact]:
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=today)
    return Contact.objects.filter(
        awake, **own(access), deleted_at=None, is_resting=False, due_on__lte=today
    )


def list_to_meet(access: Access, today: date, *, limit: int = 10) -> list[ContactLine]:
    """People whom one wants to meet and has not spoken with yet."""
    rows = Contact.objects.filter(
        **own(access), deleted_at=None, is_target=True, last_contact_on=None, is_resting=False
    )
    page = rows.select_related("company").order_by(F("company__is_target").desc(nulls_last=True),
                                                   "added_on", "pk")[:limit]  # fmt: skip
    return [to_line(row, today) for row in page]


def list_former(access: Access, *, limit: int = 10) -> tuple[list[ContactLine], int]:
    """Former colleagues and whom one studied with, the longest without a word first; how many."""
    rows = Contact.objects.filter(**own(access), deleted_at=None, relation__in=FORMER)
    today = get_habits(access).today(timezone.now())
    page = rows.select_related("company").order_by(F("last_contact_on").asc(nulls_first=True), "pk")
    return [to_line(row, today) for row in page[:limit]], rows.count()


def read_grid(access: Access, public_ids: list[str] | None = None) -> tuple[Cell, ...]:
    """The four parts of the grid with their people; of those ids only, where given.

    3 and more is high: who is in doubt is better served too well.
    """
    rows = Contact.objects.filter(
        **own(access), deleted_at=None, power__isnull=False, interest__isnull=False
    )
    if public_ids is not None:
        rows = rows.filter(public_id__in=public_ids)
    today = get_habits(access).today(timezone.now())
    cells: dict[tuple[bool, bool], list[ContactLine]] = {}
    for row in rows.select_related("company").order_by("-power", "-interest", "sort_key")[:500]:
        place = ((row.power or 0) >= 3, (row.interest or 0) >= 3)
        cells.setdefault(place, []).append(to_line(row, today))
    return tuple(
        Cell(key, title, advice, tuple(cells.get(place, ())))
        for key, title, advice, place in _CELLS
    )


_CELLS = (
    ("satisfy", "Keep satisfied", "Little interest, much power: short news, no surprises.",
     (True, False)),
    ("manage", "Work closely with", "Both high: bring options early, decide with them.",
     (True, True)),
    ("monitor", "Keep an eye on", "Both low: do not spend their time or yours.", (False, False)),
    ("inform", "Keep informed", "Much interest, little power: they notice first what goes wrong.",
     (False, True)),
)  # fmt: skip


def _to_knower(row: Contact) -> Knower:
    tags = list(row.tags.all())
    said = [f"{t.text} {t.learned}" for t in row.talks.all() if t.deleted_at is None]
    texts = {
        "topics": ", ".join(tag.word for tag in tags if tag.kind == "topic"),
        "groups": ", ".join(tag.word for tag in tags if tag.kind == "group"),
        "role": row.role,
        "company": row.company.name if row.company else "",
        "interests": row.interests,
        "talks": " ".join(said),
        "notes": f"{row.notes} {row.how_met} {row.wants}",
    }
    return Knower(row.pk, texts, row.tie)
