"""Campaigns of named channels and invitations: who comes by them, and what they bring and cost.

Whoever joins by a channel is, as a rule, somebody else than who comes of themselves: they use the
product more or less often, leave sooner or later, and are more or less eager. So a campaign moves
the mean of everybody without moving anybody, and only those who look by channel see why.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation import kernel
from pilothouse.engines.simulation.arrivals import (
    NOBODY,
    Arrivals,
    find_coming,
    send_invitations,
    shift_traits,
)
from pilothouse.engines.simulation.calendar import MONDAY
from pilothouse.engines.simulation.company.artefacts import Artefact, Kind
from pilothouse.engines.simulation.company.chance import power
from pilothouse.engines.simulation.company.schema import DIRECT, REFERRAL, Channel, Referrals
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.company.state import OFFERS, Campaign, CompanyState, Growth
from pilothouse.engines.simulation.kernel import Key
from pilothouse.engines.simulation.run import SimulationRun
from pilothouse.engines.simulation.tables import DayTables, visit_probability
from pilothouse.engines.simulation.users import QUARTERS, VISITED, Marks, State, Traits

_WHOLE = np.uint64(1) << np.uint64(32)


@dataclass(frozen=True)
class Coming:
    """Those who come today by a channel or an invitation, in order, and what they were before."""

    user: NDArray[np.int32]
    channel: NDArray[np.uint8]
    inviter: NDArray[np.int32]
    before: Traits


def channel_keys(setting: Setting) -> tuple[str, ...]:
    """Names of what people can come by, in the order of their codes, which begin at 1."""
    return (*(channel.key for channel in setting.business.channels), REFERRAL)


def welcome(
    setting: Setting, state: CompanyState, people: SimulationRun, tables: DayTables, day: int
) -> tuple[DayTables, Coming | None]:
    """Those who come by a channel or an invitation are found; they come for sure, as who they are.

    Nothing without a named channel and invitations.
    """
    growth = state.growth
    if growth is None:
        return tables, None
    user, channel = _by_channels(setting, growth, people, tables, day)
    inviter = np.full(len(user), NOBODY, np.int32)
    if growth.coming:
        user, channel, inviter = _with_invited(setting, growth, user, channel)
    coming = Coming(user, channel, inviter, people.traits[user].copy())
    growth.coming = []
    if not len(user):
        return tables, coming
    _shift_all(setting, people.traits, user, channel)
    people.traits["quarter"][user] = QUARTERS
    shape = (*tables.visit.shape[:2], 1)
    visit = np.concatenate([tables.visit, np.full(shape, _WHOLE)], axis=2)
    return tables._replace(visit=visit), coming


def _by_channels(
    setting: Setting, growth: Growth, people: SimulationRun, tables: DayTables, day: int
) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """People (n) who come by the stretch that a campaign adds, and its channel's code (n)."""
    upto = _marks(setting, growth, people, tables.visit, day)
    if not (upto > tables.visit).any():
        return np.zeros(0, np.int32), np.zeros(0, np.uint8)
    user, channel = np.empty(people.users, np.int32), np.empty(people.users, np.uint8)
    key = Key(day, people.seed, people.replicate)
    count = find_coming(
        key.day,
        key.replicate,
        key.seed,
        people.traits,
        people.state.stage,
        tables.visit,
        upto,
        user,
        channel,
    )
    return user[:count], channel[:count]


def _marks(
    setting: Setting, growth: Growth, people: SimulationRun, visit: Marks, day: int
) -> Marks:
    """(channels, segments, platforms, quarters): chances to come with the channels up to each."""
    usual = visit_probability(setting.pack, people.yesterday, people.users)
    rows, total = [], visit
    for channel in setting.business.channels:
        campaign = growth.campaigns.get(channel.key)
        if campaign is not None and day < campaign.ends and usual > 0.0:
            more = bought(setting, channel, campaign, people.users) / usual
            crowd = OFFERS[campaign.offer].crowd or (1.0 / QUARTERS,) * QUARTERS
            by_quarter = more * QUARTERS * np.asarray(crowd)
            total = np.minimum(total + (visit * by_quarter).astype(np.uint64), _WHOLE)
        rows.append(total)
    return np.stack(rows) if rows else visit[np.newaxis]


def bought(setting: Setting, channel: Channel, campaign: Campaign, users: int) -> float:
    """What a campaign adds to the chance that somebody outside comes on an ordinary day."""
    paid = setting.pack.acquisition.paid_visits.value * channel.share.value
    usual = paid * users * channel.visit_cost.value
    if usual <= 0.0:
        return 0.0
    more = power(1.0 + campaign.spend / usual, channel.elasticity.value) - 1.0
    return paid * OFFERS[campaign.offer].visits * more


