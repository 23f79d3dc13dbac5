"""Inquiries into incidents: what they say is right in a part, a deeper one in more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.simulation import Pack
from pilothouse.engines.simulation.company.artefacts import Artefact, Kind
from pilothouse.engines.simulation.company.chance import Chance
from pilothouse.engines.simulation.company.commands import InvestigateIncident, Prioritise
from pilothouse.engines.simulation.company.inquiry import (
    DEEP_DAYS,
    DEEP_WORK,
    Broken,
    Cause,
    find,
    remember,
    working,
)
from pilothouse.engines.simulation.company.run import CompanyRun
from pilothouse.kernel.errors import PilothouseError

FIRST = date(2026, 1, 5)
Begin = Callable[..., CompanyRun]
MANY = 3_000


def noted(day: int, **more: object) -> Broken:
    facts = {"weekday": 0, "hours": 3.0, "release": False, "debt": 1.0, "changed": [4], **more}
    return remember(Chance(5), day=day, **facts)


def shares(*, deep: bool) -> Counter[int]:
    """At which rank the cause that acted is named, -1 for nowhere, over many incidents."""
    ranks: Counter[int] = Counter()
    for day in range(MANY):
        broken = noted(day)
        found = find(Chance(5), broken, deep=deep).causes
        ranks[found.index(broken.cause) if broken.cause in found else -1] += 1
    return ranks


def test_the_cause_is_named_first_in_half_of_cases_and_after_more_work_in_four_of_five() -> None:
    quick, deep = shares(deep=False), shares(deep=True)
    assert quick[0] / MANY == pytest.approx(0.5, abs=0.03)
    assert quick[-1] / MANY == pytest.approx(0.2, abs=0.03)
    assert deep[0] / MANY == pytest.approx(0.8, abs=0.03)
    assert deep[-1] / MANY == pytest.approx(0.05, abs=0.02)


def test_what_is_looked_at_and_not_named_is_not_cleared() -> None:
    """Where what acted is not named it has been looked at in some cases, and overlooked."""
    overlooked = missed = 0
    for day in range(MANY):
        broken = noted(day)
        found = find(Chance(5), broken, deep=False)
        if broken.cause not in found.causes:
            missed += 1
            overlooked += broken.cause in found.looked
    # Two or three others are named, one of the two or three that are left is looked at.
    assert overlooked / missed == pytest.approx((1 / 2 + 1 / 3) / 2, abs=0.06)


def test_what_acts_follows_the_rate_of_incidents() -> None:
    """Debt D makes incidents 1 + D times as many: a share D / (1 + D) is its own."""
    drawn = Counter(noted(day, debt=1.0).cause for day in range(MANY))
    assert drawn[Cause.WEAR] / MANY == pytest.approx(0.5, abs=0.03)
    for other in (Cause.LOAD, Cause.PARTNER, Cause.HANDLING):
        assert drawn[other] / MANY == pytest.approx(0.5 / 3, abs=0.03)
    assert {noted(day, release=True).cause for day in range(50)} == {Cause.CHANGE}
    assert Cause.WEAR not in {noted(day, debt=0.0).cause for day in range(200)}


@given(
    st.integers(0, 3_000),
    st.floats(0.1, 500.0),
    st.floats(0.0, 10.0),
    st.booleans(),
    st.booleans(),
)
def test_two_or_three_are_named_once_each_and_one_of_them_at_most_was_it(
    day: int, hours: float, debt: float, release: bool, deep: bool
) -> None:
    changed = [1] if release else []
    broken = noted(day, hours=hours, debt=debt, release=release, changed=changed)
    found = find(Chance(9), broken, deep=deep)
    assert 2 <= len(found.causes) == len(set(found.causes)) <= 3
    assert set(found.causes) < set(found.looked)
    assert len(found.looked) == (4 + release if deep else len(found.causes) + 1)
    assert 0.0 < found.noticed_hours < 0.5 * hours
    # A release that was not can neither be looked at nor blamed.
    assert changed or Cause.CHANGE not in found.looked
    assert find(Chance(9), broken, deep=deep) == found


def test_nothing_is_told_on_a_weekend() -> None:
    assert [working(3, weekday) for weekday in range(7)] == [3, 3, 5, 4, 3, 3, 3]
    for day in range(200):
        broken = noted(day, weekday=day % 7)
        assert broken.first % 7 < 5
        assert 3 <= broken.first - day <= 10


@pytest.fixture
def restless(pack: Pack) -> Pack:
    """The software pack with an incident every few days; half of them are of weight."""
    business = pack.business
    often = replace(business.team.incidents_yearly, value=120.0)
    team = replace(business.team, incidents_yearly=often)
    return replace(pack, business=replace(business, team=team))


def told(run: CompanyRun) -> list[Artefact]:
    return [a for a in run.artefacts if a.kind is Kind.POSTMORTEM]


def test_an_inquiry_follows_every_incident_of_weight(begin: Begin, restless: Pack) -> None:
    run = begin(pack=restless, users=500)
    run.advance(60)
    heavy = {a.day for a in run.artefacts if a.kind is Kind.INCIDENT and a.facts["hours"] >= 2.0}
    light = {a.day for a in run.artefacts if a.kind is Kind.INCIDENT} - heavy
    of = {a.facts["of"] for a in told(run)}
    assert len(heavy) >= 5
    assert of <= heavy
    assert {day for day in heavy if day <= run.today - timedelta(days=11)} <= of
    assert light
    for each in told(run):
        assert 3 <= (each.day - each.facts["of"]).days <= 10
        assert (each.facts["causes"][0] == each.truth["cause"]) == each.truth["first"]


def test_telling_moves_nothing(begin: Begin, restless: Pack) -> None:
    loud, quiet = begin(pack=restless, users=500), begin(pack=restless, users=500, feedback=False)
    loud.advance(30)
    quiet.advance(30)
    assert told(loud)
    assert not told(quiet)
    assert loud.state_hash == quiet.state_hash
    forgotten = begin(pack=restless, users=500)
    forgotten.advance(30)
    forgotten.state.broken = []
    assert forgotten.state_hash == loud.state_hash


def test_a_deeper_inquiry_takes_days_of_the_team_and_is_told_a_week_later(
    begin: Begin, restless: Pack
) -> None:
    run, still = begin(pack=restless, users=500), begin(pack=restless, users=500)
    truths = sorted(run.setting.truths, key=lambda truth: -truth.size)
    largest = tuple(run.setting.business.ideas[t.place].key for t in truths[:2])
    for each in (run, still):
        each.give(Prioritise(largest))
        each.advance(21)
    broken = run.state.broken[-1]
    run.give(InvestigateIncident(run.setting.date_of(broken.day)))
    assert run.state.minutes == 480 - 45
    assert run.state.shop.owed == DEEP_WORK
    assert broken.deep is not None
    assert broken.deep >= run.days + DEEP_DAYS
    taken = [sum(w.done for w in each.state.shop.work) for each in (run, still)]
    days = broken.deep - run.days + 1
    for each in (run, still):
        each.advance(days)
    assert run.state.shop.owed == 0.0
    lost = [sum(w.done for w in each.state.shop.work) for each in (run, still)]
    # Four fifths of those days would have gone into what is built.
    assert (lost[1] - taken[1]) - (lost[0] - taken[0]) == pytest.approx(0.8 * DEEP_WORK, rel=0.02)
    deep = [a for a in told(run) if a.facts["deep"]]
    assert [a.facts["of"] for a in deep] == [run.setting.date_of(broken.day)]
    assert len(deep[0].facts["looked"]) == 4 + bool(deep[0].facts["changed"])
    assert run.state_hash != still.state_hash


def test_what_cannot_be_investigated_is_refused(begin: Begin, restless: Pack) -> None:
    run = begin(pack=restless, users=500)
    with pytest.raises(PilothouseError) as refused:
        run.give(InvestigateIncident(FIRST))
    assert "nothing of weight broke on that day" in refused.value.sentence
    assert "Wait until something is." in refused.value.sentence
    run.advance(21)
    day = run.setting.date_of(run.state.broken[0].day)
    with pytest.raises(PilothouseError) as refused:
        run.give(InvestigateIncident(date(2030, 1, 1)))
    assert f"There were incidents of weight on: {day}" in refused.value.sentence
    run.give(InvestigateIncident(day))
    with pytest.raises(PilothouseError) as refused:
        run.give(InvestigateIncident(day))
    assert "looked into once more already. It is told on 2026-" in refused.value.sentence
    run.advance(70)
    with pytest.raises(PilothouseError, match="nothing of weight broke"):
        run.give(InvestigateIncident(day))


def test_a_snapshot_goes_on_as_the_run_does(begin: Begin, restless: Pack) -> None:
    run = begin(pack=restless, users=500)
    run.advance(14)
    run.give(InvestigateIncident(run.setting.date_of(run.state.broken[-1].day)))
    copy = CompanyRun.restore(restless, run.snapshot())
    before = len(run.artefacts)
    run.advance(14)
    copy.advance(14)
    assert run.state_hash == copy.state_hash
    assert run.artefacts[before:] == copy.artefacts
    assert any(a.facts["deep"] for a in told(copy))
