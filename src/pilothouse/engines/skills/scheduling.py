"""When a study card comes next: FSRS-6 by the ``fsrs`` package, without chance.

Formulas and default parameters are the package's (open-spaced-repetition, FSRS-6, 21 parameters);
here is only its state as a frozen value. Intervals of the package may be fuzzed; ours are not, so
that the same history always gives the same day. Stability and intervals are in days, difficulty
runs from 1 to 10, chances from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from pilothouse.kernel.errors import InvalidValueError

if TYPE_CHECKING:
    from fsrs import Scheduler

Stage = Literal["learning", "review", "relearning"]
STAGES: tuple[Stage, ...] = ("learning", "review", "relearning")
AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
RATINGS = (AGAIN, HARD, GOOD, EASY)
LEAST_RETENTION, MOST_RETENTION = 0.70, 0.97
USUAL_RETENTION = 0.90
EASED_STEP = 0.05
# More days than any calendar of ours holds would be no help; 100 years are.
MAX_INTERVAL_DAYS = 36_500


@dataclass(frozen=True)
class Memory:
    """What is believed about one card: its stage, how lasting it is, and when it is due.

    ``stability`` is the days after which the chance of recall is 90 %. ``due`` and ``last_review``
    are aware and in UTC.
    """

    stage: Stage
    step: int | None
    stability: float
    difficulty: float
    due: datetime
    last_review: datetime


def schedule(
    memory: Memory | None,
    rating: int,
    now: datetime,
    *,
    retention: float = USUAL_RETENTION,
    fuzzes: bool = False,
) -> Memory:
    """The memory after a card was rated 1 (again) to 4 (easy) at ``now``; None is a new card."""
    from fsrs import Card, Rating, State

    check_rating(rating)
    moment = _to_utc(now)
    if memory is None:
        card = Card(card_id=0, due=moment)
    else:
        card = Card(
            card_id=0,
            state=State(STAGES.index(memory.stage) + 1),
            step=memory.step,
            stability=memory.stability,
            difficulty=memory.difficulty,
            due=memory.due,
            last_review=_to_utc(memory.last_review),
        )
    after, _ = _scheduler(retention, fuzzes).review_card(card, Rating(rating), moment)
    assert after.stability is not None
    assert after.difficulty is not None
    return Memory(
        stage=STAGES[after.state.value - 1],
        step=after.step,
        stability=after.stability,
        difficulty=after.difficulty,
        due=after.due,
        last_review=moment,
    )


def replay(
    reviews: Iterable[tuple[datetime, int]], *, retention: float = USUAL_RETENTION
) -> Memory | None:
    """The memory that a whole history leaves: pairs of time and rating, the oldest first."""
    memory: Memory | None = None
    for at, rating in reviews:
        memory = schedule(memory, rating, at, retention=retention)
    return memory


def preview(
    memory: Memory | None, now: datetime, *, retention: float = USUAL_RETENTION
) -> tuple[timedelta, ...]:
    """How long until the card would come again for each of the four ratings."""
    moment = _to_utc(now)
    return tuple(
        schedule(memory, rating, moment, retention=retention).due - moment for rating in RATINGS
    )


def recall_chance(memory: Memory, now: datetime) -> float:
    """How likely the card is recalled at ``now``, by whole days since the last review."""
    days = max(0, (_to_utc(now) - memory.last_review).days)
    return chance_after(days, memory.stability)


def chance_after(days: float, stability: float) -> float:
    """The forgetting curve: (1 + F t / S) ** decay, with F so that it is 0.9 at t = S.

    >>> round(chance_after(10, 10), 6)
    0.9
    """
    decay, factor = _curve()
    return float((1 + factor * days / stability) ** decay)


def interval_days(stability: float, retention: float) -> int:
    """After how many whole days the chance of recall has fallen to ``retention``; 1 at least."""
    decay, factor = _curve()
    days: float = stability / factor * (retention ** (1 / decay) - 1)
    return min(max(round(days), 1), MAX_INTERVAL_DAYS)


def ease_retention(wanted: float, waiting: int, limit: int) -> float:
    """The retention to schedule by while ``waiting`` cards are due and ``limit`` can be borne.

    Five points less while more than ``limit`` wait, ten while more than twice as many do, never
    under 70 %: longer intervals, so that a backlog can be worked off.

    >>> ease_retention(0.9, 100, 100), ease_retention(0.9, 101, 100), ease_retention(0.9, 500, 100)
    (0.9, 0.85, 0.8)
    """
    steps = (waiting > limit) + (waiting > 2 * limit)
    return max(min(wanted, LEAST_RETENTION), round(wanted - EASED_STEP * steps, 4))


def order_backlog(cards: Sequence[tuple[str, float, float]]) -> list[str]:
    """Keys of (key, days since the last review, stability): the least likely to be recalled first.

    The chance falls with days / stability, so that ratio alone gives the order.
    """
    return [key for key, _, _ in sorted(cards, key=lambda card: (-card[1] / card[2], card[0]))]


def check_rating(rating: int) -> None:
    """Raise ``InvalidValueError`` unless ``rating`` is 1 to 4."""
    if rating not in RATINGS:
        raise InvalidValueError(
            "a rating is 1 (again), 2 (hard), 3 (good) or 4 (easy).", value=rating
        )


@lru_cache(maxsize=64)
def _scheduler(retention: float, fuzzes: bool) -> Scheduler:  # noqa: FBT001 -- a cache's key
    from fsrs import Scheduler

    if not LEAST_RETENTION <= retention <= MOST_RETENTION:
        raise InvalidValueError(
            f"a retention lies between {LEAST_RETENTION:.0%} and {MOST_RETENTION:.0%}.",
            value=retention,
        )
    return Scheduler(
        desired_retention=retention, enable_fuzzing=fuzzes, maximum_interval=MAX_INTERVAL_DAYS
    )


@lru_cache(maxsize=1)
def _curve() -> tuple[float, float]:
    """Decay and factor of the forgetting curve."""
    decay = -_scheduler(USUAL_RETENTION, False).parameters[20]
    return decay, 0.9 ** (1 / decay) - 1


def _to_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise InvalidValueError("a time of a review has a zone.", value=moment.isoformat())
    return moment.astimezone(timezone.utc)
