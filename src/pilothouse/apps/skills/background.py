"""What skills tell the workspace at start; the work itself is imported when it is due."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pilothouse.apps.skills import (
    cards_background,
    exercise_background,
    guide_background,
    learn_background,
)
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.apps.workspace.services.export import register_export


def register() -> None:
    """Tell the export; called once at start. Each part tells its own."""
    register_export("skills", _write_skills)
    learn_background.register()
    cards_background.register()
    exercise_background.register()
    guide_background.register()


def _write_skills(products: Sequence[ProductView], folder: Path) -> int:
    from pilothouse.apps.skills.services.exporting import write_skills

    return write_skills(products, folder)
