"""How good a set of forecasts was: scores, calibration curve, Murphy's parts, skill.

Murphy (1973): Brier = reliability - resolution + uncertainty, exact when all forecasts of a bin are
equal. With bin means in their place two terms are left, the variance within bins and twice the
covariance with the outcomes (Stephenson, Coelho and Jolliffe 2008); they are kept as ``within``, so
that the parts always add up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import fsum, inf, log, sqrt
from statistics import NormalDist

from pilothouse.engines.decisions.bins import BINS, Bin, bin_of, make_bins
from pilothouse.engines.decisions.scores import Forecast, brier, clipped_log_loss, log_loss
from pilothouse.kernel.intervals import Rate, wilson

Semantics = tuple[tuple[str, str], ...]
# Below this many forecasts a score says more of luck than of judgement.
ENOUGH = 20
_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Murphy:
    """Brier = ``reliability`` (0 is best) - ``resolution`` + ``uncertainty`` + ``within``."""

    reliability: float
    resolution: float
    uncertainty: float
    within: float


@dataclass(frozen=True)
class Skill:
    """The share of the baseline's Brier score that was saved: 1 is perfect, 0 no better, below 0
    worse. ``baseline`` is the score of always saying the base rate, known afterwards: a strict
    opponent. ``value`` None: all outcomes were alike. ``low`` to ``high``: 95 %, by the delta
    method; None under two forecasts.
    """

    baseline: float
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Calibration:
    """The scores of ``n`` forecasts; None where there are none.

    ``brier_low`` to ``brier_high``: 95 % interval of the mean. ``infinite``: how many said 0 or 1
    and failed; ``log_score`` counts each at 1e-15. ``z``: Spiegelhalter's (1986) statistic, beyond
    +-1.96 for one perfectly calibrated set in twenty. ``is_too_few``: under 20.
    """

    n: int
    brier: float | None
    brier_low: float | None
    brier_high: float | None
    log_score: float | None
    infinite: int
    base_rate: Rate
    mean_forecast: float | None
    bins: tuple[Bin, ...]
    murphy: Murphy | None
    skill: Skill | None
    z: float | None
    is_too_few: bool
    semantics: Semantics


def calibrate(forecasts: Sequence[Forecast], bins: int = BINS) -> Calibration:
    """Scores of forecasts whose outcomes are known.

    >>> sample = [(0.9, 1), (0.8, 1), (0.7, 0), (0.6, 1), (0.3, 0)]
    >>> result = calibrate([Forecast(p, bool(o)) for p, o in sample])
    >>> round(result.brier, 3), round(result.log_score, 3), result.is_too_few
    (0.158, 0.48, True)
    """
    n = len(forecasts)
    losses = [brier(each.probability, outcome=each.outcome) for each in forecasts]
    rate = wilson(sum(each.outcome for each in forecasts), n)
    low, high = _mean_interval(losses)
    return Calibration(
        n=n,
        brier=fsum(losses) / n if n else None,
        brier_low=None if low is None else max(0.0, low),
        brier_high=None if high is None else min(1.0, high),
        log_score=_mean(clipped_log_loss(f.probability, outcome=f.outcome) for f in forecasts),
        infinite=sum(log_loss(f.probability, outcome=f.outcome) == inf for f in forecasts),
        base_rate=rate,
        mean_forecast=_mean(each.probability for each in forecasts),
        bins=make_bins(forecasts, bins),
        murphy=decompose(forecasts, bins) if n else None,
        skill=_skill(forecasts, losses) if n else None,
        z=spiegelhalter_z(forecasts),
        is_too_few=n < ENOUGH,
        semantics=_semantics(bins),
    )


def calibrate_groups(
    forecasts: Sequence[Forecast], keys_of: Callable[[Forecast], Iterable[str]]
) -> dict[str, Calibration]:
    """The same for each group; a forecast may be in several. Largest first, then by name."""
    groups: dict[str, list[Forecast]] = {}
    for each in forecasts:
        for key in keys_of(each):
            groups.setdefault(key, []).append(each)
    ordered = sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return {key: calibrate(members) for key, members in ordered}


def decompose(forecasts: Sequence[Forecast], bins: int = BINS) -> Murphy:
    """Murphy's parts of the Brier score, with bin means in place of the forecasts."""
    n = len(forecasts)
    overall = sum(each.outcome for each in forecasts) / n
    members: dict[int, list[Forecast]] = {}
    for each in forecasts:
        members.setdefault(bin_of(each.probability, bins), []).append(each)
    reliability, resolution, within = [], [], []
    for held in members.values():
        forecast = fsum(each.probability for each in held) / len(held)
        share = sum(each.outcome for each in held) / len(held)
        reliability.append(len(held) * (forecast - share) ** 2)
        resolution.append(len(held) * (share - overall) ** 2)
        for each in held:
            off, miss = each.probability - forecast, each.outcome - share
            within.append(off * off - 2 * off * miss)
    return Murphy(
        reliability=fsum(reliability) / n,
        resolution=fsum(resolution) / n,
        uncertainty=overall * (1 - overall),
        within=fsum(within) / n,
    )


