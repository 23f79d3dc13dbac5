"""Ranking under uncertainty: who is really before whom, and how sure that is.

Every draw takes one value of each input, makes the scores and sorts them. Inputs are independent
of each other; candidates are independent too. See `program` for chance and ``docs/methods``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines._numeric.parallel import count_threads, run_chunks
from pilothouse.engines.backlog import plain
from pilothouse.engines.backlog.candidates import Candidate, Finding, settle
from pilothouse.engines.backlog.flips import Flip, find_flips, point_score
from pilothouse.engines.backlog.frameworks import Framework, per_period
from pilothouse.engines.backlog.information import MeasureFirst, expected_score, value_information
from pilothouse.engines.backlog.program import Program, build_program, has_plus
from pilothouse.engines.backlog.quantities import SHAPES
from pilothouse.kernel.errors import InvalidValueError

DRAWS = 20_000
LEVEL = 0.9
# Up to here NumPy is done before Numba would be loaded.
_PLAIN_WORK = 4_000_000
_PAIRS = 10
_MOST_RANKS = 2048
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
    drawn = _draw(ordered, framework, _Draws(draws, seed, top, threads or count_threads()))
    rows = _rows(ordered, points, framework, drawn)
    rows += [Ranked(each.key, each.name) for each in settled.blocked]
    named = per_period(framework, settled.period) if settled.period else framework
    return Ranking(
        rows=tuple(rows),
        better=drawn.better,
        flips=find_flips(ordered, framework),
        measure_first=value_information(ordered, named, top),
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


@dataclass(frozen=True)
class _Draws:
    """How to draw."""

    draws: int
    seed: int
    top: int
    threads: int


@dataclass(frozen=True)
class _Drawn:
    """What the draws say, by place in the order given."""

    quantiles: NDArray[np.float64]
    ranks: NDArray[np.int64]
    tops: NDArray[np.float64]
    beats_next: NDArray[np.float64]
    better: dict[tuple[str, str], float]


Fill = Callable[[int, NDArray[np.float32]], None]


def _draw(ordered: Sequence[Candidate], framework: Framework, how: _Draws) -> _Drawn:
    program = build_program(ordered, framework, how.seed)
    size = len(ordered)
    is_sum = has_plus(framework)
    is_plain = size * how.draws <= _PLAIN_WORK
    fill = _plain_fill(program, is_sum=is_sum) if is_plain else _quick_fill(program, how, is_sum)
    quantiles, beats_next = _walk_items(size, how, fill, 1 if is_plain else how.threads)
    counts, tops = _count(program, how, is_sum=is_sum, is_plain=is_plain)
    return _Drawn(
        quantiles,
        _rank_bounds(counts, how.draws, _width(size)),
        tops / how.draws,
        beats_next,
        _pairs(ordered[:_PAIRS], how.draws, fill),
    )


def _plain_fill(program: Program, *, is_sum: bool) -> Fill:
    def fill(item: int, scores: NDArray[np.float32]) -> None:
        plain.fill_scores(program, item, 0, scores, is_sum=is_sum)

    return fill


def _quick_fill(program: Program, how: _Draws, is_sum: bool) -> Fill:  # noqa: FBT001
    from pilothouse.engines.backlog import _kernels

    def fill(item: int, scores: NDArray[np.float32]) -> None:
        words = np.empty(how.draws, dtype=np.uint64)
        _kernels.fill_scores(program, item, 0, scores, words, is_sum)

    return fill


def _walk_items(
    size: int, how: _Draws, fill: Fill, threads: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Low and high of each score, and how often each is above the next."""
    quantiles = np.zeros((size, 2))
    beats = np.full(size, np.nan)
    places = [max(0, round(p * how.draws) - 1) for p in ((1 - LEVEL) / 2, (1 + LEVEL) / 2)]

    def work(chunk: int) -> None:
        first, last = size * chunk // threads, size * (chunk + 1) // threads
        before: NDArray[np.float32] | None = None
        for item in range(first, min(last + 1, size)):
            scores = np.empty(how.draws, dtype=np.float32)
            fill(item, scores)
            if before is not None:
                beats[item - 1] = _above(before, scores)
            if item < last:
                quantiles[item] = np.partition(scores, places)[places]
            before = scores

    run_chunks(work, threads)
    return quantiles, beats


