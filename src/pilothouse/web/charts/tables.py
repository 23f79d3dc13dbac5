"""The numbers of a chart as rows of texts, for the table that stands behind every picture."""

from __future__ import annotations

from dataclasses import dataclass

from pilothouse.kernel.charts import ChartSpec, Point
from pilothouse.web.charts.scales import finite
from pilothouse.web.formatting import format_count, format_interval, format_value

HEAT_LEVELS = 10


@dataclass(frozen=True)
class Cell:
    """One value as text; ``level`` is its colour step in a heat table."""

    text: str
    interval: str = ""
    n: str = ""
    note: str = ""
    level: str = ""
    is_immature: bool = False


@dataclass(frozen=True)
class Row:
    """A named row; ``size`` is the cohort's, in a heat table."""

    name: str
    cells: tuple[Cell, ...]
    size: str = ""


@dataclass(frozen=True)
class ChartTable:
    """Header of the names, headers of the columns, rows. Each row has a cell a column."""

    corner: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def heat_level(share: float | None) -> str:
    """The colour step 0..9 of a share 0..1; empty for what is not known."""
    value = finite(share)
    if value is None:
        return ""
    return str(min(HEAT_LEVELS - 1, max(0, int(value * HEAT_LEVELS))))


def make_cell(point: Point, spec: ChartSpec) -> Cell:
    """A point as a cell."""
    has_interval = point.low is not None and point.high is not None
    return Cell(
        text=format_value(point.value, spec.unit, spec.currency),
        interval=format_interval(point.low, point.high, spec.unit) if has_interval else "",
        n=format_count(point.n) if point.n is not None else "",
        note=point.note,
        level=heat_level(point.value) if spec.kind == "heat" else "",
        is_immature=point.immature,
    )


_MISSING = Cell("")


def tabulate(spec: ChartSpec) -> ChartTable:
    """Heat tables have a row a series; all others a row a label and a column a series."""
    longest = max((len(series.points) for series in spec.series), default=0)
    if spec.kind == "heat":
        return _tabulate_heat(spec, longest)
    rows = []
    for index in range(longest):
        points = [s.points[index] if index < len(s.points) else None for s in spec.series]
        label = next((point.label for point in points if point is not None), "")
        cells = tuple(make_cell(p, spec) if p is not None else _MISSING for p in points)
        rows.append(Row(label, cells))
    names = tuple(series.name for series in spec.series)
    return ChartTable(spec.x_title or "Label", names, tuple(rows))


def _tabulate_heat(spec: ChartSpec, longest: int) -> ChartTable:
    labels: tuple[str, ...] = ()
    rows = []
    for series in spec.series:
        if len(series.points) == longest:
            labels = labels or tuple(point.label for point in series.points)
        cells = tuple(make_cell(point, spec) for point in series.points)
        size = series.points[0].n if series.points else None
        rows.append(
            Row(
                series.name,
                cells + (_MISSING,) * (longest - len(cells)),
                size=format_count(size) if size is not None else "",
            )
        )
    return ChartTable(spec.x_title or "Cohort", labels, tuple(rows))
