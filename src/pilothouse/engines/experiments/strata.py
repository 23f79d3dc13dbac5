"""Post-stratification: compare like with like, then weigh by how many of each kind there are.

Differences within strata are combined by the shares of the strata over both arms; that these
shares were themselves drawn adds its own variance (Miratrix, Sekhon and Yu 2013).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from typing import Unpack

from pilothouse.engines.experiments.contrasts import LinearContrast
from pilothouse.engines.experiments.means import (
    CUPED,
    CUPED_RULE,
    NO_VARIANCE,
    AdjustedMean,
    adjust_mean,
    theta_of,
    why_few,
)
from pilothouse.engines.experiments.readings import ArmValue, Findings, Reading, make_reading
from pilothouse.engines.experiments.rules import Asked, Rules
from pilothouse.engines.experiments.samples import ArmSums, add_sums, moments_of, pool_covariances
from pilothouse.engines.experiments.welch import welch_df
from pilothouse.kernel.errors import InvalidValueError

METHOD = "post-stratified Welch's t, relative by Fieller"
# Units that both arms need in a stratum; smaller strata are joined into one.
ENOUGH_IN_STRATUM = 10


@dataclass(frozen=True)
class Stratum:
    """The two arms within one kind of units."""

    name: str
    control: ArmSums
    treatment: ArmSums

    @property
    def units(self) -> int:
        """Of both arms."""
        return self.control.units + self.treatment.units


def compare_strata(
    strata: Sequence[Stratum], *, cuped: bool = True, **asked: Unpack[Asked]
) -> Reading:
    """Read treatment against control within strata known before the exposure."""
    rules = Rules(**asked)
    if not strata:
        raise InvalidValueError("there is no stratum.")
    kept, joined = _join_small(strata)
    control, treatment = add_sums([s.control for s in kept]), add_sums([s.treatment for s in kept])
    is_adjusted = cuped and all(s.control.has_covariate and s.treatment.has_covariate for s in kept)
    name = (CUPED + METHOD) if is_adjusted else METHOD
    told = (
        ("method", name),
        ("strata", f"{len(kept)}{_joined_words(joined)}; weighed by their shares of both arms"),
    ) + ((CUPED_RULE,) if is_adjusted else ())
    arms = _arm(control), _arm(treatment)
    if min(control.units, treatment.units) < 2:
        why = f"{control.units} and {treatment.units} units; a variance needs two in each arm"
        return make_reading(Findings(arms, None, name, told, why), rules)
    contrast = _contrast([_part(s, is_adjusted=is_adjusted) for s in kept])
    why = NO_VARIANCE if contrast is None else why_few(control.units, treatment.units)
    return make_reading(Findings(arms, contrast, name, told, why), rules)


def _join_small(strata: Sequence[Stratum]) -> tuple[list[Stratum], list[str]]:
    """Strata with too few units in an arm become one; if that is too small too, it joins the
    smallest of the others.
    """
    small = [s for s in strata if _least(s) < ENOUGH_IN_STRATUM]
    large = [s for s in strata if _least(s) >= ENOUGH_IN_STRATUM]
    if not small:
        return large, []
    rest = _joined(small)
    if _least(rest) < ENOUGH_IN_STRATUM and large:
        smallest = min(large, key=lambda s: s.units)
        large = [s for s in large if s is not smallest]
        rest = _joined([rest, smallest])
    return [*large, rest], [s.name for s in small]


def _joined_words(names: Sequence[str]) -> str:
    if not names:
        return ""
    return f", {len(names)} of them joined as they have under {ENOUGH_IN_STRATUM} units in an arm"


def _least(stratum: Stratum) -> int:
    return min(stratum.control.units, stratum.treatment.units)


def _joined(strata: Sequence[Stratum]) -> Stratum:
    return Stratum(
        "others", add_sums([s.control for s in strata]), add_sums([s.treatment for s in strata])
    )


def _arm(arm: ArmSums) -> ArmValue:
    value = arm.about + arm.total / arm.units if arm.units else None
    return ArmValue(arm.name, arm.units, value)


def _part(stratum: Stratum, *, is_adjusted: bool) -> tuple[AdjustedMean, AdjustedMean]:
    moments = moments_of(stratum.control), moments_of(stratum.treatment)
    theta = theta_of(pool_covariances(moments)) if is_adjusted else 0.0
    return adjust_mean(moments[0], theta), adjust_mean(moments[1], theta)


def _contrast(parts: Sequence[tuple[AdjustedMean, AdjustedMean]]) -> LinearContrast | None:
    """The weighted sums; the variance of the shares is that of a multinomial draw."""
    units = sum(a.units + b.units for a, b in parts)
    shares = [(a.units + b.units) / units for a, b in parts]
    gaps = [b.adjusted - a.adjusted for a, b in parts]
    bases = [a.raw for a, _ in parts]
    gap, base = _weigh(shares, gaps), _weigh(shares, bases)
    squares = [share**2 for share in shares]
    variance = _weigh(squares, [a.variance + b.variance for a, b in parts])
    if variance <= 0:
        return None
    base_variance = _weigh(squares, [a.raw_variance for a, _ in parts])
    covariance = -_weigh(squares, [a.covariance for a, _ in parts])
    sources = [
        (share * each.variance, each.units)
        for share, pair in zip(squares, parts, strict=True)
        for each in pair
    ]
    return LinearContrast(
        difference=gap,
        variance=variance + _weigh(shares, [(each - gap) ** 2 for each in gaps]) / units,
        base=base,
        base_variance=base_variance
        + _weigh(shares, [(each - base) ** 2 for each in bases]) / units,
        covariance=covariance
        + _weigh(shares, [(g - gap) * (b - base) for g, b in zip(gaps, bases, strict=True)])
        / units,
        df=welch_df(*sources),
    )


def _weigh(weights: Sequence[float], values: Sequence[float]) -> float:
    return fsum(w * v for w, v in zip(weights, values, strict=True))
