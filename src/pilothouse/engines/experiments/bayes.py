"""The Bayesian reading, a named alternative: normal likelihood, normal prior on the effect.

A prior is stated on one scale and used on another only after it is scaled by the size of the
control's mean, in both directions.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

from pilothouse.engines._numeric.tails import normal_critical, normal_density, normal_tail
from pilothouse.engines.experiments.contrasts import CountContrast, LinearContrast
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
    """
    data = _likelihood(reading, scale)
    if data is None:
        return None
    estimate, variance = data
    believed = _on_scale(prior, scale, reading)
    mean, sd = _posterior(estimate, variance, believed)
    half = normal_critical((1 - reading.level) / 2) * sd
    above, below = _expected_above(mean, sd), _expected_above(-mean, sd)
    chance, lose, miss = normal_tail(-mean / sd), below, above
    if reading.rules.lower_is_better:
        chance, lose, miss = normal_tail(mean / sd), above, below
    return Belief(
        scale, mean, mean - half, mean + half, chance, lose, miss, prior,
        _semantics(prior, believed, scale),
    )  # fmt: skip


def _likelihood(reading: Reading, scale: Scale) -> tuple[float, float] | None:
    contrast = reading.contrast
    if contrast is None or (scale == "relative" and contrast.lift is None):
        return None
    if isinstance(contrast, CountContrast):
        contrast = _shrunk(contrast)
    assert isinstance(contrast, LinearContrast)
    if scale == "absolute":
        return contrast.difference, contrast.variance
    return contrast.difference / abs(contrast.base), contrast.lift_variance


def _shrunk(counts: CountContrast) -> LinearContrast:
    """Half a conversion and half a miss more in each arm (Jeffreys), so that none is certain."""
    a = (counts.control_conversions + 0.5) / (counts.control_units + 1)
    b = (counts.conversions + 0.5) / (counts.units + 1)
    of_control = a * (1 - a) / (counts.control_units + 1)
    of_treatment = b * (1 - b) / (counts.units + 1)
    return LinearContrast(b - a, of_control + of_treatment, a, of_control, -of_control, inf)


def _on_scale(prior: Prior, scale: Scale, reading: Reading) -> Prior:
    if prior.scale == scale:
        return prior
    base = abs(reading.control.value or 0.0)
    if base == 0:
        raise InvalidValueError(
            "a prior cannot be brought to another scale by a control of zero.", value=prior.scale
        )
    factor = base if scale == "absolute" else 1 / base
    return Prior(prior.mean * factor, prior.sd * factor, scale)


def _posterior(estimate: float, variance: float, prior: Prior) -> tuple[float, float]:
    if prior.sd == inf:
        return estimate, sqrt(variance)
    by_data, by_prior = 1 / variance, 1 / prior.sd**2
    whole = by_data + by_prior
    return (estimate * by_data + prior.mean * by_prior) / whole, sqrt(1 / whole)


def _expected_above(mean: float, sd: float) -> float:
    """E[max(effect, 0)]."""
    z = mean / sd
    return max(0.0, mean * normal_tail(-z) + sd * normal_density(z))


def _semantics(prior: Prior, used: Prior, scale: Scale) -> Semantics:
    if prior.sd == inf:
        told = "flat: the data speak alone"
    else:
        told = f"N({prior.mean:g}, {prior.sd:g}²) on the {prior.scale} scale"
        if used is not prior:
            told += f", scaled by the control's size to N({used.mean:.4g}, {used.sd:.4g}²)"
    return (
        ("belief", f"normal likelihood of the {scale} effect, normal prior"),
        ("prior", told),
        ("risk", "expected loss, 0 where the choice was right"),
    )
