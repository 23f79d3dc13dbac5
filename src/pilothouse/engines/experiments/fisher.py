"""Fisher's exact test, a named alternative for few counts: p given how many converted in all."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

from pilothouse.engines.experiments.samples import ArmCounts

# Tables so much less likely than the one that came change no digit.
_NOTHING = 1e-18
_AS_LIKELY = 1 + 1e-9


@dataclass(frozen=True)
class FisherTest:
    """Two-sided: of all tables no more likely than this one. ``mid_p`` counts those as likely as it
    by half, and errs less on the safe side.
    """

    p: float
    mid_p: float


def fisher_exact(control: ArmCounts, treatment: ArmCounts) -> FisherTest:
    """Test two proportions exactly.

    >>> test = fisher_exact(ArmCounts("A", 100, 0), ArmCounts("B", 100, 5))
    >>> round(test.p, 4), round(test.mid_p, 4)
    (0.0594, 0.0297)
    """
    up = _weights(control, treatment, step=1)
    down = _weights(control, treatment, step=-1)
    tables = [1.0, *up, *down]
    whole = fsum(tables)
    as_likely = fsum(w for w in tables if 1 / _AS_LIKELY <= w <= _AS_LIKELY)
    p = fsum(w for w in tables if w <= _AS_LIKELY) / whole
    return FisherTest(min(1.0, p), min(1.0, p - as_likely / (2 * whole)))


def _weights(control: ArmCounts, treatment: ArmCounts, step: int) -> list[float]:
    """How likely the tables on one side are, the given one being 1.

    A table has x conversions in the treatment; its neighbour's weight follows from its own.
    """
    hits = control.conversions + treatment.conversions
    x, weight = treatment.conversions, 1.0
    found: list[float] = []
    highest = 0.0
    while True:
        y = hits - x
        if step > 0:
            top, below = (treatment.units - x) * y, (x + 1) * (control.units - y + 1)
        else:
            top, below = x * (control.units - y), (treatment.units - x + 1) * (y + 1)
        weight *= top / below
        highest = max(highest, weight)
        if weight <= _NOTHING * max(1.0, highest):
            return found
        found.append(weight)
        x += step
