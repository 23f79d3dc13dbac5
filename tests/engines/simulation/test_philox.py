from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.simulation.philox import OWNERSHIP, Stream, philox, threshold, uniform

ONES = 0xFFFFFFFF
WORDS = st.integers(0, ONES)


def reference(counter: list[int], key: list[int]) -> list[int]:
    """The definition, written with Python's unbounded integers and no cleverness."""
    c, k = list(counter), list(key)
    for _ in range(10):
        first, second = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [
            (second >> 32) ^ c[1] ^ k[0],
            second % 2**32,
            (first >> 32) ^ c[3] ^ k[1],
            first % 2**32,
        ]
        k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
    return c


@pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [
        ([0] * 4, [0] * 2, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ([ONES] * 4, [ONES] * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (
            [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
            [0xA4093822, 0x299F31D0],
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ],
)
def test_published_vectors(counter: list[int], key: list[int], answer: str) -> None:
    assert " ".join(f"{word:08x}" for word in philox(*counter, *key)) == answer


@settings(max_examples=50, deadline=None)
@given(st.lists(WORDS, min_size=4, max_size=4), st.lists(WORDS, min_size=2, max_size=2))
def test_agrees_with_the_plain_definition(counter: list[int], key: list[int]) -> None:
    assert list(philox(*counter, *key)) == reference(counter, key)


def test_every_stream_has_an_owner_and_its_own_key() -> None:
    assert set(OWNERSHIP) == set(Stream)
    assert len({philox(1, 2, 3, 0, 7, int(stream)) for stream in Stream}) == len(Stream)


@pytest.mark.parametrize(
    ("probability", "mark"),
    [(-0.1, 0), (0.0, 0), (0.25, 2**30), (0.5, 2**31), (1.0, 2**32), (1.7, 2**32)],
)
def test_thresholds_by_hand(probability: float, mark: int) -> None:
    assert threshold(probability) == mark


def test_a_certain_event_takes_the_largest_draw() -> None:
    assert threshold(1.0) > ONES
    assert threshold(0.0) == 0


@settings(max_examples=50, deadline=None)
@given(WORDS)
def test_uniforms_lie_strictly_inside(draw: int) -> None:
    assert 0.0 < uniform(draw) < 1.0
