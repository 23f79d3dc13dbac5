"""One number of a pack: what it is, how far worlds may move it, and how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CONFIDENCES = ("source", "memory", "memory, unsure", "benchmark", "measured", "design")


@dataclass(frozen=True)
class Parameter:
    """A number, the range worlds may draw it from, and how far to trust it.

    ``source`` says in own words where it comes from; ``confidence`` is one of ``CONFIDENCES``.
    """

    value: float
    low: float
    high: float
    source: str
    confidence: str


def bounded(least: float = float("-inf"), most: float = float("inf")) -> Any:
    """A field for a ``Parameter`` that must lie in ``least``..``most``."""
    return field(metadata={"least": least, "most": most})


def portion() -> Any:
    """A field for a ``Parameter`` that is a share of a whole."""
    return bounded(0.0, 1.0)


def numbers(least: float, most: float) -> Any:
    """A field for a table of plain numbers by name, empty if it is not given."""
    return field(default_factory=dict, metadata={"least": least, "most": most})
