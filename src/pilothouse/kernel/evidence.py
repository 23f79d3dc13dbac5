"""What a figure can rest on, and whether it does: the one check of case studies and resumes.

1. A figure stands in evidence when it is what the evidence says, rounded to the digits written
   (half a unit of the last digit to either side, the sign left out). 4.2 % stands for the share
   0.042 only. A year, day or clock time must be that of the evidence.
2. A number may also be reckoned from two numbers of its sentence that stand in the evidence: their
   difference, the change from one to the other as a share, or their ratio.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pilothouse.kernel.figures import Figure, FigureKind


@dataclass(frozen=True)
class Evidence:
    """What a claim can rest on. ``days`` are (year, month, day), ``minutes`` of the day.

    ``is_quoted``: a source outside, whose numbers are quoted and not checked.
    """

    key: str
    label: str
    numbers: tuple[float, ...] = ()
    days: tuple[tuple[int, int, int], ...] = ()
    minutes: tuple[int, ...] = ()
    is_quoted: bool = False


def is_supported(figure: Figure, evidence: Sequence[Evidence]) -> bool:
    """Whether a figure stands in one of these pieces of evidence (rule 1)."""
    return any(each.is_quoted or _stands_in(figure, each) for each in evidence)


def find_unsupported(figures: Sequence[Figure], evidence: Sequence[Evidence]) -> tuple[Figure, ...]:
    """The figures of one sentence that neither stand in its evidence nor are reckoned from it.

    >>> from pilothouse.kernel.figures import find_figures
    >>> said = find_figures("Churn fell from 6.1 to 4.2 %, 31 % less, in 3 weeks.")
    >>> [each.text for each in find_unsupported(said, [Evidence("act:7", "", (0.061, 0.0424))])]
    ['3']
    """
    sound = [figure for figure in figures if is_supported(figure, evidence)]
    return tuple(each for each in figures if each not in sound and not _is_reckoned(each, sound))


def _stands_in(figure: Figure, evidence: Evidence) -> bool:
    if figure.kind is FigureKind.DAY:
        return any(_fits(figure, day) for day in evidence.days)
    if figure.kind is FigureKind.TIME:
        return int(figure.value) in evidence.minutes
    if figure.kind is FigureKind.YEAR and any(day[0] == figure.value for day in evidence.days):
        return True
    return any(_is_near(figure, number) for number in evidence.numbers)


def _fits(figure: Figure, day: tuple[int, int, int]) -> bool:
    pairs = zip(figure.day, day, strict=True)
    return all(said is None or said == known for said, known in pairs)


def _is_near(figure: Figure, number: float) -> bool:
    slack = figure.tolerance * (1 + 1e-9) + 1e-12
    return abs(abs(number) - figure.value) <= slack


def _is_reckoned(figure: Figure, sound: Sequence[Figure]) -> bool:
    """Rule 2: from two numbers of the sentence that stand in the evidence."""
    numbers = [f for f in sound if f.kind in {FigureKind.NUMBER, FigureKind.SHARE}]
    if figure.kind not in {FigureKind.NUMBER, FigureKind.SHARE}:
        return False
    return any(
        _comes_from(figure, first, second)
        for first in numbers
        for second in numbers
        if first is not second and first.kind is second.kind
    )


def _comes_from(figure: Figure, first: Figure, second: Figure) -> bool:
    results = []
    if figure.kind is first.kind:
        results.append(first.value - second.value)
    if first.value and figure.kind is FigureKind.SHARE:
        results.append((second.value - first.value) / first.value)
    if first.value and figure.kind is FigureKind.NUMBER:
        results.append(second.value / first.value)
    return any(_is_near(figure, result) for result in results)
