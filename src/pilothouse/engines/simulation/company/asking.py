"""Finding people to ask, and handing out what they say as artefacts."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation.company.artefacts import Artefact, Kind
from pilothouse.engines.simulation.company.commands import Interview, Survey, UsabilityTest
from pilothouse.engines.simulation.company.effects import signal
from pilothouse.engines.simulation.company.feedback import write_reviews
from pilothouse.engines.simulation.company.research import REACH_OF_LEFT, interview, problems_seen
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.company.state import CompanyState
from pilothouse.engines.simulation.company.today import all_qualities
from pilothouse.engines.simulation.distributions import sigmoid
from pilothouse.engines.simulation.philox import Stream
from pilothouse.engines.simulation.run import SimulationRun
from pilothouse.engines.simulation.users import CHURNED, PAYING, SIGNED_UP

RECENT_DAYS = 30
PROBLEMS = 12
# Answers to a survey by rating 1 to 5: who is moved answers.
_ANSWERS = (0.3, 0.18, 0.1, 0.14, 0.24)


def find_people(
    people: SimulationRun, day: int, *, segment: int | None, left: bool
) -> NDArray[np.intp]:
    """Numbers of those who may be asked: used it in the last month, or are gone."""
    stage = people.state.stage
    if left:
        fits = (stage == CHURNED) & (people.state.life["first_day"] >= 0)
    else:
        fits = (stage >= SIGNED_UP) & (stage <= PAYING)
        fits &= people.state.life["last_day"] >= day - RECENT_DAYS
    if segment is not None:
        fits &= people.traits["segment"] == segment
    return np.flatnonzero(fits)


def gaps_of(setting: Setting, state: CompanyState) -> list[list[float]]:
    """Quality less expectation, by segment and need."""
    qualities = all_qualities(setting, state)
    return [
        [quality - expected for quality, expected in zip(row, hoped, strict=True)]
        for row, hoped in zip(qualities, state.expectations, strict=True)
    ]


def run_interviews(
    setting: Setting, state: CompanyState, people: SimulationRun, day: int, command: Interview
) -> list[Artefact]:
    """Talks with those who could be found; ``facts`` has who they are and what they said."""
    keys = [segment.key for segment in setting.pack.segments]
    segment = keys.index(command.segment) if command.segment else None
    found = find_people(people, day, segment=segment, left=command.left)
    state.studies += 1
    chosen = _choose(setting, state.studies, found, command.people, left=command.left)
    who = [(int(p), int(people.traits["segment"][p]), command.left) for p in chosen]
    said = interview(
        setting.chance, people=who, gaps=gaps_of(setting, state), question=command.question
    )
    needs = [need.key for need in setting.business.needs]
    made = []
    for person, place, left in who:
        yes = [needs[s.need] for s in said if s.person == person and s.yes]
        facts = {
            "person": person,
            "segment": keys[place],
            "left": left,
            "question": str(command.question),
            "problems": yes,
        }
        made.append(Artefact(setting.date_of(day), Kind.INTERVIEW, "", facts))
    return made


def _choose(
    setting: Setting, study: int, found: NDArray[np.intp], count: int, *, left: bool
) -> list[int]:
    """Up to ``count`` different people; of those who left one attempt in three succeeds."""
    chosen: list[int] = []
    if len(found) == 0:
        return chosen
    # Calls are made until enough agree, three for each place at most.
    for call in range(3 * count):
        u, v, _, _ = setting.chance.draw(Stream.RESEARCH, call, study, 99)
        person = int(found[int(u * len(found))])
        if len(chosen) < count and person not in chosen and (not left or v < REACH_OF_LEFT):
            chosen.append(person)
    return chosen


def run_survey(
    setting: Setting, state: CompanyState, people: SimulationRun, day: int, command: Survey
) -> list[Artefact]:
    """A survey of those who use it: counts by rating 1 to 5 of those who answered.

    Where they were asked about needs, ``facts`` has how many named each as well.
    """
    found = find_people(people, day, segment=None, left=False)
    state.studies += 1
    asked = found[: command.people].astype(np.int32)
    if len(found) > command.people:
        order = [setting.chance.draw(Stream.RESEARCH, int(p), state.studies, 98)[0] for p in found]
        asked = found[np.argsort(order, kind="stable")[: command.people]].astype(np.int32)
    ratings, _ = write_reviews(
        setting.chance, day, asked, people.state.life, people.constants.normal
    )
    counts, answered = [0] * 5, []
    for person, rating in zip(asked, ratings, strict=True):
        u = setting.chance.draw(Stream.RESEARCH, int(person), state.studies, 97)[0]
        if u < _ANSWERS[rating - 1]:
            counts[rating - 1] += 1
            answered.append((int(person), int(people.traits["segment"][person]), False))
    facts: dict[str, Any] = {"asked": len(asked), "answered": len(answered), "ratings": counts}
    if command.question is not None:
        gaps = gaps_of(setting, state)
        said = interview(setting.chance, people=answered, gaps=gaps, question=command.question)
        named = Counter(each.need for each in said if each.yes)
        needs = enumerate(setting.business.needs)
        facts |= {
            "question": str(command.question),
            "problems": {need.key: named[place] for place, need in needs},
        }
    truth = {"ratings of all asked": np.bincount(ratings, minlength=6)[1:].tolist()}
    return [Artefact(setting.date_of(day), Kind.SURVEY, "", facts, truth)]


def run_usability_test(
    setting: Setting, state: CompanyState, day: int, command: UsabilityTest
) -> list[Artefact]:
    """People try a prototype: how many managed, and how many of its problems were seen."""
    idea = setting.idea(command.idea)
    state.studies += 1
    score = signal(setting.business, setting.chance, setting.truths[idea], "prototype")
    odds = float(sigmoid(0.5 + score))
    managed = sum(
        setting.chance.draw(Stream.RESEARCH, person, state.studies, 96)[0] < odds
        for person in range(command.people)
    )
    seen = problems_seen(
        setting.chance, people=command.people, problems=PROBLEMS, study=1000 + idea
    )
    facts = {"people": command.people, "managed": managed, "problems": seen}
    truth = {"problems": PROBLEMS, "effect": setting.truths[idea].effect}
    return [Artefact(setting.date_of(day), Kind.USABILITY, command.idea, facts, truth)]
