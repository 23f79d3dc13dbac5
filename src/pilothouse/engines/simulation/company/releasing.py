"""Putting ideas before people and taking them back; what has glowed out becomes the product."""

from __future__ import annotations

from pilothouse.engines.simulation.company.artefacts import Artefact, Kind
from pilothouse.engines.simulation.company.delivery import Work, new_bugs
from pilothouse.engines.simulation.company.effects import IdeaTruth, interaction
from pilothouse.engines.simulation.company.rivals import plan_answer
from pilothouse.engines.simulation.company.rule_parts import free_places
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.company.state import CompanyState, Live
from pilothouse.engines.simulation.company.today import all_qualities
from pilothouse.engines.simulation.slots import Memory
from pilothouse.engines.simulation.users import NEVER

# A glow is over after this many times its length.
GLOWS_FOR = 6
MOST_POWER = 3.0


def release(setting: Setting, state: CompanyState, memory: Memory, idea: int, day: int) -> Artefact:
    """Give a built idea to everybody on ``day``: people feel it, bugs come, rivals may answer."""
    truth = setting.truths[idea]
    live = Live(day, _power(setting, state, idea))
    places = free_places(state)
    if truth.glow != 0.0 and places:
        live.place = places[0]
        memory[:, live.place] = NEVER
    else:
        _settle(state, truth, live.power)
    state.live[idea] = live
    state.built.pop(idea, None)
    state.releases += 1
    state.shop.shipped += 1
    deal = state.agreement(idea)
    work = Work(idea, truth.size * deal.scope, setting.business.ideas[idea].estimate_days, day)
    team, pressure = setting.business.team, state.split.pressure
    bugs = new_bugs(team, state.shop, setting.chance, work, pressure, testing=deal.testing)
    state.shop.bugs[truth.need] += bugs
    _alert_rivals(setting, state, truth, day)
    key = setting.business.ideas[idea].key
    hidden = {"effect": truth.effect, "size": work.size, "bugs": bugs, "power": live.power}
    return Artefact(setting.date_of(day), Kind.SHIPPED, key, truth=hidden)


def take_back(setting: Setting, state: CompanyState, idea: int, day: int) -> Artefact:
    """Take an idea from everybody; it stays built."""
    live = state.live.pop(idea)
    if live.place is None:
        _settle(state, setting.truths[idea], -live.power)
    state.built[idea] = day
    state.shop.shipped -= 1
    key = setting.business.ideas[idea].key
    return Artefact(setting.date_of(day), Kind.ROLLED_BACK, key)


def settle_glows(setting: Setting, state: CompanyState, day: int) -> None:
    """Make what has glowed out part of the product."""
    for idea, live in state.live.items():
        truth = setting.truths[idea]
        if live.place is not None and day - live.since > GLOWS_FOR * truth.glow_days:
            live.place = None
            _settle(state, truth, live.power)


def _settle(state: CompanyState, truth: IdeaTruth, power: float) -> None:
    for segment, gain in enumerate(truth.quality):
        state.qualities[segment][truth.need] += power * gain
        if truth.step >= 0:
            state.ease[segment][truth.step] += power * truth.ease[segment]


def _power(setting: Setting, state: CompanyState, idea: int) -> float:
    """How much of its own effect an idea has beside those that people have already.

    Of an idea of which less was built the effect is less.
    """
    effect, scope = setting.truths[idea].effect, state.agreement(idea).scope
    if effect == 0.0:
        return scope
    more = sum(interaction(setting.business, setting.chance, idea, other) for other in state.live)
    return scope * min(max(1.0 + more / effect, -MOST_POWER), MOST_POWER)


def _alert_rivals(setting: Setting, state: CompanyState, truth: IdeaTruth, day: int) -> None:
    if truth.step >= 0:
        return
    qualities = all_qualities(setting, state)
    ours = max(row[truth.need] for row in qualities)
    for place, rival in enumerate(setting.business.rivals):
        plan = plan_answer(
            rival,
            setting.chance,
            place=place,
            idea=truth.place,
            day=day,
            need=truth.need,
            ours=ours,
        )
        if plan is not None:
            state.rivals[place].plans.append(plan)
