"""Chance as a pure function of who, when and what for: Philox4x32-10.

A draw is ``philox(entity, day, k, replicate, seed, stream)``: four independent 32-bit numbers that
depend on nothing else. No draw moves another, so the same person meets the same luck in every
counterfactual (common random numbers), on any number of threads.

Source: J. Salmon, M. Moraes, R. Dror, D. Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".
"""
# ruff: noqa: PLR0917 - kernels take their arrays by position

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation._compile import borrowing, compiled_as, inlined


class Stream(IntEnum):
    """What a draw is for. The number is part of the key: never reuse or renumber one."""

    TRAITS = 1
    VISIT = 2
    USER_DAY = 3
    FUNNEL = 4
    BILLING = 5
    SESSION = 6
    STEP = 7
    INSTRUMENT = 8
    EVENT_ID = 9
    EFFECT = 10
    SIZE = 11
    SIGNAL = 12
    INTERACTION = 13
    EXPERIMENT = 14
    ORDER = 15
    BRAND = 16
    DELIVERY = 17
    INCIDENT = 18
    BUGS = 19
    STAFF = 20
    STAKEHOLDER = 21
    NEGOTIATION = 22
    RIVAL = 23
    NEWS = 24
    SUPPLY = 25
    GATE = 26
    ACCOUNT = 27
    DEAL = 28
    RESEARCH = 29
    POLICY = 30
    FEEDBACK = 31
    REVIEW = 32
    BOT = 33
    CLIENT = 34
    GROUP = 35
    INVITING = 36
    INVITATION = 37
    READING = 38
    # Apart from what moves the world: words move nothing in it.
    TEXT = 90
    MESSAGE = 91
    INQUIRY = 95
    TRADE = 96


# Who owns which noise: the parts of the counter that a stream uses. An intervention can change a
# draw only by changing one of these, which is what makes paired counterfactuals coherent.
OWNERSHIP: Mapping[Stream, tuple[str, ...]] = MappingProxyType(
    {
        Stream.TRAITS: ("user", "", "block of traits"),
        # Four neighbours share a call; each owns one of its four numbers.
        Stream.VISIT: ("user // 4", "day", ""),
        Stream.USER_DAY: ("user", "day", ""),
        Stream.FUNNEL: ("user", "day", "step"),
        Stream.BILLING: ("user", "payment number", ""),
        Stream.SESSION: ("user", "day", "session"),
        Stream.STEP: ("user", "day", "event number"),
        Stream.INSTRUMENT: ("user", "day", "event number"),
        Stream.EVENT_ID: ("user", "day", "event number"),
        # What an idea is worth and how long it takes are facts of the world: no replicate, no day.
        Stream.EFFECT: ("idea", "", "part"),
        Stream.SIZE: ("idea or project", "", "which of the two"),
        Stream.SIGNAL: ("idea", "time asked", "source"),
        Stream.INTERACTION: ("idea", "other idea", ""),
        # Nor may another future send people into another arm of a test that is running.
        Stream.EXPERIMENT: ("unit", "experiment", ""),
        Stream.ORDER: ("user", "day", ""),
        Stream.BRAND: ("user", "day", "block of brands"),
        Stream.DELIVERY: ("", "day", ""),
        Stream.INCIDENT: ("", "day", "part"),
        Stream.BUGS: ("idea", "", ""),
        Stream.STAFF: ("engineer", "day", ""),
        Stream.STAKEHOLDER: ("stakeholder", "day", ""),
        Stream.NEGOTIATION: ("stakeholder", "talk", "issue or part"),
        Stream.RIVAL: ("rival", "idea or day", "part"),
        Stream.NEWS: ("rival", "day", "part"),
        Stream.SUPPLY: ("", "week", ""),
        Stream.GATE: ("gate", "submission", "part"),
        Stream.ACCOUNT: ("account", "occasion", ""),
        Stream.DEAL: ("deal", "part", "decision"),
        Stream.RESEARCH: ("person asked", "study", "question"),
        Stream.POLICY: ("idea", "", ""),
        Stream.FEEDBACK: ("need", "day", "ticket"),
        Stream.REVIEW: ("user", "day", "part"),
        Stream.BOT: ("visit of a bot", "day", "part or page"),
        # When a person's client is brought up to date is a fact of theirs, whatever the day.
        Stream.CLIENT: ("user", "", "rename"),
        # What the people of a class have in common is a fact of the class.
        Stream.GROUP: ("group", "", ""),
        Stream.INVITING: ("user", "day", ""),
        Stream.INVITATION: ("user", "invitation number", "try"),
        # Of how slow the product is: what is read, not what is so.
        Stream.READING: ("", "day", ""),
        # No replicate: what is told of a day is told in the same words in every future.
        Stream.TEXT: ("record of its day", "day", "draw"),
        Stream.MESSAGE: ("stakeholder", "day", ""),
        Stream.INQUIRY: ("cause", "day of the incident", "which inquiry"),
        Stream.TRADE: ("", "day", "part"),
    }
)

