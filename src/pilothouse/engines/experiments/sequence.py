"""An interval that holds at every look at once: the asymptotic confidence sequence.

Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2021, published 2024), of the family of Robbins'
normal mixtures (Howard et al. 2021). ``rho`` places its tightest point at a number of units, which
must be fixed before the first look.
"""

from __future__ import annotations

from math import exp, log, sqrt


def tune(alpha: float, planned_units: int) -> float:
    """rho, for which the sequence is tightest at ``planned_units`` of both arms.

    >>> round(tune(0.05, 5000), 6)
    0.03984
    """
    return sqrt((-2 * log(alpha) + log(-2 * log(alpha) + 1)) / planned_units)


def sequential_critical(units: int, alpha: float, rho: float) -> float:
    """How many standard errors the interval reaches after ``units`` of both arms.

    >>> round(sequential_critical(5000, 0.05, tune(0.05, 5000)), 3)
    3.035
    """
    spread = units * rho**2
    return sqrt(2 * (spread + 1) / spread * log(sqrt(spread + 1) / alpha))


def sequential_p(touch: float, units: int, rho: float) -> float:
    """One over the evidence against no difference: at most alpha exactly when zero is outside."""
    spread = units * rho**2
    return min(1.0, sqrt(spread + 1) * exp(-spread * touch * touch / (2 * (spread + 1))))
