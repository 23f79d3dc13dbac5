from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from pilothouse.apps.workspace.services.access import ProductView
    from pilothouse.apps.workspace.services.jobs import JobContext


class RoadmapConfig(AppConfig):
    name = "pilothouse.apps.roadmap"
    label = "roadmap"

    def ready(self) -> None:
        from pilothouse.apps.workspace.services.export import register_export
        from pilothouse.apps.workspace.services.jobs import register_handler

        register_handler("plan-roadmap", _run_plan)
        register_export("roadmap", _write_roadmap)
        register_export("negotiations", _write_delivery)


def _run_plan(context: JobContext) -> dict[str, Any]:
    # The solver is heavy: only a job loads it.
    from pilothouse.apps.roadmap.services.planning import run_plan

    return run_plan(context)


def _write_delivery(products: Sequence[ProductView], folder: Path) -> int:
    from pilothouse.apps.roadmap.services.negotiation_files import write_delivery

    return write_delivery(products, folder)


def _write_roadmap(products: Sequence[ProductView], folder: Path) -> int:
    from pilothouse.apps.roadmap.services.exporting import write_roadmap

    return write_roadmap(products, folder)
