"""Bodies that the API of people takes; what they do not offer is refused."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import ConfigDict, Field

from pilothouse.apps.people.services.companies import CompanyDraft
from pilothouse.apps.people.services.contacts import ContactDraft
from pilothouse.apps.people.services.listing import Wanted
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access


def reader(request: HttpRequest) -> Access:
    """Who asks."""
    access: Access = request.auth  # type: ignore[attr-defined]
    return access


def writer(request: HttpRequest) -> Access:
    """Who asks, if their token may write for them."""
    access = reader(request)
    access.require(Role.COMMENTER, to="writing in the book by a program")
    return access


class Strict(Schema):
    """Unknown fields are refused: a typing error must not pass silently."""

    model_config = ConfigDict(extra="forbid")


class ContactIn(Strict):
    """A contact as it is to be. ``cadence_days`` null leaves it to the groups."""

    name: str
    given: str = ""
    family: str = ""
    role: str = ""
    company: str = ""
    emails: list[str] = Field(default_factory=list)
    phones: list[str] = Field(default_factory=list)
    links: list[str] = Field(default_factory=list)
    topics: list[str] = Field(default_factory=list)
    groups: list[str] = Field(default_factory=list)
    relation: str = ""
    how_met: str = ""
    met_on: date | None = None
    interests: str = ""
    notes: str = ""
    tie: int = 0
    power: int | None = None
    interest: int | None = None
    wants: str = ""
    is_target: bool = False
    why: str = ""
    cadence_days: int | None = None
    is_resting: bool = False

    def to_draft(self) -> ContactDraft:
        body = self.dict()
        lists = ("emails", "phones", "links", "topics", "groups")
        draft: dict[str, Any] = {k: tuple(v) if k in lists else v for k, v in body.items()}
        return ContactDraft(**draft)


class CompanyIn(Strict):
    name: str
    website: str = ""
    notes: str = ""
    is_target: bool = False
    why: str = ""

    def to_draft(self) -> CompanyDraft:
        return CompanyDraft(**self.dict())


class ContactsFilter(Schema):
    """What contacts are filtered by; nothing of it is everybody."""

    q: str = ""
    group: str = ""
    topic: str = ""
    relation: str = ""
    company: str = ""
    state: str = ""
    linked: str = ""

    def to_wanted(self) -> Wanted:
        """What to look for; fields of a subclass that are no part of that stay behind."""
        asked = self.dict()
        named = {field.name: asked[field.name] for field in fields(Wanted) if field.name in asked}
        return Wanted(text=self.q, **named)


class ContactsQuery(ContactsFilter):
    """``offset`` and ``limit`` cut a page out of what the filter shows."""

    sort: str = "name"
    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=1_000_000)


class CompaniesQuery(Schema):
    q: str = ""
    targets: bool = False
    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=1_000_000)


class KnownQuery(Schema):
    company: str
    weak: bool = True


class ReminderIn(Strict):
    """Put off until a day that comes; null brings the reminder back."""

    until: date | None = None


class HabitsIn(Strict):
    zone: str
    stale_days: int


class RhythmIn(Strict):
    """``days`` null takes the cadence of the group away."""

    group: str
    days: int | None = None
