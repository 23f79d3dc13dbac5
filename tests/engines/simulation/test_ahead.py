"""Making ahead: the order, how much is there at once, what goes wrong, and who stops listening."""

from __future__ import annotations

import threading

import pytest

from pilothouse.engines.simulation.ahead import make_ahead


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_things_come_in_their_order(threads: int) -> None:
    assert list(make_ahead(lambda n: n * n, range(20), threads=threads)) == [
        n * n for n in range(20)
    ]
    assert not list(make_ahead(lambda n: n * n, [], threads=threads))


def test_no_more_is_made_ahead_than_one_a_thread_and_one() -> None:
    begun, lock = 0, threading.Lock()

    def make(number: int) -> int:
        nonlocal begun
        with lock:
            begun += 1
        return number

    for taken in make_ahead(make, range(30), threads=3):
        assert begun <= taken + 1 + 3 + 1


def test_an_error_comes_in_its_place() -> None:
    made = make_ahead(lambda n: 6 // (3 - n), range(6), threads=2)
    assert [next(made), next(made), next(made)] == [2, 3, 6]
    with pytest.raises(ZeroDivisionError):
        next(made)


def test_whoever_takes_no_more_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    made = make_ahead(lambda n: n, range(100), threads=2)
    assert next(made) == 0
    made.close()  # type: ignore[attr-defined]
    assert threading.active_count() <= before
