"""The validation itself: what needs no crowd holds here always, the rest in a slow run."""

from __future__ import annotations

import json
import math
from datetime import date
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from tools.validate_simulation import BY_NAME, CHECKS, judge, measure, show, tasks_of, validate
from tools.validation import games
from tools.validation.bounds import bound, improve, worth
from tools.validation.kinds import ALL, PACKS, Line, Size, State, between, exact, load, pooled
from tools.validation.persons import POOLS, person_of, read_ideas
from tools.validation.reliability import PLAYS, by_two, episodes_of, reliability, skill_of
from tools.validation.report import write_report
from tools.validation.store import Store, Task

SMALL = Size(seeds=2, users=4_000, worlds=2)
# Tests of engine, companies and measuring, by their numbers.
TESTS = {*(f"A{n}" for n in range(1, 7)), *(f"B{n}" for n in range(1, 21)), "C1", "C2", "C3"}
LIGHT = ("vectors", "ideas", "sizes", "talks", "tickets", "kano", "goods", "rivals", "debt")


def lines_of(name: str, pack: str, size: Size) -> list[Line]:
    check = BY_NAME[name]
    pieces = [measure(Task(name, pack, n, size)) for n in range(check.pieces(size))]
    # As they come back from a file.
    return list(check.judge(load(pack), json.loads(json.dumps(pieces))))


def test_all_twenty_nine_tests_are_measured() -> None:
    assert {test for check in CHECKS for test in check.tests} == TESTS
    assert len(TESTS) == 29
    assert len(BY_NAME) == len(CHECKS)
    assert all(set(check.packs) <= set(PACKS) for check in CHECKS)


@pytest.mark.parametrize("name", LIGHT)
def test_facts_that_need_no_crowd_hold(name: str) -> None:
    for pack in BY_NAME[name].packs:
        missed = [show(line) for line in lines_of(name, pack, SMALL) if line.state is State.MISSES]
        assert not missed


@pytest.mark.parametrize("pack", PACKS)
def test_the_same_world_on_any_number_of_threads(pack: str) -> None:
    size = Size(seeds=1, users=4_000, worlds=1)
    assert {line.state for line in lines_of("sameness", pack, size)} == {State.HOLDS}


@pytest.mark.parametrize("name", ["use", "writers", "naive"])
def test_what_needs_a_crowd_is_measured_in_a_small_one(name: str) -> None:
    """Whether it holds says nothing at this size."""
    lines = lines_of(name, "saas", SMALL)
    assert {line.test for line in lines} == set(BY_NAME[name].tests)


@pytest.mark.slow
def test_survivors_are_told_from_those_who_left() -> None:
    (found, alarms) = lines_of("survivorship", "edtech", Size(20, 4_000, 2))
    assert (found.state, alarms.state) == (State.HOLDS, State.HOLDS)


@pytest.mark.slow
@pytest.mark.parametrize("pack", PACKS)
def test_every_test_but_the_largest_holds_at_a_small_size(pack: str) -> None:
    names = set(BY_NAME) - {"order", "reliability", "new"}
    lines = list(validate([pack], names, Size(4, 100_000, 12), Store(None, []), jobs=2))
    assert [show(line) for line in lines if line.state is State.MISSES] == []


def test_lines_know_whether_they_hold() -> None:
    line = between("B1", "saas", "figure", [0.4, 0.6], (0, 0.55))
    assert (line.found, line.error, line.tolerance) == ("0.5", "0.1", "0 to 0.55")
    assert line.state is State.HOLDS
    assert between("B1", "saas", "figure", 2.0, (0, 1)).state is State.MISSES
    line = between("B1", "saas", "figure", 2.0, (3, math.inf), "because")
    assert (line.state, line.why, line.tolerance) == (State.EXEMPT, "because", "at least 3")
    assert between("B1", "saas", "figure", math.nan, (0, 1)).state is State.MISSES
    assert exact("A1", ALL, "hash", holds=False).state is State.MISSES


def test_a_ratio_of_sums_has_the_error_of_its_pieces() -> None:
    rng = np.random.default_rng(1)
    under = rng.poisson(400.0, 200).astype(float)
    over = 0.5 * under + rng.normal(0.0, 10.0, 200)
    line = pooled("B8", "saas", "ratio", (over, under), (0, 1))
    assert float(line.found) == pytest.approx(0.5, abs=0.01)
    assert float(line.error) == pytest.approx(10.0 / 400.0 / math.sqrt(200), rel=0.2)


def test_reliability_by_hand() -> None:
    """People differ by 1, their episodes by nothing; or by as much as people do."""
    people = np.arange(40.0).reshape(-1, 1)
    assert reliability(people + np.zeros((1, 6))) == pytest.approx(1.0)
    rng = np.random.default_rng(2)
    scores = rng.standard_normal((4_000, 1)) + rng.standard_normal((4_000, 6))
    assert reliability(scores) == pytest.approx(0.5, abs=0.03)
    scores[rng.random(scores.shape) < 0.3] = np.nan
    assert reliability(scores) == pytest.approx(0.5, abs=0.04)


@pytest.mark.parametrize(("pool", "number"), [("varied", 3), ("varied", 4), ("homogeneous", 5)])
def test_people_read_ideas_as_well_as_their_trait_says(pool: str, number: int) -> None:
    """Over many ideas what is seen has the spread of the truth, and the trait as correlation."""
    person = person_of(POOLS[pool], number)
    scores = np.random.default_rng(5).standard_normal(20_000)
    seen = np.array(read_ideas(POOLS[pool], person, 7, scores.tolist()))
    assert np.corrcoef(seen, scores)[0, 1] == pytest.approx(person.tracks, abs=0.02)
    assert seen.std() == pytest.approx(1.0, abs=0.02)
    assert (seen == read_ideas(POOLS[pool], person, 7, scores.tolist())).all()


