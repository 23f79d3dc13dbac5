"""Work on all cores by our own threads; the kernels give up the interpreter's lock.

No OpenMP: it does not survive a fork, which web servers do.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")


def count_threads() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@lru_cache(maxsize=2)
def _pool(process: int) -> ThreadPoolExecutor:
    # Keyed by process: a pool does not live on in a forked child.
    return ThreadPoolExecutor(count_threads(), thread_name_prefix=f"engine-{process}")


def run_chunks(work: Callable[[int], T], chunks: int) -> list[T]:
    """``[work(0), ..., work(chunks - 1)]``; ``work`` must not call ``run_chunks`` itself."""
    if chunks == 1:
        return [work(0)]
    return list(_pool(os.getpid()).map(work, range(chunks)))
