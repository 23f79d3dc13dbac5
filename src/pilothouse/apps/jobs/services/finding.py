"""What search finds of a job search: for its person alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.urls import reverse

from pilothouse.apps.jobs.models import Application, Letter, Offer, Posting
from pilothouse.apps.workspace.services.search import (
    Entry,
    index_entries,
    index_entry,
    remove_entries,
    remove_entry,
)
from pilothouse.engines.portfolio import REFERENCE


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


def index_letters_of(row: Application) -> None:
    """Make the letters of an application findable, or not where it was thrown away."""
    letters = list(row.letters.filter(deleted_at=None))
    if row.deleted_at is not None:
        remove_entries(row.workspace_id, "letter", [letter.public_id for letter in letters])
        return
    index_entries(row.workspace_id, [_to_letter_entry(letter, row) for letter in letters])


def index_letter(row: Letter) -> None:
    """Make a letter findable by what is sent of it, or not."""
    application = row.application
    if row.deleted_at is not None:
        remove_entry(application.workspace_id, "letter", row.public_id)
    else:
        index_entries(application.workspace_id, [_to_letter_entry(row, application)])


def index_offer(row: Offer) -> None:
    """Make an offer findable by its words, or not; amounts are no words."""
    if row.deleted_at is not None:
        remove_entry(row.workspace_id, "offer", row.public_id)
        return
    asks = "\n".join(str(each["what"]) for each in row.asks)
    index_entry(
        row.workspace_id, kind="offer", object_id=row.public_id, title=row.name,
        body="\n".join(text for text in (row.notes, asks, row.agreed_text) if text.strip()),
        url=reverse("jobs:offer", args=[row.public_id]), owner_id=row.user_id,
    )  # fmt: skip


def without_signs(text: str) -> str:
    """A letter without the signs of its evidence, as it is sent."""
    return re.sub(r"[ \t]*" + REFERENCE.pattern, "", text).strip() + "\n"


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


def _to_letter_entry(row: Letter, application: Application) -> Entry:
    return Entry(
        kind="letter", object_id=row.public_id, title=row.title, body=without_signs(row.text),
        url=reverse("jobs:letter", args=[application.public_id, row.public_id]),
        owner_id=application.user_id,
    )  # fmt: skip
