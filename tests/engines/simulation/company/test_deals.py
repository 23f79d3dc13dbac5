"""Deals that bind: what is agreed is done, what breaks off is decided above, silence costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.simulation import Pack
from pilothouse.engines.simulation.company import talking
from pilothouse.engines.simulation.company.accounts import Deal
from pilothouse.engines.simulation.company.artefacts import Artefact, Kind
from pilothouse.engines.simulation.company.chance import Chance
from pilothouse.engines.simulation.company.command_parts import read_command, write_command
from pilothouse.engines.simulation.company.commands import (
    Commit,
    Communicate,
    DesignExperiment,
    Look,
    Negotiate,
    Prioritise,
    SendUpdate,
    Ship,
)
from pilothouse.engines.simulation.company.delivery import (
    Split,
    Work,
    fresh_shop,
    new_bugs,
    work_day,
)
from pilothouse.engines.simulation.company.negotiation import Sides
from pilothouse.engines.simulation.company.replay import as_played, replay, ship_when_built
from pilothouse.engines.simulation.company.run import CompanyRun, link
from pilothouse.engines.simulation.company.schema import ISSUES
from pilothouse.engines.simulation.company.terms import Agreement, read_terms
from pilothouse.engines.simulation.company.trials import Measure
from pilothouse.kernel.errors import ConflictError

FIRST = date(2026, 1, 5)
Begin = Callable[..., CompanyRun]
BIG, OTHER = "dashboards", "dependencies"


def offering(**shares: float) -> dict[str, float]:
    """An offer of the middle, but for what is named."""
    return {**dict.fromkeys(ISSUES, 0.5), **shares}


def seated(monkeypatch: pytest.MonkeyPatch, least: float, most: float, rounds: int = 3) -> None:
    """Whoever sits there takes any offer between their limit and ours, and has no wishes."""
    sides = Sides(talking.OUR_WEIGHTS, (0.0,) * 5, (least,) * 5, (most,) * 5, rounds)
    monkeypatch.setattr(talking, "open_sides", lambda *_: sides)


@pytest.fixture
def easy(monkeypatch: pytest.MonkeyPatch) -> None:
    seated(monkeypatch, 0.0, 1.0)


@pytest.fixture
def hard(monkeypatch: pytest.MonkeyPatch) -> None:
    seated(monkeypatch, 0.9, 0.1, rounds=1)


def building(begin: Begin, **more: Any) -> CompanyRun:
    """Two large things under way for a week, and everybody just spoken to."""
    run = begin(users=1_000, feedback=False, **more)
    run.give(Prioritise((BIG, OTHER), at_once=2))
    run.advance(7)
    for bond in run.state.bonds:
        bond.attention = 1.0
    return run


def talk(run: CompanyRun, to: str = "cto", about: str = BIG, **shares: float) -> Artefact:
    run.give(Negotiate(to, about, offering(**shares), binding=True))
    return next(a for a in reversed(run.artefacts) if a.kind is Kind.NEGOTIATION)


def idea_of(run: CompanyRun, key: str = BIG) -> int:
    return run.setting.idea(key)


# --- What an offer means --------------------------------------------------------------------------


def test_terms_by_hand() -> None:
    middle = read_terms((0.5,) * 5, wish=10)
    assert (middle.due, middle.updates, middle.update_days) == (31, 3, 14)
    assert (middle.scope, middle.testing, middle.hands) == pytest.approx((0.75, 0.15, 1.0))
    ours, theirs = read_terms((0.0,) * 5, wish=10), read_terms((1.0,) * 5, wish=10)
    assert (ours.due, ours.scope, ours.testing, ours.updates) == (52, 0.5, 0.0, 0)
    assert (theirs.due, theirs.scope, theirs.testing, theirs.updates) == (10, 1.0, 0.3, 6)
    assert (ours.hands, theirs.hands) == pytest.approx((1 / 3, 3.0))


offers = st.tuples(*[st.floats(0, 1)] * 5)


@settings(max_examples=60, deadline=None)
@given(offers, offers)
def test_more_for_them_is_never_less_of_it(one: tuple, other: tuple) -> None:
    low = read_terms(tuple(map(min, one, other)), wish=30)
    high = read_terms(tuple(map(max, one, other)), wish=30)
    assert 30 <= high.due <= low.due <= 72
    assert 0.5 <= low.scope <= high.scope <= 1.0
    assert 0.0 <= low.testing <= high.testing <= 0.3
    assert 0 <= low.updates <= high.updates <= 6
    assert low.hands <= high.hands


def test_an_answer_tells_dates_days_and_shares(begin: Begin, easy: None) -> None:
    run = building(begin)
    run.give(Commit("cto", BIG, FIRST + timedelta(40)))
    facts = talk(run).facts
    assert (facts["agreed"], facts["moves"]) == (True, "promise")
    assert facts["terms"] == {
        "due": FIRST + timedelta(40 + 21),
        "updates": 3,
        "every_days": 14,
        "updates_until": FIRST + timedelta(7 + 42),
        "scope": 0.75,
        "days_cut": pytest.approx(9.5),  # a quarter of 38
        "testing": 0.15,
        "hands": pytest.approx(0.5),
        "hands_until": FIRST + timedelta(7 + 28),
    }


# --- What is agreed is done -----------------------------------------------------------------------


def test_a_date_moves_the_promise_or_makes_one(begin: Begin, easy: None) -> None:
    run = building(begin)
    run.give(Commit("cto", BIG, FIRST + timedelta(40)))
    talk(run, date=1.0)
    talk(run, "ceo", date=0.0)  # the day promised to others is what they would wish
    assert [(p.to, p.due) for p in run.state.promises] == [(2, 40), (0, 82)]
    # Where nothing was promised: the day of the estimate, as reports tell it.
    eta = next(a.facts["eta"] for a in run.artefacts if a.about == OTHER and "eta" in a.facts)
    due = talk(run, "ceo", OTHER, date=1.0).facts["terms"]["due"]
    assert abs((due - eta).days) <= 4


def test_less_scope_is_less_work_and_less_effect(begin: Begin, easy: None) -> None:
    run = building(begin)
    idea = idea_of(run)
    size = run.setting.truths[idea].size
    terms = talk(run, scope=0.0, quality=0.0).facts["terms"]
    assert terms["days_cut"] == pytest.approx(19.0)
    work = next(w for w in run.state.shop.work if w.idea == idea)
    assert (work.size, work.estimate) == (pytest.approx(size / 2), 19.0)
    run.state.built[idea] = run.days
    run.state.shop.work = []
    run.give(Ship(BIG))
    run.advance(2)
    assert run.state.live[idea].power == pytest.approx(0.5)
    (shipped,) = [a for a in run.artefacts if a.kind is Kind.SHIPPED]
    assert shipped.truth["size"] == pytest.approx(size / 2)


def test_what_is_done_is_not_thrown_away(begin: Begin, easy: None) -> None:
    run = building(begin)
    work = next(w for w in run.state.shop.work if w.idea == idea_of(run))
    work.done = 0.8 * work.size
    # More is spent than the estimate had, so there is nothing left to save by it.
    assert talk(run, scope=0.0).facts["terms"]["days_cut"] == 0.0
    assert run.state.agreement(work.idea).scope == pytest.approx(0.8)
    assert work.done == pytest.approx(work.size)
    # Somebody else may ask for more of it again.
    talk(run, "ceo", scope=1.0)
    assert work.size == run.setting.truths[work.idea].size


def test_what_has_not_begun_begins_smaller(begin: Begin, easy: None) -> None:
    run = begin(users=1_000, feedback=False)
    run.give(Commit("cto", BIG, FIRST + timedelta(40)))
    assert talk(run).facts["moves"] == "promise"
    run.give(Prioritise((BIG,), at_once=1))
    run.advance()
    (work,) = run.state.shop.work
    whole = run.setting.truths[work.idea].size
    assert (work.size, work.estimate) == pytest.approx((0.75 * whole, 0.75 * 38))


def test_a_test_shows_the_effect_of_what_was_built(begin: Begin, easy: None) -> None:
    run = building(begin)
    idea = idea_of(run)
    talk(run, scope=0.0)
    run.state.built[idea] = run.days
    run.state.shop.work = []
    run.give(DesignExperiment(BIG, Measure.ACTIVE_DAYS, 3))
    run.advance(5)
    (read,) = [a for a in run.artefacts if a.kind is Kind.EXPERIMENT]
    assert read.truth["effect"] == pytest.approx(run.setting.truths[idea].effect / 2)


def test_hands_and_tests_by_hand(pack: Pack) -> None:
    def day(agreed: dict[int, Agreement]) -> tuple[float, float]:
        shop = fresh_shop(pack.business.team, 3)
        shop.work = [Work(0, 1e9, 1e9, 0), Work(1, 1e9, 1e9, 0)]
        split = Split(1.0, 0.0, 0.0)
        team = pack.business.team
        work_day(team, shop, Chance(3), day=5, split=split, upkeep=0.0, agreed=agreed)
        return shop.work[0].done, shop.work[1].done

    plain, same = day({})
    assert plain == same
    assert day({0: Agreement(hands=3.0, until=6)}) == pytest.approx((1.5 * plain, 0.5 * plain))
    assert day({0: Agreement(hands=3.0, until=5)}) == (plain, plain)
    assert day({0: Agreement(testing=0.3)}) == pytest.approx((0.7 * plain, plain))
    assert day({0: Agreement(halted=6)}) == pytest.approx((0.0, 2.0 * plain))
    both = {n: Agreement(halted=6) for n in (0, 1)}
    assert day(both) == (0.0, 0.0)


def test_tests_spare_two_bugs_of_a_hundred_each(pack: Pack) -> None:
    team, work = pack.business.team, Work(4, 400.0, 400.0, 0)
    shop = fresh_shop(team, 3)

    def bugs(testing: float) -> float:
        drawn = (new_bugs(team, shop, Chance(s), work, 0.0, testing=testing) for s in range(400))
        return sum(drawn) / 400

    assert bugs(0.3) / bugs(0.0) == pytest.approx(0.4, abs=0.04)


def test_a_prospect_waits_for_what_was_agreed(begin: Begin, easy: None) -> None:
    run = begin(users=1_000, feedback=False)
    run.state.bonds[1].attention = 1.0
    idea = idea_of(run)
    deal = Deal(number=900, value=1.0, asks=idea, need=0, opened=0, decides=20)
    later = Deal(number=901, value=1.0, asks=idea, need=0, opened=0, decides=60)
    run.state.book.deals = [deal, later]
    facts = talk(run, "sales_head").facts
    assert facts["moves"] == "request"
    assert facts["terms"]["decides"] == facts["terms"]["due"] == FIRST + timedelta(41)
    assert [d.decides for d in run.state.book.deals] == [41, 60]


# --- Updates --------------------------------------------------------------------------------------


def test_an_update_kept_and_one_missed_by_hand(begin: Begin, easy: None) -> None:
    run = building(begin)
    talk(run, visibility=1 / 3)  # two updates, each within 21 days
    trust = run.state.bonds[2].trust
    run.advance(5)
    run.give(SendUpdate(("cto",), ("It stands at a third.",)))
    run.give(SendUpdate(("cto",), ("Once more counts for nothing.",)))
    assert run.state.bonds[2].trust == pytest.approx(trust + 0.04 * (1 - trust))
    run.advance(37)
    assert run.state.owed[0].left == 1
    before = run.state.bonds[2].trust
    run.advance()
    assert run.state.bonds[2].trust == pytest.approx(before - 0.16 * before)
    assert run.state.owed == []
    told = [a.facts["kept"] for a in run.artefacts if a.facts.get("what") == "update"]
    assert told == [True, False]


def test_word_about_a_promise_is_an_update_and_other_words_are_not(
    begin: Begin, easy: None
) -> None:
    run = building(begin)
    talk(run, visibility=1.0)
    talk(run, "cto", OTHER, visibility=1.0)
    run.give(Communicate("cto", BIG, late=False))
    run.give(SendUpdate(("ceo",), ("All is well.",)))
    assert [owed.sent for owed in run.state.owed] == [True, False]


def test_one_letter_about_two_things_moves_trust_once(begin: Begin, easy: None) -> None:
    run = building(begin)
    talk(run, visibility=1.0)
    talk(run, "cto", OTHER, visibility=1.0)
    trust = run.state.bonds[2].trust
    run.give(SendUpdate(("cto",), ("Both go on.",)))
    assert [owed.sent for owed in run.state.owed] == [True, True]
    assert run.state.bonds[2].trust == pytest.approx(trust + 0.04 * (1 - trust))


def test_two_above_each_hold_the_work(begin: Begin, hard: None) -> None:
    run = building(begin)
    talk(run)
    talk(run, "ceo")
    first, second = sorted(ruling.day for ruling in run.state.rulings)
    run.advance(first + 1 - run.days)
    assert len(run.state.rulings) == (first != second)
    if first != second:
        assert run.state.agreement(idea_of(run)).halted == second + 1
    run.advance(second + 1 - run.days)
    assert run.state.agreement(idea_of(run)).halted <= run.days


def test_when_people_have_it_nothing_more_is_owed(begin: Begin, easy: None) -> None:
    run = building(begin)
    talk(run, visibility=1.0)
    run.state.built[idea_of(run)] = run.days
    run.state.shop.work = []
    run.give(Ship(BIG))
    run.advance(9)
    assert run.state.owed == []
    assert not [a for a in run.artefacts if a.facts.get("what") == "update"]


# --- Without a deal -------------------------------------------------------------------------------


def test_without_a_deal_somebody_above_decides(begin: Begin, hard: None) -> None:
    run = building(begin)
    idea, trust = idea_of(run), run.state.bonds[2].trust
    facts = talk(run).facts
    assert (facts["broken"], facts["halted"]) == (True, True)
    assert run.artefacts[-1].kind is Kind.ESCALATION
    assert run.state.bonds[2].trust == pytest.approx(trust - 0.04)
    assert run.state.surprised == {2: run.days}
    work = next(w for w in run.state.shop.work if w.idea == idea)
    done, other = work.done, next(w for w in run.state.shop.work if w.idea != idea)
    begun = other.done
    run.advance(3)
    assert work.done == done
    assert other.done > begun
    run.advance(8)
    (ruling,) = [a for a in run.artefacts if a.kind is Kind.RULING]
    assert 3 <= (ruling.day - FIRST).days - 7 <= 10
    assert (ruling.facts["to"], ruling.facts["by"]) == ("cto", "ceo")
    assert all(0.5 <= share <= 1.0 for share in ruling.facts["offer"].values())
    assert run.state.promises[0].to == 2
    assert run.setting.date_of(run.state.promises[0].due) == ruling.facts["terms"]["due"]
    assert run.state.agreement(idea).scope >= 0.75
    run.advance(3)
    assert work.done > done


def test_luck_above_differs_by_future_and_limits_do_not(begin: Begin, hard: None) -> None:
    told = []
    for replicate in (0, 1):
        run = building(begin, replicate=replicate)
        talk(run)
        run.advance(12)
        told.append(next(a for a in run.artefacts if a.kind is Kind.RULING).facts["offer"])
    assert told[0] != told[1]


def test_a_ruling_on_what_is_out_is_none(begin: Begin, hard: None) -> None:
    run = building(begin)
    run.state.built[idea_of(run)] = run.days
    run.state.shop.work = []
    assert "halted" not in talk(run).facts
    run.give(Ship(BIG))
    run.advance(12)
    assert run.state.rulings == []
    assert not [a for a in run.artefacts if a.kind is Kind.RULING]


def test_about_nothing_a_talk_moves_trust_only(begin: Begin, easy: None) -> None:
    run = building(begin)
    trust = run.state.bonds[2].trust
    facts = talk(run, "cto", "sso").facts
    assert (facts["agreed"], facts["moves"], facts["there"]) == (True, "", False)
    assert "terms" not in facts
    assert run.state.bonds[2].trust == pytest.approx(trust + 0.04 * (1 - trust))
    assert (run.state.promises, run.state.agreed, run.state.settled) == ([], {}, {})


# --- Attention ------------------------------------------------------------------------------------


def test_whoever_thinks_of_other_things_answers_late(begin: Begin, easy: None) -> None:
    run = building(begin)
    run.state.bonds[2].attention = 0.5
    run.give(Negotiate("cto", BIG, offering(), binding=True))
    assert not [a for a in run.artefacts if a.kind is Kind.NEGOTIATION]
    run.advance(3)  # half of six days
    (said,) = [a for a in run.artefacts if a.kind is Kind.NEGOTIATION]
    assert said.day == FIRST + timedelta(9)


def test_a_call_brings_the_answer_in_the_evening(begin: Begin, easy: None) -> None:
    run = building(begin)
    run.state.bonds[2].attention = 0.1
    run.give(Negotiate("cto", BIG, offering(), binding=True))
    run.give(Look("call", "cto"))
    run.advance()
    assert [a.day for a in run.artefacts if a.kind is Kind.NEGOTIATION] == [FIRST + timedelta(7)]


def test_a_talk_left_lying_is_broken_off(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    seated(monkeypatch, 0.4, 1.0)
    run = building(begin)
    assert not talk(run, date=0.1).facts["agreed"]
    run.advance(20)
    assert len(run.state.talks) == 1
    run.advance(2)
    assert run.state.talks == []
    said = [a for a in run.artefacts if a.kind is Kind.NEGOTIATION]
    assert [a.facts["broken"] for a in said] == [False, True]
    assert len(run.state.rulings) == 1


# --- The command ----------------------------------------------------------------------------------


def test_a_talk_binds_from_its_first_offer_on(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    seated(monkeypatch, 0.4, 1.0)
    run = building(begin)
    talk(run, date=0.1)
    with pytest.raises(ConflictError, match="binds from its first offer on"):
        run.give(Negotiate("cto", BIG, offering()))
    run.give(Negotiate("ceo", BIG, offering(date=0.1)))
    with pytest.raises(ConflictError, match="binds from its first offer on"):
        run.give(Negotiate("ceo", BIG, offering(), binding=True))


def test_an_offer_waits_for_its_answer_and_a_deal_stands(begin: Begin, easy: None) -> None:
    run = building(begin)
    run.state.bonds[2].attention = 0.2
    run.give(Negotiate("cto", BIG, offering(), binding=True))
    with pytest.raises(ConflictError, match="not answered your last offer"):
        run.give(Negotiate("cto", BIG, offering(), binding=True))
    with pytest.raises(ConflictError, match="binds from its first offer on"):
        run.give(Negotiate("cto", BIG, offering()))
    run.advance(5)
    with pytest.raises(ConflictError, match="stands until 2026-02-13"):
        run.give(Negotiate("cto", BIG, offering(), binding=True))
    run.give(Negotiate("ceo", BIG, offering(), binding=True))
    run.advance(28)
    run.give(Negotiate("cto", BIG, offering(), binding=True))


def test_what_was_logged_before_reads_as_before() -> None:
    command = Negotiate("cto", "sso", {"date": 0.2, "quality": 0.6})
    assert "binding" not in write_command(command)
    assert link("", 3, command) == DIGEST_BEFORE
    bound = Negotiate("cto", "sso", {"date": 0.2, "quality": 0.6}, binding=True)
    assert read_command(write_command(bound)) == bound
    assert link("", 3, bound) != DIGEST_BEFORE


# Of a log written before talks could bind.
DIGEST_BEFORE = "28196890e48ec4261754fcefaf180b935a55487c8fb9d095821ee04305642168"


# --- Replay ---------------------------------------------------------------------------------------


def bargain(run: CompanyRun, until: int) -> CompanyRun:
    """Talk with two of them every other day, tell one of them, ship what is built."""
    while run.days < until:
        for to, about in (("cto", BIG), ("ceo", OTHER)):
            if run.days % 2 == 0:
                try:
                    run.give(Negotiate(to, about, offering(date=0.2, scope=0.1), binding=True))
                except ConflictError:
                    continue
        if run.days % 15 == 0:
            run.give(SendUpdate(("cto",), ("It goes on.",)))
        ship_when_built(run)
        run.advance()
    return run


@pytest.mark.parametrize("stubborn", [False, True])
def test_snapshot_and_log_give_the_straight_run(
    begin: Begin, pack: Pack, monkeypatch: pytest.MonkeyPatch, stubborn: bool
) -> None:
    if stubborn:
        seated(monkeypatch, 0.9, 0.1, rounds=2)
    start = {"users": 1_000, "feedback": False}

    def fresh() -> CompanyRun:
        run = begin(**start)
        run.give(Prioritise((BIG, OTHER), at_once=2))
        return run

    straight = bargain(fresh(), 40)
    kinds = {a.kind for a in straight.artefacts}
    assert Kind.RULING in kinds if stubborn else straight.state.agreed
    half = bargain(fresh(), 9)
    snapshot = half.snapshot()
    bargain(half, 20)
    resumed = bargain(CompanyRun.restore(pack, snapshot, threads=1, feedback=False), 40)
    assert (resumed.state_hash, resumed.value) == (straight.state_hash, straight.value)
    again = begin(**start)
    for entry in straight.log:
        again.advance(entry.given - again.days)
        again.give(read_command(write_command(entry.command)))
    again.advance(40 - again.days)
    assert (again.state_hash, again.value) == (straight.state_hash, straight.value)


def test_regret_sees_what_a_deal_costs(begin: Begin, pack: Pack, easy: None) -> None:
    """Half of a thing that helps brings less than the whole, and it is there earlier."""
    run = begin(users=20_000, feedback=False)
    best = max(run.setting.truths, key=lambda truth: truth.effect)
    key = run.setting.business.ideas[best.place].key
    run.give(Prioritise((key,), at_once=1))
    run.advance()
    for bond in run.state.bonds:
        bond.attention = 1.0
    offer = offering(scope=0.0, quality=0.0)
    options = {
        "half": [Negotiate("cto", key, offer, binding=True)],
        "talk": [Negotiate("cto", key, offer)],
        "whole": [],
    }
    found = replay(
        pack,
        run.snapshot(),
        options,
        chosen="half",
        days=60,
        futures=2,
        later=ship_when_built,
    )
    values = {option.name: option.values for option in found.options}
    assert values["talk"] == values["whole"]
    assert all(a != b for a, b in zip(values["half"], values["whole"], strict=True))
    assert found.regret >= 0.0
    # A log that is played on in another future binds there, too.
    run.give(options["half"][0])
    later = replay(pack, run.snapshot(), {"on": []}, chosen="on", days=5, later=as_played(run.log))
    assert len(later.options[0].values) == 32
