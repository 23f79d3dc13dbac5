"""What a run keeps of each day: a line of metrics and, for those to whom something happened, bits.

Rows of events are pure functions of these few bytes a person and the seed, so they are made when
they are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation import kernel


@dataclass(frozen=True)
class DayMetrics:
    """The truth about one day, before measuring. Counts of people; ``revenue`` in the currency.

    ``active`` used the product that day, ``leavers`` left for good, ``paying`` is at the day's end.
    """

    day: date
    visits: int
    signups: int
    activations: int
    active: int
    sessions: int
    subscriptions: int
    payment_failures: int
    cancellations: int
    leavers: int
    paying: int
    revenue: float
    baskets: int = 0
    orders: int = 0


class DayRecord(NamedTuple):
    """People to whom something happened on day number ``day``: flags, sessions, money paid."""

    day: int
    user: NDArray[np.int32]
    flags: NDArray[np.uint32]
    sessions: NDArray[np.uint8]
    cents: NDArray[np.uint32]


def read_metrics(day: date, totals: NDArray[np.int64]) -> DayMetrics:
    """The day's line of ``totals``."""
    return DayMetrics(
        day=day,
        visits=int(totals[kernel.VISITS]),
        signups=int(totals[kernel.SIGN_UPS]),
        activations=int(totals[kernel.ACTIVATIONS]),
        active=int(totals[kernel.ACTIVES]),
        sessions=int(totals[kernel.SESSIONS]),
        subscriptions=int(totals[kernel.SUBSCRIPTIONS]),
        payment_failures=int(totals[kernel.FAILURES]),
        cancellations=int(totals[kernel.CANCELLATIONS]),
        leavers=int(totals[kernel.LEAVERS]),
        paying=int(totals[kernel.PAYERS]),
        revenue=int(totals[kernel.CENTS]) / 100.0,
        baskets=int(totals[kernel.BASKETS]),
        orders=int(totals[kernel.ORDERS]),
    )
