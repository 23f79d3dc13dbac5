"""The whole history of a search as rows: for a job centre, a spreadsheet, or looking back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator

from pilothouse.apps.jobs.services.applications import (
    ApplicationView,
    list_applications,
    list_these,
)
from pilothouse.apps.jobs.services.briefs import Brief, list_briefs
from pilothouse.apps.jobs.services.texts import read_any_day
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.jobs import STAGES, Span
from pilothouse.kernel.errors import InvalidValueError

PAGE = 25

HEADER = (
    "company", "title", "source", "referrer", "resume", "stage", "from", "until", "days", "note",
    "stands_at", "next_action", "next_on", "application",
)  # fmt: skip


@dataclass(frozen=True)
class Period:
    """Days between which a stay began, both included; None leaves that end open."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether ``day`` lies in it."""
        return (self.first or day) <= day <= (self.last or day)


@dataclass(frozen=True)
class Stay:
    """A stay in a stage, as the page shows it."""

    span: Span
    note: str

    @property
    def stage_name(self) -> str:
        return STAGES[self.span.move.stage].name


@dataclass(frozen=True)
class Told:
    """An application with its stays of a period."""

    application: ApplicationView
    stays: tuple[Stay, ...]


@dataclass(frozen=True)
class HistoryPage:
    """A page of Django's paginator with what is told on it, and how many began in the period."""

    page: Page[Brief]
    told: tuple[Told, ...]

    @property
    def is_empty(self) -> bool:
        return not self.told


def read_period(first: str, last: str) -> Period:
    """A period as forms send it."""
    period = Period(read_any_day("the first day", first), read_any_day("the last day", last))
    if period.first and period.last and period.first > period.last:
        raise InvalidValueError(
            "a period goes from its first day to its last.", value=f"{first} to {last}"
        )
    return period


def page_history(
    access: Access, period: Period, number: str | None = None, *, is_whole: bool = False
) -> HistoryPage:
    """The stays that began in a period, the newest application first: a page, or all of them."""
    found = [
        each
        for each in list_briefs(access)
        if any(period.holds(span.move.on) for span in each.history.spans)
    ]
    page = Paginator(found, max(len(found), 1) if is_whole else PAGE).get_page(number)
    views = list_these(access, list(page.object_list))
    return HistoryPage(page, tuple(Told(each, _to_stays(each, period)) for each in views))


def list_history_rows(access: Access, period: Period | None = None) -> list[list[Any]]:
    """One row a stay in a stage, the oldest application first. Moves taken back are left out."""
    days = period or Period()
    found: Sequence[ApplicationView] = list_applications(access)
    return [row for each in reversed(found) for row in _to_rows(each, days)]


def _to_stays(application: ApplicationView, period: Period) -> tuple[Stay, ...]:
    notes = {move.number: move.note for move in application.moves}
    return tuple(
        Stay(span, notes[span.move.number])
        for span in application.history.spans
        if period.holds(span.move.on)
    )


def _to_rows(application: ApplicationView, period: Period) -> list[list[Any]]:
    notes = {move.number: move.note for move in application.moves}
    next_on = application.next_on.isoformat() if application.next_on else ""
    return [
        [
            application.company, application.title, application.source_name, application.referrer,
            application.version, span.move.stage, span.move.on.isoformat(),
            span.until.isoformat() if span.until else "", span.days, notes[span.move.number],
            application.standing.stage, application.next_action, next_on, application.public_id,
        ]
        for span in application.history.spans
        if period.holds(span.move.on)
    ]  # fmt: skip


def to_application_json(application: ApplicationView) -> dict[str, Any]:
    """An application with its whole history, also what was taken back or said otherwise before."""
    standing = application.standing
    return {
        "id": application.public_id,
        "title": application.title,
        "company": application.company,
        "source": application.source,
        "referrer": application.referrer,
        "posting": application.posting_id or None,
        "resume": application.version,
        "next_action": application.next_action,
        "next_on": application.next_on.isoformat() if application.next_on else None,
        "ghost_days": application.ghost_days,
        "standing": {
            "stage": standing.stage,
            "since": standing.since.isoformat(),
            "days": standing.days,
            "presumed": standing.is_presumed,
        },
        "moves": [
            {
                "number": move.number,
                "stage": move.stage,
                "on": move.on.isoformat(),
                "note": move.note,
                "entered_at": move.entered_at.isoformat(),
                "earlier": list(move.earlier),
                "removed": move.is_removed,
            }
            for move in application.moves
        ],
        "created_at": application.created_at.isoformat(),
        "url": application.url,
    }
