"""The rules of the four levels, each a list of needs with how much of it there is.

1 Awareness: 2 acts checked by a rule or stronger.
2 Working: 3 independent acts outside study, 2 of them scored in different worlds, and the two best
  worlds have a mean of at least 50.
3 Practitioner: 2 acts with real people, one of them reviewed or countersigned.
4 Expert: the rule of 3; three real products or twelve months; two endorsers; one act of teaching,
  reviewing or changing a method.

So simulation alone ends at 2 and study alone at 1. A level is the highest whose rule is met: who
has done the work with real people need not play a world to be believed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from pilothouse.engines.skills.levels_types import Case, Context, Need, Rule, Spread, Strength

ENOUGH_SCORE = 50.0
NAMES = ("Awareness", "Working", "Practitioner", "Expert")


def apply_rules(cases: Sequence[Case]) -> tuple[Rule, ...]:
    """The four rules held against ``cases``."""
    return tuple(rule(cases) for rule in _RULES)


def measure_spread(cases: Sequence[Case]) -> Spread:
    """How many worlds, products, contexts, months and endorsers stand behind the cases."""
    real = [case for case in cases if case.is_real]
    worlds = {case.place for case in cases if not case.is_real and case.place}
    return Spread(
        worlds=len(worlds),
        products=_count_places(real),
        contexts=tuple(dict.fromkeys(case.context for case in cases)),
        months=_count_months(real),
        endorsers=len(_endorsers(real)),
        scores=tuple(case.score for case in cases if case.score is not None),
    )


def _awareness(cases: Sequence[Case]) -> Rule:
    counted = [case for case in cases if case.counts]
    needs = (Need("acts checked by a rule, or stronger", _amount(counted), 2),)
    return _rule(1, needs, counted)


def _working(cases: Sequence[Case]) -> Rule:
    counted = [case for case in cases if case.counts and case.context != Context.STUDY]
    best = _best_by_world(counted)
    top = sorted(best.values(), reverse=True)[:2]
    needs = (
        Need("independent acts outside study", _amount(counted), 3),
        Need("worlds in which an act was scored", float(len(best)), 2),
        Need("mean score of the two best worlds", _mean(top), ENOUGH_SCORE),
    )
    return _rule(2, needs, counted)


def _practitioner(cases: Sequence[Case]) -> Rule:
    real = [case for case in cases if case.counts and case.is_real]
    return _rule(3, _needs_of_practice(real), real)


def _needs_of_practice(real: Sequence[Case]) -> tuple[Need, ...]:
    strong = [case for case in real if case.strength >= Strength.REVIEWED]
    return (
        Need("acts with real people and a real consequence", _amount(real), 2),
        Need("real acts reviewed or countersigned by a person", float(len(strong)), 1),
    )


def _expert(cases: Sequence[Case]) -> Rule:
    real = [case for case in cases if case.counts and case.is_real]
    raising = [
        case for case in cases if case.counts and case.raises and case.context != Context.STUDY
    ]
    needs = (
        *_needs_of_practice(real),
        _breadth(real),
        Need("people who endorsed a real act", float(len(_endorsers(real))), 2),
        Need("acts of teaching, reviewing or changing a method", float(len(raising)), 1),
    )
    others = [case for case in raising if case not in real]
    return _rule(4, needs, [*real, *others])


def _breadth(real: Sequence[Case]) -> Need:
    """Three products or twelve months, whichever is nearer to being there."""
    places, months = _count_places(real), _count_months(real)
    if places / 3 > months / 12:
        return Need("real products (or 12 months)", float(places), 3)
    return Need("months of real acts (or 3 products)", float(months), 12)


_RULES: tuple[Callable[[Sequence[Case]], Rule], ...] = (
    _awareness, _working, _practitioner, _expert,
)  # fmt: skip


def _rule(level: int, needs: tuple[Need, ...], cases: Sequence[Case]) -> Rule:
    sequences = sorted({sequence for case in cases for sequence in case.sequences})
    return Rule(level, NAMES[level - 1], needs, tuple(sequences))


def _mean(scores: Sequence[float]) -> float:
    return sum(scores) / len(scores) if scores else 0.0


def _amount(cases: Sequence[Case]) -> float:
    return sum(case.weight for case in cases)


def _best_by_world(cases: Sequence[Case]) -> dict[str, float]:
    best: dict[str, float] = {}
    for case in cases:
        if case.score is not None and case.place:
            best[case.place] = max(case.score, best.get(case.place, case.score))
    return best


def _count_places(real: Sequence[Case]) -> int:
    return len({case.place for case in real if case.place})


def _endorsers(real: Sequence[Case]) -> frozenset[str]:
    return frozenset(endorser for case in real for endorser in case.endorsers)


def _count_months(real: Sequence[Case]) -> int:
    """Whole calendar months from the first real act to the last."""
    if not real:
        return 0
    return whole_months(min(case.first_at for case in real), max(case.at for case in real))


def whole_months(start: datetime, end: datetime) -> int:
    """How many whole calendar months lie between two moments."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if months_before(end, months) >= start else months - 1


def months_before(moment: datetime, months: int) -> datetime:
    """The same time of day so many calendar months earlier; the last day of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    for day in (moment.day, 30, 29, 28):
        try:
            return moment.replace(year=year, month=month + 1, day=min(day, moment.day))
        except ValueError:
            continue
    raise ValueError(moment)
