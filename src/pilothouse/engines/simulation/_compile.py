"""The one way in which this engine compiles a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])

# Never fastmath: answers must be the same bits on every machine and for every number of threads.
_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
_BORROWING = {**_OPTIONS, "_nrt": False}
_INLINED = {**_BORROWING, "forceinline": True}


def compiled(function: Function) -> Function:
    """``function`` as machine code: kept on disk, free of the interpreter lock, plain IEEE 754."""
    return cast(Function, numba.njit(**_OPTIONS)(function))


def borrowing(function: Function) -> Function:
    """The same for what allocates nothing: arrays are lent to it, and nobody counts who holds them.

    Counting costs more than a person's whole day.
    """
    return cast(Function, numba.njit(**_BORROWING)(function))


def inlined(function: Function) -> Function:
    """As ``borrowing``, and copied into its callers, so that loops over it can be vectorised."""
    return cast(Function, numba.njit(**_INLINED)(function))


def compiled_as(signature: str) -> Callable[[Function], Function]:
    """As ``borrowing``, for one signature: a small function is else compiled for each constant."""

    def compile_one(function: Function) -> Function:
        return cast(Function, numba.njit(signature, **_BORROWING)(function))

    return compile_one
