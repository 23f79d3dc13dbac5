"""Imports of applications as the API and commands show them."""

from __future__ import annotations

from typing import Any

from pilothouse.apps.jobs.services.application_imports import (
    ApplicationImportView,
    SheetLook,
    to_reading_json,
)
from pilothouse.engines.jobs import SheetApplication

SHOWN = 100


def to_import_json(row: ApplicationImportView) -> dict[str, Any]:
    """An import with what its columns and words mean."""
    return {
        "id": row.public_id,
        "file_name": row.file_name,
        "state": row.state.value,
        "reading": to_reading_json(row.reading),
        "created": row.created,
        "known": row.known,
        "problems": [{"line": each.line, "sentence": each.sentence} for each in row.problems],
        "at": row.at.isoformat(),
    }


def to_look_json(look: SheetLook) -> dict[str, Any]:
    """What a file would become: counts, the first applications, what cannot be taken."""
    return {
        "columns": list(look.sheet.header),
        "stage_words": dict(look.words),
        "new": len(look.fresh),
        "known": look.known,
        "day_order_is_open": look.has_open_days,
        "is_own_history": look.is_own,
        "applications": [_to_json(each) for each in look.fresh[:SHOWN]],
        "problems": [
            {"line": each.line, "sentence": each.sentence} for each in look.contents.problems
        ],
    }


def _to_json(each: SheetApplication) -> dict[str, Any]:
    return {
        "line": each.line,
        "company": each.company,
        "title": each.title,
        "source": each.source,
        "referrer": each.referrer,
        "moves": [
            {"stage": move.stage, "on": move.on.isoformat(), "note": move.note}
            for move in each.moves
        ],
        "next_action": each.next_action,
        "next_on": each.next_on.isoformat() if each.next_on else None,
        "notes": list(each.notes),
    }
