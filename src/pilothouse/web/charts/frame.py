"""What charts with two axes share: grid, tick labels, and the areas that tell values on hover."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pilothouse.kernel.charts import ChartSpec, Point
from pilothouse.web.charts.scales import Scale, label_steps, short_labels, value_ticks
from pilothouse.web.charts.xml import element, percent, text
from pilothouse.web.formatting import format_count, format_interval, format_tick, format_value

TOP = 10
BOTTOM = 26
# Letters of a label up to which seven of them fit below a plot.
_SHORT = 10


@dataclass(frozen=True)
class Drawing:
    """Markup with its height in pixels; the gutter holds the value axis left of the plot."""

    markup: str
    height: int
    has_gutter: bool = False


def draw_nothing(height: int) -> Drawing:
    """What stands where a chart has no known value."""
    height = max(height, 60)
    words = element(
        "text", "No data yet", class_="chart-none", x="50%", y=height / 2, text_anchor="middle"
    )
    return Drawing(words, height)


def value_scale(spec: ChartSpec, height: int) -> tuple[Scale, list[float]]:
    """The scale from values to pixels from the top, and its ticks."""
    ticks = value_ticks(spec.series, spec.unit)
    return Scale(ticks[0], ticks[-1], max(height, 80) - BOTTOM, TOP), ticks


def draw_value_axis(spec: ChartSpec, scale: Scale, ticks: Sequence[float]) -> str:
    """Horizontal grid lines with their labels in the gutter; zero is drawn stronger."""
    parts = []
    for tick in ticks:
        y = scale(tick)
        kind = "chart-zero" if tick == 0 else "chart-grid"
        parts.append(element("line", class_=kind, x1=0, x2="100%", y1=y, y2=y))
        label = text(format_tick(tick, spec.unit, spec.currency))
        parts.append(element("text", label, class_="chart-tick", x=-10, y=y + 4, text_anchor="end"))
    return "".join(parts)


def draw_label_axis(labels: Sequence[str], place: Callable[[int], float], bottom: float) -> str:
    """Labels below the plot; every second one gives way where the chart is narrow."""
    shown = short_labels(labels)
    is_wide = any(len(each) > _SHORT for each in shown)
    step = label_steps(len(labels), about=5 if is_wide else 7)
    parts = []
    for order, index in enumerate(range(0, len(labels), step)):
        x = place(index)
        # Left of the plot the gutter has room, right of it there is none.
        anchor = "end" if x > 96 else "middle"
        kind = "chart-tick chart-tick-minor" if order % 2 else "chart-tick"
        label = text(shown[index]) or "–"
        parts.append(
            element("text", label, class_=kind, x=percent(x), y=bottom + 18, text_anchor=anchor)
        )
    return "".join(parts)


def labels_of(spec: ChartSpec) -> list[str]:
    """The labels of the longest series; all share their order."""
    longest = max(spec.series, key=lambda series: len(series.points))
    return [point.label for point in longest.points]


def describe_point(point: Point, spec: ChartSpec) -> str:
    """``15.3% (8.8–24.4%), n 80``, as far as the point knows."""
    words = format_value(point.value, spec.unit, spec.currency)
    if point.low is not None and point.high is not None:
        words += f" ({format_interval(point.low, point.high, spec.unit)})"
    if point.n is not None:
        words += f", n {format_count(point.n)}"
    if point.immature:
        words += ", not complete yet"
    return f"{words}. {point.note}" if point.note else words


def draw_hover(spec: ChartSpec, place: Callable[[int], float], band: float, bottom: float) -> str:
    """Over each label an unseen area with a guide line and the values as its tooltip."""
    parts = []
    for index, label in enumerate(labels_of(spec)):
        x = place(index)
        lines = [label] + [
            f"{series.name}: {describe_point(series.points[index], spec)}"
            for series in spec.series
            if index < len(series.points)
        ]
        left, right = max(x - band / 2, 0), min(x + band / 2, 100)
        area = element(
            "rect",
            x=percent(left),
            width=percent(right - left),
            y=0,
            height=bottom,
            fill="none",
            pointer_events="all",
        )
        guide = element(
            "line", class_="chart-guide", x1=percent(x), x2=percent(x), y1=TOP, y2=bottom
        )
        title = element("title", text("\n".join(lines)))
        parts.append(element("g", title + area + guide, class_="chart-hit"))
    return "".join(parts)
