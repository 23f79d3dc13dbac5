"""Offers as ranges: examples by hand, the closed form for two ranges, properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.jobs.offers import OfferAsk, OfferTerms, compare_offers, weigh_asks


def rng(seed: int = 7) -> np.random.Generator:
    return np.random.default_rng(seed)


def sure(key: str, base: float, **more: object) -> OfferTerms:
    return OfferTerms(key, (base, base), **more)  # type: ignore[arg-type]


def chance_by_area(one: tuple[float, float], other: tuple[float, float]) -> float:
    """P(U > V) for two independent uniforms, by exact areas: another way than drawing."""
    (a, b), (c, d) = one, other
    # Mean over u of the share of V below u, in three pieces.
    whole = max(b - max(a, d), 0.0)
    low, high = max(a, c), min(b, d)
    part = ((high - c) ** 2 - (low - c) ** 2) / (2 * (d - c)) if high > low else 0.0
    return (whole + part) / (b - a)


def test_a_year_by_hand():
    offer = sure("a", 60_000, bonus=(6_000, 6_000), equity=(40_000, 40_000), vest_years=4,
                 benefits=(1_000, 1_000), once=(9_000, 9_000), costs=(2_000, 2_000))  # fmt: skip
    money = compare_offers([offer], {}, rng(), years=3).figures[0].money
    # 60,000 + 6,000 + 40,000 * 3/4 / 3 + 1,000 + 9,000 / 3 - 2,000.
    assert money == (78_000, 78_000, 78_000)


def test_equity_that_may_come_to_nothing():
    offer = sure("a", 60_000, equity=(80_000, 80_000), equity_chance=0.25, vest_years=4)
    money = compare_offers([offer], {}, rng(), years=4).figures[0].money
    # A year of it is worth 20,000 in one case of four.
    assert money == (60_000, 60_000, 80_000)
    better = compare_offers([offer, sure("b", 70_000)], {}, rng(), years=4).better["a", "b"]
    assert better == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize(
    ("one", "other"),
    [((50, 70), (55, 65)), ((50, 60), (55, 80)), ((50, 60), (61, 80)), ((10, 90), (20, 40))],
)
def test_two_ranges_against_the_closed_form(one, other):
    offers = [OfferTerms("a", one), OfferTerms("b", other)]
    result = compare_offers(offers, {}, rng(), draws=100_000)
    assert result.better["a", "b"] == pytest.approx(chance_by_area(one, other), abs=0.006)
    assert result.error == pytest.approx(0.00158, abs=1e-5)


def test_values_count_by_the_price_that_was_named():
    offers = [
        sure("rich", 80_000, scores={"time": (2, 2), "people": (5, 5)}),
        sure("calm", 70_000, scores={"time": (9, 9), "people": (5, 5)}),
    ]
    weights = {"time": 3.0, "people": 1.0}
    without = compare_offers(offers, weights, rng())
    assert without.better["rich", "calm"] == 1
    assert without.better_score["rich", "calm"] == 0
    # Scores 2.75 and 8: 5.25 points of 2,000 make up for 10,000.
    assert without.figures[1].score == (8, 8, 8)
    assert compare_offers(offers, weights, rng(), point_price=2_000).better["calm", "rich"] == 1


def test_what_is_not_scored_could_be_anything():
    offer = compare_offers([sure("a", 1)], {"time": 1.0}, rng()).figures[0]
    assert offer.score == pytest.approx((0.5, 5, 9.5), abs=0.15)


def test_where_the_cut_line_lies():
    asks = [OfferAsk("base", 4_000, 0.5), OfferAsk("remote day", 2_000, 0.9)]
    sheet = weigh_asks(sure("a", 60_000), 65_000, asks, rng())
    assert [line.chance_better for line in sheet.lines] == [0, 0, 1]
    assert sheet.enough_at == 2
    # Only with both granted: 0.5 * 0.9.
    assert sheet.expected == pytest.approx(0.45, abs=0.02)
    assert weigh_asks(sure("a", 60_000), 70_000, asks, rng()).enough_at is None
    assert weigh_asks(sure("a", 60_000), sure("b", 50_000), [], rng()).enough_at == 0


RANGES = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(
    lambda pair: (float(min(pair)), float(max(pair)))
)
OFFERS = st.builds(
    OfferTerms, key=st.just("x"), base=RANGES, bonus=RANGES, bonus_chance=st.floats(0, 1),
    equity=RANGES, equity_chance=st.floats(0, 1), vest_years=st.floats(1, 6), benefits=RANGES,
    once=RANGES, costs=RANGES,
)  # fmt: skip


@given(OFFERS, OFFERS, st.integers(1, 10), st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_chances_of_a_pair_add_up_and_ends_are_in_order(one, other, years, seed):
    offers = [OfferTerms(**vars(one) | {"key": "a"}), OfferTerms(**vars(other) | {"key": "b"})]
    result = compare_offers(offers, {}, rng(seed), years=years, draws=300)
    assert result.better["a", "b"] + result.better["b", "a"] == pytest.approx(1)
    for figures in result.figures:
        assert list(figures.money) == sorted(figures.money)
    assert result == compare_offers(offers, {}, rng(seed), years=years, draws=300)


@given(OFFERS, st.integers(0, 50), st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_more_granted_is_never_worse(offer, worth, seed):
    asks = [OfferAsk("a", worth, 0.5), OfferAsk("b", worth, 0.5)]
    chances = [
        line.chance_better for line in weigh_asks(offer, 90.0, asks, rng(seed), draws=300).lines
    ]
    assert chances == sorted(chances)
