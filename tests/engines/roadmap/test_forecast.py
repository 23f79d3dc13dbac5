"""Delivery forecasts: the worked example, exactness, monotony, and agreement with simulation."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.roadmap.forecast import (
    MOST_PERIODS,
    Throughput,
    bound_counts,
    cumulate,
    forecast_date,
    forecast_scope,
)
from pilothouse.engines.roadmap.forecast_simulation import (
    SimulationPlan,
    simulate_cycle_times,
    simulate_scope,
)
from pilothouse.engines.roadmap.forecast_trend import check_trend
from pilothouse.kernel.errors import InvalidValueError

EXAMPLE = Throughput((3, 5, 2, 0, 4, 6))
COUNTS = st.lists(st.integers(0, 9), min_size=1, max_size=8).map(tuple)


def by_fractions(counts: tuple[int, ...], periods: int) -> dict[int, Fraction]:
    """The distribution of the sum, every path counted one by one."""
    paths = list(product(counts, repeat=periods))
    found: dict[int, Fraction] = {}
    for path in paths:
        found[sum(path)] = found.get(sum(path), Fraction(0)) + Fraction(1, len(paths))
    return found


def test_twelve_items_from_six_weeks_of_history():
    forecast = forecast_scope(EXAMPLE, 12)
    shares = [round(100 * chance.p, 1) for chance in forecast.chances]
    assert shares[:6] == [0.0, 2.8, 34.7, 68.2, 87.4, 95.7]
    assert forecast.percentiles == {50: 4, 70: 5, 85: 5, 95: 6}
    assert forecast.warning == ""


def test_how_many_in_four_weeks():
    forecast = forecast_date(EXAMPLE, 4)
    at_least = {chance.count: round(100 * chance.p, 1) for chance in forecast.chances}
    assert (at_least[9], at_least[10]) == (88.3, 83.0)
    assert forecast.percentiles[85] == 9
    assert forecast.mean == pytest.approx(4 * 20 / 6)


@pytest.mark.parametrize("periods", [1, 2, 3, 4])
def test_the_sum_is_that_of_all_paths_counted_one_by_one(periods: int):
    counts = (3, 5, 2, 0, 4, 6)
    exact = by_fractions(counts, periods)
    rows = cumulate(Throughput(counts), 24, periods)
    for items in range(1, 25):
        wanted = sum((p for total, p in exact.items() if total >= items), Fraction(0))
        assert rows[periods, items] == pytest.approx(float(wanted), abs=1e-14)


@settings(max_examples=40, deadline=None)
@given(counts=COUNTS, items=st.integers(1, 30), periods=st.integers(1, 12))
def test_chances_rise_with_periods_and_fall_with_items(counts, items, periods):
    rows = cumulate(Throughput(counts), items, periods)
    assert (np.diff(rows, axis=0) >= 0).all()
    assert (np.diff(rows, axis=1) <= 0).all()
    assert rows.min() >= 0
    assert rows.max() <= 1


@settings(max_examples=40, deadline=None)
@given(counts=COUNTS.filter(any), items=st.integers(1, 30))
def test_percentiles_are_monotone_in_certainty_items_and_weeks(counts, items):
    history = Throughput(counts)
    fewer = forecast_scope(history, items, with_band=False)
    more = forecast_scope(history, items + 1, with_band=False)
    steps = list(fewer.percentiles.values())
    assert steps == sorted(steps)
    for share, period in fewer.percentiles.items():
        assert period <= more.percentiles[share]
    one, two = (forecast_date(history, n, with_band=False).percentiles for n in (3, 4))
    assert all(one[share] <= two[share] for share in one)
    assert list(one.values()) == sorted(one.values(), reverse=True)


def test_both_questions_give_the_same_number():
    scope = forecast_scope(EXAMPLE, 10)
    for chance in scope.chances[:6]:
        p_of_ten = cumulate(EXAMPLE, 10, chance.count)[chance.count, 10]
        assert p_of_ten == pytest.approx(chance.p, abs=1e-14)
        shown = [c.p for c in forecast_date(EXAMPLE, chance.count).chances if c.count == 10]
        assert shown == pytest.approx([p_of_ten] if p_of_ten > 0.005 else [])


def test_the_exact_forecast_equals_simulation_within_its_error():
    exact = forecast_scope(EXAMPLE, 12)
    simulated = simulate_scope(EXAMPLE, 12, SimulationPlan(trials=40_000), np.random.default_rng(7))
    for mine, theirs in zip(exact.chances, simulated.chances, strict=False):
        error = (mine.p * (1 - mine.p) / 40_000) ** 0.5
        assert abs(mine.p - theirs.p) <= 4 * error + 1e-9
    assert simulated.percentiles == exact.percentiles


def test_the_exact_forecast_equals_simulation_with_changing_capacity():
    factors = (0.0, 0.5, 0.9, 1.3)
    exact = forecast_scope(EXAMPLE, 12, factors=factors)
    plan = SimulationPlan(factors=factors, trials=40_000)
    simulated = simulate_scope(EXAMPLE, 12, plan, np.random.default_rng(8))
    for mine, theirs in zip(exact.chances, simulated.chances, strict=False):
        error = (mine.p * (1 - mine.p) / 40_000) ** 0.5
        assert abs(mine.p - theirs.p) <= 4 * error + 1e-9


def test_a_late_start_moves_the_forecast_by_that_much():
    now = forecast_scope(EXAMPLE, 12).chances
    later = forecast_scope(EXAMPLE, 12, factors=(0, 0, 1)).chances
    assert [c.p for c in later[2:]] == pytest.approx([c.p for c in now])
    assert [c.p for c in later[:2]] == [0, 0]


def test_scaled_capacity_keeps_the_mean():
    assert forecast_date(EXAMPLE, 4, factors=(0.7,)).mean == pytest.approx(0.7 * 4 * 20 / 6)


def test_a_short_history_says_so_and_has_a_wide_band():
    short, long = Throughput((3, 5, 2)), Throughput((3, 5, 2) * 10)
    thin, thick = forecast_scope(short, 12), forecast_scope(long, 12)
    assert thin.warning.startswith("Too few: 3 weeks")
    assert thick.warning == ""
    assert [c.p for c in thin.chances] == pytest.approx([c.p for c in thick.chances])
    widths = [f.chances[3].high - f.chances[3].low for f in (thin, thick)]
    assert widths[0] > 2 * widths[1]
    for chance in thin.chances:
        assert chance.low <= chance.p <= chance.high


def test_the_band_is_the_same_every_time():
    assert forecast_scope(EXAMPLE, 12) == forecast_scope(EXAMPLE, 12)


def test_a_band_that_would_take_too_long_is_not_known():
    assert bound_counts(Throughput(tuple(range(100))), 5_000, [500]) == {}


def test_a_far_horizon_has_the_band_of_when_all_was_done():
    bounds = bound_counts(EXAMPLE, 12, [4, 400])
    near, far = bounds[4], bounds[400]
    assert near[0][12] < 0.5
    assert (far[0] > 1 - 1e-9).all()
    assert cumulate(EXAMPLE, 12, 400)[400, 12] == pytest.approx(1)


def test_nothing_finished_is_no_forecast():
    forecast = forecast_scope(Throughput((0,) * 8), 3)
    assert set(forecast.percentiles.values()) == {None}
    assert {chance.p for chance in forecast.chances} == {0}
    assert "Nothing was finished" in forecast.warning
    assert forecast_date(Throughput((0,) * 8), 4).percentiles[50] == 0


def test_a_scope_that_never_ends_stops_at_the_horizon():
    forecast = forecast_scope(Throughput((0,) * 51 + (1,)), 500, with_band=False)
    assert len(forecast.chances) == MOST_PERIODS
    assert forecast.percentiles[50] is None
    assert forecast.late == 1.0


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Throughput(()),
        lambda: Throughput((3, -1)),
        lambda: Throughput((3, 10**6)),
        lambda: forecast_scope(EXAMPLE, 0),
        lambda: forecast_scope(EXAMPLE, 10**6),
        lambda: forecast_date(EXAMPLE, 0),
        lambda: forecast_scope(EXAMPLE, 3, factors=(-1,)),
        lambda: SimulationPlan(split_rate=1.5),
        lambda: SimulationPlan(start=(3, 1)),
        lambda: simulate_cycle_times([], 3, 1, np.random.default_rng(1)),
        lambda: simulate_scope(EXAMPLE, 3, SimulationPlan(urgent=(1,)), np.random.default_rng(1)),
    ],
)
def test_what_means_nothing_is_refused(wrong):
    with pytest.raises(InvalidValueError):
        wrong()


def simulate(**plan):
    return simulate_scope(EXAMPLE, 12, SimulationPlan(**plan), np.random.default_rng(3))


def test_growth_urgent_work_and_a_late_start_each_make_it_later():
    plain = simulate()
    for harder in (
        simulate(split_rate=0.3),
        simulate(urgent=(1, 1, 0, 0, 2, 1)),
        simulate(start=(1, 3)),
    ):
        assert harder.percentiles[85] > plain.percentiles[85]


def test_growth_of_scope_adds_what_it_says():
    """Each item brings 0.5 on average, those bring 0.5 ...: 12 become 24 in the end."""
    steady = Throughput((1,) * 8)
    plan = SimulationPlan(split_rate=0.5, trials=20_000)
    forecast = simulate_scope(steady, 12, plan, np.random.default_rng(5))
    shares = [0.0, *(chance.p for chance in forecast.chances)]
    mean = sum(1 - share for share in shares)
    assert mean == pytest.approx(24, abs=0.3)


def test_a_seed_gives_the_same_answer():
    assert simulate(split_rate=0.1) == simulate(split_rate=0.1)


def test_cycle_times_on_one_lane_add_up():
    forecast = simulate_cycle_times([3], 4, 1, np.random.default_rng(1))
    assert set(forecast.percentiles.values()) == {12}
    assert forecast.warning.startswith("Too few")


def test_more_lanes_are_never_slower():
    days = [1, 2, 3, 8, 5, 4, 13, 2, 2, 1]
    one, four = (
        simulate_cycle_times(days, 20, lanes, np.random.default_rng(1)) for lanes in (1, 4)
    )
    assert four.percentiles[85] < one.percentiles[85]
    assert one.warning == ""


def test_a_change_of_pace_is_seen_and_noise_is_not():
    slower = check_trend(Throughput((6, 7, 5, 8, 6, 7, 6, 8, 1, 0, 2, 1)))
    assert (slower.verdict, slower.recent_n) == ("slower", 4)
    assert slower.p < 0.01
    assert check_trend(EXAMPLE).verdict == "no clear change"
    assert check_trend(Throughput((1, 2, 3))).verdict == "too few"


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=6, max_size=9))
def test_the_permutation_test_counts_every_choice(counts):
    from itertools import combinations

    check = check_trend(Throughput(tuple(counts)))
    size, mean = check.recent_n, sum(counts) / len(counts)
    reached = abs(sum(counts[-size:]) - size * mean)
    sums = [sum(choice) for choice in combinations(counts, size)]
    share = sum(abs(total - size * mean) >= reached - 1e-9 for total in sums) / len(sums)
    assert check.p == pytest.approx(share)
