"""People who buy by the piece: baskets, orders, brands, and their events."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.simulation import Pack, build_pack, simulate
from pilothouse.engines.simulation.buying import NOTHING, choice_shares, choose_brand, gumbel

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
    }
    saas_mapping["steps"][-1]["share"] = choice(0.3, 0.1, 0.6)
    return build_pack(saas_mapping)


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
