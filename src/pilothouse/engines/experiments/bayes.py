"""The Bayesian reading, a named alternative: normal likelihood, normal prior on the effect.

A prior on the lift is used on the difference only after it is scaled by the size of the control's
mean. Both scales then tell of one belief: they cannot disagree about the chance to win.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, sqrt

from pilothouse.engines._numeric.tails import normal_critical, normal_density, normal_tail
from pilothouse.engines.experiments.contrasts import Contrast, CountContrast, LinearContrast
from pilothouse.engines.experiments.readings import Reading
from pilothouse.engines.experiments.rules import Scale, Semantics
from pilothouse.kernel.errors import InvalidValueError


@dataclass(frozen=True)
class Prior:
    """What is believed of the effect before the data: N(mean, sd²); ``sd`` infinite is flat."""

    mean: float = 0.0
    sd: float = 0.3
    scale: Scale = "relative"

    def __post_init__(self) -> None:
        if not self.sd > 0:
            raise InvalidValueError("the spread of a prior is more than 0.", value=self.sd)
        if not abs(self.mean) < inf:
            raise InvalidValueError("the mean of a prior is a number.", value=self.mean)


FLAT = Prior(sd=inf)


@dataclass(frozen=True)
class Belief:
    """What is believed of the effect after the data, on ``scale``.

    ``low`` to ``high``: a credible interval. ``chance_to_win``: that the treatment is better.
    ``risk_of_treatment``: what is lost on average by choosing it if it is the worse one, counting 0
    where it is not; ``risk_of_control`` the other way.
    """

    scale: Scale
    estimate: float
    low: float
    high: float
    chance_to_win: float
    risk_of_treatment: float
    risk_of_control: float
    prior: Prior
    semantics: Semantics


def read_bayesian(
    reading: Reading, prior: Prior = FLAT, *, scale: Scale = "relative"
) -> Belief | None:
    """What a reading makes one believe; None where it has no variance or, on the relative scale,
    the control is zero.

    The belief is about the difference; on the relative scale its interval is Fieller's. So the
    chance to win is the same on both, and with a flat prior it is 1 - p/2 or p/2.
    """
    contrast = _normal(reading.contrast)
    if contrast is None or (scale == "relative" and not reading.control.value):
        return None
    used = _absolute_prior(prior, reading)
    believed = _posterior(contrast, used)
    mean, sd = believed.difference, sqrt(believed.variance)
    unit = abs(believed.base) if scale == "relative" else 1.0
    low, high = _interval(believed, scale, normal_critical((1 - reading.level) / 2))
    chance, lose, miss = normal_tail(-mean / sd), _above(-mean, sd), _above(mean, sd)
    if reading.rules.lower_is_better:
        chance, lose, miss = normal_tail(mean / sd), miss, lose
    return Belief(
        scale, mean / unit, low, high, chance, lose / unit, miss / unit, prior,
        _semantics(prior, used),
    )  # fmt: skip


def _normal(contrast: Contrast | None) -> LinearContrast | None:
    if isinstance(contrast, CountContrast):
        return _shrunk(contrast)
    assert contrast is None or isinstance(contrast, LinearContrast)
    return contrast


def _shrunk(counts: CountContrast) -> LinearContrast:
    """Half a conversion and half a miss more in each arm (Jeffreys), so that none is certain."""
    a = (counts.control_conversions + 0.5) / (counts.control_units + 1)
    b = (counts.conversions + 0.5) / (counts.units + 1)
    of_control = a * (1 - a) / (counts.control_units + 1)
    of_treatment = b * (1 - b) / (counts.units + 1)
    return LinearContrast(b - a, of_control + of_treatment, a, of_control, -of_control, inf)


def _absolute_prior(prior: Prior, reading: Reading) -> Prior:
    if prior.scale == "absolute" or prior.sd == inf:
        return prior
    base = abs(reading.control.value or 0.0)
    if base == 0:
        raise InvalidValueError(
            "a prior on the lift says nothing where the control is zero.", value=prior.mean,
            remedy="Give one on the absolute scale.",
        )  # fmt: skip
    return Prior(prior.mean * base, prior.sd * base, "absolute")


def _posterior(data: LinearContrast, prior: Prior) -> LinearContrast:
    """Data and prior weighted by their precisions; the control's mean stays as measured."""
    if prior.sd == inf:
        return data
    weight = prior.sd**2 / (prior.sd**2 + data.variance)
    return replace(
        data,
        difference=weight * data.difference + (1 - weight) * prior.mean,
        variance=weight * data.variance,
        covariance=weight * data.covariance,
        df=inf,
    )


def _interval(believed: LinearContrast, scale: Scale, critical: float) -> tuple[float, float]:
    if scale == "absolute":
        return believed.absolute_at(critical)
    return believed.relative_at(critical) or (-inf, inf)


def _above(mean: float, sd: float) -> float:
    """E[max(effect, 0)]."""
    z = mean / sd
    return max(0.0, mean * normal_tail(-z) + sd * normal_density(z))


def _semantics(prior: Prior, used: Prior) -> Semantics:
    if prior.sd == inf:
        told = "flat: the data speak alone"
    else:
        told = f"N({prior.mean:g}, {prior.sd:g}²) on the {prior.scale} scale"
        if used is not prior:
            told += f", scaled by the control's size to N({used.mean:.4g}, {used.sd:.4g}²)"
    return (
        ("belief", "normal likelihood of the difference, normal prior; relative by Fieller"),
        ("prior", told),
        ("risk", "expected loss, 0 where the choice was right"),
    )
