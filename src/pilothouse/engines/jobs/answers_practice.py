"""Which question to practise next, and how far one's own scores are from those of the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import mean

# Days until a question comes again, by the mean level one gave oneself.
AGAIN_DAYS = ((2.0, 2), (3.0, 7), (3.5, 21), (4.01, 60))
ENOUGH = 10  # pairs before a difference is told as a habit
HABIT = 0.25  # levels


@dataclass(frozen=True)
class Practised:
    """One scored answer: what was asked, when, and the mean level given by oneself, 1 to 4."""

    question: str
    kind: str
    at: datetime
    own_mean: float


@dataclass(frozen=True)
class Asked:
    """A question as the choice sees it. ``weight`` is above 1 where real interviews asked it."""

    key: str
    kind: str
    competencies: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Choice:
    """The question to practise, and why this one."""

    key: str
    why: str


def due_at(answers: Sequence[Practised]) -> datetime:
    """When a question comes again, after its last answer; twice the wait after each further one
    that was as good."""
    last = max(answers, key=lambda each: each.at)
    days = next(days for below, days in AGAIN_DAYS if last.own_mean < below)
    good = sum(each.own_mean >= 3.0 for each in answers)
    return last.at + timedelta(days=days * (2 ** max(good - 1, 0)))


def choose_question(
    questions: Sequence[Asked], answers: Iterable[Practised], now: datetime
) -> Choice | None:
    """What to practise now: what is due, the longest overdue first; else a question not tried, of
    the type least practised for its weight; else what comes due soonest."""
    by_key: dict[str, list[Practised]] = {}
    for answer in answers:
        by_key.setdefault(answer.question, []).append(answer)
    known = {each.key: each for each in questions}
    dues = {key: due_at(found) for key, found in by_key.items() if key in known}
    late = [key for key, at in dues.items() if at <= now]
    if late:
        key = min(late, key=lambda each: dues[each])
        return Choice(key, "You practised it before, and it is due again.")
    fresh = [each for each in questions if each.key not in by_key]
    if fresh:
        return _choose_fresh(fresh, by_key)
    if not dues:
        return None
    key = min(dues, key=lambda each: dues[each])
    return Choice(key, "All are practised; this one comes due soonest.")


def _choose_fresh(fresh: Sequence[Asked], by_key: Mapping[str, Sequence[Practised]]) -> Choice:
    done: dict[str, int] = {}
    for found in by_key.values():
        done[found[0].kind] = done.get(found[0].kind, 0) + 1
    weights: dict[str, float] = {}
    for each in fresh:
        weights[each.kind] = max(weights.get(each.kind, 0.0), each.weight)
    best = min(fresh, key=lambda each: (done.get(each.kind, 0) + 1) / each.weight)
    count = done.get(best.kind, 0)
    why = "You have not practised this type yet." if not count else (
        f"Of this type you practised {count} so far, the fewest for how often it is asked."
    )  # fmt: skip
    if best.weight > 1:
        why += " It was asked in a real interview of yours."
    return Choice(best.key, why)


@dataclass(frozen=True)
class Scored:
    """One dimension of one answer: one's own level, and that of the rules."""

    dimension: str
    at: datetime
    own: int
    rule: int


@dataclass(frozen=True)
class Calibration:
    """Own scores against the rules. ``bias`` is own minus rule in levels; above 0 one is kinder
    to oneself than the rules are. ``equal`` is the share of equal levels."""

    dimension: str
    n: int
    bias: float
    equal: float
    is_enough: bool

    @property
    def sentence(self) -> str:
        """What the difference says."""
        if not self.is_enough:
            return f"{self.n} of {ENOUGH} scores so far: too few to tell a habit."
        if abs(self.bias) < HABIT:
            return "Your scores and those of the rules are near each other."
        way = "higher" if self.bias > 0 else "lower"
        return f"You score yourself {abs(self.bias):.1f} levels {way} than the rules do."


def calibrate(scores: Sequence[Scored]) -> tuple[Calibration, ...]:
    """Calibration over all scores (dimension ``""``) and by dimension."""
    groups: dict[str, list[Scored]] = {"": list(scores)}
    for score in scores:
        groups.setdefault(score.dimension, []).append(score)
    return tuple(_calibrate(key, found) for key, found in groups.items() if found)


def _calibrate(key: str, scores: Sequence[Scored]) -> Calibration:
    return Calibration(
        dimension=key,
        n=len(scores),
        bias=mean(each.own - each.rule for each in scores),
        equal=mean(each.own == each.rule for each in scores),
        is_enough=len(scores) >= ENOUGH,
    )


def bias_by_answer(scores: Sequence[Scored]) -> tuple[tuple[datetime, float], ...]:
    """Mean of own minus rule for each answer (by its moment), in time order."""
    moments: dict[datetime, list[int]] = {}
    for score in scores:
        moments.setdefault(score.at, []).append(score.own - score.rule)
    return tuple((at, mean(found)) for at, found in sorted(moments.items()))
