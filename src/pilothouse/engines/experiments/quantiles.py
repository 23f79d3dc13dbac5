"""Quantiles by order statistics, and winsorised values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt
from typing import Any, Unpack

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines._numeric.tails import normal_critical
from pilothouse.engines.experiments.contrasts import LinearContrast
from pilothouse.engines.experiments.readings import ArmValue, Findings, Reading, make_reading
from pilothouse.engines.experiments.rules import Asked, Rules
from pilothouse.kernel.errors import InvalidValueError

Values = NDArray[np.float64]
METHOD = "difference of quantiles by order statistics, relative by Fieller"
NO_SEQUENCE = "no sequential interval is known for quantiles"
_Z = normal_critical(0.025)


@dataclass(frozen=True)
class ArmQuantile:
    """A quantile of an arm with the order statistics around it (Deng, Knoblich and Yu 2018)."""

    name: str
    units: int
    value: float
    low: float
    high: float

    @property
    def as_value(self) -> ArmValue:
        """The arm as a reading names it."""
        return ArmValue(self.name, self.units, self.value)

    @property
    def variance(self) -> float:
        """Of the quantile itself: the distance of the two is 2 x 1.96 standard errors."""
        return ((self.high - self.low) / (2 * _Z)) ** 2


def fewest_units(quantile: float) -> int:
    """Units below which an order statistic around the quantile would lie outside the sample.

    >>> fewest_units(0.99), fewest_units(0.5)
    (381, 4)
    """
    _check(quantile)
    odds = max(quantile / (1 - quantile), (1 - quantile) / quantile)
    return floor(_Z**2 * odds + 1e-9) + 1


def quantile_of(name: str, values: Sequence[float] | Values, quantile: float) -> ArmQuantile | None:
    """The quantile of an arm's values, one a unit; None with too few of them."""
    found = np.asarray(values, dtype=np.float64)
    if len(found) < fewest_units(quantile):
        return None
    _check_finite(found)
    n, reach = len(found), _Z * sqrt(quantile * (1 - quantile) / len(found))
    places = [_place(n, q) for q in (quantile - reach, quantile, quantile + reach)]
    ordered = np.partition(found, places)
    low, middle, high = (float(ordered[place]) for place in places)
    return ArmQuantile(name, n, middle, low, high)


def compare_quantiles(
    control: tuple[str, Sequence[float] | Values],
    treatment: tuple[str, Sequence[float] | Values],
    quantile: float,
    **asked: Unpack[Asked],
) -> Reading:
    """Read a quantile of a treatment against that of a control; each is (name, values of units)."""
    rules = Rules(**asked)
    found = [quantile_of(name, values, quantile) for name, values in (control, treatment)]
    told = (
        ("method", METHOD),
        ("quantile", f"{quantile:g}: the smallest value with at least that share at or below it"),
    )
    if found[0] is None or found[1] is None:
        arms = _unmeasured(control), _unmeasured(treatment)
        why = f"a quantile of {quantile:g} needs {fewest_units(quantile):,} units in each arm"
        return make_reading(Findings(arms, None, METHOD, told, why, NO_SEQUENCE), rules)
    arms = found[0].as_value, found[1].as_value
    contrast, why = _contrast(found[0], found[1]), ""
    if contrast is None:
        why = "all values around the quantile are the same: they say nothing of its variance"
    return make_reading(Findings(arms, contrast, METHOD, told, why, NO_SEQUENCE), rules)


def winsorise(
    values: Sequence[float] | Values,
    *,
    cap: float | None = None,
    percentile: float | None = None,
    ignore_zeros: bool = False,
) -> tuple[Values, float]:
    """Values cut at a cap, and the cap: a fixed one, or a percentile (0..100) of all the values,
    which are those of all arms together.
    """
    found = np.asarray(values, dtype=np.float64)
    if (cap is None) == (percentile is None):
        raise InvalidValueError("values are cut at a cap or at a percentile, one of the two.")
    if cap is None:
        assert percentile is not None
        cap = _cap_of(found, percentile, ignore_zeros=ignore_zeros)
    return np.minimum(found, cap), cap


CAP_FROM_DATA = (
    "cap",
    "a percentile of the data moves at each look, which the sequential interval does not cover",
)


def _cap_of(values: Values, percentile: float, *, ignore_zeros: bool) -> float:
    if not 0 < percentile < 100:
        raise InvalidValueError("a percentile lies between 0 and 100.", value=percentile)
    kept: Any = values[values != 0] if ignore_zeros else values
    if not len(kept):
        raise InvalidValueError("no value is left to take a percentile of.")
    place = _place(len(kept), percentile / 100)
    return float(np.partition(kept, place)[place])


def _unmeasured(arm: tuple[str, Sequence[float] | Values]) -> ArmValue:
    return ArmValue(arm[0], len(arm[1]), None)


def _contrast(a: ArmQuantile, b: ArmQuantile) -> LinearContrast | None:
    if a.variance + b.variance <= 0:
        return None
    return LinearContrast(
        b.value - a.value, a.variance + b.variance, a.value, a.variance, -a.variance,
        df=float("inf"),
    )  # fmt: skip


def _place(n: int, share: float) -> int:
    """Where, from 0, the smallest value stands that has this share of n at or below it."""
    # Rounding must not push 0.9 x 10 to the tenth.
    return min(max(ceil(n * share - 1e-9) - 1, 0), n - 1)


def _check(quantile: float) -> None:
    if not 0 < quantile < 1:
        raise InvalidValueError("a quantile lies between 0 and 1.", value=quantile)


def _check_finite(values: Values) -> None:
    if not np.isfinite(values).all():
        raise InvalidValueError("values are finite numbers.")