def _with_invited(
    setting: Setting, growth: Growth, user: NDArray[np.int32], channel: NDArray[np.uint8]
) -> tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.int32]]:
    """Those who were invited among those who come: an invitation goes before all else."""
    by = dict(reversed(growth.coming))
    who = np.array(sorted({*user.tolist(), *by}), np.int32)
    code = np.full(len(who), len(channel_keys(setting)), np.uint8)
    code[np.searchsorted(who, user)] = channel
    inviter = np.array([by.get(each, NOBODY) for each in who.tolist()], np.int32)
    code[inviter != NOBODY] = len(channel_keys(setting))
    return who, code, inviter


def _shift_all(
    setting: Setting, traits: Traits, user: NDArray[np.int32], channel: NDArray[np.uint8]
) -> None:
    kinds: tuple[Channel | Referrals | None, ...] = (
        *setting.business.channels,
        setting.business.referrals,
    )
    for code, kind in enumerate(kinds, start=1):
        if kind is not None:
            shift_traits(
                traits,
                user[channel == code],
                activity=kind.activity.value,
                drop_out=kind.drop_out.value,
                intent=kind.intent.value,
            )


def remember_channels(setting: Setting, growth: Growth, traits: Traits) -> None:
    """Make of ``traits`` as they were drawn those of people who have joined by channels."""
    user = np.flatnonzero(growth.channel).astype(np.int32)
    _shift_all(setting, traits, user, growth.channel[user])


def part_arrivals(
    setting: Setting, state: CompanyState, people: SimulationRun, coming: Coming
) -> None:
    """Who joined keeps their channel, the others are as before; rewards are paid, invitations sent.

    What the events of the day say about it is kept beside the day's record.
    """
    growth, record = state.growth, people.records[people.days - 1]
    assert growth is not None
    people.traits["quarter"][coming.user] = coming.before["quarter"]
    joined = people.state.stage[coming.user] > VISITED
    people.traits[coming.user[~joined]] = coming.before[~joined]
    growth.channel[coming.user[joined]] = coming.channel[joined]
    growth.inviter[coming.user[joined]] = coming.inviter[joined]
    by_invitation = int(np.count_nonzero(joined & (coming.inviter != NOBODY)))
    growth.week[1] += by_invitation
    referrals, sender = setting.business.referrals, np.zeros(0, np.int32)
    if referrals is not None:
        state.money -= referrals.reward.value * by_invitation
        if growth.inviting:
            here = record.user[record.flags & kernel.ACTIVE != 0]
            sender = _send(referrals, growth, people, here, record.day)
    people.arrivals[record.day] = Arrivals(
        channel_keys(setting),
        coming.user,
        coming.channel,
        coming.inviter,
        sender,
        growth.sent[sender] - np.int16(1),
        growth.channel,
    )


def _send(
    referrals: Referrals,
    growth: Growth,
    people: SimulationRun,
    here: NDArray[np.int32],
    day: int,
) -> NDArray[np.int32]:
    """Those of the active people ``here`` who send an invitation; who follows comes tomorrow."""
    sender, invited = send_invitations(
        here,
        Key(day, people.seed, people.replicate),
        daily=referrals.daily.value,
        effect=referrals.satisfaction_effect.value,
        accepted=referrals.accepted.value,
        life=people.state.life,
        stage=people.state.stage,
        sent=growth.sent,
    )
    growth.week[0] += len(sender)
    taken = invited != NOBODY
    growth.coming = list(zip(invited[taken].tolist(), sender[taken].tolist(), strict=True))
    return sender


def count_joined(setting: Setting, growth: Growth, state: State) -> dict[str, int]:
    """How many people have joined by what, since the first day; *direct* is by nothing named."""
    joined = growth.channel[state.life["first_day"] >= 0]
    names = (DIRECT, *channel_keys(setting))
    return {name: int(np.count_nonzero(joined == code)) for code, name in enumerate(names)}


def growth_costs(growth: Growth, day: int) -> float:
    """What campaigns of named channels cost on day number ``day``."""
    return sum((c.spend for c in growth.campaigns.values() if day < c.ends), 0.0)


def count_invitations(setting: Setting, state: CompanyState, day: int) -> list[Artefact]:
    """What invitations brought in a week, on Mondays."""
    growth, referrals = state.growth, setting.business.referrals
    if growth is None or referrals is None or setting.date_of(day).weekday() != MONDAY:
        return []
    sent, joined = growth.week
    growth.week = [0, 0]
    if not sent and not joined and not growth.inviting:
        return []
    facts = {"sent": sent, "joined": joined, "paid": joined * referrals.reward.value}
    return [Artefact(setting.date_of(day), Kind.REFERRALS, "", facts)]
