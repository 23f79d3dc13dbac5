"""What is asked of a comparison, and the words in which it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypedDict

from pilothouse.kernel.errors import InvalidValueError

Semantics = tuple[tuple[str, str], ...]
DecideBy = Literal["fixed", "sequential"]
MarginKind = Literal["equivalence", "non-inferiority"]
Scale = Literal["relative", "absolute"]
# The number of units for which the always-valid interval is tightest, unless it is planned.
PLANNED_UNITS = 5_000
# Under so many units in an arm a mean is shown, but no verdict is given on it.
ENOUGH_UNITS = 10


class Verdict(StrEnum):
    """What a reading says of the treatment."""

    BETTER = "treatment better"
    WORSE = "treatment worse"
    UNCLEAR = "no clear difference"
    EQUIVALENT = "equivalent"
    NOT_WORSE = "not worse"
    TOO_FEW = "too few"


@dataclass(frozen=True)
class Margin:
    """The largest difference that does not matter, ``size`` > 0; ``relative`` 0.02 is 2 %.

    ``equivalence`` asks whether the difference lies within ± size, ``non-inferiority`` whether the
    treatment is at most that much worse.
    """

    size: float
    kind: MarginKind = "equivalence"
    scale: Scale = "relative"

    def __post_init__(self) -> None:
        if not 0 < self.size < float("inf"):
            raise InvalidValueError("a margin is more than 0.", value=self.size)
        if self.kind not in {"equivalence", "non-inferiority"}:
            raise InvalidValueError("a margin is equivalence or non-inferiority.", value=self.kind)
        if self.scale not in {"relative", "absolute"}:
            raise InvalidValueError("a margin is relative or absolute.", value=self.scale)


class Asked(TypedDict, total=False):
    """The options of every comparison, those of ``Rules``."""

    level: float
    planned_units: int | None
    lower_is_better: bool
    margin: Margin | None
    decide_by: DecideBy


@dataclass(frozen=True)
class Rules:
    """How a comparison is made and judged.

    ``level``: of the intervals, in 0..1. ``planned_units``: units of both arms together for which
    the sequential interval is tightest; fixed before the first look. ``decide_by``: which interval
    gives the verdict.
    """

    level: float = 0.95
    planned_units: int | None = None
    lower_is_better: bool = False
    margin: Margin | None = None
    decide_by: DecideBy = "fixed"

    def __post_init__(self) -> None:
        if not 0.5 <= self.level < 1:
            raise InvalidValueError(
                "a confidence level lies between 0.5 and 1.", value=self.level,
                remedy="Such as 0.95.",
            )  # fmt: skip
        if self.planned_units is not None and self.planned_units < 1:
            raise InvalidValueError("planned units are 1 or more.", value=self.planned_units)
        if self.decide_by not in {"fixed", "sequential"}:
            raise InvalidValueError("one decides by fixed or sequential.", value=self.decide_by)

    @property
    def alpha(self) -> float:
        """The chance of a false alarm that is accepted."""
        return 1 - self.level

    @property
    def planned(self) -> int:
        """Planned units, or what is taken where nothing was planned."""
        return self.planned_units or PLANNED_UNITS
