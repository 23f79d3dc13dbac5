"""The fixed population: everyone in the market is a numbered slot from the first day.

What a person is (``TRAITS``) depends on seed and number alone, so person 4711 is the same in every
counterfactual. What has become of them is their ``State``.
"""
# ruff: noqa: PLR0917 - kernels take their arrays by position

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation._compile import borrowing, inlined
from pilothouse.engines.simulation.distributions import (
    Family,
    Floats,
    cumulative_thresholds,
    fill_quantiles,
    normal_share,
    quantile,
    quantile_table,
    stretch_of,
)
from pilothouse.engines.simulation.pack import Pack
from pilothouse.engines.simulation.philox import Stream, philox, threshold, uniform

Marks = NDArray[np.uint64]

# Stages of a person, in the order they are reached.
UNAWARE, VISITED, SIGNED_UP, ACTIVATED, PAYING, CHURNED = range(6)
STAGE_NAMES = ("unaware", "visited", "signed up", "activated", "paying", "churned")

NEVER = -1
_FIRST_HABIT = 0.5
# How many people are drawn at once.
_BLOCK_USERS = 16_384


# What people are: daily drop-out ``theta``, daily rate ``lam``, ``intent`` as a normal score;
# ``returns`` is 0 for those who never come back after signing up. ``quarter`` is that of the market
# by theta: 0 stays longest, 3 leaves soonest. The rest are codes of the pack.
TRAITS = np.dtype(
    [
        ("theta", np.float32),
        ("lam", np.float32),
        ("intent", np.float32),
        ("returns", np.uint8),
        ("platform", np.uint8),
        ("country", np.uint8),
        ("segment", np.uint8),
        ("plan", np.uint8),
        ("quarter", np.uint8),
    ],
    align=True,
)
QUARTERS = 4

# What has become of people. Days count from the first of the run; ``NEVER`` is -1.
LIFE = np.dtype(
    [
        ("habit", np.float32),
        ("satisfaction", np.float32),
        ("first_day", np.int16),
        ("last_day", np.int16),
        ("renewal_day", np.int16),
        ("payments", np.int16),
        ("steps", np.uint8),
    ],
    align=True,
)

# One record a person, side by side in memory: a person's day touches two cache lines.
Traits = NDArray[np.void]
Lives = NDArray[np.void]


class State(NamedTuple):
    """What has become of people: the stage of each, and the rest of their lives.

    Apart, because one byte says of most people that they have nothing to do with the product.
    """

    stage: NDArray[np.uint8]
    life: Lives

    def copy(self) -> State:
        """The same at another place."""
        return State(self.stage.copy(), self.life.copy())


class _Shapes(NamedTuple):
    theta: Floats
    theta_stretch: float
    lam: Floats
    lam_stretch: float
    lam_scale: float
    intent: Floats
    returns: float
    platform: Marks
    country: Marks
    segment: Marks
    plan: NDArray[np.uint64]
    group_size: int
    common: float
    own: float


_TRAITS, _GROUP = int(Stream.TRAITS), int(Stream.GROUP)
# The two highest bits of a draw say in which quarter of all draws it lies.
_QUARTER_BITS = np.uint64(30)
_BETA, _GAMMA, _NORMAL = int(Family.BETA), int(Family.GAMMA), int(Family.NORMAL)


@borrowing
def pick(marks: Marks, draw: np.uint64) -> int:
    """The first place whose threshold lies above ``draw``; ``len(marks)`` if none does."""
    for place in range(len(marks)):
        if draw < marks[place]:
            return place
    return len(marks)


@inlined
def _score(share: float, normal: Floats) -> float:
    return quantile(_NORMAL, 1.0, normal, share)


@borrowing
def _make_alike(first: int, last: int, seed: int, shapes: _Shapes, u: Floats) -> None:
    """Mix into the shares ``u`` (4, n) of people what their group has, by normal scores.

    A Gaussian copula: each share stays uniform, and two of a group are correlated in each of the
    four. Nothing of one trait gets into another.
    """
    normal = shapes.intent
    for trait in range(len(u)):
        group, common = -1, 0.0
        for user in range(first, last):
            if user // shapes.group_size != group:
                group = user // shapes.group_size
                draw = philox(group, 0, 0, 0, seed, _GROUP)[trait]
                common = shapes.common * _score(uniform(draw), normal)
            own = shapes.own * _score(u[trait, user - first], normal)
            u[trait, user - first] = normal_share(normal, common + own)


