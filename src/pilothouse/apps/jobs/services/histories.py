"""The whole history of a search as rows: for a job centre, a spreadsheet, or looking back."""

from __future__ import annotations

from typing import Any

from pilothouse.apps.jobs.services.applications import ApplicationView, list_applications
from pilothouse.apps.workspace.services.access import Access

HEADER = (
    "company", "title", "source", "referrer", "resume", "stage", "from", "until", "days", "note",
    "stands_at", "next_action", "next_on", "application",
)  # fmt: skip


def list_history_rows(access: Access) -> list[list[Any]]:
    """One row a stay in a stage, the oldest application first. Moves taken back are left out."""
    return [row for each in reversed(list_applications(access)) for row in _to_rows(each)]


def _to_rows(application: ApplicationView) -> list[list[Any]]:
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
