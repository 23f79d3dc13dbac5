"""Which items a list shows: read from an address, written back to one, asked of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.http import QueryDict

from pilothouse.apps.backlog.models import Item, ItemKind, ItemStatus
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text

OPEN = ("new", "exploring", "ready", "doing")
DUES = ("overdue", "soon", "some", "none")
MAX_TEXT = 200


@dataclass(frozen=True)
class ItemFilter:
    """What is asked for; the empty one shows all that is open.

    ``owner`` and ``parent`` are public ids or "none"; ``due`` is overdue, soon (7 days), some or
    none; ``estimate`` is "none" or "some".
    """

    text: str = ""
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    owner: str = ""
    parent: str = ""
    due: str = ""
    estimate: str = ""

    @property
    def is_empty(self) -> bool:
        return self == ItemFilter()

    def pairs(self) -> list[tuple[str, str]]:
        """The filter as the pairs of a query string, empty parts left out."""
        lists = {"kind": self.kinds, "status": self.statuses, "tag": self.tags}
        single = {
            "q": self.text, "owner": self.owner, "parent": self.parent, "due": self.due,
            "estimate": self.estimate,
        }  # fmt: skip
        pairs = [(name, value) for name, value in single.items() if value]
        return pairs + [(name, value) for name, values in lists.items() for value in values]

    def query(self, more: Sequence[tuple[str, str]] = ()) -> str:
        """The query string that ``parse_filter`` reads as this filter."""
        return urlencode([*self.pairs(), *more])


class HasTag(Func):
    """Whether a list of tags holds one."""

    output_field = BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "EXISTS (SELECT 1 FROM json_each(%(expressions)s))"
        return super().as_sql(
            compiler, connection, template=template, arg_joiner=") WHERE value = (", **extra
        )

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(
            compiler, connection, template="(%(expressions)s)", arg_joiner=" ? ", **extra
        )


def parse_filter(query: QueryDict) -> ItemFilter:
    """The filter that an address asks for; what it does not know is left out."""
    statuses = tuple(each for each in query.getlist("status") if each in {*ItemStatus, "any"})
    return ItemFilter(
        text=" ".join(clean_text(query.get("q", "")).split())[:MAX_TEXT],
        kinds=tuple(each for each in query.getlist("kind") if each in ItemKind.values),
        statuses=("any",) if "any" in statuses else statuses,
        tags=tuple(tag for tag in map(clean_text, query.getlist("tag")) if tag)[:5],
        owner=clean_text(query.get("owner", ""))[:12],
        parent=clean_text(query.get("parent", ""))[:12],
        due=_one_of(query.get("due", ""), DUES),
        estimate=_one_of(query.get("estimate", ""), ("some", "none")),
    )


def apply_filter(
    items: QuerySet[Item], wanted: ItemFilter, today: date, *, default: Sequence[str] = OPEN
) -> QuerySet[Item]:
    """``items`` that the filter asks for; ``default`` are the statuses where it names none."""
    if wanted.statuses != ("any",):
        items = items.filter(status__in=wanted.statuses or default)
    if wanted.kinds:
        items = items.filter(kind__in=wanted.kinds)
    for tag in wanted.tags:
        items = items.filter(HasTag(F("tags"), Value(tag)))
    for part, value in (("owner", wanted.owner), ("parent", wanted.parent)):
        if value == "none":
            items = items.filter(**{f"{part}_id": None})
        elif value:
            items = items.filter(**{f"{part}__public_id": value})
    if wanted.estimate:
        items = items.filter(estimate__isnull=wanted.estimate == "none")
    return _by_text(_by_due(items, wanted.due, today), wanted.text)


def count_tags(product_id: int) -> list[tuple[str, int]]:
    """The tags of the live items with how many carry them, by name."""
    table = connection.ops.quote_name(Item._meta.db_table)
    if connection.vendor == "postgresql":
        source, value = f"{table}, jsonb_array_elements_text(tags) AS tag(value)", "tag.value"
    else:
        source, value = f"{table}, json_each({table}.tags) AS tag", "tag.value"
    sql = (
        f"SELECT {value}, COUNT(*) FROM {source}"  # noqa: S608 -- names of our models
        f" WHERE product_id = %s AND deleted_at IS NULL AND tags <> '[]' GROUP BY {value}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [product_id])
        # Sorted here: databases differ in their order of letters.
        return sorted((str(tag), int(count)) for tag, count in cursor.fetchall())


def _by_due(items: QuerySet[Item], due: str, today: date) -> QuerySet[Item]:
    if due == "overdue":
        return items.filter(due__lt=today)
    if due == "soon":
        return items.filter(due__lte=today + timedelta(days=7))
    return items.filter(due__isnull=due == "none") if due else items


def _by_text(items: QuerySet[Item], text: str) -> QuerySet[Item]:
    if not text:
        return items
    condition = Q(title__icontains=text)
    number = text.removeprefix("#")
    if number.isascii() and number.isdecimal() and len(number) <= 9:
        condition |= Q(number=int(number))
    return items.filter(condition)


def _one_of(value: str, allowed: Sequence[str]) -> str:
    return value if value in allowed else ""


@dataclass(frozen=True)
class Sorting:
    """A column to sort by; ``is_falling`` turns it round."""

    key: str = ""
    is_falling: bool = False

    @property
    def text(self) -> str:
        return f"-{self.key}" if self.is_falling else self.key


SORTS: Mapping[str, str] = {
    "number": "number", "title": "title", "kind": "kind", "owner": "owner__name",
    "estimate": "estimate", "due": "due", "created": "created_at", "started": "started_at",
    "done": "done_at",
}  # fmt: skip


def parse_sorting(text: str, keys: Sequence[str]) -> Sorting:
    """``due`` or ``-due``; the order of the backlog for anything unknown."""
    key = text.removeprefix("-")
    return Sorting(key, text.startswith("-")) if key in keys else Sorting()


def check_query(query: str) -> str:
    """The query string of a saved view, short enough to be kept."""
    text = clean_text(query).removeprefix("?")
    if len(text) > 2000:
        raise InvalidValueError("a view's query has at most 2,000 characters.", value=len(text))
    return text
