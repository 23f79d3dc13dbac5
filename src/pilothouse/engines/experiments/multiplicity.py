"""Several readings judged together, with intervals that say the same as the corrected p.

Holm (1979) keeps the chance of any false alarm at alpha; its intervals are Bonferroni's, cut at
zero where only Holm's step rejects (Strassburger and Bretz 2008). Benjamini and Hochberg (1995)
keep the expected share of false alarms; the intervals of what is selected are those of the false
coverage rate (Benjamini and Yekutieli 2005). Bonferroni and Sidak: simultaneous intervals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import expm1, log1p
from typing import Literal

from pilothouse.engines.experiments.readings import (
    Estimate,
    Reading,
    intervals_at,
    keeps_margin,
    verdict_of,
)
from pilothouse.engines.experiments.rules import Semantics, Verdict
from pilothouse.kernel.errors import InvalidValueError

Method = Literal["holm", "bh", "bonferroni", "sidak"]
METHODS: tuple[Method, ...] = ("holm", "bh", "bonferroni", "sidak")
_MEANINGS: dict[Method, str] = {
    "holm": "simultaneous (Bonferroni), cut at zero where Holm's step rejects and Bonferroni's "
    "does not: all of them hold together with the chance of the level",
    "bh": "false coverage rate: of the intervals of what was selected, at most alpha are expected "
    "to miss",
    "bonferroni": "simultaneous: all of them hold together with the chance of the level or more",
    "sidak": "simultaneous: all of them hold together with the chance of the level, for "
    "independent readings",
}


@dataclass(frozen=True)
class Adjusted:
    """A reading within its family. ``absolute`` and ``relative`` carry the corrected p-value and
    intervals at ``interval_level``; ``verdict`` is by the corrected test. ``raw_p``: as it was.
    ``absolute`` None: the reading has no interval and does not count.
    """

    reading: Reading
    raw_p: float | None
    is_rejected: bool
    absolute: Estimate | None
    relative: Estimate | None
    interval_level: float
    verdict: Verdict
    semantics: Semantics


def adjust_readings(
    readings: Sequence[Reading], method: Method = "holm", *, level: float | None = None
) -> tuple[Adjusted, ...]:
    """Correct a family of readings at a level (by default that of the first); the answer is in
    their order.
    """
    if not readings:
        return ()
    alpha = 1 - (readings[0].level if level is None else level)
    ps = [p_of(each) for each in readings if each.absolute]
    changed = iter(adjust_p(ps, method))
    adjusted = [next(changed) if each.absolute else None for each in readings]
    rejected = sum(p is not None and p <= alpha for p in adjusted)
    inner = _interval_level(alpha, len(ps), rejected, method)
    told = (
        ("correction", f"{method} over {len(ps)} readings, alpha {alpha:.4g}"),
        ("intervals", _MEANINGS[method]),
    )
    return tuple(
        _adjust(each, p, alpha, inner, told) for each, p in zip(readings, adjusted, strict=True)
    )


def _adjust(
    reading: Reading, p: float | None, alpha: float, level: float, told: Semantics
) -> Adjusted:
    if p is None:
        return Adjusted(reading, None, False, None, None, level, reading.verdict, told)
    is_rejected = p <= alpha
    absolute, relative = intervals_at(reading, level)
    absolute = _with_p(absolute, p, is_rejected=is_rejected)
    relative = _with_p(relative, p, is_rejected=is_rejected) if relative else None
    verdict = _verdict(reading, absolute, relative, is_rejected=is_rejected)
    return Adjusted(reading, p_of(reading), is_rejected, absolute, relative, level, verdict, told)


def _with_p(found: Estimate, p: float, *, is_rejected: bool) -> Estimate:
    """With the corrected p; of a rejected one the part beyond zero is cut away."""
    if not is_rejected or not found.low < 0 < found.high:
        return replace(found, p=p)
    return replace(found, p=p, **({"low": 0.0} if found.estimate > 0 else {"high": 0.0}))


def _verdict(
    reading: Reading, absolute: Estimate, relative: Estimate | None, *, is_rejected: bool
) -> Verdict:
    """By the corrected test and, for a margin, by the corrected interval."""
    if reading.verdict == Verdict.TOO_FEW:
        return reading.verdict
    margin = reading.rules.margin
    shown = absolute if margin and margin.scale == "absolute" else relative
    is_held = keeps_margin((shown.low, shown.high) if shown else None, reading.rules)
    side = (1 if absolute.estimate > 0 else -1) if is_rejected else 0
    return verdict_of(side, reading.rules, is_margin_held=is_held)


def p_of(reading: Reading) -> float:
    """The p-value by which a reading is judged."""
    chosen = reading.sequential if reading.rules.decide_by == "sequential" else reading.absolute
    return chosen.p if chosen else 1.0


def adjust_p(ps: Sequence[float], method: Method = "holm") -> tuple[float, ...]:
    """Corrected p-values in the order given.

    >>> [round(p, 3) for p in adjust_p([0.01, 0.04, 0.03], "holm")]
    [0.03, 0.06, 0.06]
    >>> [round(p, 3) for p in adjust_p([0.01, 0.04, 0.03], "bh")]
    [0.03, 0.04, 0.04]
    """
    if method not in METHODS:
        raise InvalidValueError(f"a correction is one of {', '.join(METHODS)}.", value=method)
    if not all(0 <= p <= 1 for p in ps):
        raise InvalidValueError("a p-value lies between 0 and 1.", value=list(ps))
    m = len(ps)
    one_step: dict[str, Callable[[float], float]] = {
        "bonferroni": lambda p: min(1.0, m * p),
        "sidak": lambda p: -expm1(m * log1p(-p)) if p < 1 else 1.0,
    }
    if method in one_step:
        return tuple(one_step[method](p) for p in ps)
    return _holm(ps) if method == "holm" else _benjamini_hochberg(ps)


def _holm(ps: Sequence[float]) -> tuple[float, ...]:
    order = sorted(range(len(ps)), key=ps.__getitem__)
    found, highest = [0.0] * len(ps), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(ps) - rank) * ps[place]))
        found[place] = highest
    return tuple(found)


def _benjamini_hochberg(ps: Sequence[float]) -> tuple[float, ...]:
    order = sorted(range(len(ps)), key=ps.__getitem__, reverse=True)
    found, lowest = [0.0] * len(ps), 1.0
    for after, place in enumerate(order):
        lowest = min(lowest, ps[place] * len(ps) / (len(ps) - after))
        found[place] = lowest
    return tuple(found)


def _interval_level(alpha: float, tests: int, rejected: int, method: Method) -> float:
    if method == "sidak":
        return float((1 - alpha) ** (1 / max(tests, 1)))
    share = max(rejected, 1) if method == "bh" else 1
    return 1 - alpha * share / max(tests, 1)
