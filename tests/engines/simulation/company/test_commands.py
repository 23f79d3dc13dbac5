"""Commands as data: read from anything, refused with the part and the rule, and what each does."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from pilothouse.engines.simulation import Pack
from pilothouse.engines.simulation.company.artefacts import Kind
from pilothouse.engines.simulation.company.chance import Chance
from pilothouse.engines.simulation.company.command_parts import read_command, write_command
from pilothouse.engines.simulation.company.commands import (
    COMMANDS,
    AllocateCapacity,
    Command,
    Commit,
    DesignExperiment,
    DesignSwitchback,
    Forecast,
    Look,
    Negotiate,
    Prioritise,
    SendUpdate,
    Ship,
    StopExperiment,
    Survey,
)
from pilothouse.engines.simulation.company.effects import signal
from pilothouse.engines.simulation.company.feedback import review_topic
from pilothouse.engines.simulation.company.research import Question
from pilothouse.engines.simulation.company.run import CompanyRun
from pilothouse.engines.simulation.company.schema import ISSUES
from pilothouse.engines.simulation.company.trials import Measure, Trial, Turns, read_trial
from pilothouse.kernel.errors import ConflictError, InvalidValueError, PilothouseError
from tests.engines.simulation.company.test_company_run import boosted, build_at_once

FIRST = date(2026, 1, 5)
Begin = Callable[..., CompanyRun]
# A value that is right for a part of each type.
FITTING: dict[str, Any] = {
    "str": "sso",
    "bool": True,
    "int": 3,
    "float": 0.5,
    "date": "2026-03-01",
    "Measure": "sessions",
    "Question": "last time",
    "tuple[str, ...]": ["sso", "timeline"],
    "tuple[Measure, ...]": ["orders"],
    "Mapping[str, float]": {"date": 0.5},
    "Mapping[float, float]": {"0.1": 3, "0.9": 8},
}


def parts_of(name: str) -> dict[str, str]:
    """The parts of a command and their types, without "or nothing"."""
    return {p.name: str(p.type).removesuffix(" | None") for p in fields(COMMANDS[name])}


def fitting(name: str) -> dict[str, Any]:
    return {"command": name, **{key: FITTING[kind] for key, kind in parts_of(name).items()}}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_survives_json(name: str) -> None:
    command = read_command(fitting(name))
    assert read_command(json.loads(json.dumps(write_command(command)))) == command
    assert command.cost > 0


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_no_part_takes_what_it_cannot_be(name: str) -> None:
    for key, kind in parts_of(name).items():
        for wrong in ({"a": object()}, [None], True, float("nan")):
            if (kind, wrong) != ("bool", True):
                with pytest.raises(InvalidValueError, match=f"{key} of {name} must be "):
                    read_command({**fitting(name), key: wrong})


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ("Ship", "a command is a table of its parts"),
        ({"command": ["Ship"]}, "a command must be one of: AllocateCapacity, "),
        ({"command": "Ship"}, "Ship needs idea"),
        ({"command": "Ship", "idea": "sso", 3: 4}, "3: Ship has no part of that name. Its parts"),
        ({"command": "SetPrice", "factor": "1.1"}, "1.1: factor of SetPrice must be a number"),
        ({"command": "Survey", "people": 2.5}, "2.5: people of Survey must be a whole number"),
        (
            {"command": "Commit", "to": "ceo", "idea": "sso", "day": "soon"},
            "soon: day of Commit must be a date, written year-month-day",
        ),
    ],
)
def test_what_cannot_be_read_says_why(given: Any, rule: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        read_command(given)
    assert rule in refused.value.sentence


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (Forecast("actives", None, date(2026, 3, 1)), "a probability or quantiles"),
        (Forecast("actives", 0.5, date(2026, 3, 1), {0.5: 3}), "a probability or quantiles"),
        (Forecast("actives", None, date(2026, 3, 1), {0.1: 3, 0.9: 2}), "are not smaller"),
        (Forecast("actives", None, date(2026, 3, 1), {1.5: 3}), "the share of a quantile"),
        (SendUpdate(("nobody",), ("All is well.",)), "no such stakeholder"),
        (SendUpdate((), ("All is well.",)), "at least a stakeholder"),
        (SendUpdate(("ceo",), (" ",)), "at least a claim"),
        (Look("sky"), "one looks at one of: dashboard, tickets, query, call"),
        (Look("call", "nobody"), "no such stakeholder"),
        (DesignSwitchback("timeline", Measure.SESSIONS, 42), "built and not shipped"),
        (DesignSwitchback("threads", Measure.SESSIONS, 20), "at least 6 of them. Give it 42 days"),
        (DesignSwitchback("threads", Measure.SESSIONS, 42, washout_days=7), "between 0 and 6"),
        (DesignSwitchback("threads", Measure.SESSIONS, 42, turn_days=0), "between 1 and 90"),
        (DesignExperiment("threads", Measure.SESSIONS, 28, mde=0.0), "the smallest relative"),
    ],
)
def test_what_may_not_be_is_refused(begin: Begin, command: Command, rule: str) -> None:
    run = begin()
    build_at_once(run, "threads")
    before = run.state_hash
    with pytest.raises(PilothouseError) as refused:
        run.give(command)
    assert rule in refused.value.sentence
    assert run.state_hash == before


def test_looking_takes_minutes_and_is_remembered(begin: Begin) -> None:
    run, still = begin(), begin()
    for look in (Look("dashboard"), Look("tickets"), Look("query", "back"), Look("call", "ceo")):
        run.give(look)
    assert run.state.minutes == 480 - 10 - 15 - 20 - 30
    assert [entry.command.at for entry in run.log] == ["dashboard", "tickets", "query", "call"]
    run.give(SendUpdate(("ceo",), ("Sign-ups rose by 3 per cent.",)))
    run.give(Forecast("actives on 1 March", None, date(2026, 3, 1), {0.1: 90, 0.9: 130}))
    run.advance(10)
    still.advance(10)
    assert run.people.state_hash == still.people.state_hash
    assert run.value == still.value


def test_shipping_ends_a_test_with_its_reading(begin: Begin) -> None:
    run = begin()
    build_at_once(run, "threads")
    run.give(DesignExperiment("threads", Measure.SESSIONS, 28))
    run.advance(8)
    run.give(Ship("threads"))
    run.advance(2)
    kinds = [a.kind for a in run.artefacts if a.about == "threads"]
    assert kinds == [Kind.EXPERIMENT, Kind.SHIPPED]
    (read,) = [a for a in run.artefacts if a.kind is Kind.EXPERIMENT]
    # From the day after it was designed to the evening before it went out.
    assert read.facts["days"] == 8
    parts = read.facts["segments"]
    assert set(parts) == {segment.key for segment in run.setting.pack.segments}
    assert sum(part.control.people for part in parts.values()) == read.facts["control"].people


def test_a_test_says_how_many_days_were_counted(begin: Begin) -> None:
    run = begin()
    build_at_once(run, "threads", "reactions")
    run.give(DesignExperiment("threads", Measure.SESSIONS, 5))
    run.give(DesignExperiment("reactions", Measure.SESSIONS, 20))
    run.advance(8)
    run.give(StopExperiment("reactions"))
    days = {a.about: a.facts["days"] for a in run.artefacts if a.kind is Kind.EXPERIMENT}
    assert days == {"threads": 5, "reactions": 7}


def turns(start: int, turn: int, washout: int, counted: list[float]) -> Turns:
    """A test by turns of four people, all inside."""
    nobody = np.zeros(4)
    return Turns(
        number=1, idea=0, place=0, measure=Measure.ORDERS, start=start, ends=99, unit=1,
        inside=1.0, treated=0.5, sums=nobody, exposed=nobody.astype(np.int16),
        turn=turn, washout=washout, counted=counted,
    )  # fmt: skip


def test_turns_by_hand() -> None:
    """Two pairs of turns of two days, of each the first left out; a fifth turn is broken off."""
    trial = turns(10, 2, 1, [0.0] * 9)
    on = [trial.is_on(10 + 2 * n, 5) for n in range(4)]
    assert sorted(on[:2]) == sorted(on[2:]) == [False, True]
    # Without it 4 and 8 a day, with it 2 and 4 more: differences of 0.5 and 1 a person.
    for n, (base, more) in enumerate(((4, 2), (4, 2), (8, 4), (8, 4))):
        trial.counted[2 * n] = 1000.0
        trial.counted[2 * n + 1] = base + (more if on[n] else 0)
    reading = read_trial(trial, 5, 20)
    assert (reading.control.mean, reading.treatment.mean) == (1.5, 2.25)
    assert reading.difference == 0.75
    # Variance of 0.5 and 1 is 0.125; over two pairs a quarter is its root.
    assert reading.error == pytest.approx(0.25)
    assert reading.control.units == 2
    with pytest.raises(InvalidValueError, match="read over all people"):
        read_trial(trial, 5, 20, np.ones(4, bool))


def test_by_turns_all_have_it_or_nobody(begin: Begin, pack: Pack) -> None:
    """Use is higher in turns with the idea; growth, which is larger, falls out of the error."""
    run = begin(pack=boosted(pack, shift=0.5), users=60_000)
    run.advance(40)
    build_at_once(run, "search_rewrite")
    run.give(DesignSwitchback("search_rewrite", Measure.ACTIVE_DAYS, 56, washout_days=1))
    run.advance(58)
    (read,) = [a for a in run.artefacts if a.kind is Kind.EXPERIMENT]
    assert (read.facts["compared"], read.facts["days"]) == ("turns", 56)
    assert read.facts["z"] > 2
    control, treatment = read.facts["control"], read.facts["treatment"]
    assert treatment.mean > 1.03 * control.mean
    assert control.people == 60_000
    assert not list(run.exposures())


def test_by_turns_nothing_moves_nobody_and_a_snapshot_goes_on(begin: Begin, pack: Pack) -> None:
    still = boosted(pack, shift=0.0)
    base, tested = begin(pack=still), begin(pack=still)
    build_at_once(tested, "search_rewrite")
    tested.give(DesignSwitchback("search_rewrite", Measure.SESSIONS, 12, turn_days=2, inside=0.5))
    base.advance(15)
    tested.advance(5)
    half = CompanyRun.restore(still, tested.snapshot(), threads=1)
    tested.advance(10)
    half.advance(10)
    assert tested.metrics == base.metrics
    assert half.state_hash == tested.state_hash
    (trial,) = half.state.trials
    assert isinstance(trial, Trial)
    assert read_trial(trial, 7, 15).control.people == pytest.approx(2000, rel=0.1)


def test_colleagues_write_of_what_they_like(begin: Begin) -> None:
    run = begin(users=1_000)
    run.advance(120)
    asked = [a for a in run.artefacts if a.kind is Kind.MESSAGE]
    assert all(a.facts["mood"] == "ask" for a in asked)
    assert all(a.day.weekday() < 5 for a in asked)
    business, setting = run.setting.business, run.setting
    assert len({a.facts["by"] for a in asked}) == len(business.stakeholders)
    counts = Counter(a.facts["by"] for a in asked)
    assert counts["ceo"] > counts["marketing"]

    def opinion(key: str) -> float:
        truth = setting.truths[setting.idea(key)]
        return signal(business, setting.chance, truth, "executive")

    own = [i.key for i in business.ideas if i.champion == "ceo"]
    wished = [opinion(a.about) for a in asked if a.facts["by"] == "ceo"]
    assert min(wished) > float(np.median([opinion(key) for key in own]))


def test_colleagues_press_before_a_date_and_thank_for_what_came(begin: Begin) -> None:
    run = begin(users=1_000)
    build_at_once(run, "timeline")
    run.give(Commit("ceo", "board_view", FIRST + timedelta(13)))
    champion = next(i.champion for i in run.setting.business.ideas if i.key == "timeline")
    run.give(Ship("timeline"))
    run.advance(14)
    told = [
        (a.facts["mood"], a.facts["by"], a.about, (a.day - FIRST).days)
        for a in run.artefacts
        if a.kind is Kind.MESSAGE
    ]
    assert ("thank", champion, "timeline", 1) in told
    assert {
        day for mood, by, about, day in told if (mood, by, about) == ("press", "ceo", "board_view")
    } == {3, 10}


def test_messages_change_nothing(begin: Begin) -> None:
    loud, quiet = begin(), begin(feedback=False)
    loud.advance(40)
    quiet.advance(40)
    assert loud.state_hash == quiet.state_hash
    assert not [a for a in quiet.artefacts if a.kind is Kind.MESSAGE]


def test_a_held_release_says_why(begin: Begin) -> None:
    run = begin(first_day=date(2026, 12, 19))
    build_at_once(run, "threads")
    with pytest.raises(ConflictError, match="nothing is released on that day"):
        run.give(Ship("threads"))


def test_a_survey_may_ask_about_needs_and_how_it_asks_matters(begin: Begin) -> None:
    run = begin(users=20_000)
    run.advance(60)
    for question in (None, *Question):
        run.give(Survey(1_000, question))
    told = {a.facts.get("question"): a.facts for a in run.artefacts if a.kind is Kind.SURVEY}
    assert "problems" not in told[None]
    said = {q: sum(told[q]["problems"].values()) / told[q]["answered"] for q in map(str, Question)}
    assert set(told["last time"]["problems"]) == {n.key for n in run.setting.business.needs}
    assert said["leading"] > 1.5 * said["last time"] < said["would you"]


def test_reports_name_the_day_of_the_plan(begin: Begin) -> None:
    run = begin()
    largest = max(run.setting.truths, key=lambda truth: truth.size).place
    idea = run.setting.business.ideas[largest]
    run.give(Prioritise((idea.key,), at_once=1))
    run.advance(5)
    (first,) = [a for a in run.artefacts if a.kind is Kind.PROGRESS]
    left = idea.estimate_days - first.facts["spent"]
    # Eight people less their talk, four fifths of their time, seven days for each five.
    assert (first.facts["eta"] - first.day).days == pytest.approx(left / 6.3 * 1.4, abs=1.5)
    idle = begin()
    idle.give(Prioritise(("timeline",), at_once=1))
    idle.give(AllocateCapacity(0.0, 0.5, 0.5))
    idle.advance(6)
    assert [a.facts["eta"] for a in idle.artefacts if a.kind is Kind.PROGRESS] == [None]


def test_a_talk_that_breaks_off_is_taken_elsewhere(begin: Begin) -> None:
    run = begin()
    while not (run.artefacts and run.artefacts[-1].kind is Kind.ESCALATION):
        if run.state.minutes < 30:
            run.advance()
        # An own offer that is no offer: talks go on to their last round.
        run.give(Negotiate("cto", "sso", dict.fromkeys(ISSUES, 0.0)))
    talk, taken = run.artefacts[-2:]
    assert talk.facts["broken"]
    assert (taken.kind, taken.about, taken.facts["over"]) == (Kind.ESCALATION, "cto", "sso")


def test_reviews_name_what_moves_their_writers(begin: Begin) -> None:
    assert review_topic(Chance(1), 3, 4, [0.0, 0.0]) is None
    topics = Counter(review_topic(Chance(1), user, 4, [1.0, 0.0, 3.0]) for user in range(4_000))
    assert topics[None] / 4_000 == pytest.approx(0.5, abs=0.03)
    assert topics[1] == 0
    assert topics[2] / topics[0] == pytest.approx(3.0, rel=0.15)
    run = begin(users=20_000)
    run.advance(60)
    named = {a.about for a in run.artefacts if a.kind is Kind.REVIEW}
    assert len(named) > 3
    assert "" in named
