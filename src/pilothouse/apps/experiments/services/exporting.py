"""All experiments of a workspace as plain files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pilothouse.apps.experiments.services.experiments import list_experiments
from pilothouse.apps.experiments.services.jsons import to_experiment_json, to_readout_json
from pilothouse.apps.experiments.services.verdicts import primary_of
from pilothouse.apps.experiments.services.views import ExperimentView, ReadoutView
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.apps.workspace.services.export import write_csv

COLUMNS = (
    "product", "simulated", "ref", "name", "status", "sealed", "started", "stopped", "peeks",
    "amendments", "verdict", "by_rule", "units", "arm", "metric", "control_value", "arm_value",
    "absolute", "absolute_low", "absolute_high", "relative", "relative_low", "relative_high", "p",
)  # fmt: skip
EVERYTHING = 1_000_000


def write_experiments(products: Sequence[ProductView], folder: Path) -> int:
    """Write ``experiments.json`` with every snapshot and ``experiments.csv``; how many."""
    folder.mkdir(parents=True, exist_ok=True)
    bodies, rows, count = [], [], 0
    for product in products:
        found = list_experiments(product, limit=EVERYTHING)
        bodies.append(
            {
                "product": product.public_id,
                "simulated": product.is_simulated,
                "experiments": [
                    {
                        **to_experiment_json(each),
                        "readouts": [to_readout_json(one) for one in each.readouts],
                    }
                    for each in found
                ],
            }
        )
        rows += [row for each in found for row in result_rows(product, each)]
        count += len(found)
    text = json.dumps(bodies, ensure_ascii=False, indent=1)
    (folder / "experiments.json").write_text(text + "\n", encoding="utf-8")
    write_csv(folder / "experiments.csv", COLUMNS, rows)
    return count


def result_rows(
    product: ProductView, view: ExperimentView, readout: ReadoutView | None = None
) -> Iterator[list[Any]]:
    """An experiment as rows of a table: one for each arm that a readout (the latest) compares."""
    head = [
        product.name, "yes" if product.is_simulated else "no", view.ref, view.name,
        view.status.value, *(each.isoformat() if each else "" for each in (
            view.sealed_at, view.started_at, view.stopped_at)),
        view.peeks, len(view.amendments),
    ]  # fmt: skip
    readout = readout or view.latest
    if readout is None:
        yield [*head, *[""] * (len(COLUMNS) - len(head))]
        return
    primary = primary_of(readout.body)
    values = {arm["name"]: arm["value"] for arm in primary.get("arms", ())}
    control = next(iter(values.values()), None)
    for found in primary.get("comparisons", ()):
        absolute, relative = found["absolute"] or {}, found["relative"] or {}
        yield [
            *head, readout.verdict, "yes" if readout.by_rule else "no", readout.body["units"],
            found["arm"], primary["name"], control, values[found["arm"]],
            absolute.get("estimate"), absolute.get("low"), absolute.get("high"),
            relative.get("estimate"), relative.get("low"), relative.get("high"), absolute.get("p"),
        ]  # fmt: skip
