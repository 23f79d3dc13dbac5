"""From the company's state to the tables people live under: worth, rivals, prices, slots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pilothouse.engines.simulation.company.effects import IdeaTruth
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.company.state import CompanyState, Live
from pilothouse.engines.simulation.company.trials import Trial, Turns
from pilothouse.engines.simulation.company.value import worth
from pilothouse.engines.simulation.distributions import exp, log
from pilothouse.engines.simulation.philox import threshold
from pilothouse.engines.simulation.slots import SLOT
from pilothouse.engines.simulation.tables import OWN, PRICE, PULL, DayTables

# How much of the elasticity a dearer price costs in worth until it is the usual one.
PRICE_PAIN = 0.25


@dataclass(frozen=True)
class FirstDay:
    """What everything is measured against: worth of ours and weight of rivals, by segment."""

    worth: tuple[float, ...]
    pull: tuple[float, ...]
    rivals: tuple[float, ...]


def all_qualities(
    setting: Setting, state: CompanyState, more: IdeaTruth | None = None, power: float = 1.0
) -> list[list[float]]:
    """Quality by segment and need with everything people have, glow apart.

    With ``more`` as well, of which ``power`` is the share that is built.
    """
    qualities = [[*row] for row in state.qualities]
    for idea, live in state.live.items():
        if live.place is not None:
            _add(qualities, setting.truths[idea], live.power)
    if more is not None:
        _add(qualities, more, power)
    return qualities


def _add(qualities: list[list[float]], truth: IdeaTruth, power: float) -> None:
    for segment, gain in enumerate(truth.quality):
        qualities[segment][truth.need] += power * gain


def worth_by_segment(
    setting: Setting, qualities: Sequence[Sequence[float]], state: CompanyState
) -> list[float]:
    """What the product is worth to each segment, before price."""
    return [
        worth(row, quality, expected)
        for row, quality, expected in zip(
            setting.weights.needs, qualities, state.expectations, strict=True
        )
    ]


def rival_weights(setting: Setting, state: CompanyState, segment: int) -> list[tuple[float, float]]:
    """For each rival: what it is worth to a segment, and the logarithm of its awareness."""
    found = []
    for rival, now in zip(setting.business.rivals, state.rivals, strict=True):
        value = worth(setting.weights.needs[segment], now.qualities, state.expectations[segment])
        value -= setting.price_sensitivity * float(log(rival.price.value))
        found.append((value, float(log(max(rival.awareness.value, 1e-9)))))
    return found


def first_day(setting: Setting, state: CompanyState) -> FirstDay:
    """The yardstick of a run: its company before anything happened."""
    ours = worth_by_segment(setting, state.qualities, state)
    pulls, masses = [], []
    for segment, own in enumerate(ours):
        theirs = rival_weights(setting, state, segment)
        pulls.append(_pull(theirs, own))
        masses.append(_mass(theirs, own))
    return FirstDay(tuple(ours), tuple(pulls), tuple(masses))


def _pull(theirs: Sequence[tuple[float, float]], own: float) -> float:
    return max(0.0, max((value for value, _ in theirs), default=own) - own)


def _mass(theirs: Sequence[tuple[float, float]], first: float) -> float:
    return sum(float(exp(value - first + known)) for value, known in theirs)


def build_company_day(
    setting: Setting,
    base: DayTables,
    *,
    state: CompanyState,
    first: FirstDay,
    day: int,
    slow: float = 0.0,
) -> DayTables:
    """``base`` with what the company has made of its product, and with live slots.

    ``slow`` is what its latency takes from its worth today.
    """
    pack, market = setting.pack, setting.business.market
    settled = worth_by_segment(setting, state.qualities, state)
    liking = pack.activity.utility_effect.value
    last = len(pack.steps) - 1
    dearer = float(log(state.price))
    rivals = len(setting.business.rivals)
    segments = np.zeros((len(pack.segments), OWN + 1 + rivals))
    segments[:, : OWN + 1] = base.segments
    for s, now in enumerate(settled):
        pain = -market.price_elasticity.value * PRICE_PAIN
        change = now - first.worth[s] - pain * float(log(state.price / state.usual_price[s]))
        change -= slow
        base.utility[s] += change
        base.activity[s] *= float(exp(liking * change))
        for k, ease in enumerate(state.ease[s]):
            base.steps[s, :, k] += ease
        base.steps[s, :, last] -= setting.price_sensitivity * dearer
        theirs = rival_weights(setting, state, s)
        pull = _pull(theirs, first.worth[s] + change)
        segments[s, PULL] = market.rival_pull.value * (pull - first.pull[s])
        if pack.purchases is not None:
            segments[s, PRICE] = dearer
            segments[s, OWN] = float(log(1.0 + first.rivals[s])) + float(log(state.available))
            for k, (value, known) in enumerate(theirs):
                segments[s, OWN + 1 + k] = value - first.worth[s] + known
        else:
            mass = _mass(theirs, first.worth[s])
            lost = float(log((1.0 + mass) / (1.0 + first.rivals[s])))
            base.steps[s, :, last] -= lost
    _hold_up(setting, state, base.steps)
    slots, effects = build_slots(setting, state, day)
    return base._replace(
        segments=segments,
        cents=np.floor(base.cents * state.price + 0.5).astype(np.int64),
        slots=slots,
        effects=effects,
    )


def _hold_up(setting: Setting, state: CompanyState, ease: np.ndarray) -> None:
    """Make the step harder for which goods are missing; ``ease`` (segments, platforms, steps)."""
    supply = setting.business.supply
    if supply is None or not supply.needed_for or state.available >= 1.0:
        return
    for place, step in enumerate(setting.pack.steps):
        if step.event == supply.needed_for:
            ease[:, :, place] += missing(step.share.value, state.available)


def missing(share: float, available: float) -> float:
    """What turns a ``share`` who take a step into that share of those who have what it needs."""
    return float(log(available * (1.0 - share) / (1.0 - available * share)))


def build_slots(setting: Setting, state: CompanyState, day: int) -> tuple[np.ndarray, np.ndarray]:
    """The slots of ``day`` and their effects: running experiments, and what still glows."""
    rows, effects = [], []
    for idea, live in state.live.items():
        if live.place is not None:
            truth = setting.truths[idea]
            rows.append(_glow_row(truth, live))
            effects.append(_effect_of(setting, state, truth, live.power, there=True))
    for trial in state.trials:
        if trial.stopped is None and trial.start <= day:
            truth = setting.truths[trial.idea]
            rows.append(_trial_row(trial, truth, setting.chance.seed, day))
            scope = state.agreement(trial.idea).scope
            effects.append(_effect_of(setting, state, truth, scope, there=False))
    slots = np.zeros(len(rows), SLOT)
    for place, row in enumerate(rows):
        slots[place] = row
    shape = (0, len(setting.pack.segments), 1 + len(setting.pack.steps))
    return slots, np.stack(effects) if effects else np.zeros(shape)


def _glow_row(truth: IdeaTruth, live: Live) -> tuple[object, ...]:
    everybody = threshold(1.0)
    seen = int(truth.step == 0)
    return (everybody, everybody, truth.glow, truth.glow_days, live.place, 0, 1, live.since, seen)


def _trial_row(trial: Trial, truth: IdeaTruth, seed: int, day: int) -> tuple[object, ...]:
    share = trial.treated
    if isinstance(trial, Turns):
        share = float(trial.is_on(day, seed))
    inside, treated = threshold(trial.inside), threshold(share)
    return (
        inside,
        treated,
        truth.glow,
        truth.glow_days,
        trial.place,
        trial.number,
        trial.unit,
        trial.start,
        int(truth.step == 0),
    )


def _effect_of(
    setting: Setting, state: CompanyState, truth: IdeaTruth, power: float, *, there: bool
) -> np.ndarray:
    """What one idea adds beside all others: worth and ease by segment (segments, 1 + steps).

    ``there`` says that what people have already includes it.
    """
    effect = np.zeros((len(setting.pack.segments), 1 + len(setting.pack.steps)))
    if truth.step >= 0:
        effect[:, 1 + truth.step] = [power * ease for ease in truth.ease]
        return effect
    full = all_qualities(setting, state, None if there else truth, power)
    without = [[*row] for row in full]
    _add(without, truth, -power)
    gained = worth_by_segment(setting, full, state)
    lost = worth_by_segment(setting, without, state)
    effect[:, 0] = [a - b for a, b in zip(gained, lost, strict=True)]
    return effect
