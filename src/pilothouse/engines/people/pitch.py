"""How long a text takes to say, and whether a try kept its time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Calm speech to a listener; the band is what most people need.
WORDS_PER_MINUTE, SLOWEST, QUICKEST = 140, 110, 170
# A try this far over its time would have been interrupted.
LEEWAY = 1.1


@dataclass(frozen=True)
class Length:
    """How long a text is: ``seconds`` at 140 words a minute, ``least`` at 170, ``most`` at 110."""

    words: int
    seconds: int
    least: int
    most: int


@dataclass(frozen=True)
class Tries:
    """How the tries at a pitch went: how many, how many in time, the median in seconds."""

    count: int
    in_time: int
    median: float | None


def reckon_length(text: str) -> Length:
    """How long a text takes to say.

    >>> reckon_length("word " * 140)
    Length(words=140, seconds=60, least=49, most=76)
    """
    words = len(text.split())
    at = [round(words * 60 / rate) for rate in (WORDS_PER_MINUTE, QUICKEST, SLOWEST)]
    return Length(words, *at)


def sum_up(seconds: Sequence[float], limit: int) -> Tries:
    """The tries at a pitch of ``limit`` seconds; up to a tenth over counts as in time.

    >>> sum_up([58, 66, 90], 60)
    Tries(count=3, in_time=2, median=66)
    """
    ordered = sorted(seconds)
    if not ordered:
        return Tries(0, 0, None)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return Tries(len(ordered), sum(each <= limit * LEEWAY for each in ordered), median)