def _above(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The share of draws in which ``one`` is higher, with half of the ties."""
    keys, others = plain.order_keys(one), plain.order_keys(other)
    more, same = int(np.count_nonzero(keys > others)), int(np.count_nonzero(keys == others))
    return (more + same / 2) / len(one)


def _pairs(candidates: Sequence[Candidate], draws: int, fill: Fill) -> dict[tuple[str, str], float]:
    scores = np.empty((len(candidates), draws), dtype=np.float32)
    for item in range(len(candidates)):
        fill(item, scores[item])
    better: dict[tuple[str, str], float] = {}
    for i, one in enumerate(candidates):
        for j, other in enumerate(candidates[:i]):
            better[other.key, one.key] = _above(scores[j], scores[i])
            better[one.key, other.key] = 1 - better[other.key, one.key]
    return better


def _width(size: int) -> int:
    """Ranks counted together: 1 up to 2,048 candidates."""
    return -(-size // _MOST_RANKS) if size else 1


def _count(
    program: Program, how: _Draws, *, is_sum: bool, is_plain: bool
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    size = len(program.ties)
    width = _width(size)
    bins = -(-size // width)
    threads = 1 if is_plain else how.threads

    def work(chunk: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        first, last = how.draws * chunk // threads, how.draws * (chunk + 1) // threads
        counts, tops = np.zeros((size, bins), np.int32), np.zeros(size, np.int64)
        if is_plain:
            plain.count_ranks(program, first, last, counts, tops, how.top, width, is_sum=is_sum)
        else:
            from pilothouse.engines.backlog import _kernels

            _kernels.count_ranks(program, first, last, counts, tops, how.top, width, is_sum)
        return counts, tops

    counts, tops = work(0) if threads == 1 else _add(run_chunks(work, threads))
    return counts, tops


def _add(
    parts: list[tuple[NDArray[np.int32], NDArray[np.int64]]],
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    counts, tops = parts[0]
    for more, others in parts[1:]:
        counts += more
        tops += others
    return counts, tops


def _rank_bounds(counts: NDArray[np.int32], draws: int, width: int) -> NDArray[np.int64]:
    """The 5th and the 95th percentile of each rank, from 1."""
    sums = np.cumsum(counts, axis=1)
    low = (sums < (1 - LEVEL) / 2 * draws).sum(axis=1)
    high = (sums < (1 + LEVEL) / 2 * draws).sum(axis=1)
    return np.stack([low * width + 1, np.minimum((high + 1) * width, len(counts))], axis=1)


def _rows(
    ordered: Sequence[Candidate], points: Mapping[str, float], framework: Framework, drawn: _Drawn
) -> list[Ranked]:
    rows: list[Ranked] = []
    for place, each in enumerate(ordered):
        score = points[each.key]
        is_tie = bool(rows) and abs(score - (rows[-1].score or 0)) <= _TIE * abs(score)
        low, high = drawn.quantiles[place]
        is_certain = all(quantity.is_certain for quantity in each.inputs.values())
        is_last = place == len(ordered) - 1
        rows.append(
            Ranked(
                key=each.key,
                name=each.name,
                score=score,
                mean=expected_score(each, framework),
                low=score if is_certain else float(low),
                high=score if is_certain else float(high),
                rank=rows[-1].rank if is_tie else place + 1,
                rank_low=int(drawn.ranks[place, 0]),
                rank_high=int(drawn.ranks[place, 1]),
                top_probability=float(drawn.tops[place]),
                beats_next=None if is_last else float(drawn.beats_next[place]),
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
