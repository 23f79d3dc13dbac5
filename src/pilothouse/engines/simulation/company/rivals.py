"""Rivals: mostly they do nothing. When they answer, it is late, in kind, and not quite as good.

J. Steenkamp and others 2005 found no reaction the rule in over 400 categories. One piece of news in
five is a rumour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pilothouse.engines.simulation.company.chance import Chance, daily, lognormal
from pilothouse.engines.simulation.company.schema import Business, Rival
from pilothouse.engines.simulation.philox import Stream

LAG_SPREAD = 0.6
OWN_STEP, OWN_SPREAD = 0.08, 0.6
# Of what rivals really do this share becomes known.
REPORTED = 0.9


@dataclass(frozen=True)
class Plan:
    """An answer that a rival will ship on ``day``: the need and how good ours was."""

    day: int
    need: int
    ours: float


@dataclass
class RivalState:
    """What a rival offers by need, and what is on its way."""

    qualities: list[float]
    plans: list[Plan] = field(default_factory=list)


@dataclass(frozen=True)
class Item:
    """A piece of news about a rival; ``true`` is hidden from whoever reads it."""

    rival: int
    need: int
    gain: float
    true: bool


def fresh_rivals(business: Business) -> list[RivalState]:
    """Rivals on the first day; what a pack does not say equals our own."""
    return [
        RivalState([rival.qualities.get(n.key, n.quality.value) for n in business.needs])
        for rival in business.rivals
    ]


def plan_answer(
    rival: Rival, chance: Chance, *, place: int, idea: int, day: int, need: int, ours: float
) -> Plan | None:
    """Whether and when a rival answers our ``idea``, shipped on ``day``."""
    u, v, _, _ = chance.draw(Stream.RIVAL, place, idea)
    if u >= rival.reacts.value:
        return None
    lag = max(1, int(lognormal(v, rival.lag_days.value, LAG_SPREAD) + 0.5))
    return Plan(day + lag, need, ours)


def live_rival(
    rival: Rival, state: RivalState, chance: Chance, *, place: int, day: int
) -> tuple[Item, ...]:
    """A day of one rival: answers that are due, an idea of its own, news and rumours."""
    items: list[Item] = []
    for plan in [p for p in state.plans if p.day <= day]:
        gap = rival.parity.value * max(0.0, plan.ours - state.qualities[plan.need])
        items.append(_ship(state, place, plan.need, gap))
    state.plans = [p for p in state.plans if p.day > day]
    # Ideas of their own stand in another part of the stream than answers to ours.
    u, v, w, x = chance.draw(Stream.RIVAL, place, day, 1)
    odds = daily(rival.ideas_yearly.value)
    if u < odds:
        need = int(v * len(state.qualities))
        items.append(_ship(state, place, need, lognormal(w, OWN_STEP, OWN_SPREAD)))
    heard = [item for n, item in enumerate(items) if _heard(chance, place, day, n)]
    # As many rumours beside the true news as make up their share.
    share = rival.rumours.value
    if x < odds * REPORTED * share / max(1.0 - share, 0.05):
        a, b, _, _ = chance.draw(Stream.NEWS, place, day, 1)
        gain = lognormal(b, OWN_STEP, OWN_SPREAD)
        heard.append(Item(place, int(a * len(state.qualities)), gain, true=False))
    return tuple(heard)


def _ship(state: RivalState, place: int, need: int, gain: float) -> Item:
    state.qualities[need] += gain
    return Item(place, need, gain, true=True)


def _heard(chance: Chance, place: int, day: int, number: int) -> bool:
    return chance.draw(Stream.NEWS, place, day, 2 + number)[0] < REPORTED


def best_by_need(states: Sequence[RivalState], needs: int) -> tuple[float, ...]:
    """The best quality of any rival, by need; 0 without rivals."""
    return tuple(max((s.qualities[n] for s in states), default=0.0) for n in range(needs))
