"""Sample ratio mismatch: whether the arms got the shares of units that they were meant to get.

Pearson's chi-squared with degrees of freedom of the arms that have weight; beside it an
always-valid test, one over the Bayes factor of a Dirichlet prior about the weights (Lindon and
Malek 2020), for those who look every day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, fsum, isfinite, lgamma, log

from pilothouse.engines._numeric.tails import chi_square_tail
from pilothouse.kernel.errors import InvalidValueError

# A mismatch is looked for in every experiment, so the alarm must be rare.
SRM_ALARM = 0.001
# Units that an arm must be expected to have before chi-squared is to be believed.
ENOUGH_EXPECTED = 8.0
_PRIOR_UNITS = 10_000.0


@dataclass(frozen=True)
class Srm:
    """The check of shares. ``expected``: units of each arm if nothing is wrong. ``stray``: units in
    arms that have no weight, which is an alarm by itself. ``always_valid_p`` holds at every look.
    ``is_enough``: each arm with weight is expected to have 8 units or more; else no alarm by p.
    """

    p: float
    chi_square: float
    df: int
    alarm: bool
    expected: tuple[float, ...]
    always_valid_p: float
    always_valid_alarm: bool
    stray: int
    is_enough: bool
    threshold: float = SRM_ALARM


def check_srm(
    units: Sequence[int], weights: Sequence[float] | None = None, *, threshold: float = SRM_ALARM
) -> Srm:
    """Check units of the arms against their weights (equal ones by default).

    >>> check = check_srm([500, 520, 0], [0.5, 0.5, 0])
    >>> check.df, round(check.p, 3), check.alarm
    (1, 0.531, False)
    """
    shares = _shares(units, weights)
    pairs = [(n, share) for n, share in zip(units, shares, strict=True) if share > 0]
    total = sum(n for n, _ in pairs)
    stray = sum(units) - total
    chi_square = fsum((n - total * s) ** 2 / (total * s) for n, s in pairs) if total else 0.0
    df = len(pairs) - 1
    p = chi_square_tail(chi_square, df) if df else 1.0
    always = _always_valid_p(pairs)
    is_enough = min(total * s for _, s in pairs) >= ENOUGH_EXPECTED
    return Srm(
        p=p,
        chi_square=chi_square,
        df=df,
        alarm=stray > 0 or (is_enough and p < threshold),
        expected=tuple(total * share for share in shares),
        always_valid_p=always,
        always_valid_alarm=stray > 0 or always < threshold,
        stray=stray,
        is_enough=is_enough,
        threshold=threshold,
    )


def _shares(units: Sequence[int], weights: Sequence[float] | None) -> list[float]:
    given = [1.0] * len(units) if weights is None else list(weights)
    if len(given) != len(units):
        raise InvalidValueError(
            "each arm has one weight.", value=f"{len(units)} arms, {len(given)} weights"
        )
    if any(n < 0 for n in units):
        raise InvalidValueError("an arm has 0 units or more.", value=min(units))
    if not all(isfinite(w) and w >= 0 for w in given) or not sum(given) > 0:
        raise InvalidValueError("weights are 0 or more, one of them more.", value=given)
    whole = fsum(given)
    return [weight / whole for weight in given]


def _always_valid_p(pairs: Sequence[tuple[int, float]]) -> float:
    """The Dirichlet prior is worth 10,000 units at the intended shares, as in the paper."""
    total = sum(n for n, _ in pairs)
    evidence = lgamma(_PRIOR_UNITS) - lgamma(_PRIOR_UNITS + total)
    for n, share in pairs:
        prior = _PRIOR_UNITS * share
        evidence += lgamma(prior + n) - lgamma(prior) - n * log(share)
    return 1.0 if evidence <= 0 else exp(-evidence)
