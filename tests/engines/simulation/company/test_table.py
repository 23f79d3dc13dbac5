"""The table: trust, bargaining, rivals, authorities, goods, accounts."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.simulation import Pack
from pilothouse.engines.simulation.company.accounts import (
    Book,
    Deal,
    fresh_book,
    live_accounts,
    win_odds,
)
from pilothouse.engines.simulation.company.chance import Chance
from pilothouse.engines.simulation.company.gates import Stage, submit
from pilothouse.engines.simulation.company.negotiation import (
    Sides,
    Talk,
    answer,
    best_joint,
    can_agree,
    nash_point,
    open_sides,
    our_utility,
    settlement,
    their_utility,
)
from pilothouse.engines.simulation.company.rivals import (
    Plan,
    RivalState,
    fresh_rivals,
    live_rival,
    plan_answer,
)
from pilothouse.engines.simulation.company.schema import Supply
from pilothouse.engines.simulation.company.supply import fresh_supply, noisy_demand, trade
from pilothouse.engines.simulation.company.trust import News, escalates, moved, settled_trust
from pilothouse.engines.simulation.parameter import Parameter

# --- Trust ----------------------------------------------------------------------------------------


def test_trust_by_hand() -> None:
    assert moved(0.5, News.KEPT) == pytest.approx(0.52)
    assert moved(0.5, News.BROKEN) == pytest.approx(0.42)
    assert moved(0.5, News.TOLD_EARLY) == pytest.approx(0.46)
    assert moved(0.5, News.FOUND_OUT) == pytest.approx(0.38)
    kept = [settled_trust(share) for share in (0.95, 0.9, 0.8, 0.7)]
    assert kept == pytest.approx([0.83, 0.69, 0.50, 0.37], abs=0.005)


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 1), st.sampled_from(list(News)))
def test_trust_stays_a_share_and_falls_faster_than_it_grows(trust: float, news: News) -> None:
    assert 0.0 <= moved(trust, news) <= 1.0
    assert moved(moved(0.5, News.KEPT), News.BROKEN) < 0.5


def test_where_trust_comes_to_rest() -> None:
    trust, seen = 0.5, []
    for n in range(3_000):
        trust = moved(trust, News.BROKEN if n % 10 == 0 else News.KEPT)
        seen.append(trust)
    assert np.mean(seen[1_000:]) == pytest.approx(settled_trust(0.9), abs=0.02)


def test_low_trust_and_urgency_bring_escalations() -> None:
    def share(trust: float, urgency: float) -> float:
        days = range(0, 20_000, 5)
        up = [escalates(Chance(1), 0, d, trust=trust, urgency=urgency, surprise=0) for d in days]
        return float(np.mean(up))

    assert share(1.0, 0.0) == pytest.approx(1 / (1 + math.exp(4)), abs=0.008)
    assert share(0.2, 1.0) == pytest.approx(1 / (1 + math.exp(-0.6)), abs=0.03)


# --- Bargaining -----------------------------------------------------------------------------------

FREE = Sides(
    ours=(0.5, 0.5, 0.0, 0.0, 0.0),
    theirs=(0.1, 0.9, 0.0, 0.0, 0.0),
    least=(0.0,) * 5,
    most=(1.0,) * 5,
    rounds=4,
)


def test_nash_point_by_hand() -> None:
    """They care for the second issue: all of it goes to them, the first stays ours."""
    point = nash_point(FREE)
    assert point[:2] == pytest.approx((0.0, 1.0))
    assert our_utility(FREE, point) == pytest.approx(0.5)
    assert their_utility(FREE, point) == pytest.approx(0.9)
    assert best_joint(FREE) == pytest.approx(1.4)


shares = st.lists(st.floats(0.01, 1), min_size=5, max_size=5).map(
    lambda row: tuple(x / sum(row) for x in row)
)


@settings(max_examples=60, deadline=None)
@given(shares, shares, st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_no_offer_beats_the_nash_point(ours: tuple, theirs: tuple, other: list) -> None:
    sides = replace(FREE, ours=ours, theirs=theirs)
    point = nash_point(sides)
    product = our_utility(sides, point) * their_utility(sides, point)
    assert product >= our_utility(sides, tuple(other)) * their_utility(sides, tuple(other)) - 1e-9
    assert our_utility(sides, point) + their_utility(sides, point) <= best_joint(sides) + 1e-9


def test_first_offers_pull_about_half_of_the_way_in_correlation(pack: Pack) -> None:
    """Correlation of first offer and outcome over many talks: about .5 in a meta-analysis."""
    firsts, ends = [], []
    for number in range(400):
        rng = np.random.default_rng(number)
        sides = open_sides(Chance(4), pack.business.stakeholders[0], 0, number, FREE.ours)
        ours, theirs = (tuple(rng.dirichlet(np.full(5, 3.0))) for _ in range(2))
        sides = replace(sides, ours=ours, theirs=theirs)
        # Whoever opens asks for more than half of everything.
        anchor = (float(rng.uniform(0, 0.5)),) * 5
        if can_agree(sides):
            firsts.append(our_utility(sides, anchor))
            ends.append(our_utility(sides, settlement(sides, anchor)))
    assert 0.35 < np.corrcoef(firsts, ends)[0, 1] < 0.65


def test_now_and_then_there_is_nothing_to_agree_on(pack: Pack) -> None:
    talks = [
        open_sides(Chance(seed), pack.business.stakeholders[0], 0, number, FREE.ours)
        for seed in range(10)
        for number in range(200)
    ]
    assert 0.05 < np.mean([not can_agree(sides) for sides in talks]) < 0.12


def test_a_talk_ends_in_its_rounds() -> None:
    talk = Talk(0, "idea", 0, (0.0,) * 5)
    answers = [answer(FREE, talk, (0.0,) * 5) for _ in range(4)]
    assert [a.agreed for a in answers] == [False, False, False, True]
    asked = [their_utility(FREE, a.offer) for a in answers]
    assert asked == sorted(asked, reverse=True)
    good = Talk(0, "idea", 1, (0.0,) * 5)
    assert answer(FREE, good, (0.9, 1.0, 1.0, 1.0, 1.0)).agreed


def test_without_a_zone_it_is_broken_off() -> None:
    sides = replace(FREE, least=(0.9, 0, 0, 0, 0), most=(0.2, 1, 1, 1, 1), rounds=3)
    talk = Talk(0, "idea", 0, (0.0,) * 5)
    last = [answer(sides, talk, (0.1,) * 5) for _ in range(3)][-1]
    assert last.broken
    assert not last.agreed


# --- Rivals ---------------------------------------------------------------------------------------


def test_an_answer_falls_short_by_hand(pack: Pack) -> None:
    rival = replace(pack.business.rivals[0], ideas_yearly=fixed(0), rumours=fixed(0))
    state = RivalState([0.5, 0.5], [Plan(3, 1, 1.5)])
    for day in range(4):
        live_rival(rival, state, Chance(1), place=0, day=day)
    assert state.qualities == [0.5, pytest.approx(0.5 + 0.8 * 1.0)]
    assert state.plans == []


def test_b17_mostly_nobody_answers_within_a_quarter(pack: Pack) -> None:
    silent = 0
    for seed in range(300):
        plans = [
            plan_answer(rival, Chance(seed), place=k, idea=1, day=0, need=0, ours=1.0)
            for k, rival in enumerate(pack.business.rivals)
        ]
        silent += not any(plan is not None and plan.day <= 90 for plan in plans)
    assert silent / 300 >= 0.60


def test_one_piece_of_news_in_five_is_false(pack: Pack) -> None:
    rival = pack.business.rivals[0]
    heard = []
    for seed in range(60):
        state = fresh_rivals(pack.business)[0]
        for day in range(365):
            heard += live_rival(rival, state, Chance(seed), place=0, day=day)
    assert np.mean([not item.true for item in heard]) == pytest.approx(0.2, abs=0.06)


# --- Authorities ----------------------------------------------------------------------------------


def test_a_submission_by_hand(pack: Pack) -> None:
    gate = replace(
        pack.business.gates[0],
        refused=fixed(1),
        questioned=fixed(1),
        review_spread=fixed(0),
        denied=fixed(0),
    )
    filed = submit(gate, Chance(7), place=0, idea=3, number=0, day=10)
    assert (filed.sent_back, filed.review) == (25, 45)
    assert filed.question == 45 + 40
    assert filed.decided == 45 + 80 + (filed.resumed - filed.question)
    assert filed.resumed - filed.question <= gate.question_most.value
    stages = [
        filed.stage(day) for day in (10, 25, 45, filed.question, filed.resumed, filed.decided)
    ]
    assert stages == [
        Stage.FILED,
        Stage.SENT_BACK,
        Stage.IN_REVIEW,
        Stage.QUESTIONED,
        Stage.IN_REVIEW,
        Stage.CLEARED,
    ]


def test_filing_later_takes_as_long(pack: Pack) -> None:
    gate = pack.business.gates[0]
    early, late = (submit(gate, Chance(7), place=0, idea=3, number=0, day=d) for d in (0, 50))
    assert late.decided - early.decided == 50


# --- Goods ----------------------------------------------------------------------------------------


def fixed(value: float) -> Parameter:
    return Parameter(value, value, value, "A test.", "design")


def chain(smoothing: float = 0.05, adjustment: float = 0.1) -> Supply:
    return Supply(
        lead_weeks=fixed(8),
        smoothing=fixed(smoothing),
        adjustment=fixed(adjustment),
        noise=fixed(0.15),
        persistence=fixed(0.3),
        unit_cost=fixed(5),
        holding_weekly=fixed(0.004),
    )


def ratio(supply: Supply, seed: int, weeks: int) -> tuple[float, float]:
    """Variance of orders against demand by quarter and by week."""
    state = fresh_supply(supply, 100.0)
    state.stock = 1_000.0
    demand, orders = [], []
    for week in range(weeks):
        wanted = noisy_demand(supply, state, Chance(seed), week=week, usual=100.0)
        demand.append(wanted)
        orders.append(trade(supply, state, wanted).ordered)
    d, o = np.array(demand[52:]), np.array(orders[52:])
    by_quarter = [x[: len(x) // 13 * 13].reshape(-1, 13).sum(axis=1).var() for x in (o, d)]
    return by_quarter[0] / by_quarter[1], o.var() / d.var()


def test_a_chain_at_rest_stays_at_rest() -> None:
    supply = chain()
    state = fresh_supply(supply, 100.0)
    for _ in range(30):
        week = trade(supply, state, 100.0)
        assert (week.sold, week.ordered, week.stock) == pytest.approx((100.0, 100.0, 100.0))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 300), min_size=1, max_size=30))
def test_goods_are_neither_made_nor_lost(demand: list[float]) -> None:
    supply = chain(0.3, 1.0)
    state = fresh_supply(supply, 100.0)
    before = state.stock + sum(state.coming)
    for wanted in demand:
        week = trade(supply, state, wanted)
        assert week.missed >= 0 <= week.stock
        before += week.ordered - week.sold
    assert state.stock + sum(state.coming) == pytest.approx(before)


def test_b16_demand_is_magnified_a_little_and_panic_a_lot() -> None:
    # Over the nine years of quarterly data that such studies have.
    calm = [ratio(chain(), seed, 52 * 10)[0] for seed in range(40)]
    assert 0.55 <= np.mean(np.array(calm) > 1) <= 0.80
    assert 0.03 < np.mean(calm) - 1 < 0.40
    panic = [ratio(chain(0.3, 1.0), seed, 52 * 10)[1] for seed in range(10)]
    assert np.mean(panic) > 4


# --- Accounts -------------------------------------------------------------------------------------


def year_of(pack: Pack, seed: int, worth: float, using: float = 0.0) -> tuple[Book, list, float]:
    book = fresh_book(pack.business.accounts, Chance(seed), 8, 1)
    events, money = [], 0.0
    for day in range(365):
        happened, came = live_accounts(
            pack.business,
            book,
            Chance(seed),
            day=day,
            day_of_year=1,
            worth=worth,
            gains=[0.0] * 8,
            shipped=frozenset(),
            using=using,
        )
        events += happened
        money += came
    return book, events, money


def test_accounts_renew_once_a_year_and_leave_as_the_pack_says(pack: Pack) -> None:
    renewals = left = 0
    for seed in range(30):
        _, events, _ = year_of(pack, seed, 0.0)
        renewals += sum(e.kind in {"renewed", "left"} for e in events)
        left += sum(e.kind == "left" for e in events)
    assert renewals / 30 == pytest.approx(40, abs=6)
    assert left / renewals == pytest.approx(0.08, abs=0.025)


def test_prospects_grow_with_the_market_won(pack: Pack) -> None:
    def opened(using: float) -> list[set[int]]:
        years = (year_of(pack, seed, 0.0, using)[1] for seed in range(20))
        return [{e.number for e in events if e.kind == "opened"} for events in years]

    nobody, many = opened(0.0), opened(0.1)
    assert np.mean([len(found) for found in nobody]) == pytest.approx(55, rel=0.1)
    # One in ten uses it: 1 + 5 * 0.1 times as many, those of before among them.
    ratio = sum(map(len, many)) / sum(map(len, nobody))
    assert ratio == pytest.approx(1.5, rel=0.1)
    assert all(few <= more for few, more in zip(nobody, many, strict=True))


def test_contented_accounts_stay(pack: Pack) -> None:
    def left(worth: float) -> int:
        return sum(e.kind == "left" for seed in range(10) for e in year_of(pack, seed, worth)[1])

    assert left(-2.0) > left(0.0) >= left(2.0)


def test_a_deal_by_hand(pack: Pack) -> None:
    accounts = pack.business.accounts
    deal = Deal(number=0, value=1.0, asks=3, need=2, opened=0, decides=10)
    gains = [0.0, 0.0, 0.0]
    assert win_odds(accounts, deal, gains=[0.0, 0.0, -0.1], shipped=frozenset({3})) == 0.22
    assert win_odds(accounts, deal, gains=gains, shipped=frozenset()) == 0.22
    better = win_odds(accounts, deal, gains=[0.0, 0.0, 0.1], shipped=frozenset())
    assert better == pytest.approx(0.28)


def test_requests_name_the_need_behind_them_in_three_of_five(pack: Pack) -> None:
    keys = [need.key for need in pack.business.needs]
    named, right = 0, 0
    for seed in range(40):
        for event in year_of(pack, seed, 0.0)[1]:
            if event.kind == "opened":
                named += 1
                right += keys[event.need] == pack.business.ideas[event.asks].need
    assert named / 40 == pytest.approx(60, rel=0.2)
    assert right / named == pytest.approx(0.6, abs=0.04)


def test_schools_renew_together(pack: Pack) -> None:
    accounts = replace(pack.business.accounts, renewal_month=fixed(7))
    book = fresh_book(accounts, Chance(1), 8, 1)
    assert {account.renewal for account in book.accounts} == {181}
