"""What the backlog tells the workspace at start; the work itself is imported when it is due."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.apps.workspace.services.export import register_export
from pilothouse.apps.workspace.services.jobs import JobContext, register_handler

IMPORT_KIND = "import-items"


def register() -> None:
    """Tell the workspace; called once at start."""
    register_export("items", _write_items)
    register_export("scores", _write_scores)
    register_handler(IMPORT_KIND, _run_import)


def _write_items(products: Sequence[ProductView], folder: Path) -> int:
    from pilothouse.apps.backlog.services.exports import write_items

    return write_items(products, folder)


def _write_scores(products: Sequence[ProductView], folder: Path) -> int:
    from pilothouse.apps.backlog.services.scoring_exports import write_scores

    return write_scores(products, folder)


def _run_import(job: JobContext) -> dict[str, Any]:
    from pilothouse.apps.backlog.services.imports import run_import

    return run_import(job)
