"""Making one thing after the other, some ahead of who takes them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


def make_ahead(
    make: Callable[[Item], Made], items: Sequence[Item], *, threads: int
) -> Iterator[Made]:
    """``make`` of each of ``items`` in their order, on ``threads`` threads.

    At most one thing a thread and one more are there at a time, however slowly they are taken. What
    ``make`` raises is raised in the place of what it would have made.
    """
    if min(threads, len(items)) < 2:
        yield from map(make, items)
        return
    ahead: deque[Future[Made]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for item in items:
                ahead.append(pool.submit(make, item))
                if len(ahead) > threads:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            # Whoever takes no more need not wait for what has not begun.
            pool.shutdown(wait=False, cancel_futures=True)
