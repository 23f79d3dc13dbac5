"""An experiment of the demo's past: sealed, run, counted by hand and read out as a null."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from pilothouse.apps.experiments.models import Direction, Source
from pilothouse.apps.experiments.services.brief import Arm, Brief, Metric
from pilothouse.apps.experiments.services.counts import CountsDraft, enter_counts
from pilothouse.apps.experiments.services.experiments import save_brief, seal, start, stop
from pilothouse.apps.experiments.services.readouts import save_readout
from pilothouse.apps.workspace.services.access import Access, ProductView

METRICS = ("conversions", "projects")


def run_experiment(access: Access, product: ProductView, given: Mapping[str, Any]) -> None:
    """Live through it, each step on its own day."""
    then = _on(product, given["began"])
    view = save_brief(access, then, _to_brief(given))
    seal(access, then, view.public_id)
    start(access, then, view.public_id)
    end = _on(product, given["ended"])
    keys = ("primary", "guardrail-1")
    metrics = {
        key: [{"conversions": hits} for hits in given[name]]
        for key, name in zip(keys, METRICS, strict=True)
    }
    counts = CountsDraft(given["units"], metrics, "Simulated, like everything of this product.")
    enter_counts(access, end, view.public_id, counts)
    stop(access, end, view.public_id)
    save_readout(access, end, view.public_id, learned=given["learned"])


def _to_brief(given: Mapping[str, Any]) -> Brief:
    plain = ("name", "hypothesis", "baseline", "mde", "traffic", "owner")
    return Brief(
        **{name: given[name] for name in plain},
        source=Source.HAND.value,
        arms=(Arm(given["control"]), Arm(given["treatment"], about=given["about"])),
        primary=Metric(given["primary"], window=given["window"]),
        guardrails=(
            Metric(
                given["guardrail"], window=given["guardrail_window"],
                direction=Direction.UP.value, margin=given["margin"],
            ),
        ),
        decision_rule=given["decision"],
    )  # fmt: skip


def _on(product: ProductView, days_ago: int) -> ProductView:
    """The product as it lived so many days ago."""
    return replace(product, clock=product.now - timedelta(days=days_ago))
