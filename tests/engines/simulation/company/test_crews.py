"""One team or several: what splitting saves within teams, and what it costs between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.simulation import Pack
from pilothouse.engines.simulation.company.artefacts import Kind
from pilothouse.engines.simulation.company.chance import Chance
from pilothouse.engines.simulation.company.commands import (
    AllocateCapacity,
    Command,
    Prioritise,
    SplitTeams,
)
from pilothouse.engines.simulation.company.crews import (
    HANDOVER,
    LEADING,
    SETTLING_DAYS,
    SETTLING_PACE,
    freest,
    handover,
    members,
    topics_of,
)
from pilothouse.engines.simulation.company.delivery import (
    Shop,
    Split,
    Work,
    capacity,
    fresh_shop,
    hands,
    heads,
    work_day,
)
from pilothouse.engines.simulation.company.run import CompanyRun
from pilothouse.engines.simulation.company.schema import Team
from pilothouse.engines.simulation.company.state import digest_of
from pilothouse.kernel.errors import PilothouseError

Begin = Callable[..., CompanyRun]
FIRST = date(2026, 1, 5)
TALK, FOCUS = 0.004, 0.15


@pytest.fixture(scope="module")
def team(pack: Pack) -> Team:
    return pack.business.team


@pytest.fixture(autouse=True, scope="module")
def _keep(team: Team) -> None:
    _KEPT["team"] = team


_KEPT: dict[str, Team] = {}


def able(team: Team, people: int, teams: int, at_once: int) -> float:
    """Person-days a day of ``people`` long there, in ``teams``, with free work at once."""
    shop = Shop([-1000] * people, 0.0, teams=teams)
    at_once = max(at_once, teams)
    return sum(
        capacity(
            team,
            shop,
            day=0,
            working=len(range(number, at_once, teams)),
            pressure=0.0,
            upkeep=0.0,
            number=number,
        )
        for number in range(teams)
    )


def best(team: Team, people: int, at_once: int) -> int:
    return max((1, 2, 3), key=lambda teams: (able(team, people, teams, at_once), -teams))


def test_capacity_of_two_teams_by_hand(team: Team) -> None:
    shop = replace(fresh_shop(team, 1), debt=1.0, teams=2)
    people = 4 - TALK * 6 - LEADING / 2
    assert hands(team, shop, 0, 1) == pytest.approx(people)
    for number in (0, 1):
        found = capacity(team, shop, day=0, working=2, pressure=0.0, upkeep=0.0, number=number)
        assert found == pytest.approx(people / (1 + FOCUS) * 0.775)
    shop.settled = 5
    slow = capacity(team, shop, day=4, working=1, pressure=0.0, upkeep=0.0)
    usual = capacity(team, shop, day=5, working=1, pressure=0.0, upkeep=0.0)
    assert slow == pytest.approx(SETTLING_PACE * usual)


def test_small_companies_lose_by_splitting_and_large_ones_gain(team: Team) -> None:
    """One thing at once, as many as there are teams: talk grows with the square of people."""
    assert able(team, 6, 2, 1) < able(team, 6, 1, 1)
    assert able(team, 6, 2, 2) < able(team, 6, 1, 2)
    assert able(team, 20, 2, 1) < able(team, 20, 1, 1)
    assert able(team, 40, 2, 1) > able(team, 40, 1, 1)
    assert able(team, 70, 3, 1) > able(team, 70, 2, 1)
    # Whoever has two things in hand anyway gains earlier: one each is easier than two for all.
    assert able(team, 10, 2, 2) > able(team, 10, 1, 2)


@given(st.integers(1, 99), st.integers(1, 6))
def test_the_best_number_of_teams_never_falls_with_people(people: int, at_once: int) -> None:
    team = _KEPT["team"]
    assert best(team, people, at_once) <= best(team, people + 1, at_once)
    assert best(team, 3, min(at_once, 2)) == 1


@given(st.lists(st.integers(-300, 0), min_size=1, max_size=40), st.integers(1, 3))
def test_everybody_is_in_one_team(joined: list[int], teams: int) -> None:
    parts = [members(joined, number, teams) for number in range(teams)]
    assert sorted(since for part in parts for since in part) == sorted(joined)
    sizes = [len(part) for part in parts]
    assert max(sizes) - min(sizes) <= 1


@given(st.lists(st.integers(-300, 0), max_size=30), st.integers(0, 200))
def test_one_team_is_what_there_was(joined: list[int], day: int) -> None:
    team = _KEPT["team"]
    assert hands(team, Shop(joined, 0.5), day) == heads(team, joined, day)


def test_what_was_not_divided_has_the_digest_it_had(team: Team) -> None:
    shop = fresh_shop(team, 2)
    shop.work = [Work(0, 3.0, 2.0, 0)]
    before = digest_of(shop)
    shop.work[0].team = 1
    assert digest_of(shop) != before
    shop.work[0].team = 0
    assert digest_of(shop) == before
    shop.teams = 2
    assert digest_of(shop) != before


def test_hand_overs_by_hand() -> None:
    topics = [frozenset(each) for each in ({"a"}, {"a", "p"}, {"b"}, {"p"})]
    works = [Work(idea, 9.0, 9.0, 0, team=at) for idea, at in ((0, 0), (2, 0), (1, 1), (3, 1))]
    # Of the first team one of two hangs together with the other's; of the second one as well.
    assert handover(works, topics, 0) == pytest.approx(HANDOVER / 2)
    assert handover(works, topics, 1) == pytest.approx(HANDOVER / 2)
    assert handover([replace(work, team=0) for work in works], topics, 0) == 0.0
    assert handover(works, topics, 2) == 0.0
    assert freest(works, 3) == 2
    assert freest(works, 2) == 0


def test_ideas_hang_together_by_need_step_or_project(pack: Pack) -> None:
    topics, ideas = topics_of(pack.business), pack.business.ideas
    for one, other in zip(range(len(ideas)), range(1, len(ideas)), strict=False):
        a, b = ideas[one], ideas[other]
        same = a.step == b.step and (bool(a.step) or a.need == b.need)
        project = bool(a.project) and a.project == b.project
        assert bool(topics[one] & topics[other]) == (same or project)


def test_teams_build_side_by_side_each_by_its_own_luck(team: Team) -> None:
    shop = fresh_shop(team, 1)
    shop.teams, shop.debt = 2, 0.0
    shop.work = [Work(0, 1e9, 1e9, 0, team=0), Work(1, 1e9, 1e9, 0, team=1)]
    apart = [frozenset({"a"}), frozenset({"b"})]
    for day in range(400):
        shop.debt = 0.0
        work_day(
            team, shop, Chance(3), day=day, split=Split(1.0, 0.0, 0.0), upkeep=0.0, topics=apart
        )
    done = [work.done for work in shop.work]
    expected = 400 * (4 - TALK * 6 - LEADING / 2)
    assert done == pytest.approx([expected, expected], rel=0.1)
    assert done[0] != done[1]


def test_a_team_without_work_builds_nothing(team: Team) -> None:
    def one_day(teams: int) -> float:
        shop = fresh_shop(team, 1)
        shop.teams = teams
        shop.work = [Work(0, 1e9, 1e9, 0)]
        work_day(team, shop, Chance(3), day=0, split=Split(), upkeep=0.0, topics=[frozenset()])
        return shop.work[0].done

    assert one_day(2) < 0.5 * one_day(1)


def largest(run: CompanyRun, count: int) -> tuple[str, ...]:
    """Keys of the ideas that take longest: they do not end within a test."""
    truths = sorted(run.setting.truths, key=lambda truth: -truth.size)[:count]
    return tuple(run.setting.business.ideas[truth.place].key for truth in truths)


def test_splitting_comes_into_force_tomorrow_and_costs_two_weeks(begin: Begin) -> None:
    run, still = begin(users=100), begin(users=100)
    for each in (run, still):
        each.give(Prioritise(largest(each, 4), at_once=3))
        each.give(AllocateCapacity(1.0, 0.0, 0.0))
        each.advance(7)
    run.give(SplitTeams(3))
    assert run.state.shop.teams == 1
    assert run.state.minutes == 480 - 60
    run.advance(2)
    assert run.state.shop.teams == 3
    assert run.state.shop.settled == 7 + 1 + SETTLING_DAYS
    assert sorted(work.team for work in run.state.shop.work) == [0, 1, 2]
    run.give(SplitTeams(1))
    run.advance(2)
    assert {work.team for work in run.state.shop.work} == {0}
    still.advance(4)
    done = [sum(work.done for work in each.state.shop.work) for each in (run, still)]
    assert done[0] < done[1]


def test_the_report_says_who_works_on_what(begin: Begin) -> None:
    run = begin(users=100)
    run.give(Prioritise(largest(run, 2), at_once=2))
    run.give(SplitTeams(3))
    run.advance(6)
    told = [a for a in run.artefacts if a.kind is Kind.TEAMS]
    assert [a.day.weekday() for a in told] == [4]
    teams = told[0].facts["teams"]
    # Somebody has left in that week.
    assert [team["people"] for team in teams] == [3, 2, 2]
    assert sorted(key for team in teams for key in team["ideas"]) == sorted(largest(run, 2))
    assert [] in [team["ideas"] for team in teams]
    assert told[0].facts["settled"] == FIRST + timedelta(days=1 + SETTLING_DAYS)
    lines = {a.about: a.facts["team"] for a in run.artefacts if a.kind is Kind.PROGRESS}
    assert sorted(lines.values()) == [1, 2]
    one = begin(users=100)
    one.give(Prioritise(largest(one, 2)))
    one.advance(6)
    assert not any(a.kind is Kind.TEAMS or "team" in a.facts for a in one.artefacts)


@pytest.mark.parametrize(
    ("command", "people", "rule"),
    [
        (SplitTeams(0), 8, "the number of teams lies between 1 and 3"),
        (SplitTeams(4), 8, "the number of teams lies between 1 and 3"),
        (SplitTeams(1), 8, "1: they are divided so already. Leave it, or choose another number."),
        (SplitTeams(3), 5, "3: a team has at least 2 people, and there are 5. Take fewer teams"),
    ],
)
def test_what_cannot_be_divided_is_refused(
    begin: Begin, command: Command, people: int, rule: str
) -> None:
    run = begin(users=100)
    run.state.shop.joined = run.state.shop.joined[:people]
    before = run.state_hash
    with pytest.raises(PilothouseError) as refused:
        run.give(command)
    assert rule in refused.value.sentence
    assert run.state_hash == before


def test_merging_is_always_allowed(begin: Begin) -> None:
    run = begin(users=100)
    run.give(SplitTeams(2))
    run.advance(2)
    run.state.shop.joined = run.state.shop.joined[:1]
    run.give(SplitTeams(1))
    run.advance(2)
    assert run.state.shop.teams == 1


def test_teams_go_on_from_a_snapshot_and_on_any_threads(begin: Begin, pack: Pack) -> None:
    run, other = begin(users=300), begin(users=300, threads=1)
    for each in (run, other):
        each.give(Prioritise(largest(each, 6), at_once=3))
        each.give(SplitTeams(2))
        each.advance(10)
    copy = CompanyRun.restore(pack, run.snapshot())
    for each in (run, other, copy):
        each.give(SplitTeams(3))
        each.advance(15)
    assert run.state_hash == other.state_hash == copy.state_hash
    assert run.state.shop.teams == 3
