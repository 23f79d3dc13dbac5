"""A whole company: the same to the last bit, whatever the way; commands, tests, promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from pilothouse.engines.simulation import Pack
from pilothouse.engines.simulation.company.artefacts import Kind
from pilothouse.engines.simulation.company.command_parts import read_command, write_command
from pilothouse.engines.simulation.company.commands import (
    AllocateCapacity,
    Command,
    Commit,
    Communicate,
    DesignExperiment,
    DiagnoseCause,
    Forecast,
    Interview,
    Negotiate,
    Prioritise,
    Reflect,
    Rollback,
    SetCampaign,
    SetPrice,
    Ship,
    StopExperiment,
    Submit,
    Survey,
    UsabilityTest,
    WriteStory,
)
from pilothouse.engines.simulation.company.research import Question
from pilothouse.engines.simulation.company.run import CompanyRun
from pilothouse.engines.simulation.company.trials import Measure, read_trial
from pilothouse.kernel.errors import ConflictError, InvalidValueError, PilothouseError

FIRST = date(2026, 1, 5)
Begin = Callable[..., CompanyRun]

SEASON: dict[int, tuple[Command, ...]] = {
    0: (
        Prioritise(("reactions", "short_signup", "card_reminder", "sso", "board_view"), at_once=3),
        AllocateCapacity(0.8, 0.1, 0.1, 0.3),
        Commit("ceo", "board_view", date(2026, 2, 20), 0.7),
    ),
    3: (Interview(6, Question.LAST_TIME),),
    9: (Survey(200), SetCampaign(40.0, 10)),
    14: (Negotiate("cto", "sso", {"date": 0.2, "quality": 0.6}),),
    20: (SetPrice(1.1, why="costs rose"),),
}


def play(run: CompanyRun, until: int) -> CompanyRun:
    """A season with a simple rule: test the first thing built, ship everything else."""
    while run.days < until:
        for command in SEASON.get(run.days, ()):
            run.give(command)
        for place in sorted(run.state.built):
            key = run.setting.business.ideas[place].key
            command = Ship(key)
            if place == 10:
                command = DesignExperiment(key, Measure.ACTIVE_DAYS, 14, unit=1)
            try:
                run.give(command)
            except PilothouseError:
                continue
        run.advance()
    return run


def same(one: CompanyRun, other: CompanyRun) -> bool:
    return one.state_hash == other.state_hash and one.value == other.value


@pytest.mark.parametrize("threads", [2, 4])
def test_a2_threads_do_not_matter(begin: Begin, threads: int) -> None:
    one, more = (play(begin(users=40_000, threads=n), 40) for n in (1, threads))
    assert same(one, more)
    assert one.artefacts == more.artefacts


def test_a2_snapshot_and_replay_are_the_straight_run(begin: Begin, pack: Pack) -> None:
    straight = play(begin(), 60)
    half = play(begin(), 31)
    snapshot = half.snapshot()
    play(half, 40)  # what happens to the original must not reach into the snapshot
    resumed = play(CompanyRun.restore(pack, snapshot, threads=1), 60)
    assert same(resumed, straight)
    assert resumed.artefacts == [a for a in straight.artefacts if a.day >= FIRST + timedelta(31)]
    replayed = begin()
    for entry in straight.log:
        replayed.advance(entry.given - replayed.days)
        replayed.give(read_command(write_command(entry.command)))
    replayed.advance(60 - replayed.days)
    assert same(replayed, straight)


def test_a_log_is_a_chain(begin: Begin) -> None:
    runs = [begin(), begin()]
    for run, text in zip(runs, ("one", "other"), strict=True):
        run.give(Reflect(text))
        run.give(AllocateCapacity(1.0, 0.0, 0.0))
    assert runs[0].log[1].command == runs[1].log[1].command
    assert runs[0].log[1].digest != runs[1].log[1].digest


@pytest.mark.parametrize(
    "nothing",
    [
        (Reflect("nothing"), Forecast("more sign-ups", 0.4, date(2026, 3, 1))),
        (WriteStory("sso", "As an admin ..."), DiagnoseCause("drop", {"bug": 0.5, "mix": 0.5})),
        (SetPrice(1.0), SetCampaign(0.0, 10)),
        (UsabilityTest("sso", 3), Interview(2, Question.LEADING, segment="small", left=True)),
    ],
)
def test_a3_what_changes_nothing_changes_nothing(begin: Begin, nothing: tuple) -> None:
    base, other = begin(), begin()
    for command in nothing:
        other.give(command)
    base.advance(25)
    other.advance(25)
    assert other.people.state_hash == base.people.state_hash
    assert other.value == base.value
    assert other.state.shop == base.state.shop


def test_tickets_and_reviews_are_only_heard(begin: Begin) -> None:
    loud, quiet = play(begin(), 40), play(begin(feedback=False), 40)
    assert same(loud, quiet)
    heard = Counter(a.kind for a in loud.artefacts)
    assert heard[Kind.TICKET] > 0 < heard[Kind.REVIEW]


def test_another_future_keeps_the_truth(begin: Begin) -> None:
    one, other = begin(), begin(replicate=1)
    assert one.setting.truths == other.setting.truths
    one.advance(20)
    other.advance(20)
    assert one.state_hash != other.state_hash


def test_another_world_is_refused(begin: Begin, pack: Pack) -> None:
    snapshot = begin().snapshot()
    changed = replace(pack, business=replace(pack.business, fingerprint="other"))
    with pytest.raises(ConflictError, match="only in the pack and model version"):
        CompanyRun.restore(changed, snapshot)
    with pytest.raises(ConflictError, match="only in the pack and model version"):
        CompanyRun.restore(pack, replace(snapshot, company_version=0))


def boosted(pack: Pack, *, shift: float, glow: float = 0.0, **more: float) -> Pack:
    """A world whose ideas all have the effect ``shift``, and glow if told so."""

    def fixed(value: float):
        return replace(pack.business.effects.shift, value=value, low=value, high=value)

    effects = replace(
        pack.business.effects,
        shift=fixed(shift),
        scale=fixed(0.0),
        pairs=fixed(0.0),
        slow=fixed(0.0),
        novel=fixed(1.0 if glow else 0.0),
        glow=fixed(glow),
        **{name: fixed(value) for name, value in more.items()},
    )
    business = replace(pack.business, effects=effects, rivals=(), accounts=None)
    return replace(pack, business=business)


def build_at_once(run: CompanyRun, *keys: str) -> None:
    for key in keys:
        run.state.built[run.setting.idea(key)] = 0


def test_shipping_what_helps_helps(begin: Begin, pack: Pack) -> None:
    def actives(*keys: str) -> int:
        run = begin(pack=boosted(pack, shift=0.3), users=20_000)
        build_at_once(run, *keys)
        for key in keys:
            run.give(Ship(key))
        run.advance(60)
        return sum(m.active for m in run.metrics[20:])

    assert actives("search_rewrite") > 1.1 * actives()
    assert actives("short_signup") > 1.1 * actives()


def test_rolling_back_restores_the_product(begin: Begin, pack: Pack) -> None:
    run = begin(pack=boosted(pack, shift=0.3))
    before = [[*row] for row in run.state.qualities]
    build_at_once(run, "search_rewrite")
    run.give(Ship("search_rewrite"))
    run.advance(3)
    assert run.state.qualities != before
    run.give(Rollback("search_rewrite"))
    assert np.allclose(run.state.qualities, before)


def test_an_experiment_finds_the_effect(begin: Begin, pack: Pack) -> None:
    run = begin(pack=boosted(pack, shift=0.4), users=100_000)
    run.advance(60)
    build_at_once(run, "search_rewrite")
    run.give(DesignExperiment("search_rewrite", Measure.ACTIVE_DAYS, 28))
    run.advance(30)
    (told,) = [a for a in run.artefacts if a.kind is Kind.EXPERIMENT]
    control, treatment = told.facts["control"], told.facts["treatment"]
    assert control.units == pytest.approx(treatment.units, rel=0.1)
    # The content stay longer, and the rate of use saturates: near the effect, not equal to it.
    assert 0.15 < told.facts["difference"] / control.mean < 0.8
    assert told.facts["z"] > 3
    assert told.truth["effect"] == pytest.approx(0.4)


def test_a_test_of_nothing_moves_nobody(begin: Begin, pack: Pack) -> None:
    still = boosted(pack, shift=0.0)
    base, tested = begin(pack=still), begin(pack=still)
    build_at_once(tested, "search_rewrite")
    tested.give(DesignExperiment("search_rewrite", Measure.SESSIONS, 10))
    base.advance(12)
    tested.advance(12)
    assert tested.metrics == base.metrics


def test_a_step_of_the_funnel_is_moved_by_the_share_named(begin: Begin, pack: Pack) -> None:
    run = begin(pack=boosted(pack, shift=0.3), users=60_000)
    build_at_once(run, "short_signup")
    run.give(DesignExperiment("short_signup", Measure.SIGN_UP, 30, treated=0.5, inside=0.9))
    run.advance(25)
    (trial,) = run.state.trials
    reading = read_trial(trial, 7, run.days)
    assert reading.relative == pytest.approx(0.3, abs=0.15)
    outside = np.mean(trial.arms(7) == -1)
    assert outside == pytest.approx(0.1, abs=0.01)
    segment = run.people.traits["segment"] == 0
    part = read_trial(trial, 7, run.days, segment)
    assert part.control.people < reading.control.people


def test_units_are_kept_together(begin: Begin) -> None:
    run = begin()
    build_at_once(run, "threads")
    run.give(DesignExperiment("threads", Measure.SESSIONS, 10, unit=25))
    arms = run.state.trials[0].arms(7).reshape(-1, 25)
    assert (arms == arms[:, :1]).all()
    run.advance(8)
    reading = read_trial(run.state.trials[0], 7, run.days)
    assert reading.control.units <= reading.control.people


def test_exposures_stand_in_the_log_once_a_person(begin: Begin, pack: Pack) -> None:
    run = begin(users=20_000)
    run.advance(10)
    build_at_once(run, "threads")
    run.give(DesignExperiment("threads", Measure.SESSIONS, 12, inside=0.8))
    run.advance(14)
    batches = list(run.exposures())
    people = np.concatenate([batch.actor.codes for batch in batches])
    arms = np.concatenate([batch.arm.texts for batch in batches])
    (trial,) = run.state.trials
    counted = np.flatnonzero((trial.exposed >= 0) & (trial.arms(7) >= 0))
    assert len(set(people.tolist())) == len(people)
    assert set(people.tolist()) <= set(counted.tolist())
    # Clients lose a percent or so.
    assert 0.95 * len(counted) < len(people) < len(counted)
    assert set(arms.tolist()) == {"control", "treatment"}
    assert (trial.arms(7)[people] == (arms == "treatment")).all()
    assert min(batch.day for batch in batches) == FIRST + timedelta(trial.start)
    ids = np.concatenate([batch.ids for batch in batches])
    assert len(np.unique(ids, axis=0)) == len(ids)
    again = list(run.exposures(first=batches[-1].day))
    assert (again[0].time_us == batches[-1].time_us).all()


def test_b8_novelty_fades(begin: Begin, pack: Pack) -> None:
    """Seen on people who knew the product before: what is new glows for a week, then settles."""

    def gain(glow: float) -> tuple[float, float]:
        # Only habit is off the point here: whoever is delighted stays, which would last.
        world = boosted(pack, shift=0.3, glow=glow, glow_days=5.0)
        counts = []
        for build in (True, False):
            run = begin(pack=world, users=60_000)
            run.advance(40)
            if build:
                build_at_once(run, "search_rewrite")
                run.give(Ship("search_rewrite"))
            run.advance(29)
            counts.append([m.active for m in run.metrics[41:]])
        more = np.array(counts[0]) / np.array(counts[1]) - 1
        return float(more[:7].mean()), float(more[-7:].mean())

    new, settled = gain(2.0)
    plain, later = gain(0.0)
    assert new / settled > 1.25 * plain / later


def test_promises_move_trust(begin: Begin) -> None:
    def trust(*commands: tuple[int, Command]) -> float:
        run = begin()
        for day, command in commands:
            run.advance(day - run.days)
            run.give(command)
        run.advance(30 - run.days)
        return run.state.bonds[0].trust

    promise = Commit("ceo", "timeline", date(2026, 1, 20))
    told = Communicate("ceo", "timeline", late=True)
    assert trust((0, promise)) < trust((0, promise), (5, told)) < trust()
    run = begin()
    build_at_once(run, "timeline")
    run.give(promise)
    run.give(Ship("timeline"))
    run.advance(3)
    assert run.state.bonds[0].trust == pytest.approx(0.6 + 0.04 * 0.4)
    assert [a.facts["kept"] for a in run.artefacts if a.kind is Kind.PROMISE] == [True]


def test_a_gate_opens_after_its_time(begin: Begin) -> None:
    run = begin()
    build_at_once(run, "sso")
    with pytest.raises(
        ConflictError, match='needs an approval first, "Independent security review"'
    ):
        run.give(Ship("sso"))
    run.give(Submit("sso"))
    with pytest.raises(ConflictError, match="filed already"):
        run.give(Submit("sso"))
    (filed,) = run.state.submissions
    run.advance(filed.decided + 1)
    run.give(Ship("sso"))
    run.advance(2)
    assert run.setting.idea("sso") in run.state.live
    stages = [a.facts["stage"] for a in run.artefacts if a.kind is Kind.LETTER]
    assert stages[0] == "filed"
    assert stages[-1] == "cleared"


def test_prices_campaigns_and_outages_act(begin: Begin, pack: Pack) -> None:
    def season(*commands: Command) -> CompanyRun:
        run = begin(users=60_000, pack=boosted(pack, shift=0.0))
        for command in commands:
            run.give(command)
        run.advance(60)
        return run

    base, dear, loud = season(), season(SetPrice(2.0)), season(SetCampaign(400.0, 50))
    subscriptions = [sum(m.subscriptions for m in run.metrics[8:]) for run in (base, dear)]
    assert subscriptions[1] < 0.7 * subscriptions[0]
    visits = [sum(m.visits for m in run.metrics[:50]) for run in (base, loud)]
    assert visits[1] > 1.3 * visits[0]
    assert loud.state.money < base.state.money
    prize, friends = (
        season(SetCampaign(400.0, 50, "prize")),
        season(SetCampaign(400.0, 50, "friends")),
    )
    came = [sum(m.visits for m in run.metrics[:50]) for run in (friends, loud, prize)]
    assert came == sorted(came)
    leaving = [
        float(run.people.traits["theta"][run.people.state.life["first_day"] >= 0].mean())
        for run in (friends, loud, prize)
    ]
    assert leaving == sorted(leaving)
    down = next(a for a in base.artefacts if a.kind is Kind.INCIDENT)
    assert down.facts["hours"] > 0


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (Ship("nothing"), "nothing: there is no such idea"),
        (Ship("timeline"), "this is not built yet"),
        (Rollback("timeline"), "people do not have this"),
        (DesignExperiment("timeline", Measure.SESSIONS, 7), "built and not shipped"),
        (StopExperiment("timeline"), "no experiment on this is running"),
        (Submit("timeline"), "this needs no approval"),
        (Submit("sso"), "this is not built yet"),
        (Prioritise(("timeline", "timeline")), "names each idea once"),
        (Prioritise(("timeline",), at_once=0), "lies between 1 and 20"),
        (AllocateCapacity(0.8, 0.2, 0.2), "sum to 1 at most"),
        (AllocateCapacity(-0.1, 0.2, 0.2), "lies between 0 and 1"),
        (Commit("nobody", "timeline", date(2026, 3, 1)), "no such stakeholder"),
        (Commit("ceo", "timeline", date(2026, 1, 5)), "the day of a promise lies after today"),
        (Communicate("ceo", "timeline", late=True), "no open promise about this"),
        (SetPrice(9.0), "lies between 0.25 and 4"),
        (SetCampaign(-1.0, 3), "lies between 0 and"),
        (SetCampaign(1.0, 3, "gold"), "an offer of a campaign is one of: '', 'prize', 'friends'"),
        (Interview(40, Question.LEADING), "this takes 1800 minutes and 480 of the day are left"),
        (Interview(0, Question.LEADING), "lies between 1 and 30"),
        (Interview(1, Question.LEADING, segment="giant"), "a segment is one of"),
        (Survey(0), "lies between 1 and"),
        (UsabilityTest("timeline", 0), "lies between 1 and 20"),
        (Negotiate("ceo", "timeline", {"fun": 1.0}), "an issue is one of"),
        (Negotiate("ceo", "timeline", {"date": 2.0}), "lies between 0 and 1"),
        (WriteStory("nothing", ""), "no such idea"),
        (Forecast("rain", 1.5, date(2026, 3, 1)), "a probability lies between 0 and 1"),
        (DiagnoseCause("drop", {"bug": 0.4}), "the shares of causes sum to 1"),
    ],
)
def test_what_may_not_be_is_refused_with_its_reason(
    begin: Begin, command: Command, rule: str
) -> None:
    run = begin()
    before = run.state_hash
    with pytest.raises(PilothouseError, match=rule):
        run.give(command)
    assert run.state_hash == before


def test_minutes_run_out_and_come_back(begin: Begin) -> None:
    run = begin()
    for _ in range(5):
        run.give(UsabilityTest("sso", 1))
    with pytest.raises(ConflictError, match="90 minutes and 30 of the day are left"):
        run.give(UsabilityTest("sso", 1))
    run.advance()
    run.give(UsabilityTest("sso", 1))


def test_nothing_is_released_in_a_freeze(begin: Begin) -> None:
    run = begin(first_day=date(2026, 12, 18))
    build_at_once(run, "threads", "reactions")
    run.give(Ship("threads"))
    run.advance()
    with pytest.raises(ConflictError, match="No releases over the holidays"):
        run.give(Ship("reactions"))


def test_slots_are_limited_and_freed(begin: Begin, pack: Pack) -> None:
    run = begin()
    keys = [idea.key for idea in pack.business.ideas if not idea.gate][:9]
    build_at_once(run, *keys)
    for key in keys[:8]:
        if run.state.minutes < 60:
            run.advance()
        run.give(DesignExperiment(key, Measure.SESSIONS, 5))
    run.advance()
    with pytest.raises(ConflictError, match="at most 8 things can be new at once"):
        run.give(DesignExperiment(keys[8], Measure.SESSIONS, 5))
    run.give(StopExperiment(keys[0]))
    run.give(DesignExperiment(keys[8], Measure.SESSIONS, 5))


def test_commands_can_be_written_and_read() -> None:
    for command in (c for day in SEASON.values() for c in day):
        assert read_command(write_command(command)) == command
    test = DesignExperiment("sso", Measure.ORDERS, 7, guardrails=(Measure.SESSIONS,))
    assert read_command(write_command(test)) == test
    with pytest.raises(InvalidValueError, match="a command must be one of"):
        read_command({"command": "Sing"})
    with pytest.raises(InvalidValueError, match="no part of that name"):
        read_command({"command": "Ship", "loud": True})
    with pytest.raises(InvalidValueError, match="Ship needs idea"):
        read_command({"command": "Ship"})


def test_optional_parts_may_be_missing(begin: Begin, pack: Pack) -> None:
    ideas = tuple(replace(idea, gate="") for idea in pack.business.ideas)
    bare = replace(
        pack.business, ideas=ideas, rivals=(), gates=(), freezes=(), accounts=None, supply=None
    )
    run = play(begin(pack=replace(pack, business=bare)), 30)
    assert run.days == 30
    assert run.state.money == pytest.approx(-400.0)
