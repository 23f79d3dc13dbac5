"""Confidence that falls with distance, and the looser words that go with it.

A person says how sure a bet is if it were to start now. What is shown is that share halved for
every ``HALF_LIFE`` quarters of distance: a year away it is half as sure as at hand.
"""

from __future__ import annotations

from dataclasses import dataclass

from pilothouse.apps.roadmap.models import BetStatus

HALF_LIFE = 4  # quarters
RULE = (
    f"Confidence halves for every {HALF_LIFE} quarters of distance: shown = stated x 0.5 ^ "
    f"(quarters from now / {HALF_LIFE}). Without a quarter, next counts as 1 and later as 4 "
    "quarters away. From 70 % we plan it, from 40 % we expect it, from 20 % we explore it, below "
    "it is an idea."
)
# Lowest share, band, words for a sentence.
BANDS = (
    (0.7, "planned", "We plan to"),
    (0.4, "expected", "We expect to"),
    (0.2, "exploring", "We are exploring"),
    (0.0, "idea", "We may look at"),
)
# What an outsider may conclude when nobody stated a confidence: no more than the distance says.
_UNSTATED = 0.7


@dataclass(frozen=True)
class Confidence:
    """How sure a bet is: ``share`` 0..1 after the fall with distance, None if nobody stated one."""

    share: float | None
    band: str
    words: str

    @property
    def percent(self) -> int | None:
        """The share in whole percent: a judgement has no decimals."""
        return None if self.share is None else round(self.share * 100)


def fall_with_distance(stated: float, distance: int) -> float:
    """``stated`` x 0.5 ^ (``distance`` in quarters / ``HALF_LIFE``).

    >>> fall_with_distance(0.8, 4)
    0.4
    """
    return float(stated * 0.5 ** (max(0, distance) / HALF_LIFE))


def confidence_at(
    stated: float | None, distance: int, status: str = BetStatus.PLANNED.value
) -> Confidence:
    """The confidence shown for a bet so many quarters away."""
    if status == BetStatus.DONE:
        return Confidence(1.0, "done", "Done:")
    share = None if stated is None else fall_with_distance(stated, distance)
    assumed = fall_with_distance(_UNSTATED, distance) if share is None else share
    band, words = next((band, words) for low, band, words in BANDS if assumed >= low)
    return Confidence(share, band, words)
