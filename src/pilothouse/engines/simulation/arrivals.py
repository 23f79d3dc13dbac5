"""Who comes by a named channel or by an invitation, and how the events of a day say so.

A named channel adds to a person's chance to visit: the draw that decides it lies below the chance
without the channel (they come of themselves), or in the stretch that the channel adds. So whoever
would have come anyway is not moved, and nobody else's draw is. All of this is asked only on days on
which such a channel is open or an invitation has been accepted.
"""
# ruff: noqa: PLR0917 - kernels take their arrays by position

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation._compile import compiled
from pilothouse.engines.simulation.batch import Coded, EventBatch, Names, join_batches
from pilothouse.engines.simulation.company.schema import DIRECT
from pilothouse.engines.simulation.kernel import Key
from pilothouse.engines.simulation.pack import Pack
from pilothouse.engines.simulation.philox import Stream, fill_shared, philox, threshold
from pilothouse.engines.simulation.users import NEVER, VISITED, Lives, Marks, Traits
from pilothouse.kernel.times import DAY_US, SECOND_US, midnight_us, parse_zone

INVITE_SENT = "invite_sent"
# How often somebody thinks of another who may have it already; after that they let it be.
MOST_TRIES = 8
NOBODY = -1

_VISIT = int(Stream.VISIT)
_INVITING, _INVITATION = int(Stream.INVITING), int(Stream.INVITATION)
_BLOCK = 1024

People = NDArray[np.int32]


class Arrivals(NamedTuple):
    """What is kept of a day: who came by what, and who sent invitations.

    ``user`` (n) are people in order, ``channel`` (n) that of each, 1 + its place in ``channels``,
    ``inviter`` (n) who invited them or ``NOBODY``. ``joined`` (people) is by what everybody joined,
    0 being none. ``sender`` (m) are people in order and
    ``number`` (m) how many invitations each had sent before.
    """

    channels: tuple[str, ...]
    user: People
    channel: NDArray[np.uint8]
    inviter: People
    sender: People
    number: NDArray[np.int16]
    joined: NDArray[np.uint8]


@compiled
def find_coming(
    day: int,
    replicate: int,
    seed: int,
    traits: Traits,
    stage: NDArray[np.uint8],
    visit: Marks,
    upto: Marks,
    user: People,
    channel: NDArray[np.uint8],
) -> int:
    """Write who comes today by a named channel alone into ``user`` and ``channel``; how many.

    ``visit`` (segments, platforms, quarters) are chances to come without, ``upto`` (channels, the
    same) those with the channels up to each; channels count from 1.
    """
    draws, found = np.empty(_BLOCK, np.uint32), 0
    most = upto[-1].max()
    for first in range(0, len(stage), _BLOCK):
        fill_shared(first, day, replicate, seed, _VISIT, draws)
        for who in range(first, min(first + _BLOCK, len(stage))):
            draw = np.uint64(draws[who - first])
            if stage[who] > VISITED or draw >= most:
                continue
            s, p, q = traits[who].segment, traits[who].platform, traits[who].quarter
            if draw < visit[s, p, q]:
                continue
            for place in range(len(upto)):
                if draw < upto[place, s, p, q]:
                    user[found], channel[found] = who, place + 1
                    found += 1
                    break
    return found


@compiled
def _invite(
    who: People,
    day: int,
    replicate: int,
    seed: int,
    daily: float,
    effect: float,
    accepted: np.uint64,
    life: Lives,
    stage: NDArray[np.uint8],
    sent: NDArray[np.int16],
    senders: People,
    invited: People,
) -> int:
    count = 0
    for user in who:
        chance = daily * max(0.0, 1.0 + effect * life[user].satisfaction)
        draw, _, _, _ = philox(user, day, 0, replicate, seed, _INVITING)
        if draw >= threshold(chance):
            continue
        senders[count], invited[count] = user, NOBODY
        for attempt in range(MOST_TRIES):
            where, answer, _, _ = philox(user, sent[user], attempt, replicate, seed, _INVITATION)
            other = (where * np.uint64(len(stage))) >> np.uint64(32)
            if stage[other] <= VISITED:
                if answer < accepted:
                    invited[count] = other
                break
        sent[user] += 1
        count += 1
    return count


