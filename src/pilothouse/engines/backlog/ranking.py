"""Ranking under uncertainty: who is really before whom, and how sure that is.

Every draw takes one value of each input, makes the scores and sorts them. Inputs are independent
of each other; candidates are independent too. See `program` for chance and ``docs/methods``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pilothouse.engines._numeric.parallel import count_threads
from pilothouse.engines.backlog.candidates import Candidate, Finding, settle
from pilothouse.engines.backlog.drawing import Drawing, draw
from pilothouse.engines.backlog.flips import Flip, find_flips, point_score
from pilothouse.engines.backlog.frameworks import Framework, per_period
from pilothouse.engines.backlog.information import MeasureFirst, expectation, find_values
from pilothouse.engines.backlog.program import build_program, has_plus, prepare
from pilothouse.engines.backlog.quantities import SHAPES
from pilothouse.kernel.errors import InvalidValueError

DRAWS = 20_000
_TIE = 1e-9


@dataclass(frozen=True)
class Ranked:
    """A candidate in its place. ``rank`` is by the point score, equal scores share it.

    ``score`` is the formula at the medians, ``mean`` its expected value, ``low`` and ``high`` the
    5th and 95th percentile. ``rank_low`` (the better) and ``rank_high`` are those of its rank.
    ``top_probability``: among the first ``Ranking.top``. ``beats_next``: P(above the next row).
    All None for a candidate that a trap keeps from being scored.
    """

    key: str
    name: str
    score: float | None = None
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    rank: int | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    top_probability: float | None = None
    beats_next: float | None = None


@dataclass(frozen=True)
class Ranking:
    """The answer: ``rows`` best first, then those without a score.

    ``better[a, b]`` is P(a above b) for the first ten, by key, half of a tie each.
    """

    rows: tuple[Ranked, ...]
    better: Mapping[tuple[str, str], float]
    flips: tuple[Flip, ...]
    measure_first: tuple[MeasureFirst, ...]
    findings: tuple[Finding, ...]
    top: int
    draws: int
    semantics: tuple[tuple[str, str], ...]


def rank(
    candidates: Sequence[Candidate],
    framework: Framework,
    *,
    draws: int = DRAWS,
    seed: int = 1,
    top: int | None = None,
    threads: int | None = None,
) -> Ranking:
    """Rank ``candidates`` by ``framework``.

    ``top``: how many will be done, for `Ranked.top_probability` and the value of information
    (default: half of them, three at most). Same arguments, same answer, on any ``threads``.
    Raises InvalidValueError for two candidates with one key and for draws out of 100..1,000,000.
    """
    _check(candidates, draws)
    settled = settle(candidates, framework)
    points = {each.key: point_score(each, framework) for each in settled.candidates}
    ordered = sorted(settled.candidates, key=lambda each: -points[each.key])
    top = min(max(1, len(ordered) // 2), 3) if top is None else max(1, top)
    prepared = prepare(ordered, framework)
    means = [expectation(each, framework) for each in prepared]
    program = build_program(prepared, framework, seed)
    drawing = draw(program, draws, top, threads or count_threads(), is_sum=has_plus(framework))
    rows = _rows(ordered, [points[each.key] for each in ordered], means, drawing)
    rows += [Ranked(each.key, each.name) for each in settled.blocked]
    named = per_period(framework, settled.period) if settled.period else framework
    keys = [each.key for each in ordered]
    return Ranking(
        rows=tuple(rows),
        better={(keys[i], keys[j]): chance for (i, j), chance in drawing.better.items()},
        flips=find_flips(ordered, framework),
        measure_first=find_values(prepared, means, framework, top),
        findings=settled.findings,
        top=top,
        draws=draws,
        semantics=_semantics(named, draws, seed, top, settled.period),
    )


def _check(candidates: Sequence[Candidate], draws: int) -> None:
    seen: set[str] = set()
    for each in candidates:
        if each.key in seen:
            raise InvalidValueError(
                "two candidates have one name.", value=each.name, remedy="Name them apart."
            )
        seen.add(each.key)
    if not 100 <= draws <= 1_000_000:
        raise InvalidValueError("the number of draws lies between 100 and 1,000,000.", value=draws)


def _rows(
    ordered: Sequence[Candidate],
    points: Sequence[float],
    means: Sequence[float],
    drawing: Drawing,
) -> list[Ranked]:
    rows: list[Ranked] = []
    for place, (each, score) in enumerate(zip(ordered, points, strict=True)):
        is_tie = place > 0 and abs(score - points[place - 1]) <= _TIE * abs(score)
        is_certain = all(quantity.is_certain for quantity in each.inputs.values())
        is_last = place == len(ordered) - 1
        low, high = drawing.scores[place]
        rows.append(
            Ranked(
                key=each.key,
                name=each.name,
                score=score,
                mean=means[place],
                low=score if is_certain else float(low),
                high=score if is_certain else float(high),
                rank=rows[-1].rank if is_tie else place + 1,
                rank_low=int(drawing.ranks[place, 0]),
                rank_high=int(drawing.ranks[place, 1]),
                top_probability=float(drawing.tops[place]),
                beats_next=None if is_last else float(drawing.beats_next[place]),
            )
        )
    return rows


def _semantics(
    framework: Framework, draws: int, seed: int, top: int, period: str | None
) -> tuple[tuple[str, str], ...]:
    shapes = {each.shape for each in framework.inputs}
    rules: list[tuple[str, Any]] = [
        ("framework", f"{framework.title}: {framework.formula}"),
        ("score", "the formula at the median of each input"),
        *((f"range, {shape}", SHAPES[shape]) for shape in sorted(shapes)),
        ("interval", "5th to 95th percentile of the score"),
        ("rank interval", "5th to 95th percentile of the rank"),
        ("draws", f"{draws:,} with seed {seed}; inputs and items independent"),
        ("ties", "scores within 1 in 500,000 are equal; a tie counts half for each"),
        ("top", f"among the first {top}"),
        (
            "value of information",
            "expected gain of choosing the best by expected score after one input is known "
            "exactly; exact sum over its table, no simulation",
        ),
    ]
    if period:
        rules.append(("reach", f"per {period}"))
    return tuple(rules)
