"""People who buy by the piece: baskets, orders, brands, and their events."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.simulation import Pack, SimulationRun, build_pack, kernel, simulate
from pilothouse.engines.simulation.buying import NOTHING, choice_shares, choose_brand, gumbel
from pilothouse.engines.simulation.records import DayRecord
from pilothouse.engines.simulation.scarcity import shelf_marks, trade_shelves

FIRST = date(2026, 3, 2)


def choice(value: float, low: float, high: float) -> dict[str, Any]:
    return {"value": value, "low": low, "high": high, "source": "A test.", "confidence": "design"}


@pytest.fixture
def shop(saas_mapping: dict[str, Any]) -> Pack:
    saas_mapping["purchases"] = {
        "basket_event": "basket_filled",
        "basket": choice(0.5, 0.1, 0.9),
        "order_value": choice(40, 10, 90),
        "order_spread": choice(0.5, 0.1, 1),
        "returned": choice(0.1, 0, 0.3),
        "limited": choice(0, 0, 1),
        "limited_daily": choice(1, 0, 1000),
        "limited_among": choice(500, 50, 1000),
    }
    saas_mapping["steps"][-1]["share"] = choice(0.3, 0.1, 0.6)
    return build_pack(saas_mapping)


def scarce(shop: Pack, share: float, daily: float) -> Pack:
    """``shop`` with a share of orders for goods of which ``daily`` come for 1,000 people."""
    assert shop.purchases is not None
    limited, each = (
        replace(getattr(shop.purchases, name), value=value)
        for name, value in (("limited", share), ("limited_daily", daily))
    )
    goods = replace(shop.purchases, limited=limited, limited_daily=each)
    return replace(shop, purchases=goods, fingerprint=f"{share} {daily}")


def lived(pack: Pack, **more: Any) -> SimulationRun:
    return simulate(pack, seed=7, first_day=FIRST, days=60, users=8_000, **more)


def count(run: SimulationRun, bit: int, first: int = 30) -> int:
    return sum(int((run.records[day].flags & bit != 0).sum()) for day in range(first, run.days))


def test_scarce_goods_sell_what_there_is_and_no_more(shop: Pack) -> None:
    plenty, few = lived(scarce(shop, 1.0, 1000.0)), lived(scarce(shop, 1.0, 0.5))
    assert count(plenty, kernel.ORDER) == count(plenty, kernel.LIMITED)
    assert count(few, kernel.LIMITED) > 1.5 * count(few, kernel.ORDER)
    # Half a unit for 1,000 people a day, and what was promised on a day that was busier.
    assert count(few, kernel.ORDER) == pytest.approx(0.5 * 8 * 30, rel=0.1)
    assert count(few, kernel.ORDER, first=0) <= 0.5 * 8 * 61 + 16


def test_without_scarce_goods_nothing_is_different(shop: Pack) -> None:
    none, plenty = lived(shop), lived(scarce(shop, 0.5, 1000.0))
    assert none.metrics == plenty.metrics
    assert len(none.shelves) == 0
    assert count(plenty, kernel.LIMITED) / count(plenty, kernel.ORDER) == pytest.approx(
        0.5, abs=0.06
    )


def test_what_a_neighbour_wants_is_missing_to_others_and_to_no_other_shelf(shop: Pack) -> None:
    marks = shelf_marks(np.array([[0.0, 0.5], [1.0, 0.5], [2.0, 0.5], [2.0, -1.0], [0.0, 0.0]]))
    assert [int(mark) for mark in marks] == [2**32, 2**31, 2**30, 0, 2**32]
    gone, sold = kernel.LIMITED, kernel.LIMITED | kernel.ORDER
    day = DayRecord(
        0,
        np.array([3, 499, 500, 501], np.int32),
        np.array([gone, sold, kernel.ORDER, sold], np.uint32),
        np.zeros(4, np.uint8),
        np.zeros(4, np.uint32),
    )
    # One for 1,000 people a day: half a unit for the first shelf, a tenth for the last hundred.
    before = np.array([[7.0, 2.0], [7.0, 9.0]])
    after = trade_shelves(scarce(shop, 1.0, 1.0), before, day, 600)
    assert after == pytest.approx(np.array([[6 + 2 / 7, 1.5], [6 + 1 / 7, 0.7]]))


def test_scarcity_is_the_same_on_any_threads_and_from_a_snapshot(shop: Pack) -> None:
    pack = scarce(shop, 0.5, 0.5)
    straight, other = lived(pack), lived(pack, threads=4)
    assert straight.state_hash == other.state_hash
    run = simulate(pack, seed=7, first_day=FIRST, days=25, users=8_000)
    run = SimulationRun.restore(pack, run.snapshot())
    run.advance(35)
    assert run.state_hash == straight.state_hash


def test_shares_by_hand() -> None:
    shares = choice_shares(np.array([math.log(2.0), 0.0]))
    assert shares == pytest.approx([0.5, 0.25])


def test_gumbel_by_hand() -> None:
    assert gumbel(math.exp(-1.0)) == pytest.approx(0.0)
    assert gumbel(0.5) == pytest.approx(-math.log(math.log(2)))


def test_choices_follow_the_shares() -> None:
    weights = np.array([0.4, -0.3, 0.1, -1.0, 0.0])
    chosen = [choose_brand(user, 3, 0, 7, weights, 0.0, NOTHING, 1.0) for user in range(40_000)]
    found = [chosen.count(brand) / len(chosen) for brand in range(5)]
    assert found == pytest.approx(choice_shares(weights), abs=0.01)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.floats(-2, 2), st.floats(0.01, 2))
def test_a_better_brand_never_loses_a_buyer(user: int, weight: float, more: float) -> None:
    before = choose_brand(user, 1, 0, 7, np.array([weight, 0.2, -0.1]), 0.0, NOTHING, 0.0)
    after = choose_brand(user, 1, 0, 7, np.array([weight + more, 0.2, -0.1]), 0.0, NOTHING, 0.0)
    assert after in {before, 0}


def test_loyalty_keeps_a_brand() -> None:
    weights = np.zeros(2)
    kept = [choose_brand(user, 1, 0, 7, weights, 0.0, 1, 2.0) for user in range(20_000)]
    assert kept.count(1) / len(kept) == pytest.approx(1 / (2 + math.e**-2), abs=0.01)


def test_orders_add_up_and_stand_in_the_log(shop: Pack) -> None:
    run = simulate(shop, seed=7, first_day=FIRST, days=30, users=8_000)
    baskets, orders = (sum(getattr(m, n) for m in run.metrics) for n in ("baskets", "orders"))
    active = sum(m.active for m in run.metrics)
    assert baskets / active == pytest.approx(0.5, abs=2 / math.sqrt(active))
    # Those who come are more eager than the market for whom the pack says 0.3.
    assert 0.3 < orders / baskets < 0.6
    assert run.metrics[-1].paying == 0
    events = list(run.events())
    names = np.concatenate([batch.event.texts for batch in events])
    amounts = np.concatenate([batch.amount for batch in events])
    ordered = names == "subscription_started"
    # A few events come twice; what the server sends is never lost.
    assert orders <= ordered.sum() <= 1.01 * orders
    assert not np.isnan(amounts[ordered]).any()
    assert np.isnan(amounts[~ordered]).all()
    assert np.median(amounts[ordered]) == pytest.approx(40, rel=0.06)
    ids = np.concatenate([batch.ids for batch in events])[ordered]
    once = np.unique(ids, axis=0, return_index=True)[1]
    revenue = sum(m.revenue for m in run.metrics)
    assert amounts[ordered][once].sum() == pytest.approx(revenue)
    assert "basket_filled" in set(names.tolist())
