"""What runs without being asked: forecasts look at their sources, exports hold decisions.

The work itself is imported when it is due, so that a start stays quick.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pilothouse.apps.decisions.services.source_experiment import ExperimentResolver
from pilothouse.apps.decisions.services.source_metric import MetricResolver
from pilothouse.apps.decisions.services.source_release import ReleaseResolver
from pilothouse.apps.decisions.services.sources import register_resolver
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.apps.workspace.services.export import register_export
from pilothouse.apps.workspace.services.worker import register_tick

LOOK_EVERY_S = 60.0


def register() -> None:
    """Tell the sources, the worker and the export; called once at start."""
    register_resolver("metric", MetricResolver())
    register_resolver("release", ReleaseResolver())
    register_resolver("experiment", ExperimentResolver())
    register_tick(_look, LOOK_EVERY_S)
    register_export("decisions", _export)


def _look() -> None:
    from pilothouse.apps.decisions.services.resolving import look_at_all_sources

    look_at_all_sources()


def _export(products: Sequence[ProductView], folder: Path) -> int:
    from pilothouse.apps.decisions.services.exporting import write_decisions

    return write_decisions(products, folder)
