"""What an order of work costs: the cost of delay, added up over the waiting.

One team does one thing after another; each loses its cost of delay for every week until it is
done. Doing them by falling cost / duration (CD3) loses the least (W. Smith 1956).
"""

from __future__ import annotations

from collections.abc import Iterable


def delay_cost(order: Iterable[tuple[float, float]]) -> float:
    """The whole loss of an order of (cost a week, weeks it takes).

    >>> delay_cost([(10, 1), (3, 2)])
    19.0
    """
    week, lost = 0.0, 0.0
    for cost, duration in order:
        week += duration
        lost += cost * week
    return lost
