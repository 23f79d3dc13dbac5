"""Two means by their sums, with CUPED where there is a covariate; ratios by the delta method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Unpack

from pilothouse.engines.experiments.contrasts import LinearContrast
from pilothouse.engines.experiments.readings import ArmValue, Findings, Reading, make_reading
from pilothouse.engines.experiments.rules import ENOUGH_UNITS, Asked, Rules, Semantics
from pilothouse.engines.experiments.samples import (
    ArmRatio,
    ArmSums,
    Moments,
    moments_of,
    moments_of_ratio,
    pool_covariances,
)
from pilothouse.engines.experiments.welch import welch_df
from pilothouse.kernel.errors import InvalidValueError

MEAN = "Welch's t on means, relative by Fieller"
RATIO = "Welch's t on ratios (delta method), relative by Fieller"
CUPED = "CUPED, then "
CUPED_RULE = (
    "CUPED",
    "values are adjusted by what the same unit did before the exposure (Deng, Xu, Kohavi, Walker "
    "2013), theta over both arms; lifts divide by the control's mean as it was",
)
Pair = tuple[ArmSums, ArmSums] | tuple[ArmRatio, ArmRatio]
NO_VARIANCE = "no value differs within an arm: nothing says how far the difference may be chance"


def compare_means(
    control: ArmSums, treatment: ArmSums, *, cuped: bool = True, **asked: Unpack[Asked]
) -> Reading:
    """Read the mean of a treatment against that of a control; with CUPED if both have a covariate.

    >>> a = ArmSums("A", 4, total=10, total_squares=30)
    >>> b = ArmSums("B", 4, total=18, total_squares=86)
    >>> round(compare_means(a, b).absolute.p, 4)
    0.071
    """
    if control.has_covariate != treatment.has_covariate:
        raise InvalidValueError("a covariate is known of both arms or of none.")
    rules, pair = Rules(**asked), (control, treatment)
    short = _too_short(pair, MEAN, rules)
    if short:
        return short
    moments = moments_of(control), moments_of(treatment)
    is_adjusted = cuped and control.has_covariate
    theta = theta_of(pool_covariances(moments)) if is_adjusted else 0.0
    a, b = (adjust_mean(each, theta) for each in moments)
    return _read(pair, a, b, CUPED + MEAN if is_adjusted else MEAN, rules)


def compare_ratios(
    control: ArmRatio, treatment: ArmRatio, *, cuped: bool = True, **asked: Unpack[Asked]
) -> Reading:
    """Read Σm / Σd of a treatment against that of a control, units being independent."""
    if control.has_covariate != treatment.has_covariate:
        raise InvalidValueError("values before the exposure are known of both arms or of none.")
    rules, pair = Rules(**asked), (control, treatment)
    short = _too_short(pair, RATIO, rules)
    if short:
        return short
    moments = moments_of_ratio(control), moments_of_ratio(treatment)
    if any(each.means[1] == 0 for each in moments):
        return _no_reading(pair, RATIO, "a denominator is zero", rules)
    is_adjusted = cuped and control.has_covariate and all(each.means[3] for each in moments)
    a, b = _linearise(moments, is_adjusted=is_adjusted)
    return _read(pair, a, b, CUPED + RATIO if is_adjusted else RATIO, rules)


@dataclass(frozen=True)
class AdjustedMean:
    """A mean as it was (``raw``) and as adjusted, with the variances of both and their covariance,
    all of the mean and not of a unit.
    """

    units: int
    raw: float
    adjusted: float
    raw_variance: float
    variance: float
    covariance: float


def theta_of(pooled: tuple[tuple[float, ...], ...]) -> float:
    """Cov(y, x) / Var(x); 0 where the covariate says nothing."""
    return pooled[0][1] / pooled[1][1] if pooled[1][1] > 0 else 0.0


def adjust_mean(each: Moments, theta: float) -> AdjustedMean:
    """The mean of y - theta x, theta being taken as known; theta 0 leaves it as it is."""
    n, mean, variance = each.units, each.means[0], each.covariances[0][0]
    if not theta:
        return AdjustedMean(n, mean, mean, variance / n, variance / n, variance / n)
    shared, of_pre = each.covariances[0][1], each.covariances[1][1]
    # With a covariate that explains all, rounding leaves a hair of either sign.
    left = variance + theta**2 * of_pre - 2 * theta * shared
    left = left if left > 1e-12 * variance else 0.0
    adjusted = mean - theta * each.means[1]
    return AdjustedMean(n, mean, adjusted, variance / n, left / n, (variance - theta * shared) / n)


def _linearise(
    moments: tuple[Moments, Moments], *, is_adjusted: bool
) -> tuple[AdjustedMean, AdjustedMean]:
    """Each ratio as a mean of m/D - R d/D about R, with that before the exposure as covariate."""
    linear = [_linear_ratio(each, is_adjusted=is_adjusted) for each in moments]
    theta = theta_of(pool_covariances(linear)) if is_adjusted else 0.0
    return adjust_mean(linear[0], theta), adjust_mean(linear[1], theta)


def _linear_ratio(each: Moments, *, is_adjusted: bool) -> Moments:
    ratio = each.means[0] / each.means[1]
    weights = [(1 / each.means[1], -ratio / each.means[1], 0.0, 0.0)]
    means = [ratio]
    if is_adjusted:
        before = each.means[2] / each.means[3]
        weights.append((0.0, 0.0, 1 / each.means[3], -before / each.means[3]))
        means.append(before)
    order = range(len(each.means))

    def covariance(u: tuple[float, ...], v: tuple[float, ...]) -> float:
        return sum(u[i] * v[j] * each.covariances[i][j] for i in order for j in order)

    found = tuple(tuple(covariance(u, v) for v in weights) for u in weights)
    return Moments(each.units, tuple(means), found)


def _read(pair: Pair, a: AdjustedMean, b: AdjustedMean, name: str, rules: Rules) -> Reading:
    arms = (
        ArmValue(pair[0].name, a.units, a.raw),
        ArmValue(pair[1].name, b.units, b.raw),
    )
    told: Semantics = (("method", name),)
    if name.startswith(CUPED):
        told += (CUPED_RULE,)
    if a.variance + b.variance <= 0:
        return make_reading(Findings(arms, None, name, told, NO_VARIANCE), rules)
    contrast = LinearContrast(
        difference=b.adjusted - a.adjusted,
        variance=a.variance + b.variance,
        base=a.raw,
        base_variance=a.raw_variance,
        covariance=-a.covariance,
        df=welch_df((a.variance, a.units), (b.variance, b.units)),
    )
    return make_reading(Findings(arms, contrast, name, told, why_few(a.units, b.units)), rules)


def why_few(control: int, treatment: int) -> str:
    """Why units are too few for a verdict, if so."""
    if min(control, treatment) >= ENOUGH_UNITS:
        return ""
    return f"under {ENOUGH_UNITS} units in an arm: numbers are shown, no verdict is given on them"


def _too_short(pair: Pair, method: str, rules: Rules) -> Reading | None:
    short = [arm for arm in pair if arm.units < 2]
    if not short:
        return None
    why = f"{short[0].name or 'an arm'} has {short[0].units} units; a variance needs two"
    return _no_reading(pair, method, why, rules)


def _no_reading(pair: Pair, method: str, why: str, rules: Rules) -> Reading:
    arms = ArmValue(pair[0].name, pair[0].units, None), ArmValue(pair[1].name, pair[1].units, None)
    return make_reading(Findings(arms, None, method, (("method", method),), why), rules)