def test_two_episodes_repeat_themselves_as_spearman_and_brown_say() -> None:
    rng = np.random.default_rng(3)
    scores = rng.standard_normal((4_000, 1)) + rng.standard_normal((4_000, 6))
    assert reliability(by_two(scores)) == pytest.approx(2 / 3, abs=0.03)
    scores[0, 3] = np.nan
    assert np.isnan(by_two(scores)[0]).tolist() == [False, True, False]


@pytest.mark.parametrize("worlds", [6, 12, 30])
def test_everybody_plays_each_episode_in_one_world(worlds: int) -> None:
    plays = [play for world in range(worlds) for play in episodes_of(world, worlds)]
    assert len(plays) == len(set(plays)) == PLAYS * worlds
    assert all(len(episodes_of(world, worlds)) == PLAYS for world in range(worlds))
    # And no world twice.
    who = [{number for number, _ in episodes_of(world, worlds)} for world in range(worlds)]
    assert all(len(each) == PLAYS for each in who)


@pytest.mark.parametrize(
    ("chance", "usual", "best", "value", "skill"),
    [
        (10.0, 20.0, 40.0, 20.0, 50.0),
        (10.0, 20.0, 40.0, 15.0, 25.0),
        (10.0, 20.0, 40.0, 30.0, 75.0),
        (10.0, 20.0, 40.0, 5.0, 0.0),
        (10.0, 20.0, 40.0, 50.0, 100.0),
        # Whoever looks at the data does no better than chance, or as well as the oracle.
        (10.0, 8.0, 40.0, 25.0, 50.0),
        (10.0, 40.0, 40.0, 25.0, 50.0),
        # Nothing can be won in this world.
        (10.0, 10.0, 10.0, 12.0, 0.0),
    ],
)
def test_skill_by_three_anchors(
    chance: float, usual: float, best: float, value: float, skill: float
) -> None:
    piece = {"chance": chance, "usual": usual, "best": best}
    assert skill_of(value, piece) == pytest.approx(skill)


def test_an_order_is_improved_and_bounded() -> None:
    """The best of all orders of six ideas is found by moves and swaps, and lies under the bound."""
    rng = np.random.default_rng(4)
    for _ in range(20):
        gains, days = rng.random(6), rng.uniform(5.0, 90.0, 6)
        best = max(worth(order, gains, days) for order in permutations(range(6)))
        found = worth(improve(list(range(6)), gains, days), gains, days)
        assert 0.98 * best <= found <= best * (1 + 1e-9)
        assert best <= bound(gains, days)
    # One idea of 80 days that then pays 2 a day for the hundred days left; half of it, divided.
    assert worth([0], np.array([2.0]), np.array([80.0])) == pytest.approx(200.0)
    assert bound(np.array([2.0]), np.array([80.0])) == pytest.approx(280.0)


def test_pieces_are_kept_and_put_together(tmp_path: Path) -> None:
    here, there = tmp_path / "here.jsonl", tmp_path / "there.jsonl"
    keys = [Task("kano", "saas", seed, SMALL).key for seed in range(2)]
    Store(here, []).add(keys[0], {"years": 2.5, "order": True})
    Store(there, []).add(keys[1], {"years": 9.5, "order": True})
    store = Store(here, [there])
    lines = list(validate(["saas"], {"kano"}, SMALL, store, jobs=1))
    assert [line.found for line in lines] == ["equal", "6"]
    wanted = tasks_of(["saas"], {"kano"}, SMALL)
    assert [line.pieces for line in judge(Store(here, []), wanted)] == ["1 of 2"] * 2
    assert list(judge(Store(None, []), wanted)) == []
    # Other sizes, seeds and packs are other pieces.
    others = (Task("kano", "saas", 0, Size(2, 5_000, 2)), Task("kano", "edtech", 0, SMALL))
    assert not {task.key for task in others} & set(store.pieces)


def test_the_page_has_every_line() -> None:
    lines = [
        between("B10", "saas", "second", 0.5, (0, 1)),
        between("B2", "saas", "first", 2.0, (0, 1)),
        between("B2", "health", "other", 2.0, (0, 1), "of no account"),
    ]
    page = write_report(lines, SMALL, date(2026, 11, 26))
    assert page.index("## B2") < page.index("| saas | first |") < page.index("## B10")
    assert "| health | other | 2 |  | 0 to 1 |  | exempt: of no account |" in page
    assert "\n1 lines hold, 1 are outside, 1 are for comparison" in page


def test_few_worlds_in_which_the_gate_is_luckier_than_bayes_are_judged() -> None:
    """Anchors that tie or cross by chance break nothing: who is below the gate is below 50."""
    piece = {
        "order": {"random": 0.2, "rice": 0.4},
        "reading": {"coin": 0.007, "gate": 0.0006, "bayes": 0.0007, "never": 0.004, "all": 0.008},
        "discovery": {"fair": 40.0, "spam": 0.0, "best": 60.0},
    }
    lines = {line.what: line for line in games.judge_games(load("saas"), [piece, piece])}
    assert lines["always suspects: experiments"].found == "23.44"
    assert lines["copies RICE: experiments"].found == "0"
