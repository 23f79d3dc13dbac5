"""Readings, checks and plans as plain values that JSON holds: the same for commands and the API.

An interval without an end has null there, as JSON knows no infinity.
"""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from typing import Any

from pilothouse.engines.experiments.analysis import Analysis
from pilothouse.engines.experiments.bayes import Belief
from pilothouse.engines.experiments.multiplicity import Adjusted
from pilothouse.engines.experiments.readings import Estimate, Reading
from pilothouse.engines.experiments.sizing import Size
from pilothouse.engines.experiments.srm import Srm


def to_plain(answer: Reading | Adjusted | Srm | Size | Belief | Analysis) -> dict[str, Any]:
    """An answer of this engine as dictionaries, lists, numbers and texts."""
    match answer:
        case Reading():
            return _reading(answer)
        case Adjusted():
            return _adjusted(answer)
        case Srm():
            return asdict(answer)
        case Size() | Belief():
            return _told(answer)
        case Analysis():
            return _analysis(answer)


def _reading(reading: Reading) -> dict[str, Any]:
    margin = reading.margin
    return {
        "control": asdict(reading.control),
        "treatment": asdict(reading.treatment),
        "absolute": _estimate(reading.absolute),
        "relative": _estimate(reading.relative),
        "relative_reason": reading.relative_reason,
        "sequential": _estimate(reading.sequential),
        "sequential_relative": _estimate(reading.sequential_relative),
        "sequential_reason": reading.sequential_reason,
        "method": reading.method,
        "level": reading.level,
        "verdict": reading.verdict.value,
        "reason": reading.reason,
        "margin": {**asdict(margin.margin), "is_held": margin.is_held, "p": margin.p}
        if margin
        else None,
        "semantics": dict(reading.semantics),
    }


def _analysis(analysis: Analysis) -> dict[str, Any]:
    """With one treatment its reading stands at the top as well."""
    comparisons = [_reading(each) for each in analysis.readings]
    for place, each in enumerate(analysis.adjusted):
        comparisons[place]["adjusted"] = _adjusted(each)
    top = comparisons[0] if len(comparisons) == 1 else {}
    semantics = dict(analysis.readings[0].semantics) | dict(analysis.semantics)
    return {
        **top,
        "arms": [{"name": name, "units": units} for name, units in analysis.arms],
        "control_arm": analysis.control,
        "comparisons": comparisons,
        "srm": asdict(analysis.srm),
        "exposure": asdict(analysis.exposure),
        "semantics": semantics,
    }


def _adjusted(found: Adjusted) -> dict[str, Any]:
    return {
        "raw_p": found.raw_p,
        "is_rejected": found.is_rejected,
        "absolute": _estimate(found.absolute),
        "relative": _estimate(found.relative),
        "interval_level": found.interval_level,
        "verdict": found.verdict.value,
        "semantics": dict(found.semantics),
    }


def _told(answer: Size | Belief) -> dict[str, Any]:
    plain = {**asdict(answer), "semantics": dict(answer.semantics)}
    if isinstance(answer, Belief):
        prior = plain["prior"]
        plain["prior"] = {**prior, "sd": _finite(prior["sd"])}
        plain |= {end: _finite(plain[end]) for end in ("low", "high")}
    return plain


def _estimate(found: Estimate | None) -> dict[str, float | None] | None:
    if found is None:
        return None
    return {name: _finite(end) for name, end in asdict(found).items()}


def _finite(number: float) -> float | None:
    return number if isfinite(number) else None
