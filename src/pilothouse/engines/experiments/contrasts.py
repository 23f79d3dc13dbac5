"""A difference between two arms and its intervals, absolute and relative, that never disagree.

Both intervals of a contrast hold what a test at the same critical value does not reject. That for
the ratio of two means is Fieller's (1954): the lifts r for which the difference less r times the
control's mean is not told from zero. At r = 0 this is the absolute test itself, so the relative
interval excludes "no lift" exactly when the absolute one does. For few counts both intervals are
built of Wilson's limits in the same way (Newcombe 1998, method 10; Donner and Zou 2012).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import copysign, inf, isinf, sqrt
from typing import Protocol

from pilothouse.engines._numeric.tails import normal_tail, student_tail

Bounds = tuple[float, float]


class Contrast(Protocol):
    """What a reading needs: the estimates, and what is not rejected at a critical value."""

    @property
    def difference(self) -> float:
        """Treatment less control."""

    @property
    def lift(self) -> float | None:
        """The difference as a share of the control; None where the control is zero."""

    @property
    def df(self) -> float:
        """Degrees of freedom of the test; infinite: the normal distribution."""

    @property
    def touch(self) -> float:
        """The critical value at which the intervals begin to hold "no difference"."""

    def absolute_at(self, critical: float) -> Bounds:
        """The interval of the difference."""

    def relative_at(self, critical: float) -> Bounds | None:
        """The interval of the lift; None where it has no bounds."""


@dataclass(frozen=True)
class LinearContrast:
    """A difference of means with its variance; lifts divide by ``base``, the control's mean.

    ``covariance``: of the difference with the base; minus the base's variance where arms are
    independent and nothing is adjusted.
    """

    difference: float
    variance: float
    base: float
    base_variance: float
    covariance: float
    df: float

    @property
    def lift(self) -> float | None:
        """The difference over the size of the base."""
        return self.difference / abs(self.base) if self.base else None

    @property
    def touch(self) -> float:
        """|t|."""
        return abs(self.difference) / sqrt(self.variance)

    def absolute_at(self, critical: float) -> Bounds:
        """difference ± critical x standard error."""
        half = critical * sqrt(self.variance)
        return self.difference - half, self.difference + half

    def relative_at(self, critical: float) -> Bounds | None:
        """Fieller's interval."""
        squared = critical * critical
        first = self.base**2 - squared * self.base_variance
        if not first > 0 or isinf(squared):
            return None
        middle = self.difference * self.base - squared * self.covariance
        last = self.difference**2 - squared * self.variance
        root = sqrt(max(0.0, middle**2 - first * last))
        # Each root without taking near numbers from each other: the sign of ``last`` alone says
        # whether zero is inside.
        far = middle + copysign(root, middle)
        one, other = far / first, last / far if far else 0.0
        low, high = min(one, other), max(one, other)
        return (low, high) if self.base > 0 else (-high, -low)


@dataclass(frozen=True)
class CountContrast:
    """The difference of two proportions by Wilson's limits of each, for few counts."""

    control_conversions: int
    control_units: int
    conversions: int
    units: int
    df: float = inf

    @property
    def control(self) -> float:
        """The control's proportion."""
        return self.control_conversions / self.control_units

    @property
    def treatment(self) -> float:
        """The treatment's proportion."""
        return self.conversions / self.units

    @property
    def difference(self) -> float:
        """Treatment less control."""
        return self.treatment - self.control

    @property
    def lift(self) -> float | None:
        """The difference over the control."""
        return self.difference / self.control if self.control_conversions else None

    @cached_property
    def touch(self) -> float:
        """By halving: the intervals widen as the critical value grows."""
        if self.difference == 0:
            return 0.0
        low, high = 0.0, 1.0
        while self._excludes_zero(high):
            low, high = high, 2 * high
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if self._excludes_zero(middle) else (low, middle)
        return (low + high) / 2

    def _excludes_zero(self, critical: float) -> bool:
        low, high = self.absolute_at(critical)
        return low > 0 or high < 0

    def absolute_at(self, critical: float) -> Bounds:
        """Newcombe's hybrid score interval."""
        a_low, a_high = wilson_at(self.control_conversions, self.control_units, critical)
        b_low, b_high = wilson_at(self.conversions, self.units, critical)
        down = sqrt((self.treatment - b_low) ** 2 + (a_high - self.control) ** 2)
        up = sqrt((b_high - self.treatment) ** 2 + (self.control - a_low) ** 2)
        return self.difference - down, self.difference + up

    def relative_at(self, critical: float) -> Bounds | None:
        """Donner and Zou's interval of the ratio, less one."""
        if not self.control_conversions:
            return None
        a_low, a_high = wilson_at(self.control_conversions, self.control_units, critical)
        b_low, b_high = wilson_at(self.conversions, self.units, critical)
        if not a_low > 0:
            return None
        product = self.control * self.treatment
        lower, a_lower = b_low * (2 * self.treatment - b_low), a_high * (2 * self.control - a_high)
        upper, a_upper = b_high * (2 * self.treatment - b_high), a_low * (2 * self.control - a_low)
        low_root = sqrt(max(0.0, product**2 - lower * a_lower))
        high_root = sqrt(max(0.0, product**2 - upper * a_upper))
        low = lower / (product + low_root) if lower > 0 else 0.0
        return low - 1, (product + high_root) / a_upper - 1


def wilson_at(hits: int, n: int, critical: float) -> Bounds:
    """Wilson's limits of a proportion at a critical value."""
    share, spread = hits / n, critical * critical / n
    middle = (share + spread / 2) / (1 + spread)
    half = sqrt(spread * (share * (1 - share) + spread / 4)) / (1 + spread)
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    return low, 1.0 if hits == n else min(1.0, middle + half)


def two_sided(touch: float, df: float) -> float:
    """The p-value of a contrast that touches zero at this critical value."""
    tail = normal_tail(touch) if isinf(df) else student_tail(touch, df)
    return min(1.0, 2 * tail)
