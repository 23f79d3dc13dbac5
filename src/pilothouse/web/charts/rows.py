"""Bars lying under their names: funnels, and bars of named things."""

from __future__ import annotations

from pilothouse.kernel.charts import ChartSpec, Point
from pilothouse.web.charts.frame import Drawing, describe_point, labels_of
from pilothouse.web.charts.marks import draw_level_whisker, series_class
from pilothouse.web.charts.scales import Scale, finite, known_values, shorten
from pilothouse.web.charts.xml import element, percent, text
from pilothouse.web.formatting import format_count, format_value

_NAME_LINE = 20
_BAR = 14
_BAR_GAP = 4
_ROW_GAP = 16
_LONGEST_NAME = 28
# Room right of the bars for their values, where several share a name.
_SHARED_WIDTH = 72.0


def draw_rows(spec: ChartSpec) -> Drawing:
    """One row a label; a funnel's bars are shares of its first step, or of 1."""
    alone = len(spec.series) == 1
    scale = _length_scale(spec, 100.0 if alone else _SHARED_WIDTH)
    parts, y = [], 0
    for index, label in enumerate(labels_of(spec)):
        parts.append(_draw_name(label, y))
        if alone:
            parts.append(_draw_value(spec, spec.series[0].points[index], y))
        y += _NAME_LINE
        for order, series in enumerate(spec.series):
            if index < len(series.points):
                parts.append(_draw_bar(spec, order, series.points[index], y, scale))
            y += _BAR + _BAR_GAP
        y += _ROW_GAP - _BAR_GAP
    return Drawing("".join(parts), max(y - _ROW_GAP + 4, 40))


def _length_scale(spec: ChartSpec, width: float) -> Scale:
    values = known_values(spec.series)
    low, high = min([0.0, *values]), max([0.0, *values])
    if spec.kind == "funnel" and spec.unit == "share":
        high = max(high, 1.0)
    return Scale(low, high if high > low else low + 1, 0.0, width)


def _draw_name(label: str, y: float) -> str:
    name = text(shorten(label, _LONGEST_NAME)) or "–"
    return element("text", name, class_="chart-name", x=0, y=y + 13)


def _draw_value(spec: ChartSpec, point: Point, y: float) -> str:
    words = text(format_value(point.value, spec.unit, spec.currency))
    amount = element("tspan", words, class_="chart-value")
    if point.n is not None:
        amount += element("tspan", text(_base(spec, point)), class_="chart-n", dx=8)
    return element("text", amount, class_="chart-tick", x="100%", y=y + 13, text_anchor="end")


def _base(spec: ChartSpec, point: Point) -> str:
    """What the value is a share of: ``402 of 4 210``; for other units ``n 4 210``."""
    share = finite(point.value)
    if spec.unit != "share" or share is None or point.n is None or not 0 <= share <= 1:
        return f"n {format_count(point.n)}"
    return f"{format_count(round(share * point.n))} of {format_count(point.n)}"


def _draw_bar(spec: ChartSpec, order: int, point: Point, y: float, scale: Scale) -> str:
    title = element("title", text(f"{point.label}: {describe_point(point, spec)}"))
    track = element(
        "rect", class_="chart-track", x=0, width=percent(scale.end), y=y, height=_BAR, rx=3
    )
    value = finite(point.value)
    if value is None:
        return element("g", title + track, class_=series_class(order))
    left, right = sorted((scale(0.0), scale(value)))
    kind = "chart-bar chart-bar-immature" if point.immature else "chart-bar"
    bar = element(
        "rect", class_=kind, x=percent(left), width=percent(right - left), y=y, height=_BAR, rx=3
    )
    low, high = finite(point.low), finite(point.high)
    if low is not None and high is not None:
        bar += draw_level_whisker(scale(low), scale(high), y + _BAR / 2)
    if len(spec.series) > 1:
        edge = max(right, scale(high) if high is not None else right)
        words = text(format_value(point.value, spec.unit, spec.currency))
        bar += element("text", words, class_="chart-tick", x=percent(edge), dx=8, y=y + 11)
    return element("g", title + track + bar, class_=series_class(order))
