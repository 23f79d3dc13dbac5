"""Lines over periods: gaps stay gaps, intervals are bands, immature points are hollow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pilothouse.kernel.charts import ChartSpec, Point, Series
from pilothouse.web.charts.frame import (
    Drawing,
    draw_hover,
    draw_label_axis,
    draw_value_axis,
    labels_of,
    value_scale,
)
from pilothouse.web.charts.marks import (
    MARKERS,
    draw_marker,
    draw_upright_whisker,
    series_class,
)
from pilothouse.web.charts.scales import Scale, finite
from pilothouse.web.charts.xml import element, number, percent

_INSET = 1.5
_MOST_MARKERS = 31


def draw_lines(spec: ChartSpec, height: int) -> Drawing:
    """A line chart that fills ``height`` pixels."""
    scale, ticks = value_scale(spec, height)
    labels = labels_of(spec)
    place = _Places(len(labels))
    parts = [draw_value_axis(spec, scale, ticks), draw_label_axis(labels, place, scale.start)]
    parts += [_draw_series(index, s, place, scale) for index, s in enumerate(spec.series)]
    parts.append(draw_hover(spec, place, place.band, scale.start))
    return Drawing("".join(parts), max(height, 80), has_gutter=True)


class _Places:
    """Positions of labels in percent: the ends a little inside, a single one in the middle."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.band = (100 - 2 * _INSET) / max(count - 1, 1)

    def __call__(self, index: int) -> float:
        return 50.0 if self.count == 1 else _INSET + index * self.band


def _draw_series(order: int, series: Series, place: _Places, scale: Scale) -> str:
    runs = list(_known_runs(series.points))
    paths = "".join(_draw_band(series.points, run, place, scale) for run in runs)
    for dashed in (False, True):
        trace = "".join(_trace(series.points, run, place, scale, dashed=dashed) for run in runs)
        if trace:
            kind = "chart-line chart-line-immature" if dashed else "chart-line"
            paths += element("path", class_=kind, d=trace, vector_effect="non-scaling-stroke")
    stretched = ""
    if paths:
        # Stretched sideways only: x runs from 0 to 100, y stays in pixels.
        height = number(scale.start)
        stretched = element(
            "svg",
            paths,
            width="100%",
            height=height,
            viewBox=f"0 0 100 {height}",
            preserveAspectRatio="none",
            overflow="visible",
        )
    markers = _draw_markers(order, series.points, place, scale)
    return element("g", stretched + markers, class_=series_class(order))


def _known_runs(points: Sequence[Point]) -> Iterator[range]:
    """Stretches without a gap."""
    start = None
    for index in range(len(points) + 1):
        known = index < len(points) and finite(points[index].value) is not None
        if known and start is None:
            start = index
        elif not known and start is not None:
            yield range(start, index)
            start = None


def _trace(
    points: Sequence[Point], run: range, place: _Places, scale: Scale, *, dashed: bool
) -> str:
    """The steps of a run that end in a mature point, or those that end in an immature one."""
    parts, pen = [], -1
    for index in run[1:]:
        if points[index].immature is not dashed:
            continue
        if pen != index - 1:
            parts.append(f"M{_spot(points, index - 1, place, scale)}")
        parts.append(f"L{_spot(points, index, place, scale)}")
        pen = index
    return "".join(parts)


def _spot(points: Sequence[Point], index: int, place: _Places, scale: Scale) -> str:
    return f"{number(place(index))} {number(scale(finite(points[index].value) or 0.0))}"


def _draw_band(points: Sequence[Point], run: range, place: _Places, scale: Scale) -> str:
    bounds = [
        (place(i), scale(low), scale(high))
        for i in run
        if (low := finite(points[i].low)) is not None
        and (high := finite(points[i].high)) is not None
    ]
    if len(bounds) < 2 or len(bounds) < len(run):
        return ""
    there = [f"{number(x)} {number(high)}" for x, _, high in bounds]
    back = [f"{number(x)} {number(low)}" for x, low, _ in reversed(bounds)]
    return element("path", class_="chart-band", d=f"M{'L'.join(there + back)}Z")


def _draw_markers(order: int, points: Sequence[Point], place: _Places, scale: Scale) -> str:
    every = 1 if len(points) <= _MOST_MARKERS else len(points) // 12
    runs = list(_known_runs(points))
    alone = {run[0] for run in runs if len(run) == 1}
    last = runs[-1][-1] if runs else -1
    parts = []
    for index, point in enumerate(points):
        value, low, high = finite(point.value), finite(point.low), finite(point.high)
        if index in alone and low is not None and high is not None:
            parts.append(draw_upright_whisker(place(index), scale(low), scale(high)))
        wanted = index % every == 0 or index in alone or index == last or point.immature
        if value is not None and wanted:
            shape = MARKERS[order % len(MARKERS)]
            spot = percent(place(index))
            parts.append(draw_marker(shape, spot, scale(value), hollow=point.immature))
    return "".join(parts)
