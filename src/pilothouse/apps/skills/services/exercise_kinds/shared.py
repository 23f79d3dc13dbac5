"""What exercises on priorities share: orders, ties, scores of a ranking."""

from __future__ import annotations

from itertools import pairwise

from pilothouse.engines.backlog import Ranking
from pilothouse.engines.skills.exercises.model import Case, Trap, ask_number

LETTERS = "ABCDEF"


def order_of(scores: dict[str, float]) -> tuple[str, ...]:
    """Keys by falling score."""
    return tuple(sorted(scores, key=lambda key: -scores[key]))


def are_apart(scores: dict[str, float], ratio: float = 1.08) -> bool:
    """Whether no two scores are so close that rounding decides."""
    ordered = sorted(scores.values())
    return all(b > a * ratio for a, b in pairwise(ordered))


def points_of(ranking: Ranking) -> dict[str, float]:
    """The point scores of a ranking by key."""
    return {row.key: row.score for row in ranking.rows if row.score is not None}


def trap_of_order(naive: dict[str, float], right: tuple[str, ...], why: str) -> tuple[Trap, ...]:
    """The order by naive scores as a trap, unless it is the right one."""
    order = order_of(naive)
    return (Trap(order, why),) if order != right else ()


def no_case() -> Case:
    """A case without a sound question, which is drawn again."""
    return Case((), (ask_number("again", "", float("nan"), 0),), ())


def settled(case: Case, *, is_fine: bool) -> Case:
    """The case if ``is_fine``, else one that is drawn again."""
    return case if is_fine else no_case()
