"""The library: entries that come with Pilothouse (facts and links) and a person's own.

An entry tells what it is about, which level of which competency it serves, and the *next act*: what
to do in the workbench once it is read. Reading alone shows nothing to anybody.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from django.urls import reverse

from pilothouse.apps.skills.models import OwnEntry
from pilothouse.apps.skills.services.competencies import LEVEL_NAMES, list_competencies
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import NotFoundError

TYPES = {
    "book": "Book",
    "course": "Course",
    "certificate": "Certificate",
    "article": "Article",
    "blog": "Blog or newsletter",
    "podcast": "Podcast",
    "community": "Community",
    "reference": "Free reference",
}
COSTS = {"free": "Free", "paid": "Paid", "unknown": "Not known"}
LEVELS = dict(enumerate(LEVEL_NAMES, 1))
_FOLDER = "library"
_ACTS = "acts.toml"


@dataclass(frozen=True)
class Aim:
    """A level of a competency that an entry serves."""

    competency: str
    level: int

    @property
    def label(self) -> str:
        return f"{competency_titles()[self.competency]}, L{self.level}"


@dataclass(frozen=True)
class NextAct:
    """Something to do in the workbench: its words, its page and the acts that show it was done."""

    key: str
    label: str
    page: str
    of_product: bool
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class LibraryEntry:
    """An entry as other parts see it. ``entry_id`` of own ones is their public id."""

    entry_id: str
    type: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    publisher: str
    topics: tuple[str, ...]
    aims: tuple[Aim, ...]
    cost: str
    licence: str
    isbn: str
    url: str
    act: str
    next_act: str
    is_own: bool = False

    @property
    def type_label(self) -> str:
        return TYPES.get(self.type, self.type)

    @property
    def cost_label(self) -> str:
        return COSTS.get(self.cost, self.cost)

    @property
    def page_url(self) -> str:
        return reverse("skills:library-entry", args=[self.entry_id])

    @property
    def words(self) -> str:
        """Everything in it that a search looks at, in small letters."""
        parts = (self.title, *self.authors, *self.topics, self.publisher, self.isbn)
        return " ".join(parts).casefold()


@cache
def competency_titles() -> Mapping[str, str]:
    """What the competencies are called, by their ids."""
    return {each.id: each.title for each in list_competencies()}


@cache
def load_catalogue() -> Mapping[str, LibraryEntry]:
    """The entries that come with Pilothouse, by their ids, in the order of their titles."""
    folder = files("pilothouse.content").joinpath(_FOLDER)
    rows = [
        row
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml") and file.name != _ACTS
        for row in tomllib.loads(file.read_text("utf-8"))["entry"]
    ]
    entries = sorted(map(_from_row, rows), key=lambda entry: entry.title.casefold())
    return {entry.entry_id: entry for entry in entries}


@cache
def load_next_acts() -> Mapping[str, NextAct]:
    """What may come after learning, by its key."""
    text = files("pilothouse.content").joinpath(_FOLDER, _ACTS).read_text("utf-8")
    return {
        row["key"]: NextAct(
            row["key"], row["label"], row["page"], row.get("of_product", True), tuple(row["kinds"])
        )
        for row in tomllib.loads(text)["act"]
    }


def next_act_url(key: str, product_id: str) -> str:
    """The page where an act is done; for want of a product the page that makes one."""
    act = load_next_acts().get(key)
    if act is None:
        return ""
    if not act.of_product:
        return reverse(act.page)
    return reverse(act.page, args=[product_id]) if product_id else reverse("workspace:product-new")


def list_entries(access: Access) -> list[LibraryEntry]:
    """All entries that a person sees, own ones first; one query."""
    rows = OwnEntry.objects.filter(
        workspace_id=access.workspace_id, user_id=access.user_id, deleted_at=None
    ).order_by("-pk")
    return [*map(to_entry, rows), *load_catalogue().values()]


def get_entry(access: Access, entry_id: str) -> LibraryEntry:
    """An entry of the content or one of the person's own."""
    entry = load_catalogue().get(entry_id)
    return entry or to_entry(get_own_row(access, entry_id))


def find_entries(access: Access, entry_ids: Iterable[str]) -> dict[str, LibraryEntry]:
    """Entries by their ids; those that are gone are left out. One query at most."""
    wanted = set(entry_ids)
    found = {key: load_catalogue()[key] for key in wanted if key in load_catalogue()}
    others = wanted - set(found)
    if others:
        rows = OwnEntry.objects.filter(
            workspace_id=access.workspace_id, user_id=access.user_id, public_id__in=others
        )
        found |= {row.public_id: to_entry(row) for row in rows}
    return found


def get_own_row(access: Access, entry_id: str, *, with_deleted: bool = False) -> OwnEntry:
    """The row of a person's own entry; nobody else's is found."""
    rows = OwnEntry.objects.filter(
        workspace_id=access.workspace_id, user_id=access.user_id, public_id=entry_id
    )
    row = rows.first() if with_deleted else rows.filter(deleted_at=None).first()
    if row is None:
        raise NotFoundError("there is no such entry in your library.", value=entry_id)
    return row


def to_entry(row: OwnEntry) -> LibraryEntry:
    """A row as the frozen value that crosses borders."""
    return LibraryEntry(
        entry_id=row.public_id,
        type=row.type,
        title=row.title,
        authors=tuple(row.authors),
        year=row.year,
        publisher=row.publisher,
        topics=tuple(row.topics),
        aims=tuple(Aim(each["id"], each["level"]) for each in row.competencies),
        cost=row.cost,
        licence=row.licence,
        isbn=row.isbn,
        url=row.url,
        act=row.act,
        next_act=row.next_act,
        is_own=True,
    )


def to_entry_json(entry: LibraryEntry) -> dict[str, Any]:
    """An entry as the API, commands and exports show it."""
    return {
        "id": entry.entry_id,
        "type": entry.type,
        "title": entry.title,
        "authors": list(entry.authors),
        "year": entry.year,
        "publisher": entry.publisher,
        "topics": list(entry.topics),
        "competencies": [{"id": aim.competency, "level": aim.level} for aim in entry.aims],
        "cost": entry.cost,
        "licence": entry.licence,
        "isbn": entry.isbn,
        "url": entry.url,
        "act": entry.act,
        "next_act": entry.next_act,
        "is_own": entry.is_own,
    }


def _from_row(row: Mapping[str, Any]) -> LibraryEntry:
    return LibraryEntry(
        entry_id=row["id"],
        type=row["type"],
        title=row["title"],
        authors=tuple(row.get("authors", ())),
        year=row.get("year"),
        publisher=row.get("publisher", ""),
        topics=tuple(row["topics"]),
        aims=tuple(Aim(each["id"], each["level"]) for each in row["competencies"]),
        cost=row["cost"],
        licence=row.get("licence", ""),
        isbn=row.get("isbn", ""),
        url=row.get("url", ""),
        act=row["act"],
        next_act=row["next_act"],
    )
