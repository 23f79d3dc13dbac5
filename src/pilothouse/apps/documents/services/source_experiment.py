"""Claims on experiments: a number of the latest readout, never of one that still runs.

A ``part`` says which number: ``{"number": "lift"}`` (relative), ``"difference"``, ``"p"``,
``"rate"`` (the value of an arm) or ``"units"``; ``arm`` names the arm (default: the first that is
compared), ``metric`` the key of a metric (default ``primary``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pilothouse.apps.documents.services.sources import (
    Definition,
    SourceContext,
    SourceValue,
    take_known,
)
from pilothouse.kernel.errors import InvalidValueError, NotFoundError

NUMBERS = {
    "lift": "relative difference",
    "difference": "difference",
    "p": "p",
    "rate": "value",
    "units": "units that count",
}


def read_experiment_source(context: SourceContext, definition: Definition) -> SourceValue:
    """A number of an experiment: ``{"experiment": ID, "part": {"number": "lift"}}``."""
    from pilothouse.apps.experiments.services.experiments import get_experiment

    given = take_known(definition, {"experiment", "part"})
    view = get_experiment(context.product, str(given.get("experiment")))
    part = given.get("part") or {}
    if not isinstance(part, Mapping):
        raise InvalidValueError("a part says which number of the readout is meant.", value=part)
    wanted = take_known(part, {"number", "arm", "metric"})
    number = wanted.get("number", "lift")
    if not isinstance(number, str) or number not in NUMBERS:
        raise InvalidValueError(f"a number is one of {', '.join(NUMBERS)}.", value=number)
    label = f"{view.name}: {NUMBERS[number]}"
    readout = view.latest
    if readout is None:
        unit = "share" if number in {"lift", "rate"} else "number"
        return SourceValue(label, unit, None, reason="it is not read out yet", url=view.url)
    when = f"readout {readout.number} of {readout.at:%Y-%m-%d}, {readout.verdict}"
    told = (("read out", when), *((name, words) for name, words in readout.body["semantics"]))
    blank = SourceValue(
        label, "count", None, semantics=told, url=f"{view.url}readouts/{readout.number}/"
    )
    if number == "units":
        return replace(blank, value=float(readout.body["units"]))
    metric = _find_metric(readout.body, wanted.get("metric", "primary"))
    return _pick(blank, metric, number, wanted.get("arm"))


def _find_metric(body: Mapping[str, Any], key: Any) -> Mapping[str, Any]:
    for metric in body["metrics"]:
        if metric["key"] == key:
            found: Mapping[str, Any] = metric
            return found
    raise NotFoundError("this readout has no such metric.", value=key)


def _pick(blank: SourceValue, metric: Mapping[str, Any], number: str, arm: Any) -> SourceValue:
    name = arm or metric["comparisons"][0]["arm"]
    blank = replace(blank, label=f"{blank.label} of {name} on {metric['name']}")
    parts = metric["arms"] if number == "rate" else metric["comparisons"]
    for each in parts:
        if each["name" if number == "rate" else "arm"] != name:
            continue
        return (
            _of_arm(blank, metric, each)
            if number == "rate"
            else _of_comparison(blank, metric, each, number)
        )
    raise NotFoundError("this readout has no such arm.", value=name)


def _of_arm(blank: SourceValue, metric: Mapping[str, Any], arm: Mapping[str, Any]) -> SourceValue:
    return replace(
        blank, unit=metric["unit"], value=arm["value"], low=arm["low"], high=arm["high"],
        n=arm["n"], reason="" if arm["n"] else "no units",
    )  # fmt: skip


def _of_comparison(
    blank: SourceValue, metric: Mapping[str, Any], found: Mapping[str, Any], number: str
) -> SourceValue:
    estimate = found["relative" if number == "lift" else "absolute"]
    is_share = number == "lift" or (number == "difference" and metric["unit"] == "share")
    blank = replace(
        blank, unit="share" if is_share else "number", n=found["n"],
        semantics=(("method", found["method"]), *blank.semantics),
    )  # fmt: skip
    if estimate is None:
        reason = found["relative_reason"] or found["reason"] or "too few units"
        return replace(blank, reason=reason)
    if number == "p":
        return replace(blank, value=estimate["p"])
    return replace(blank, value=estimate["estimate"], low=estimate["low"], high=estimate["high"])
