"""Goods of which there is a number a day, shared by neighbours: what one buys another misses.

People numbered next to each other share a shelf. A share of all orders is for such goods; they are
there with the chance that what is on the shelf covers what was wanted lately. So an idea that makes
some people buy more takes from their neighbours, and a test that splits neighbours shows more than
there is: where a share s of what is sold is scarce, about 1 / (1 - s) times as much (D. Holtz and
others 2020 found a third of an effect to be such a bias). Nobody reads another's state within a
day: what is sold today is missing tomorrow.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation.distributions import Floats
from pilothouse.engines.simulation.kernel import LIMITED, ORDER
from pilothouse.engines.simulation.pack import Pack
from pilothouse.engines.simulation.philox import threshold
from pilothouse.engines.simulation.records import DayRecord
from pilothouse.engines.simulation.users import Marks

# Columns of shelves: what is wanted a day, and what is there; less than nothing was promised on.
WANTED, STOCK = range(2)
# Over about how many days a shelf remembers what was wanted, and for how many it keeps what came.
_DAYS = 7.0


def fresh_shelves(pack: Pack, users: int) -> Floats:
    """The shelves of the first day (shelves, 2): a day's goods on each; none without scarcity."""
    shop = pack.purchases
    if shop is None or shop.limited.value <= 0.0:
        return np.zeros((0, 2))
    count = -(-users // int(shop.limited_among.value))
    shelves = np.zeros((count, 2))
    shelves[:, STOCK] = _coming(pack, count, users)
    return shelves


def _coming(pack: Pack, shelves: int, users: int) -> Floats:
    """What comes to each shelf a day; the last may have fewer people."""
    assert pack.purchases is not None
    among = int(pack.purchases.limited_among.value)
    people = np.full(shelves, float(among))
    people[-1] = users - (shelves - 1) * among
    each: Floats = pack.purchases.limited_daily.value * people / 1000.0
    return each


def trade_shelves(pack: Pack, shelves: Floats, record: DayRecord, users: int) -> Floats:
    """``shelves`` after the day of ``record``, and after what came in the night."""
    coming = _coming(pack, len(shelves), users)
    wanted = _count(pack, shelves, record, LIMITED)
    sold = _count(pack, shelves, record, LIMITED | ORDER)
    after = shelves.copy()
    after[:, WANTED] += (wanted - shelves[:, WANTED]) / _DAYS
    after[:, STOCK] = np.minimum(shelves[:, STOCK] - sold + coming, _DAYS * coming)
    return after


def _count(pack: Pack, shelves: Floats, record: DayRecord, bits: int) -> NDArray[np.int64]:
    assert pack.purchases is not None
    who = record.user[record.flags & bits == bits] // int(pack.purchases.limited_among.value)
    return np.bincount(who, minlength=len(shelves))


def shelf_marks(shelves: Floats) -> Marks:
    """Thresholds below which something is there for whoever wants it, by shelf."""
    return np.array(
        [threshold(1.0 if there >= asked else there / asked) for asked, there in shelves.tolist()],
        np.uint64,
    )
