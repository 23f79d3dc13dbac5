"""What search finds of a job search: for its person alone."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from pilothouse.apps.jobs.models import Application, Posting
from pilothouse.apps.workspace.services.search import (
    Entry,
    index_entries,
    index_entry,
    remove_entry,
)


def index_posting(row: Posting) -> None:
    """Make a posting findable by its words, or not findable once it is thrown away."""
    if row.deleted_at is not None:
        remove_entry(row.workspace_id, "posting", row.public_id)
        return
    index_entry(
        row.workspace_id, kind="posting", object_id=row.public_id,
        title=f"{row.title}, {row.company}" if row.company else row.title,
        body=f"{row.place}\n{row.text}\n{row.notes}",
        url=reverse("jobs:posting", args=[row.public_id]), owner_id=row.user_id,
    )  # fmt: skip


def index_application(row: Application) -> None:
    """Make an application findable, or not."""
    if row.deleted_at is not None:
        remove_entry(row.workspace_id, "application", row.public_id)
    else:
        index_applications([row])


def index_applications(rows: Sequence[Application]) -> None:
    """Make applications of one workspace findable; a fixed number of queries for many."""
    if rows:
        index_entries(rows[0].workspace_id, [_to_entry(row) for row in rows])


def _to_entry(row: Application) -> Entry:
    return Entry(
        kind="application", object_id=row.public_id, title=f"{row.company}: {row.title}",
        body=row.next_action, url=reverse("jobs:application", args=[row.public_id]),
        owner_id=row.user_id,
    )  # fmt: skip
