"""From a result to what its charts say. Pure: no database here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pilothouse.apps.experiments.services.figures import show_range
from pilothouse.kernel.charts import ChartSpec, Point, Series

_PRIMARY_RULES = {"exposure", "outcomes", "immature", "crossed", "counted", "level"}


def chart_arms(result: Mapping[str, Any], metric: Mapping[str, Any]) -> ChartSpec:
    """A metric arm by arm, each with its interval."""
    return ChartSpec(
        kind="bar",
        title=f"{metric['name']}, by arm",
        summary=_summarise(metric),
        series=(
            Series(
                metric["name"],
                tuple(
                    Point(arm["name"], arm["value"], arm["low"], arm["high"], arm["n"])
                    for arm in metric["arms"]
                ),
            ),
        ),
        unit=metric["unit"],
        x_title="arm",
        semantics=tuple(
            (name, words) for name, words in result["semantics"] if name in _PRIMARY_RULES
        ),
    )


def _summarise(metric: Mapping[str, Any]) -> str:
    control = metric["arms"][0]["name"]
    for found in metric["comparisons"]:
        if found["relative"]:
            interval = show_range(found["relative"], "relative")
            return f"{found['arm']} against {control}: relative {interval}."
    return "Too few units for a comparison."
