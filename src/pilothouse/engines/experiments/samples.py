"""Arms by their sufficient statistics: enough for every test, and no row of any person in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, isfinite

from pilothouse.kernel.errors import InvalidValueError


@dataclass(frozen=True)
class ArmCounts:
    """An arm of which ``conversions`` of ``units`` did it."""

    name: str
    units: int
    conversions: int

    def __post_init__(self) -> None:
        if self.units < 0 or not 0 <= self.conversions <= self.units:
            raise InvalidValueError(
                f"conversions of {self.name or 'an arm'} lie between 0 and its units.",
                value=f"{self.conversions}/{self.units}",
            )


@dataclass(frozen=True)
class ArmSums:
    """An arm by the sums over its units of a value y and, for CUPED, of a covariate x.

    ``total`` Σy, ``total_squares`` Σy², ``pre_total`` Σx, ``pre_squares`` Σx², ``cross`` Σxy; the
    last three all given or all None. ``about`` and ``pre_about`` are numbers taken from every y and
    x before summing: with values far from zero that keeps the digits of the variance.
    """

    name: str
    units: int
    total: float
    total_squares: float
    pre_total: float | None = None
    pre_squares: float | None = None
    cross: float | None = None
    about: float = 0.0
    pre_about: float = 0.0

    def __post_init__(self) -> None:
        pre = (self.pre_total, self.pre_squares, self.cross)
        if self.units < 0:
            raise InvalidValueError("an arm has 0 units or more.", value=self.units)
        if any(each is None for each in pre) and any(each is not None for each in pre):
            raise InvalidValueError("pre_total, pre_squares and cross are given together.")
        given = [self.total, self.total_squares, *(each for each in pre if each is not None)]
        if not all(map(isfinite, given)):
            raise InvalidValueError(
                f"the values of {self.name or 'an arm'} are too large for sums of their squares.",
                remedy="Measure in a larger unit, or put a cap on them.",
            )

    @property
    def has_covariate(self) -> bool:
        """Whether sums of a covariate are there."""
        return self.cross is not None


@dataclass(frozen=True)
class ArmRatio:
    """An arm by sums of a numerator m and a denominator d per unit, for a ratio Σm / Σd.

    ``totals``: Σ of (m, d) or, with values from before the exposure, of (m, d, m before, d before).
    ``products``: the sums of products of each with each, a symmetric square of the same order.
    """

    name: str
    units: int
    totals: tuple[float, ...]
    products: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        order = len(self.totals)
        if order not in {2, 4} or [len(row) for row in self.products] != [order] * order:
            raise InvalidValueError("a ratio has 2 totals, or 4 with those before, and products.")
        if self.units < 0:
            raise InvalidValueError("an arm has 0 units or more.", value=self.units)
        if not all(isfinite(each) for row in (self.totals, *self.products) for each in row):
            raise InvalidValueError(
                f"the values of {self.name or 'an arm'} are too large for sums of their squares.",
                remedy="Measure in a larger unit.",
            )

    @property
    def has_covariate(self) -> bool:
        """Whether values from before the exposure are there."""
        return len(self.totals) == 4


@dataclass(frozen=True)
class Moments:
    """Means of k quantities over ``units`` units and their covariances (n - 1), k x k."""

    units: int
    means: tuple[float, ...]
    covariances: tuple[tuple[float, ...], ...]


def add_sums(arms: Sequence[ArmSums]) -> ArmSums:
    """The sums of several parts of one arm, such as its strata."""
    first = arms[0]
    if any((a.about, a.pre_about) != (first.about, first.pre_about) for a in arms):
        raise InvalidValueError("sums that are added are about the same number.")
    pre = [(a.pre_total, a.pre_squares, a.cross) for a in arms]
    added = [fsum(v for v in column if v is not None) for column in zip(*pre, strict=True)]
    has_covariate = all(a.has_covariate for a in arms)
    return ArmSums(
        name=first.name,
        units=sum(a.units for a in arms),
        total=fsum(a.total for a in arms),
        total_squares=fsum(a.total_squares for a in arms),
        pre_total=added[0] if has_covariate else None,
        pre_squares=added[1] if has_covariate else None,
        cross=added[2] if has_covariate else None,
        about=first.about,
        pre_about=first.pre_about,
    )


def moments_of(arm: ArmSums) -> Moments:
    """Mean and variance of y, with x where there is a covariate. Two units or more."""
    if arm.pre_total is None or arm.pre_squares is None or arm.cross is None:
        return _moments(arm.units, (arm.total,), ((arm.total_squares,),), (arm.about,))
    products = ((arm.total_squares, arm.cross), (arm.cross, arm.pre_squares))
    return _moments(arm.units, (arm.total, arm.pre_total), products, (arm.about, arm.pre_about))


def moments_of_ratio(arm: ArmRatio) -> Moments:
    """Means and covariances of m and d, and of those before where they are there."""
    return _moments(arm.units, arm.totals, arm.products, (0.0,) * len(arm.totals))


def pool_covariances(moments: Sequence[Moments]) -> tuple[tuple[float, ...], ...]:
    """Covariances (n - 1) of all units taken together, the distance of the means in it."""
    units = sum(each.units for each in moments)
    order = range(len(moments[0].means))
    middle = [fsum(each.units * each.means[i] for each in moments) / units for i in order]

    def pooled(i: int, j: int) -> float:
        within = fsum((each.units - 1) * each.covariances[i][j] for each in moments)
        between = fsum(
            each.units * (each.means[i] - middle[i]) * (each.means[j] - middle[j])
            for each in moments
        )
        return (within + between) / (units - 1)

    return tuple(tuple(pooled(i, j) for j in order) for i in order)


def _moments(
    units: int,
    totals: Sequence[float],
    products: Sequence[Sequence[float]],
    about: Sequence[float],
) -> Moments:
    order = range(len(totals))

    def covariance(i: int, j: int) -> float:
        found = (products[i][j] - totals[i] * totals[j] / units) / (units - 1)
        # What rounding leaves of a variance of nothing must not pass for one.
        digits = 1e-13 * (abs(products[i][j]) + abs(totals[i] * totals[j] / units)) / (units - 1)
        return 0.0 if i == j and found <= digits else found

    return Moments(
        units=units,
        means=tuple(about[i] + totals[i] / units for i in order),
        covariances=tuple(tuple(covariance(i, j) for j in order) for i in order),
    )
