"""What experiments tell the other apps at start: what an export writes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.apps.workspace.services.export import register_export


def register() -> None:
    """Called once at start; it loads nothing."""
    register_export("experiments", _export)


def _export(products: Sequence[ProductView], folder: Path) -> int:
    from pilothouse.apps.experiments.services.exporting import write_experiments

    return write_experiments(products, folder)
