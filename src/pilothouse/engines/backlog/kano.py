"""Kano: what a feature does to satisfaction, from pairs of questions.

Each respondent says how they feel if the feature is there and if it is not. Sources: N. Kano 1984;
better and worse, C. Berger and others 1993 ("Kano's methods"); category strength and total
strength, M. Lee and J. Newcomb 1997.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.intervals import Rate, wilson

ANSWERS = ("like", "must-be", "neutral", "live-with", "dislike")
# Rows: if it is there; columns: if it is not. In the order of ANSWERS.
_TABLE = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")
CATEGORIES: Mapping[str, str] = {
    "M": "must-be", "O": "one-dimensional", "A": "attractive",
    "I": "indifferent", "R": "reverse", "Q": "questionable",
}  # fmt: skip
# The order settles ties: what hurts most when it is missing comes first.
_TIES = "MOAIRQ"
FEWEST = 20
_MIXED = 0.06
_ALSO = {
    "1": "like", "2": "must-be", "3": "neutral", "4": "live-with", "5": "dislike",
    "i like it": "like", "i like it that way": "like", "it must be that way": "must-be",
    "expect": "must-be", "expect it": "must-be", "must be": "must-be", "must": "must-be",
    "i am neutral": "neutral", "live with": "live-with", "tolerate": "live-with",
    "i can live with it": "live-with", "i can live with it that way": "live-with",
    "i dislike it": "dislike", "i dislike it that way": "dislike",
}  # fmt: skip


@dataclass(frozen=True)
class KanoResult:
    """One feature. ``better`` is the share A + O, ``worse`` the share O + M of A + O + M + I.

    ``worse`` is a share (0..1); it is by custom written with a minus. ``strength``: the lead of
    the category over the next, as a share of all n; under 6 % the category ``is_mixed``.
    ``total_strength``: the share of M, O and A. Shares are None when n is 0.
    """

    feature: str
    counts: Mapping[str, int]
    n: int
    category: str | None
    strength: float | None
    total_strength: Rate
    better: Rate
    worse: Rate
    is_mixed: bool
    is_too_few: bool


def parse_answer(text: str) -> str:
    """One of `ANSWERS` from what a survey tool wrote, a number 1 to 5 among it."""
    plain = " ".join(text.strip().lower().replace("_", " ").split()).rstrip(".")
    answer = _ALSO.get(plain, plain.replace(" ", "-"))
    if answer not in ANSWERS:
        raise InvalidValueError(
            "this is no answer to a Kano question.",
            value=text,
            remedy=f"Use {', '.join(ANSWERS)}, or 1 to 5 in this order.",
        )
    return answer


def classify(functional: str, dysfunctional: str) -> str:
    """The category of one pair of answers: M, O, A, I, R or Q.

    >>> classify("like", "dislike"), classify("neutral", "dislike")
    ('O', 'M')
    """
    return _TABLE[ANSWERS.index(functional)][ANSWERS.index(dysfunctional)]


def kano(answers: Iterable[tuple[str, str, str]]) -> tuple[KanoResult, ...]:
    """Results from (feature, functional, dysfunctional), features in the order they come."""
    counts: dict[str, Counter[str]] = {}
    for feature, functional, dysfunctional in answers:
        counts.setdefault(feature, Counter())[classify(functional, dysfunctional)] += 1
    return tuple(evaluate(feature, counted) for feature, counted in counts.items())


def evaluate(feature: str, counts: Mapping[str, int]) -> KanoResult:
    """The result of counted categories.

    >>> result = evaluate("x", {"A": 20, "O": 15, "M": 10, "I": 5})
    >>> result.better.share, result.worse.share, result.category
    (0.7, 0.5, 'A')
    """
    whole = {each: counts.get(each, 0) for each in _TIES}
    n = sum(whole.values())
    order = sorted(_TIES, key=lambda each: (-whole[each], _TIES.index(each)))
    usable = whole["A"] + whole["O"] + whole["M"] + whole["I"]
    strength = (whole[order[0]] - whole[order[1]]) / n if n else None
    return KanoResult(
        feature=feature,
        counts=whole,
        n=n,
        category=order[0] if n else None,
        strength=strength,
        total_strength=wilson(whole["M"] + whole["O"] + whole["A"], n),
        better=wilson(whole["A"] + whole["O"], usable),
        worse=wilson(whole["O"] + whole["M"], usable),
        is_mixed=strength is not None and strength < _MIXED,
        is_too_few=n < FEWEST,
    )


SEMANTICS: tuple[tuple[str, str], ...] = (
    ("category", "the most frequent of the answers; ties go by M > O > A > I > R > Q"),
    ("better", "(A + O) / (A + O + M + I), Wilson's 95 % interval"),
    ("worse", "(O + M) / (A + O + M + I), by custom with a minus, Wilson's 95 % interval"),
    ("category strength", "lead over the next category as a share of n; under 6 % mixed"),
    ("total strength", "share of M, O and A"),
    ("too few", f"under {FEWEST} answers"),
)
