"""What jobs hands to the workspace; called when the apps are ready, it loads nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pilothouse.apps.people.services.beside import Beside
    from pilothouse.apps.workspace.services.access import Access, ProductView
    from pilothouse.apps.workspace.services.shelves import ShelfEntry


def register() -> None:
    """Say what writes the things of this app, and that its acts are their person's alone."""
    from pilothouse.apps.people.services.beside import register_beside_company
    from pilothouse.apps.skills.services.posting_texts import register_postings
    from pilothouse.apps.workspace.services.export import register_export
    from pilothouse.apps.workspace.services.ledger import register_private_acts
    from pilothouse.apps.workspace.services.shelves import register_shelf

    register_postings(_keep_posting, _read_texts)
    register_beside_company(_list_at_company)
    register_private_acts(
        "posting", "application", "letter", "offer", "resume",
        "job-interview", "interview-question", "interview-story",
    )  # fmt: skip
    register_private_acts("achievement", is_work=True)
    register_export("jobs", _export)
    register_shelf(_read_questions)


def _read_questions() -> Sequence[ShelfEntry]:
    from pilothouse.apps.jobs.services.interview_finding import list_shelf

    return list_shelf()


def _export(products: Sequence[ProductView], folder: Path) -> int:
    from pilothouse.apps.jobs.services.exporting import write_jobs

    return write_jobs(products, folder)


def _keep_posting(access: Access, text: str, company: str) -> str:
    from pilothouse.apps.jobs.services.postings import keep_text

    return keep_text(access, text, company)


def _list_at_company(access: Access, name: str) -> list[Beside]:
    from pilothouse.apps.jobs.services.at_company import list_at_company

    return list_at_company(access, name)


def _read_texts(access: Access, ids: Sequence[str]) -> Mapping[str, str]:
    from pilothouse.apps.jobs.services.postings import read_texts

    return read_texts(access, ids)
