"""Opportunity scores from a survey of importance and satisfaction, each answered 1 to 5.

Ulwick (2005): importance + max(importance - satisfaction, 0), each the share of those who answered
4 or 5, times 10. Olsen (2015): importance x (1 - satisfaction), each the mean answer brought to
0..1. They are different scales; results say which they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.intervals import Rate, wilson

Method = Literal["ulwick", "olsen"]
METHODS: tuple[Method, ...] = ("ulwick", "olsen")
FEWEST = 20
DRAWS = 10_000
_LEVEL = 0.95
_VERDICTS = ((15.0, "extreme"), (12.0, "solid"), (10.0, "underserved"))


@dataclass(frozen=True)
class OpportunityResult:
    """One need. ``importance`` and ``satisfaction`` are shares of 4 and 5 with their intervals.

    ``score`` with ``low``..``high`` (95 %) is on 0..20 (Ulwick) or 0..1 (Olsen); None for n = 0.
    ``underserved_chance``: P(score > 10), for Ulwick only.
    """

    need: str
    method: Method
    n: int
    importance: Rate
    satisfaction: Rate
    score: float | None
    low: float | None
    high: float | None
    underserved_chance: float | None
    verdict: str
    is_too_few: bool


def ulwick_score(importance: float, satisfaction: float) -> float:
    """The score of two ratings on 0..10.

    >>> ulwick_score(9, 3), ulwick_score(9, 9)
    (15, 9)
    """
    return importance + max(importance - satisfaction, 0)


def olsen_score(importance: float, satisfaction: float) -> float:
    """The score of two ratings on 0..1.

    >>> round(olsen_score(0.9, 0.3), 2)
    0.63
    """
    return importance * (1 - satisfaction)


def parse_rating(text: str) -> int:
    """An answer from 1 to 5."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if value not in {1.0, 2.0, 3.0, 4.0, 5.0}:
        raise InvalidValueError(
            "a rating is a whole number from 1 to 5.",
            value=text,
            remedy="Leave it empty if unknown.",
        )
    return int(value)


def opportunity(
    answers: Iterable[tuple[str, int, int]], method: Method = "ulwick", *, seed: int = 1
) -> tuple[OpportunityResult, ...]:
    """Results from (need, importance, satisfaction), highest score first."""
    by_need: dict[str, list[tuple[int, int]]] = {}
    for need, importance, satisfaction in answers:
        by_need.setdefault(need, []).append((importance, satisfaction))
    results = [_evaluate(need, pairs, method, seed) for need, pairs in by_need.items()]
    return tuple(sorted(results, key=lambda each: -(each.score or 0.0)))


def _evaluate(
    need: str, pairs: Sequence[tuple[int, int]], method: Method, seed: int
) -> OpportunityResult:
    n = len(pairs)
    important = wilson(sum(i >= 4 for i, _ in pairs), n)
    satisfied = wilson(sum(s >= 4 for _, s in pairs), n)
    score = _point(pairs, method)
    drawn = (_draw_ulwick if method == "ulwick" else _draw_olsen)(pairs, _generator(seed, need))
    edges = [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2]
    low, high = (float(each) for each in np.quantile(drawn, edges))
    return OpportunityResult(
        need=need,
        method=method,
        n=n,
        importance=important,
        satisfaction=satisfied,
        score=score,
        # The prior pulls inwards: an answer at the very end must still lie in its interval.
        low=min(low, score),
        high=max(high, score),
        underserved_chance=float((drawn > 10).mean()) if method == "ulwick" else None,
        verdict=_verdict(score) if method == "ulwick" else "",
        is_too_few=n < FEWEST,
    )


def _point(pairs: Sequence[tuple[int, int]], method: Method) -> float:
    n = len(pairs)
    if method == "ulwick":
        important = 10 * sum(i >= 4 for i, _ in pairs) / n
        return ulwick_score(important, 10 * sum(s >= 4 for _, s in pairs) / n)
    return olsen_score(sum(i - 1 for i, _ in pairs) / 4 / n, sum(s - 1 for _, s in pairs) / 4 / n)


def _verdict(score: float) -> str:
    return next((word for bar, word in _VERDICTS if score > bar), "not underserved")


def _generator(seed: int, need: str) -> np.random.Generator:
    """Chance of its own for each need: another need in the survey does not move it."""
    text = f"{seed}\0{need}".encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(text, digest_size=8).digest()
    return np.random.default_rng(int.from_bytes(digest, "little"))


def _draw_ulwick(pairs: Sequence[tuple[int, int]], rng: np.random.Generator) -> NDArray[np.float64]:
    """Scores under the posterior of the four cells (important or not, satisfied or not).

    Importance and satisfaction come from the same people, so their cells are drawn together:
    Dirichlet with Jeffreys' prior of one half each.
    """
    cells = np.full(4, 0.5)
    for i, s in pairs:
        cells[2 * (i >= 4) + (s >= 4)] += 1
    shares = rng.dirichlet(cells, DRAWS)
    important, satisfied = 10 * (shares[:, 2] + shares[:, 3]), 10 * (shares[:, 1] + shares[:, 3])
    scores: NDArray[np.float64] = important + np.maximum(important - satisfied, 0)
    return np.clip(scores, 0, 20)


def _draw_olsen(pairs: Sequence[tuple[int, int]], rng: np.random.Generator) -> NDArray[np.float64]:
    """Scores under the Bayesian bootstrap of the pairs (D. Rubin 1981)."""
    cells = sorted(set(pairs))
    weights = rng.dirichlet([pairs.count(each) for each in cells], DRAWS)
    important = weights @ np.array([(i - 1) / 4 for i, _ in cells])
    satisfied = weights @ np.array([(s - 1) / 4 for _, s in cells])
    # Rounding may step a hair over either end.
    scores: NDArray[np.float64] = np.clip(important * (1 - satisfied), 0, 1)
    return scores


def semantics(method: Method) -> tuple[tuple[str, str], ...]:
    """The rules behind a result."""
    if method == "ulwick":
        rule = "Ulwick: importance + max(importance - satisfaction, 0)"
        shares = "share of respondents who answered 4 or 5, times 10 (top-two box, not means)"
        how = "joint posterior of the four cells, Jeffreys' prior"
        bars = "over 10 underserved, over 12 solid, over 15 extreme"
    else:
        rule = "Olsen: importance x (1 - satisfaction), 0 to 1"
        shares = "mean answer, brought from 1..5 to 0..1"
        how, bars = "Bayesian bootstrap of the respondents", "none"
    return (
        ("score", rule),
        ("importance and satisfaction", shares),
        ("interval", f"95 %, {how}, {DRAWS:,} seeded draws"),
        ("bars", bars),
        ("too few", f"under {FEWEST} answers; rows with one answer missing are left out"),
    )
