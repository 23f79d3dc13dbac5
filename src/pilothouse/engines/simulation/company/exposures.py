"""Exposure events: that a person met a version under test, as the product's own log tells it.

They pass the same losses as other events of their platform. An exposure happens with the first
event of the person's day that was kept, or at noon where none was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation.batch import Coded, EventBatch, Names, Texts
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.company.trials import ARM_NAMES, Trial, Turns
from pilothouse.engines.simulation.philox import Stream, philox, threshold
from pilothouse.engines.simulation.slots import CONTROL, OUTSIDE
from pilothouse.engines.simulation.users import Traits
from pilothouse.kernel.times import DAY_US, midnight_us, parse_zone

# Events of tests are numbered from here, far above those of a day's use.
_FIRST_NUMBER = 1_000_000
ARM_TEXTS: Texts = np.array([ARM_NAMES[arm] for arm in (CONTROL, 1)])


@dataclass(frozen=True)
class ExposureBatch:
    """First exposures of ``day`` to one experiment, n of them.

    ``experiment`` is the key of its idea, ``number`` that of the experiment. ``ids`` is (n, 16)
    bytes; ``time_us`` in microseconds since 1970 UTC.
    """

    day: date
    experiment: str
    number: int
    ids: NDArray[np.uint8]
    actor: Coded
    arm: Coded
    time_us: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.time_us)


def take_exposures(batch: ExposureBatch, rows: NDArray[np.intp]) -> ExposureBatch:
    """The ``rows`` of ``batch``."""
    return replace(
        batch,
        ids=batch.ids[rows],
        actor=Coded(batch.actor.codes[rows], batch.actor.names),
        arm=Coded(batch.arm.codes[rows], batch.arm.names),
        time_us=batch.time_us[rows],
    )


def read_exposures(
    setting: Setting, trials: list[Trial], batch: EventBatch, traits: Traits, names: Names
) -> Iterator[ExposureBatch]:
    """The exposures of the day whose other events are ``batch``, by experiment.

    By turns nobody has an arm of their own: such an experiment has none.
    """
    day = setting.number_of(batch.day)
    for trial in trials:
        if isinstance(trial, Turns):
            continue
        people = np.flatnonzero(trial.exposed == day)
        people = people[trial.arms_among(people, setting.chance.seed) != OUTSIDE]
        kept, ids = _through_the_log(setting, trial, people, traits, day)
        if len(kept):
            arms = trial.arms_among(kept, setting.chance.seed)
            yield ExposureBatch(
                day=batch.day,
                experiment=setting.business.ideas[trial.idea].key,
                number=trial.number,
                ids=ids,
                actor=Coded(kept.astype(np.int32), names.actors),
                arm=Coded(arms.astype(np.int32), ARM_TEXTS),
                time_us=_first_times(setting, batch, kept, len(names.actors)),
            )


def _through_the_log(
    setting: Setting, trial: Trial, people: NDArray[np.intp], traits: Traits, day: int
) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """Those of ``people`` whose exposure is not lost on the way, and its ids."""
    chance, number = setting.chance, _FIRST_NUMBER + trial.number
    marks = [threshold(platform.loss.value) for platform in setting.pack.platforms]
    kept, ids = [], []
    for user in people.tolist():
        key = (user, day, number, chance.replicate, chance.seed)
        lost, _, _, _ = philox(*key, int(Stream.INSTRUMENT))
        if lost >= marks[traits["platform"][user]]:
            kept.append(user)
            ids.append(philox(*key, int(Stream.EVENT_ID)))
    words = np.array(ids, dtype="<u4").reshape(-1, 4)
    return np.array(kept, np.intp), words.view(np.uint8).reshape(-1, 16)


def _first_times(
    setting: Setting, batch: EventBatch, people: NDArray[np.intp], users: int
) -> NDArray[np.int64]:
    noon = midnight_us(batch.day, parse_zone(setting.pack.company.time_zone)) + DAY_US // 2
    first = np.full(users, np.iinfo(np.int64).max)
    np.minimum.at(first, batch.actor.codes, batch.time_us)
    times: NDArray[np.int64] = first[people]
    return np.where(times == np.iinfo(np.int64).max, noon, times)
