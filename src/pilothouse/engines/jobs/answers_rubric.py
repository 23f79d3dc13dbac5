"""The rubric as values: dimensions with anchored levels, types of question with what they ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LEVELS = (1, 2, 3, 4)


@dataclass(frozen=True)
class Dimension:
    """One dimension. ``anchors`` say what an answer of level 1 to 4 does; ``examples`` one line at
    each; ``instead`` other anchors for a type of question where the general ones would not fit."""

    key: str
    title: str
    competencies: tuple[str, ...]
    anchors: tuple[str, ...]
    examples: tuple[str, ...]
    instead: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def anchors_for(self, kind: str) -> tuple[str, ...]:
        """The anchors that hold for a type of question."""
        return self.instead.get(kind, self.anchors)


@dataclass(frozen=True)
class QuestionType:
    """A type of question: which dimensions it asks for, its usual length spoken, its parts."""

    key: str
    title: str
    asks: tuple[str, ...]
    minutes: tuple[float, float]
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Rubric:
    """All dimensions and types by their keys."""

    dimensions: Mapping[str, Dimension]
    types: Mapping[str, QuestionType]

    def asked(self, kind: str) -> tuple[Dimension, ...]:
        """The dimensions that a type of question asks for, in the order of the rubric."""
        wanted = set(self.types[kind].asks)
        return tuple(each for each in self.dimensions.values() if each.key in wanted)