def send_invitations(
    who: People,
    key: Key,
    *,
    daily: float,
    effect: float,
    accepted: float,
    life: Lives,
    stage: NDArray[np.uint8],
    sent: NDArray[np.int16],
) -> tuple[People, People]:
    """Who of the active people ``who`` (n) sends an invitation today, and who will follow it.

    Adds to ``sent`` (people). The second column is ``NOBODY`` where the invitation is not taken up,
    or nobody was found who does not use the product yet. Whom one thinks of follows from one's
    number and from how many invitations one has sent, whatever the day.
    """
    senders, invited = np.empty(len(who), np.int32), np.empty(len(who), np.int32)
    count = _invite(
        who.astype(np.int32),
        key.day,
        key.replicate,
        key.seed,
        daily,
        effect,
        np.uint64(threshold(accepted)),
        life,
        stage,
        sent,
        senders,
        invited,
    )
    return senders[:count], invited[:count]


def tell_arrivals(
    pack: Pack, batch: EventBatch, arrivals: Arrivals, key: Key, traits: Traits, names: Names
) -> EventBatch:
    """``batch`` with invitations among its events, and with what people came by.

    A visit and a sign-up say by what that one came, and who invited them; what people do afterwards
    says by what they joined.
    """
    if len(arrivals.sender):
        batch = join_batches(batch, _invitations(pack, batch, arrivals, key, traits, names))
    who = batch.actor.codes
    arriving = np.isin(batch.event.texts, [pack.events.visit, pack.steps[0].event])
    channel = np.zeros(len(batch), np.int32)
    inside = ~arriving & (who < len(arrivals.joined))
    channel[inside] = arrivals.joined[who[inside]]
    by = np.full(len(batch), NOBODY, np.int32)
    if len(arrivals.user):
        place = np.minimum(np.searchsorted(arrivals.user, who), len(arrivals.user) - 1)
        named = arriving & (arrivals.user[place] == who)
        channel[named] = arrivals.channel[place[named]]
        by[named] = arrivals.inviter[place[named]]
    inviters, code = np.unique(by, return_inverse=True)
    said = np.where(inviters == NOBODY, "", names.actors[inviters])
    return replace(
        batch,
        channel=Coded(channel, np.array([DIRECT, *arrivals.channels])),
        invited_by=Coded(code.reshape(-1).astype(np.int32), said),
    )


def _invitations(
    pack: Pack, batch: EventBatch, arrivals: Arrivals, key: Key, traits: Traits, names: Names
) -> EventBatch:
    """Events of invitations: sent a second after the last thing that somebody did that day.

    The server sends them, so that none is lost; where all else that somebody did was lost, at any
    time of the day.
    """
    who, n = arrivals.sender, len(arrivals.sender)
    draws = np.array(
        [
            philox(int(user), int(number), MOST_TRIES, key.replicate, key.seed, _INVITATION)
            for user, number in zip(who, arrivals.number, strict=True)
        ],
        np.uint32,
    )
    start = midnight_us(batch.day, parse_zone(pack.company.time_zone))
    last = _last_rows(batch, who)
    seen, row = last >= 0, np.maximum(last, 0)
    alone = start + (DAY_US // 2 * (draws[:, 3] / 2.0**32)).astype(np.int64)
    time_us = np.where(seen, batch.time_us[row] + SECOND_US, alone)
    session = np.where(seen, batch.session.texts[row], "")
    return EventBatch(
        day=batch.day,
        ids=draws.astype("<u4").view(np.uint8).reshape(-1, 16),
        event=Coded(np.zeros(n, np.int32), np.array([INVITE_SENT])),
        actor=Coded(who, names.actors),
        time_us=time_us,
        received_us=time_us + SECOND_US,
        session=Coded(np.arange(n, dtype=np.int32), session),
        platform=Coded(traits["platform"][who].astype(np.int32), names.platforms),
        country=Coded(traits["country"][who].astype(np.int32), names.countries),
        plan=Coded(np.where(seen, batch.plan.codes[row], 0).astype(np.int32), batch.plan.names),
        segment=Coded(traits["segment"][who].astype(np.int32), names.segments),
        amount=np.full(n, np.nan),
    )


def _last_rows(batch: EventBatch, who: People) -> NDArray[np.int64]:
    """The last event of each of ``who`` (in order) in ``batch``; -1 where there is none."""
    last = np.full(len(who), NEVER, np.int64)
    rows = np.flatnonzero(np.isin(batch.actor.codes, who))
    np.maximum.at(last, np.searchsorted(who, batch.actor.codes[rows]), rows)
    return last


def shift_traits(
    traits: Traits, who: People, *, activity: float, drop_out: float, intent: float
) -> None:
    """Make ``who`` (n), each once, people of another kind: rates times, intent plus."""
    traits["lam"][who] *= np.float32(activity)
    traits["theta"][who] = np.minimum(traits["theta"][who] * np.float32(drop_out), np.float32(1.0))
    traits["intent"][who] += np.float32(intent)
