"""What a chart says, apart from how it is drawn.

Services turn an engine's result into a ``ChartSpec``; the web draws it as SVG and always
prints its summary and its table, so that nothing can be seen only by eye.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ChartKind = Literal["line", "bar", "funnel", "heat"]
Unit = Literal["count", "share", "money", "number"]


@dataclass(frozen=True)
class Point:
    """One mark. ``value`` None is a gap, never a zero; ``low``..``high`` is its interval."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    note: str = ""
    # A period still in progress, or a cohort whose window has not closed: drawn lighter.
    immature: bool = False


@dataclass(frozen=True)
class Series:
    """A named row of points; all series of a chart share the order of their labels."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class ChartSpec:
    """A chart: kind, title, one-sentence summary, unit and series.

    ``share`` values are 0..1 and shown in percent. ``money`` uses ``currency`` (ISO 4217).
    ``semantics`` names the rules behind the numbers, in the words of the glossary.
    """

    kind: ChartKind
    title: str
    summary: str
    series: tuple[Series, ...]
    unit: Unit = "count"
    currency: str = ""
    x_title: str = ""
    semantics: tuple[tuple[str, str], ...] = field(default=())
