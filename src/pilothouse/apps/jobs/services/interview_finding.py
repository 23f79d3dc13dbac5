"""What the workspace finds of interview questions: those of the bank, and one's own."""

from __future__ import annotations

from django.urls import reverse

from pilothouse.apps.jobs.interview_models import OwnQuestion
from pilothouse.apps.jobs.services.interview_content import OWN, load_bank, load_rubric
from pilothouse.apps.workspace.services.search import index_entry, remove_entry
from pilothouse.apps.workspace.services.shelves import ShelfEntry

KIND = "interview-question"


def list_shelf() -> list[ShelfEntry]:
    """The questions of the bank by their own words and their type.

    What a strong answer holds is left out: it is for afterwards.
    """
    return [
        ShelfEntry(
            KIND, each.text, f"{each.kind_title} {each.level_title} {each.industry}",
            reverse("jobs:interview-question", args=[each.key]),
        )
        for each in load_bank().values()
    ]  # fmt: skip


def index_question(row: OwnQuestion) -> None:
    """Make a question of one's own findable by its person, or not findable once thrown away."""
    if row.deleted_at is not None:
        remove_entry(row.workspace_id, KIND, row.public_id)
        return
    index_entry(
        row.workspace_id, kind=KIND, object_id=row.public_id, title=row.text,
        body=load_rubric().types[row.kind].title,
        url=reverse("jobs:interview-question", args=[f"{OWN}{row.public_id}"]),
        owner_id=row.user_id,
    )  # fmt: skip
