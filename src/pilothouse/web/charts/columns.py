"""Upright bars over periods, side by side for several series."""

from __future__ import annotations

from pilothouse.kernel.charts import ChartSpec, Point
from pilothouse.web.charts.frame import (
    Drawing,
    draw_hover,
    draw_label_axis,
    draw_value_axis,
    labels_of,
    value_scale,
)
from pilothouse.web.charts.marks import draw_upright_whisker, series_class
from pilothouse.web.charts.scales import Scale, finite
from pilothouse.web.charts.xml import element, percent

_FILLED = 0.72


def draw_columns(spec: ChartSpec, height: int) -> Drawing:
    """A bar chart that fills ``height`` pixels."""
    scale, ticks = value_scale(spec, height)
    labels = labels_of(spec)
    band = 100 / len(labels)

    def place(index: int) -> float:
        return (index + 0.5) * band

    width = band * _FILLED / len(spec.series)
    parts = [draw_value_axis(spec, scale, ticks), draw_label_axis(labels, place, scale.start)]
    for order, series in enumerate(spec.series):
        offset = (order - len(spec.series) / 2) * width
        bars = (
            _draw_bar(point, place(index) + offset, width, scale)
            for index, point in enumerate(series.points)
        )
        parts.append(element("g", "".join(bars), class_=series_class(order)))
    parts.append(draw_hover(spec, place, band, scale.start))
    return Drawing("".join(parts), max(height, 80), has_gutter=True)


def _draw_bar(point: Point, left: float, width: float, scale: Scale) -> str:
    value = finite(point.value)
    if value is None:
        return ""
    top, bottom = sorted((scale(value), scale(0.0)))
    kind = "chart-bar chart-bar-immature" if point.immature else "chart-bar"
    bar = element(
        "rect",
        class_=kind,
        x=percent(left),
        width=percent(width),
        y=top,
        height=max(bottom - top, 1),
        rx=2,
    )
    low, high = finite(point.low), finite(point.high)
    if low is not None and high is not None:
        bar += draw_upright_whisker(left + width / 2, scale(low), scale(high))
    return bar