@borrowing
def _draw_traits(
    first: int, last: int, seed: int, shapes: _Shapes, room: Floats, traits: Traits
) -> None:
    """Draw the people ``first`` to before ``last``; ``room`` (7, n or more) is to work in."""
    u, values = room[:4, : last - first], room[4:, : last - first]
    for user in range(first, last):
        a, b, c, d = philox(user, 0, 0, 0, seed, _TRAITS)
        place = user - first
        u[0, place], u[1, place], u[2, place] = uniform(a), uniform(b), uniform(c)
        u[3, place] = uniform(d)
        traits[user].quarter = a >> _QUARTER_BITS
        traits[user].returns = 1 if d < threshold(shapes.returns) else 0
    if shapes.group_size > 0:
        _make_alike(first, last, seed, shapes, u)
        for user in range(first, last):
            traits[user].quarter = min(int(QUARTERS * u[0, user - first]), QUARTERS - 1)
            traits[user].returns = 1 if u[3, user - first] < shapes.returns else 0
    fill_quantiles(_BETA, shapes.theta_stretch, shapes.theta, u[0], values[0])
    fill_quantiles(_GAMMA, shapes.lam_stretch, shapes.lam, u[1], values[1])
    fill_quantiles(_NORMAL, 1.0, shapes.intent, u[2], values[2])
    for user in range(first, last):
        traits[user].theta = values[0, user - first]
        traits[user].lam = values[1, user - first] * shapes.lam_scale
        traits[user].intent = values[2, user - first]
        a, b, c, d = philox(user, 0, 1, 0, seed, _TRAITS)
        traits[user].platform = pick(shapes.platform, a)
        traits[user].country = pick(shapes.country, b)
        traits[user].segment = pick(shapes.segment, c)
        traits[user].plan = pick(shapes.plan[traits[user].segment], d)


def draw_traits(pack: Pack, *, seed: int, users: int, threads: int = 1) -> Traits:
    """The ``users`` people of the world ``seed``: each trait by its inverse distribution."""
    traits, shapes = np.zeros(users, TRAITS), _shapes(pack)
    piece = -(-users // threads)

    def work(first: int) -> None:
        last, room = min(first + piece, users), np.empty((7, _BLOCK_USERS))
        for start in range(first, last, _BLOCK_USERS):
            end = min(start + _BLOCK_USERS, last)
            _draw_traits(start, end, seed, shapes, room, traits)

    with ThreadPoolExecutor(threads) as pool:
        # Listing the answers raises what a piece raised.
        list(pool.map(work, range(0, users, piece)))
    return traits


def _shapes(pack: Pack) -> _Shapes:
    a, b = pack.retention.drop_out_a.value, pack.retention.drop_out_b.value
    shape = pack.activity.shape.value
    # Where nobody is alike nothing is mixed in, and every bit is as if there were no groups.
    alike = pack.groups.alike.value if pack.groups else 0.0
    plans = [[s.plans.get(plan.key, 0.0) for plan in pack.plans] for s in pack.segments]
    return _Shapes(
        theta=quantile_table(Family.BETA, a, b),
        theta_stretch=stretch_of(Family.BETA, a, b),
        lam=quantile_table(Family.GAMMA, shape),
        lam_stretch=stretch_of(Family.GAMMA, shape),
        lam_scale=pack.activity.mean.value / shape,
        intent=quantile_table(Family.NORMAL),
        returns=1.0 - pack.retention.never_returns.value,
        platform=cumulative_thresholds([p.share.value for p in pack.platforms]),
        country=cumulative_thresholds([c.share.value for c in pack.countries]),
        segment=cumulative_thresholds([s.share.value for s in pack.segments]),
        plan=np.stack([cumulative_thresholds(shares) for shares in plans]),
        group_size=int(pack.groups.size.value) if pack.groups and alike > 0.0 else 0,
        common=math.sqrt(alike),
        own=math.sqrt(1.0 - alike),
    )


def fresh_state(users: int) -> State:
    """Everybody before the first day: unaware, of ordinary habit and neutral satisfaction."""
    life = np.zeros(users, LIFE)
    for name in ("first_day", "last_day", "renewal_day"):
        life[name] = NEVER
    life["habit"] = _FIRST_HABIT
    return State(np.full(users, UNAWARE, np.uint8), life)


def state_columns(state: State) -> Iterator[NDArray[Any]]:
    """All that is known of people, column by column, in the order of hashes."""
    for name in LIFE.names or ():
        if name == "steps":
            yield state.stage
        yield state.life[name]
