"""Named channels and invitations: who comes, what they are like, what the events say of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.simulation import Pack, kernel
from pilothouse.engines.simulation.arrivals import NOBODY, send_invitations
from pilothouse.engines.simulation.company.artefacts import Kind
from pilothouse.engines.simulation.company.command_parts import read_command, write_command
from pilothouse.engines.simulation.company.commands import Command, SetCampaign, SetReferrals
from pilothouse.engines.simulation.company.growth import bought
from pilothouse.engines.simulation.company.run import CompanyRun
from pilothouse.engines.simulation.company.schema import Business
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.company.state import Campaign
from pilothouse.engines.simulation.kernel import Key
from pilothouse.engines.simulation.users import CHURNED, LIFE, SIGNED_UP, UNAWARE, VISITED
from pilothouse.kernel.errors import ConflictError, InvalidValueError

FIRST = date(2026, 1, 5)
Begin = Callable[..., CompanyRun]
LOUD = SetCampaign(2_000.0, 40, channel="search")


def season(begin: Begin, *commands: Command, days: int = 60, **more: Any) -> CompanyRun:
    run = begin(**{"users": 12_000, "feedback": False, **more})
    for command in commands:
        run.give(command)
    run.advance(days)
    return run


def back_on(run: CompanyRun, after: int, who: np.ndarray) -> tuple[int, int]:
    """Of the people ``who`` those who could be back so many days later, and those who were."""
    first = run.people.state.life["first_day"]
    old = who & (first >= 0) & (first + after < run.days)
    here = 0
    for record in run.people.records.values():
        active = record.user[record.flags & kernel.ACTIVE != 0]
        here += int(np.count_nonzero(old[active] & (first[active] + after == record.day)))
    return int(old.sum()), here


def test_more_money_brings_visits_by_the_power_of_the_channel(setting: Setting) -> None:
    """By hand: of paid visits 0.012 a day search has half; three times the usual money on top."""
    search = setting.business.channels[0]
    usual = 0.012 * 0.5 * 1_000 * 0.4
    more = bought(setting, search, Campaign(3.0 * usual, 9), users=1_000)
    assert more == pytest.approx(0.012 * 0.5 * (4.0**0.6 - 1.0))
    prize = bought(setting, search, Campaign(3.0 * usual, 9, "prize"), users=1_000)
    assert prize == pytest.approx(1.8 * more)
    assert bought(setting, search, Campaign(0.0, 9), users=1_000) == 0.0


@given(
    spends=st.lists(st.floats(0.0, 1e6), min_size=2, max_size=2).map(sorted),
    place=st.integers(0, 2),
)
def test_money_brings_ever_less(setting: Setting, spends: list[float], place: int) -> None:
    channel = setting.business.channels[place]
    less, more = (bought(setting, channel, Campaign(s, 9), users=5_000) for s in spends)
    assert 0.0 <= less <= more
    # By the last euro less than by the first: the curve bends down.
    assert less * spends[1] >= more * spends[0] * (1.0 - 1e-9) - 1e-12


def test_a_performance_campaign_lowers_what_no_channel_lowers(begin: Begin) -> None:
    """Mix shift: more sign-ups, a lower day 30 of all, and by channel the same as ever."""
    base, loud = (season(begin, *c, days=75, users=60_000) for c in ((), (LOUD,)))
    assert sum(m.signups for m in loud.metrics) > 1.5 * sum(m.signups for m in base.metrics)
    growth = loud.state.growth
    assert growth is not None
    everybody = np.ones(60_000, bool)
    own, search = growth.channel == 0, growth.channel == 1
    shares = {
        name: here / old
        for name, (old, here) in {
            "before": back_on(base, 30, everybody),
            "after": back_on(loud, 30, everybody),
            "own": back_on(loud, 30, own),
            "search": back_on(loud, 30, search),
        }.items()
    }
    assert shares["search"] < shares["after"] < 0.95 * shares["before"]
    assert shares["own"] == pytest.approx(shares["before"], rel=0.03)


def test_nobody_who_would_have_come_anyway_is_moved(begin: Begin) -> None:
    """On the first day of a campaign those without it do, to the last bit, what they did."""
    base, loud = (season(begin, *c, days=3) for c in ((), (LOUD,)))
    plain, more = base.people.records[2], loud.people.records[2]
    came = loud.people.arrivals[2].user
    assert len(came) > 20
    assert not np.isin(came, plain.user).any()
    others = ~np.isin(more.user, came)
    for one, other in zip(plain[1:], more[1:], strict=True):
        np.testing.assert_array_equal(one, other[others])


def test_who_joins_is_of_another_kind_and_who_only_looks_is_as_before(begin: Begin) -> None:
    base, loud = season(begin, days=40), season(begin, LOUD, days=40)
    growth, before, after = loud.state.growth, base.people.traits, loud.people.traits
    assert growth is not None
    joined = growth.channel == 1
    assert joined.sum() > 50
    for name in before.dtype.names:
        np.testing.assert_array_equal(before[name][~joined], after[name][~joined])
    np.testing.assert_array_equal(after["lam"][joined], before["lam"][joined] * np.float32(0.85))
    np.testing.assert_allclose(after["intent"][joined] - before["intent"][joined], 0.2, atol=1e-5)
    assert after["theta"].max() <= 1.0


def test_a_campaign_that_brings_nobody_moves_nobody(begin: Begin) -> None:
    base, other = season(begin, days=25), season(begin, replace(LOUD, spend=0.0), days=25)
    assert other.people.state_hash == base.people.state_hash
    assert other.value == base.value


def test_a_campaign_costs_its_spend_for_each_day_that_it_runs(begin: Begin) -> None:
    """Two campaigns that bring nobody differ in money alone: from day 2 on, for ten days."""
    pack = begin().setting.pack
    lone = replace(pack, business=nothing_comes(pack))
    spent = []
    for days in (2, 3, 12, 20):
        runs = [
            season(begin, SetCampaign(spend, 10, channel="brand"), days=days, pack=lone)
            for spend in (0.0, 50.0)
        ]
        spent.append(runs[0].state.money - runs[1].state.money)
    assert spent == pytest.approx([0.0, 50.0, 500.0, 500.0])


def nothing_comes(pack: Pack) -> Business:
    channels = tuple(
        replace(channel, share=replace(channel.share, value=0.0))
        for channel in pack.business.channels
    )
    return replace(pack.business, channels=channels)


def test_each_channel_has_a_campaign_of_its_own(begin: Begin) -> None:
    run = season(begin, LOUD, SetCampaign(900.0, 40, channel="social"), SetCampaign(30.0, 40))
    growth = run.state.growth
    assert growth is not None
    assert set(growth.campaigns) == {"search", "social"}
    assert run.state.campaign == Campaign(30.0, 42)
    assert {1, 2} <= set(growth.channel.tolist())
    told = [a.about for a in run.artefacts if a.kind is Kind.CAMPAIGN]
    assert told == ["search", "social", ""]


def test_events_say_by_what_people_came(begin: Begin) -> None:
    run = season(begin, LOUD, SetReferrals(rewarded=True), days=40)
    growth = run.state.growth
    assert growth is not None
    batches = list(run.events())
    assert [b.channel is None for b in batches[:4]] == [True, True, False, False]
    codes = ("", "search", "social", "brand", "referral")
    seen: Counter[str] = Counter()
    for batch in batches[2:]:
        assert batch.channel is not None
        assert batch.invited_by is not None
        channel, by = batch.channel.texts, batch.invited_by.texts
        arriving = np.isin(batch.event.texts, ["site_visited", "signed_up"])
        assert ((by != "") == (arriving & (channel == "referral"))).all()
        # What people do afterwards says by what they joined.
        for row in np.flatnonzero(~arriving):
            joined = growth.channel[batch.actor.codes[row]]
            assert channel[row] == (codes[joined] or "direct")
        for row in np.flatnonzero(batch.event.texts == "signed_up"):
            who = batch.actor.codes[row]
            assert channel[row] == (codes[growth.channel[who]] or "direct")
            inviter = growth.inviter[who]
            assert by[row] == ("" if inviter == NOBODY else f"user-{inviter:06d}")
            seen[channel[row]] += 1
    assert seen["search"] > 50 < seen["direct"]
    assert seen["referral"] > 0


def test_invitations_are_events_of_those_who_sent_them(begin: Begin) -> None:
    run = season(begin, SetReferrals(rewarded=True), days=40)
    growth, sent, ids = run.state.growth, Counter(), set()
    assert growth is not None
    for batch in run.events():
        assert (np.diff(batch.time_us) >= 0).all()
        rows = np.flatnonzero(batch.event.texts == "invite_sent")
        sent.update(batch.actor.codes[rows].tolist())
        ids |= {row.tobytes() for row in batch.ids[rows]}
        assert np.isin(batch.session.texts[rows], [*batch.session.names]).all()
    assert sum(sent.values()) == len(ids) == growth.sent.sum()
    assert all(growth.sent[who] == count for who, count in sent.items())


def test_a_plain_world_says_nothing_of_channels(begin: Begin) -> None:
    run = season(begin, SetCampaign(400.0, 20), days=10)
    assert run.state.growth is None
    assert not run.people.arrivals
    assert all(batch.channel is None for batch in run.events())


def test_invitations_bring_people_and_cost_a_reward(begin: Begin) -> None:
    base = season(begin, days=60, users=20_000)
    run = season(begin, SetReferrals(rewarded=True), days=60, users=20_000)
    growth = run.state.growth
    assert growth is not None
    joined = np.flatnonzero(growth.inviter != NOBODY)
    assert len(joined) > 5
    assert (growth.channel[joined] == 4).all()
    assert (growth.sent[growth.inviter[joined]] > 0).all()
    first = run.people.state.life["first_day"]
    # Whoever invited was there before whom they invited.
    assert (first[growth.inviter[joined]] < first[joined]).all()
    assert sum(m.signups for m in run.metrics) > sum(m.signups for m in base.metrics)
    weeks = [a.facts for a in run.artefacts if a.kind is Kind.REFERRALS][1:]
    assert all(w["paid"] == 15.0 * w["joined"] for w in weeks)
    assert sum(w["joined"] for w in weeks) <= len(joined)
    over = season(begin, SetReferrals(rewarded=True), days=30)
    over.give(SetReferrals(rewarded=False))
    over.advance(3)
    assert over.state.growth is not None
    before = over.state.growth.sent.copy()
    over.advance(10)
    np.testing.assert_array_equal(over.state.growth.sent, before)


def test_each_who_joins_by_an_invitation_costs_the_reward(begin: Begin, pack: Pack) -> None:
    referrals = pack.business.referrals
    free = replace(referrals, reward=replace(referrals.reward, value=0.0))
    given = replace(pack, business=replace(pack.business, referrals=free))
    paid, unpaid = (
        season(begin, SetReferrals(rewarded=True), pack=each, users=20_000)
        for each in (pack, given)
    )
    assert paid.state.growth is not None
    joined = np.count_nonzero(paid.state.growth.inviter != NOBODY)
    assert unpaid.state.money - paid.state.money == pytest.approx(15.0 * joined)
    assert joined > 5


def world(users: int, inside: int, satisfaction: float) -> tuple[np.ndarray, np.ndarray]:
    stage, life = np.full(users, UNAWARE, np.uint8), np.zeros(users, LIFE)
    stage[:inside], stage[inside : 2 * inside] = SIGNED_UP, CHURNED
    stage[2 * inside : 3 * inside] = VISITED
    life["satisfaction"] = satisfaction
    return stage, life


def invite(seed: int, satisfaction: float, *, daily: float = 0.2, sent: int = 0, day: int = 5):
    stage, life = world(600, 200, satisfaction)
    counts = np.full(600, sent, np.int16)
    senders, invited = send_invitations(
        np.arange(200),
        Key(day, seed, 0),
        daily=daily,
        effect=0.8,
        accepted=0.5,
        life=life,
        stage=stage,
        sent=counts,
    )
    return senders, invited, counts, stage


@given(seed=st.integers(0, 2**32 - 1), satisfaction=st.floats(-3.0, 3.0))
def test_only_those_who_do_not_use_it_are_invited(seed: int, satisfaction: float) -> None:
    senders, invited, counts, stage = invite(seed, satisfaction)
    assert (np.diff(senders) > 0).all()
    assert (stage[invited[invited != NOBODY]] <= VISITED).all()
    np.testing.assert_array_equal(np.flatnonzero(counts), senders)
    happier, *_ = invite(seed, satisfaction + 0.5)
    assert set(senders) <= set(happier)


def test_whom_one_thinks_of_depends_on_the_number_and_not_on_the_day() -> None:
    one, other = invite(3, 0.0, daily=1.0, day=5), invite(3, 0.0, daily=1.0, day=9)
    np.testing.assert_array_equal(one[1], other[1])
    assert (invite(3, 0.0, daily=1.0, sent=1)[1] != one[1]).any()
    share = (invite(3, 0.0, daily=1.0)[1] != NOBODY).mean()
    assert 0.35 < share < 0.65


GROWTH = (LOUD, SetReferrals(rewarded=True), SetCampaign(300.0, 25, "friends", channel="brand"))


@pytest.mark.parametrize("threads", [2, 4])
def test_a2_threads_do_not_matter(begin: Begin, threads: int) -> None:
    one, more = (season(begin, *GROWTH, users=70_000, days=20, threads=n) for n in (1, threads))
    assert one.state_hash == more.state_hash
    assert one.value == more.value
    for a, b in zip(one.events(), more.events(), strict=True):
        np.testing.assert_array_equal(a.ids, b.ids)
        assert a.channel is None or (a.channel.texts == b.channel.texts).all()


def test_a2_snapshot_and_replay_are_the_straight_run(begin: Begin, pack: Pack) -> None:
    straight = season(begin, *GROWTH, days=45)
    half = season(begin, *GROWTH, days=21)
    snapshot = half.snapshot()
    half.advance(9)
    resumed = CompanyRun.restore(pack, snapshot, threads=1, feedback=False)
    resumed.advance(24)
    assert resumed.state_hash == straight.state_hash
    np.testing.assert_array_equal(resumed.people.traits, straight.people.traits)
    assert resumed.artefacts == [a for a in straight.artefacts if a.day >= FIRST + timedelta(21)]
    late = [b for b in straight.events() if b.day >= FIRST + timedelta(21)]
    for a, b in zip(resumed.events(), late, strict=True):
        np.testing.assert_array_equal(a.ids, b.ids)
        assert (a.channel.texts == b.channel.texts).all()
    replayed = begin(users=12_000, feedback=False)
    for entry in straight.log:
        replayed.give(read_command(write_command(entry.command)))
    replayed.advance(45)
    assert replayed.state_hash == straight.state_hash


def test_a_snapshot_belongs_to_its_channels(begin: Begin, pack: Pack) -> None:
    snapshot = season(begin, *GROWTH, days=5).snapshot()
    other = replace(pack, business=replace(pack.business, later_fingerprint="else"))
    with pytest.raises(ConflictError, match="goes on only in the pack"):
        CompanyRun.restore(other, snapshot)


def test_a_command_without_a_channel_is_written_as_ever() -> None:
    assert "channel" not in write_command(SetCampaign(1.0, 2))
    assert write_command(LOUD)["channel"] == "search"
    assert read_command(write_command(LOUD)) == LOUD


@pytest.mark.parametrize(
    ("command", "rule", "remedy"),
    [
        (replace(LOUD, channel="radio"), "one of: search, social, brand", "Leave the channel out"),
        (SetReferrals(rewarded=False), "invitations are not rewarded as it is", "rewarded to true"),
    ],
)
def test_what_may_not_be_is_refused(begin: Begin, command: Command, rule: str, remedy: str) -> None:
    run = begin()
    before = run.state_hash
    with pytest.raises((ConflictError, InvalidValueError), match=rule) as refused:
        run.give(command)
    assert remedy in str(refused.value.remedy)
    assert run.state_hash == before


def test_invitations_cannot_be_opened_twice_or_where_there_are_none(
    begin: Begin, pack: Pack
) -> None:
    run = season(begin, SetReferrals(rewarded=True), days=4)
    with pytest.raises(ConflictError, match="invitations are rewarded as it is"):
        run.give(SetReferrals(rewarded=True))
    lone = begin(pack=replace(pack, business=replace(pack.business, referrals=None)))
    with pytest.raises(ConflictError, match="nobody in this world invites others"):
        lone.give(SetReferrals(rewarded=True))
