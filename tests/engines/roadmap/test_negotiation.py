"""Date fixed, scope fixed, one more person: the same arithmetic as the forecast's."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.roadmap.forecast import (
    Throughput,
    cumulate,
    forecast_date,
    forecast_scope,
)
from pilothouse.engines.roadmap.negotiation import DealTerms, RampUp, draw_cut_line, make_deals
from pilothouse.kernel.errors import InvalidValueError

EXAMPLE = Throughput((3, 5, 2, 0, 4, 6))
TERMS = DealTerms(items=12, date_period=4)


def deals_of(terms: DealTerms, history: Throughput = EXAMPLE):
    return {deal.kind: deal for deal in make_deals(history, terms).deals}


def test_the_three_options_of_the_worked_example():
    deals = deals_of(TERMS)
    date, scope = deals["date"], deals["scope"]
    assert (date.scope, date.period, round(date.p, 3)) == (9, 4, 0.883)
    assert (scope.scope, scope.period, round(scope.p, 3)) == (12, 5, 0.874)
    assert round(scope.whole_by_date, 3) == 0.682
    assert date.low < date.p < date.high


def test_the_options_agree_with_the_forecasts():
    deals = deals_of(TERMS)
    assert deals["date"].scope == forecast_date(EXAMPLE, 4).percentiles[85]
    assert deals["scope"].period == forecast_scope(EXAMPLE, 12).percentiles[85]
    joined = forecast_scope(EXAMPLE, 12, factors=TERMS.ramp_up.factors)
    assert deals["person"].period == joined.percentiles[85]


def test_the_cut_line_falls_with_every_item():
    line = draw_cut_line(EXAMPLE, 12, 4)
    assert (round(line[8], 3), round(line[9], 3)) == (0.883, 0.830)
    assert list(line) == sorted(line, reverse=True)
    sheet = make_deals(EXAMPLE, TERMS)
    assert [chance.p for chance in sheet.cut_line] == list(line)


def test_capacity_while_ramping_up_is_less_than_without_the_person():
    """Five people; the sixth gives 0.25 and takes 0.5: 4.75 of 5. Later 5.9 of 5."""
    factors = RampUp(team_size=5, periods=2, joins_after=1).factors
    assert factors == pytest.approx((1, 0.95, 0.95, 1.18))


def test_a_person_makes_a_near_date_less_likely_and_a_far_one_more():
    near = make_deals(EXAMPLE, DealTerms(12, 4, ramp_up=RampUp(3, 8, joins_after=0)))
    far = make_deals(EXAMPLE, DealTerms(90, 26, ramp_up=RampUp(3, 8, joins_after=0)))
    assert near.cut_line_with_person[-1].p < near.cut_line[-1].p
    assert far.cut_line_with_person[-1].p > far.cut_line[-1].p


def test_a_person_without_ramp_up_only_helps():
    terms = DealTerms(12, 4, ramp_up=RampUp(5, 0, joins_after=0, later_share=1.0))
    sheet = make_deals(EXAMPLE, terms)
    for alone, joined in zip(sheet.cut_line, sheet.cut_line_with_person, strict=True):
        assert joined.p >= alone.p - 1e-12


def test_weeks_late_are_the_mean_of_the_distribution():
    terms = DealTerms(12, 4, delay_cost=1_000.0)
    done = cumulate(EXAMPLE, 12, 40)[:, 12]
    late = sum((period - 4) * (done[period] - done[period - 1]) for period in range(5, 41))
    scope = deals_of(terms)["scope"]
    assert scope.late_periods == pytest.approx(late, abs=1e-6)
    assert scope.cost == pytest.approx(1_000 * scope.late_periods)
    # Nine of twelve are there on the day: a quarter of the value is late.
    assert deals_of(terms)["date"].cost == pytest.approx(scope.cost / 4)


def test_a_person_costs_until_the_scope_is_done():
    terms = DealTerms(12, 4, delay_cost=0.0, person_cost=2_000.0, ramp_up=RampUp(joins_after=0))
    joined = forecast_scope(EXAMPLE, 12, factors=terms.ramp_up.factors)
    mean = sum(1 - p for p in (0.0, *(chance.p for chance in joined.chances)))
    assert deals_of(terms)["person"].cost == pytest.approx(2_000 * mean, rel=0.01)


def test_without_a_cost_there_is_none():
    assert {deal.cost for deal in make_deals(EXAMPLE, TERMS).deals} == {None}


def test_a_team_that_finishes_nothing_promises_nothing():
    sheet = make_deals(Throughput((0, 0, 0)), TERMS)
    by_kind = {deal.kind: deal for deal in sheet.deals}
    assert (by_kind["date"].scope, by_kind["date"].p) == (0, None)
    assert (by_kind["scope"].period, by_kind["scope"].p) == (None, None)
    assert by_kind["scope"].is_open
    assert sheet.warning


@settings(max_examples=30, deadline=None)
@given(
    counts=st.lists(st.integers(0, 8), min_size=2, max_size=8).filter(any).map(tuple),
    items=st.integers(1, 25),
    period=st.integers(1, 10),
)
def test_a_later_date_never_carries_less(counts, items, period):
    history = Throughput(counts)
    soon, later = (make_deals(history, DealTerms(items, p)).deals[0] for p in (period, period + 1))
    assert soon.scope <= later.scope
    assert soon.late_periods >= later.late_periods - 1e-9


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: DealTerms(0, 4),
        lambda: DealTerms(3, 0),
        lambda: DealTerms(3, 4, confidence=1.0),
        lambda: DealTerms(3, 4, delay_cost=-1.0),
        lambda: DealTerms(3, 4, delay_cost=float("nan")),
        lambda: RampUp(team_size=0),
        lambda: RampUp(drag=9),
        lambda: RampUp(periods=-1),
    ],
)
def test_terms_that_mean_nothing_are_refused(wrong):
    with pytest.raises(InvalidValueError):
        wrong()
