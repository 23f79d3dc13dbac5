"""Approvals from outside: papers are accepted or sent back, reviewed, questioned and decided.

The clock of the authority stops while questions are open. Times are drawn per submission, so that
submitting earlier does not change how long it takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pilothouse.engines.simulation.company.chance import Chance, lognormal
from pilothouse.engines.simulation.company.schema import Gate
from pilothouse.engines.simulation.philox import Stream

QUESTION_SPREAD = 0.6


class Stage(StrEnum):
    """Where a submission stands."""

    FILED = "filed"
    SENT_BACK = "sent back"
    IN_REVIEW = "in review"
    QUESTIONED = "questioned"
    CLEARED = "cleared"
    DENIED = "denied"


@dataclass(frozen=True)
class Submission:
    """One submission for one idea: the days on which each thing happens, hidden until then."""

    gate: int
    idea: int
    filed: int
    sent_back: int | None
    review: int
    question: int | None
    resumed: int | None
    decided: int
    denied: bool

    def stage(self, day: int) -> Stage:
        """Where it stands on ``day``."""
        if day >= self.decided:
            return Stage.DENIED if self.denied else Stage.CLEARED
        if self.question is not None and self.question <= day < (self.resumed or 0):
            return Stage.QUESTIONED
        if day >= self.review:
            return Stage.IN_REVIEW
        if self.sent_back is not None and day >= self.sent_back:
            return Stage.SENT_BACK
        return Stage.FILED


def submit(
    gate: Gate, chance: Chance, *, place: int, idea: int, number: int, day: int
) -> Submission:
    """The fate of submission ``number`` to ``gate`` for ``idea``, filed on ``day``."""
    a, b, c, d = chance.draw(Stream.GATE, place, number, 0)
    e, _, _, _ = chance.draw(Stream.GATE, place, number, 1)
    accepted = day + int(gate.acceptance_days.value)
    sent_back = accepted if a < gate.refused.value else None
    review = accepted + (int(gate.refused_days.value) if sent_back is not None else 0)
    work = max(1, int(lognormal(b, gate.review_days.value, gate.review_spread.value) + 0.5))
    question = resumed = None
    hold = 0
    if c < gate.questioned.value:
        hold = max(1, int(lognormal(d, gate.question_days.value, QUESTION_SPREAD) + 0.5))
        hold = min(hold, int(gate.question_most.value))
        question = review + work // 2
        resumed = question + hold
    return Submission(
        gate=place,
        idea=idea,
        filed=day,
        sent_back=sent_back,
        review=review,
        question=question,
        resumed=resumed,
        decided=review + work + hold,
        denied=e < gate.denied.value,
    )