def spiegelhalter_z(forecasts: Sequence[Forecast]) -> float | None:
    """Whether the Brier score is larger than these probabilities themselves expect; None where
    every forecast is 0, a half or 1, which give the statistic nothing to go by.
    """
    spread = fsum(
        (1 - 2 * f.probability) ** 2 * f.probability * (1 - f.probability) for f in forecasts
    )
    if spread <= 0:
        return None
    return fsum((f.outcome - f.probability) * (1 - 2 * f.probability) for f in forecasts) / sqrt(
        spread
    )


def log_baseline(rate: Rate) -> float | None:
    """The log score of always saying the base rate: the entropy of the outcomes."""
    if rate.share is None:
        return None
    return -fsum(p * log(p) for p in (rate.share, 1 - rate.share) if p > 0)


def _skill(forecasts: Sequence[Forecast], losses: Sequence[float]) -> Skill:
    n = len(forecasts)
    rate = sum(each.outcome for each in forecasts) / n
    baseline = rate * (1 - rate)
    if baseline == 0:
        return Skill(0.0, None, None, None)
    mean = fsum(losses) / n
    value = 1 - mean / baseline
    if n < 2:
        return Skill(baseline, value, None, None)
    by_rate = mean * (1 - 2 * rate) / baseline**2
    pulls = [
        -(loss - mean) / baseline + by_rate * (each.outcome - rate)
        for each, loss in zip(forecasts, losses, strict=True)
    ]
    reach = _Z * sqrt(fsum(pull * pull for pull in pulls) / (n * (n - 1)))
    return Skill(baseline, value, value - reach, min(1.0, value + reach))


def _mean(values: Iterable[float]) -> float | None:
    kept = list(values)
    return fsum(kept) / len(kept) if kept else None


def _mean_interval(values: Sequence[float]) -> tuple[float | None, float | None]:
    n = len(values)
    if n < 2:
        return None, None
    mean = fsum(values) / n
    reach = _Z * sqrt(fsum((value - mean) ** 2 for value in values) / (n * (n - 1)))
    return mean - reach, mean + reach


def _semantics(bins: int) -> Semantics:
    return (
        ("Brier score", "mean of (probability - outcome)^2; 0 is best, 0.25 is always saying 50 %"),
        (
            "log score",
            "mean of -ln of the probability given to what came; certain and wrong is infinite, "
            "counted at 1e-15 (34.5) and told apart",
        ),
        (
            "bins",
            f"{bins} of equal width, lower edge included, by decimal digits: 0.35 lies in "
            f"0.3 to 0.4; a bin stands at the mean of its forecasts",
        ),
        ("interval of a bin", "Wilson, 95 %"),
        (
            "expected band",
            "where the share of a bin lies in 95 % of cases if every forecast in it is right: "
            "exact distribution of the number of hits",
        ),
        (
            "Murphy",
            "Brier = reliability - resolution + uncertainty + within; within is what bin means "
            "leave over, 0 where all forecasts of a bin are equal",
        ),
        ("baseline", "always saying the base rate of these outcomes, known only afterwards"),
        ("skill", "1 - Brier / baseline; interval by the delta method, forecasts independent"),
        ("too few", f"under {ENOUGH} forecasts no verdict is given"),
    )