_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_RANGE = 4294967296.0

Four = tuple[np.uint64, np.uint64, np.uint64, np.uint64]
Draws = NDArray[np.uint32]


@inlined
def _rounds(entity: int, day: int, k: int, replicate: int, seed: int, stream: int) -> Four:
    c0, c1 = np.uint64(entity) & _LOW, np.uint64(day) & _LOW
    c2, c3 = np.uint64(k) & _LOW, np.uint64(replicate) & _LOW
    k0, k1 = np.uint64(seed) & _LOW, np.uint64(stream) & _LOW
    for _ in range(10):
        product_0, product_1 = _MULTIPLIER_0 * c0, _MULTIPLIER_1 * c2
        c0 = (product_1 >> _HALF) ^ c1 ^ k0
        c2 = (product_0 >> _HALF) ^ c3 ^ k1
        c1, c3 = product_1 & _LOW, product_0 & _LOW
        k0, k1 = (k0 + _WEYL_0) & _LOW, (k1 + _WEYL_1) & _LOW
    return c0, c1, c2, c3


@compiled_as("UniTuple(uint64, 4)(int64, int64, int64, int64, int64, int64)")
def philox(entity: int, day: int, k: int, replicate: int, seed: int, stream: int) -> Four:
    """Four numbers in 0..2**32-1: counter (entity, day, k, replicate), key (seed, stream)."""
    return _rounds(entity, day, k, replicate, seed, stream)


@borrowing
def fill_shared(first: int, day: int, replicate: int, seed: int, stream: int, draws: Draws) -> None:
    """One draw each for the people from ``first`` on, four of whom share a call.

    ``first`` and the length of ``draws`` (n) are multiples of four.
    """
    for four in range(len(draws) >> 2):
        a, b, c, d = _rounds((first >> 2) + four, day, 0, replicate, seed, stream)
        draws[4 * four], draws[4 * four + 1] = a, b
        draws[4 * four + 2], draws[4 * four + 3] = c, d


@borrowing
def fill_own(
    who: NDArray[np.int64], day: int, replicate: int, seed: int, stream: int, draws: Draws
) -> None:
    """Three draws for each of the people ``who`` (n), into ``draws`` (3, n or more)."""
    for place in range(len(who)):
        a, b, c, _ = _rounds(who[place], day, 0, replicate, seed, stream)
        draws[0, place], draws[1, place], draws[2, place] = a, b, c


@borrowing
def fill_numbered(
    who: NDArray[np.int64],
    number: NDArray[np.int64],
    day: int,
    replicate: int,
    seed: int,
    stream: int,
    draws: Draws,
) -> None:
    """Four draws for each of ``who`` (n) and its ``number`` (n), into ``draws`` (4, n or more)."""
    for place in range(len(who)):
        a, b, c, d = _rounds(who[place], day, number[place], replicate, seed, stream)
        draws[0, place], draws[1, place] = a, b
        draws[2, place], draws[3, place] = c, d


@inlined
def threshold(probability: float) -> np.uint64:
    """The number below which a 32-bit draw falls with ``probability`` (clipped to 0..1).

    Comparing integers keeps a decision the same on every machine.
    """
    if probability <= 0.0:
        return np.uint64(0)
    if probability >= 1.0:
        return np.uint64(_LOW + np.uint64(1))
    return np.uint64(probability * _RANGE)


@inlined
def uniform(draw: np.uint64) -> float:
    """A 32-bit draw as a number strictly between 0 and 1."""
    return (float(draw) + 0.5) / _RANGE
