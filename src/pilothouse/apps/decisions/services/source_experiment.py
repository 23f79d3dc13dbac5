"""Forecasts about an experiment: what its readout says, by the end of the last day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pilothouse.apps.decisions.models import ForecastKind, Outcome
from pilothouse.apps.decisions.services.sources import Finding, Target, Waiting
from pilothouse.apps.decisions.services.texts import end_of_day
from pilothouse.apps.experiments.services.experiments import get_experiment, name_experiments
from pilothouse.apps.experiments.services.verdicts import primary_of
from pilothouse.apps.experiments.services.views import ExperimentView, ReadoutView
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.errors import InvalidValueError, NotFoundError

WANTED = {
    "win": "an arm is better than control",
    "null": "no difference is shown",
    "loss": "an arm is worse than control",
}


class ExperimentResolver:
    """Experiments of the product as a source of outcomes."""

    label = "An experiment"
    kinds: tuple[ForecastKind, ...] = (ForecastKind.BINARY, ForecastKind.NUMERIC)

    def list_targets(self, product: ProductView) -> list[Target]:
        """All experiments of the product."""
        return [
            Target(public_id, name, "12% or 0.12") for public_id, name in name_experiments(product)
        ]

    def check(
        self, product: ProductView, kind: ForecastKind, given: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The experiment with its brief's digest; for a number the arm, else what is expected."""
        view = get_experiment(product, str(given.get("experiment", "")))
        source: dict[str, Any] = {"experiment": view.public_id, "name": f"{view.ref}: {view.name}"}
        if kind == ForecastKind.BINARY:
            wanted = given.get("wanted") or "win"
            if wanted not in WANTED:
                raise InvalidValueError(
                    f"what is expected is one of {', '.join(WANTED)}.", value=str(wanted)
                )
            return source | {"wanted": wanted}
        arms = [arm.name for arm in view.brief.arms[1:]]
        arm = str(given.get("arm") or "") or (arms[0] if arms else "")
        if arm not in arms:
            raise InvalidValueError("the experiment compares no such arm.", value=arm or None)
        return source | {"arm": arm}

    def describe(self, kind: ForecastKind, source: Mapping[str, Any]) -> str:
        """``of E3: Templates, an arm is better than control``."""
        if kind == ForecastKind.BINARY:
            return f"the experiment {source['name']}: {WANTED[source['wanted']]}"
        return f"the experiment {source['name']}: relative difference of {source['arm']}"

    def read(
        self, product: ProductView, kind: ForecastKind, source: Mapping[str, Any], by: date
    ) -> Finding | Waiting:
        """What the first readout with a verdict by the end of ``by`` says; known when it is read.

        The first, so that it does not matter when somebody looks.
        """
        try:
            view = get_experiment(product, source["experiment"])
        except NotFoundError:
            return Waiting("the experiment is no longer there; resolve it by hand")
        end = end_of_day(product, by)
        in_time = [each for each in view.readouts if each.at < end]
        readout = next((each for each in in_time if each.verdict in WANTED), None)
        if readout is not None:
            return _judge(kind, source, view, readout)
        if not in_time:
            if product.now < end:
                return Waiting(f"{view.ref} is {view.status.label.lower()}, not read out yet")
            return Waiting(
                f"{view.ref} was not read out by the end of {by:%-d %B %Y}; resolve it by hand"
            )
        return Waiting(f"{view.ref} says nothing that can be trusted; resolve it by hand")


def _judge(
    kind: ForecastKind, source: Mapping[str, Any], view: ExperimentView, readout: ReadoutView
) -> Finding | Waiting:
    told = {
        "experiment": view.public_id,
        "readout": readout.number,
        "digest": readout.digest,
        "verdict": readout.verdict,
        "by_rule": readout.by_rule,
        "rule": "the first readout with a verdict that was kept by the end of the last day",
    }
    words = f"{view.ref}, readout {readout.number}: {' '.join(readout.body['words'])}"
    if kind == ForecastKind.BINARY:
        outcome = Outcome.YES if readout.verdict == source["wanted"] else Outcome.NO
        return Finding(outcome, readout.at, words, reading=told)
    for found in primary_of(readout.body).get("comparisons", ()):
        if found["arm"] == source["arm"] and found["relative"]:
            told["interval"] = found["relative"]
            value = found["relative"]["estimate"]
            return Finding(Outcome.VALUE, readout.at, words, value=value, reading=told)
    return Waiting(
        f"{view.ref} gives no relative difference of {source['arm']}; resolve it by hand"
    )
