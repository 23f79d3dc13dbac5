"""The value of information: which input is worth measuring before anything is decided.

Expected value of perfect information about one input (H. Raiffa, R. Schlaifer 1961). The choice
is the first ``top`` candidates by expected score. Knowing an input changes the expected score of
its own candidate only; every framework is linear in each input (the opportunity score by pieces),
so that expectation is known for each value of its table, and the gain is a plain mean over it:

    E[max(score given x, bar)] - max(expected score, bar)

with ``bar`` the expected score of the last one that would else be chosen (or of the first that
would not). No nested simulation, no noise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.backlog.candidates import Candidate
from pilothouse.engines.backlog.frameworks import Framework, Input
from pilothouse.engines.backlog.program import Prepared, prepare

_SHOWN = 5


@dataclass(frozen=True)
class MeasureFirst:
    """Measuring ``input`` of ``key`` gains ``value`` score points on average.

    ``share`` is that of what the choice promises now (0..1; None where that is not above 0).
    """

    key: str
    name: str
    input: str
    value: float
    share: float | None
    sentence: str


def expected_score(candidate: Candidate, framework: Framework) -> float:
    """The mean of the score over everything that is uncertain."""
    return expectation(prepare([candidate], framework)[0], framework)


def value_information(
    candidates: Sequence[Candidate], framework: Framework, top: int
) -> tuple[MeasureFirst, ...]:
    """The five most valuable inputs to measure, best first; none where nothing can change."""
    prepared = prepare(candidates, framework)
    means = [expectation(each, framework) for each in prepared]
    return find_values(prepared, means, framework, top)


def expectation(prepared: Prepared, framework: Framework) -> float:
    """`expected_score` of what is prepared."""
    return _sum(prepared, framework) * _product(prepared, framework)


def find_values(
    prepared: Sequence[Prepared], means: Sequence[float], framework: Framework, top: int
) -> tuple[MeasureFirst, ...]:
    """`value_information` of what is prepared, with its expectations."""
    if len(prepared) <= top:
        return ()
    order = sorted(range(len(means)), key=lambda place: -means[place])
    last_in, first_out = means[order[top - 1]], means[order[top]]
    promised = math.fsum(means[place] for place in order[:top])
    chosen = set(order[:top])
    found = []
    for place, each in enumerate(prepared):
        bar = first_out if place in chosen else last_in
        for asked in framework.inputs:
            if each.candidate.inputs[asked.key].is_certain:
                continue
            known = _given(asked, each, framework)
            gain = float(np.maximum(known, bar).mean()) - max(float(known.mean()), bar)
            if gain > 1e-9 * max(1e-300, abs(promised)):
                found.append((gain, each.candidate, asked))
    found.sort(key=lambda each: -each[0])
    return tuple(_advice(each, asked, gain, promised) for gain, each, asked in found[:_SHOWN])


def _advice(candidate: Candidate, asked: Input, gain: float, promised: float) -> MeasureFirst:
    share = gain / promised if promised > 0 else None
    of = "" if share is None else f", {share:.1%} of what the choice promises now"
    sentence = (
        f"Measure the {asked.title.lower()} of {candidate.name} first: "
        f"knowing it is worth {gain:,.3g} points on average{of}."
    )
    return MeasureFirst(candidate.key, candidate.name, asked.key, gain, share, sentence)


def _of_role(framework: Framework, *roles: str) -> list[Input]:
    return [each for each in framework.inputs if each.role in roles]


def _product(prepared: Prepared, framework: Framework, without: str = "") -> float:
    factors = _of_role(framework, "times", "over", "short-of-one")
    return math.prod(prepared.means[each.key] for each in factors if each.key != without)


def _sum(prepared: Prepared, framework: Framework) -> float:
    """The expected sum, 1 where the framework has none."""
    added = _of_role(framework, "plus")
    if not added:
        return 1.0
    total = math.fsum(prepared.means[each.key] for each in added)
    for each in _of_role(framework, "beyond"):
        # One number is added here (importance), so its table is that of the whole sum.
        sums = prepared.tables[added[0].key]
        total += float(_mean_excess(sums, prepared.tables[each.key]).mean())
    return total


def _mean_excess(sums: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """E[max(sum - value, 0)] for each of ``sums``, over the equally likely ``values``."""
    ordered = np.sort(values)
    totals = np.concatenate([[0.0], np.cumsum(ordered)])
    below = np.searchsorted(ordered, sums, side="right")
    excess: NDArray[np.float64] = (below * sums - totals[below]) / len(ordered)
    return excess


def _given(asked: Input, prepared: Prepared, framework: Framework) -> NDArray[np.float64]:
    """The expected score for each value in the table of ``asked``."""
    table = prepared.tables[asked.key]
    if asked.role in {"times", "over", "short-of-one"}:
        others = _sum(prepared, framework) * _product(prepared, framework, without=asked.key)
        return table * others
    factor = _product(prepared, framework)
    beyond = _of_role(framework, "beyond")
    added = _of_role(framework, "plus")
    if asked.role == "beyond":
        sums, mean = prepared.tables[added[0].key], prepared.means[added[0].key]
        # E over the sum of max(sum - value, 0) = E[sum] - value + E[max(value - sum, 0)].
        return (mean + mean - table + _mean_excess(table, sums)) * factor
    if beyond:
        return (table + _mean_excess(table, prepared.tables[beyond[0].key])) * factor
    rest = math.fsum(prepared.means[each.key] for each in added if each.key != asked.key)
    return (table + rest) * factor
