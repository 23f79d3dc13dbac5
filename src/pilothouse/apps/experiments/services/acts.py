"""Acts of experiments in the ledger, and their entries in the search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pilothouse.apps.experiments.models import Experiment
from pilothouse.apps.experiments.services.brief import from_plain
from pilothouse.apps.experiments.services.views import experiment_url
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import index_entry


def record(
    access: Access, product: ProductView, kind: str, row: Experiment, facts: Mapping[str, Any]
) -> None:
    """Append an act; call it inside the transaction that does what it tells."""
    whole = {"name": row.name, "number": row.number, **facts}
    record_act(access, kind, "experiment", row.public_id, whole, product=product)


def index(product: ProductView, row: Experiment) -> None:
    """Make the experiment findable by its present words."""
    brief = from_plain(row.brief)
    words = [
        f"E{row.number}", brief.hypothesis, *(arm.name for arm in brief.arms),
        *(metric.name for _, metric in brief.metrics), brief.decision_rule, brief.owner,
    ]  # fmt: skip
    index_entry(
        product.workspace_id,
        kind="experiment",
        object_id=row.public_id,
        title=row.name,
        body="\n".join(word for word in words if word),
        url=experiment_url(product, row.public_id),
        product_id=product.id,
    )
