"""Parts that came to a record later: while one has its first value, hashes are as they were before.

So a run and a log of commands from before the part was there still have the digests they had.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, field, fields
from typing import Any

_ADDED = "added"
_ASIDE = "aside"


def added(*, default: Any = MISSING, default_factory: Callable[[], Any] | None = None) -> Any:
    """A field of a dataclass that is left out of digests until it is other than at first."""
    if default_factory is None:
        return field(default=default, metadata={_ADDED: True})
    return field(default_factory=default_factory, metadata={_ADDED: True})


def aside(*, default_factory: Callable[[], Any]) -> Any:
    """A field of a dataclass that no digest covers: what will be told of and moves nothing."""
    return field(default_factory=default_factory, metadata={_ASIDE: True})


def digested(record: Any) -> Iterator[tuple[Field[Any], bool]]:
    """The fields of a dataclass that its digest covers, and whether each was added later."""
    for part in fields(record):
        if _ASIDE in part.metadata:
            continue
        later = _ADDED in part.metadata
        if not later or getattr(record, part.name) != _first(part):
            yield part, later


def _first(part: Field[Any]) -> Any:
    return part.default if part.default_factory is MISSING else part.default_factory()
