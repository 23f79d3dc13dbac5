"""Is the latest value unusual? A robust z against its own history.

z = (x - median) / (1.4826 MAD): the factor makes the median absolute deviation agree with the
standard deviation of a normal distribution (Hampel 1974; Iglewicz and Hoaglin 1993).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

MAD_FACTOR = 1.4826
MIN_HISTORY = 4


@dataclass(frozen=True)
class RobustZ:
    """The latest value against ``n`` earlier ones. ``z`` None: not known, for ``reason``."""

    z: float | None
    median: float | None
    mad: float | None
    n: int
    reason: str = ""


def robust_z(history: Sequence[float], latest: float) -> RobustZ:
    """How far ``latest`` lies from the median of ``history``, in robust deviations.

    >>> round(robust_z([100, 104, 98, 101, 97, 103, 99], 82).z, 1)
    -6.1
    """
    n = len(history)
    if n == 0:
        return RobustZ(None, None, None, 0, "there is no history yet")
    middle = float(median(history))
    mad = float(median(abs(x - middle) for x in history))
    if n < MIN_HISTORY:
        return RobustZ(
            None, middle, mad, n, f"{n} earlier values are too few; {MIN_HISTORY} needed"
        )
    if mad == 0:
        return RobustZ(None, middle, mad, n, "more than half of the earlier values are equal")
    return RobustZ((latest - middle) / (MAD_FACTOR * mad), middle, mad, n)
