"""What documents tell the other apps at start: sources of claims, and what an export writes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pilothouse.apps.documents.services.source_analytics import (
    read_metric_source,
    read_question_source,
)
from pilothouse.apps.documents.services.source_counts import read_feedback_source, read_item_source
from pilothouse.apps.documents.services.source_experiment import read_experiment_source
from pilothouse.apps.documents.services.sources import register_source
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.apps.workspace.services.export import register_export


def register() -> None:
    """Called once at start."""
    register_source("metric", read_metric_source)
    register_source("question", read_question_source)
    register_source("count", read_feedback_source)
    register_source("item-count", read_item_source)
    register_source("experiment", read_experiment_source)
    register_export("documents", _write)


def _write(products: Sequence[ProductView], folder: Path) -> int:
    from pilothouse.apps.documents.services.export import write_documents

    return write_documents(products, folder)
