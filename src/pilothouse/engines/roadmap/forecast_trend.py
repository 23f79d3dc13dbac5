"""Is recent throughput different? An exact permutation test of recent against earlier periods.

If order did not matter, every choice of r of the n periods would be as likely to be the recent
ones. The number of choices with each sum is counted by dynamic programming over whole numbers
(Pagano and Tritchler 1983), so the p-value needs no simulation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from pilothouse.engines.roadmap.forecast import FEWEST_PERIODS, Throughput

Verdict = Literal["too few", "no clear change", "faster", "slower"]
LEVEL = 0.05
_MOST_TESTED = 104


@dataclass(frozen=True)
class TrendChange:
    """Mean counts of the ``recent_n`` latest periods and of those before, with the two-sided p.

    ``p`` and the means are None where the history is too short to ask.
    """

    recent_n: int
    recent_mean: float | None
    earlier_mean: float | None
    p: float | None
    verdict: Verdict
    sentence: str


def check_trend(history: Throughput) -> TrendChange:
    """Compare the latest third of the history (at least three periods) with the rest."""
    counts = history.counts[-_MOST_TESTED:]
    recent_n = max(3, len(counts) // 3)
    if len(counts) < max(FEWEST_PERIODS, 2 * 3):
        sentence = f"{len(counts)} {history.period}s are too few to see a change of pace."
        return TrendChange(recent_n, None, None, None, "too few", sentence)
    recent, earlier = counts[-recent_n:], counts[:-recent_n]
    recent_mean, earlier_mean = sum(recent) / recent_n, sum(earlier) / len(earlier)
    p = _permutation_p(counts, recent_n)
    verdict: Verdict = "no clear change"
    if p < LEVEL:
        verdict = "faster" if recent_mean > earlier_mean else "slower"
    sentence = (
        f"The last {recent_n} {history.period}s: {recent_mean:.1f} items each, {earlier_mean:.1f} "
        f"before; {verdict} (p {p:.2f}, exact permutation test)."
    )
    return TrendChange(recent_n, recent_mean, earlier_mean, p, verdict, sentence)


def _permutation_p(counts: tuple[int, ...], size: int) -> float:
    """Share of all choices of ``size`` periods whose sum lies as far out as the recent one's."""
    # Counting from the smallest keeps the table small; a shift changes no choice's order.
    least = min(counts)
    shifted = [count - least for count in counts]
    top = sum(sorted(shifted)[-size:])
    ways = np.zeros((size + 1, top + 1))
    ways[0, 0] = 1.0
    for count in shifted:
        ways[1:, count:] += ways[:-1, : top + 1 - count].copy()
    sums = np.arange(top + 1)
    centre = size * sum(shifted) / len(shifted)
    reached = abs(sum(shifted[-size:]) - centre)
    extreme = np.abs(sums - centre) >= reached - 1e-9
    total = float(ways[size].sum())
    return min(1.0, float(ways[size, extreme].sum()) / total)
