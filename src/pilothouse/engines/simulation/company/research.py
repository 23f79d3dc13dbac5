"""Asking people: what they say depends on how they are asked, and on who can still be asked.

Leading questions are agreed to; would-you questions promise too much; last-time questions tell the
truth as far as it is remembered. Those who left are reached at a third of the rate. How many talks
it takes follows A. Griffin and J. Hauser 1993, how many people a usability test takes L. Faulkner
2003: problems differ in how visible they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pilothouse.engines.simulation.company.chance import Chance, beta
from pilothouse.engines.simulation.distributions import sigmoid
from pilothouse.engines.simulation.philox import Stream

RECALL = 0.8
REACH_OF_LEFT = 1.0 / 3.0
AGREES = 0.8
# Chance that one talk brings up a need: Beta with a = 1.45, b = 7.2.
TALK_MEAN, TALK_CONCENTRATION = 1.45 / 8.65, 8.65
# Chance that one person runs into a problem of a prototype.
SEES_MEAN, SEES_CONCENTRATION = 0.31, 3.2


class Question(StrEnum):
    """How a question is put."""

    LAST_TIME = "last time"
    WOULD_YOU = "would you"
    LEADING = "leading"


@dataclass(frozen=True)
class Said:
    """One answer: whether the person says that the need is a problem for them."""

    person: int
    segment: int
    left: bool
    need: int
    question: Question
    yes: bool


def pain(gap: float) -> float:
    """The share of people for whom a need met ``gap`` above expectation was a problem lately."""
    return float(sigmoid(-1.0 - 3.0 * gap))


def says_yes(chance: Chance, person: int, need: int, question: Question, share: float) -> bool:
    """Whether ``person`` says that it is a problem, where it is one for ``share`` of their like.

    Facts of the person: asked again in the same way they say the same.
    """
    u, v, _, _ = chance.fact(Stream.RESEARCH, person, need, 1)
    true = u < share
    if question is Question.LAST_TIME:
        return true and v < RECALL
    if question is Question.WOULD_YOU:
        return u < min(1.0, 1.8 * share + 0.25)
    return true or v < AGREES


def interview(
    chance: Chance,
    *,
    people: Sequence[tuple[int, int, bool]],
    gaps: Sequence[Sequence[float]],
    question: Question,
) -> tuple[Said, ...]:
    """Answers of ``people`` (number, segment, whether they left) about every need.

    ``gaps`` is quality minus expectation by segment and need; who left was hurt more.
    """
    answers = []
    for person, segment, left in people:
        for need, gap in enumerate(gaps[segment]):
            share = pain(gap - (0.25 if left else 0.0))
            yes = says_yes(chance, person, need, question, share)
            answers.append(Said(person, segment, left, need, question, yes))
    return tuple(answers)


def needs_heard(chance: Chance, *, talks: int, needs: int, study: int) -> int:
    """How many of ``needs`` distinct wishes come up in ``talks`` good conversations."""
    return _found(chance, talks, needs, study, (TALK_MEAN, TALK_CONCENTRATION))


def problems_seen(chance: Chance, *, people: int, problems: int, study: int) -> int:
    """How many of a prototype's ``problems`` are seen when ``people`` try it out."""
    return _found(chance, people, problems, study, (SEES_MEAN, SEES_CONCENTRATION))


def _found(
    chance: Chance, people: int, things: int, study: int, visibility: tuple[float, float]
) -> int:
    found = 0
    for thing in range(things):
        visible = beta(chance.fact(Stream.RESEARCH, thing, study, 2)[0], *visibility)
        found += any(
            chance.draw(Stream.RESEARCH, person, study, 3 + thing)[0] < visible
            for person in range(people)
        )
    return found
