"""What jobs hands to the workspace; called when the apps are ready, it loads nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pilothouse.apps.workspace.services.access import ProductView


def register() -> None:
    """Say what writes the things of this app, and that its acts are their person's alone."""
    from pilothouse.apps.workspace.services.export import register_export
    from pilothouse.apps.workspace.services.ledger import register_private_acts

    register_private_acts("posting", "application", "letter", "offer")
    register_export("jobs", _export)


def _export(products: Sequence[ProductView], folder: Path) -> int:
    from pilothouse.apps.jobs.services.exporting import write_jobs

    return write_jobs(products, folder)
