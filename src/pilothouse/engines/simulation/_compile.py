"""The one way in which this engine compiles a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """``function`` as machine code: kept on disk, free of the interpreter lock, plain IEEE 754.

    Never fastmath: answers must be the same bits on every machine and for every number of threads.
    """
    options = numba.njit(cache=True, nogil=True, error_model="numpy")
    return cast(Function, options(function))
