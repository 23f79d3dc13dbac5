"""Small marks: markers that tell series apart without colour, whiskers for intervals."""

from __future__ import annotations

from pilothouse.web.charts.xml import element, percent

SERIES_COLOURS = 6
MARKERS = (
    "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z",
    "M-3.2 -3.2h6.4v6.4h-6.4z",
    "M0 -4.2l4 7h-8z",
    "M0 -4.6l4.2 4.6l-4.2 4.6l-4.2 -4.6z",
    "M0 4.2l4 -7h-8z",
    "M-4 -1.3h2.7v-2.7h2.6v2.7h2.7v2.6h-2.7v2.7h-2.6v-2.7h-2.7z",
)


def series_class(index: int) -> str:
    """The class that carries the colour of a series."""
    return f"series series-{index % SERIES_COLOURS + 1}"


def draw_marker(shape: str, x: str, y: float, *, hollow: bool = False) -> str:
    """A marker at a position; a nested ``<svg>`` carries percentages, which a path cannot."""
    kind = "chart-marker chart-marker-hollow" if hollow else "chart-marker"
    return element("svg", element("path", class_=kind, d=shape), x=x, y=y, overflow="visible")


def draw_upright_whisker(x: float, low: float, high: float) -> str:
    """An interval at ``x`` percent between two pixel heights."""
    spine = element("line", x1=percent(x), x2=percent(x), y1=low, y2=high)
    caps = "".join(
        element("svg", element("path", d="M-3 0h6"), x=percent(x), y=y, overflow="visible")
        for y in (low, high)
    )
    return element("g", spine + caps, class_="chart-whisker")


def draw_level_whisker(low: float, high: float, y: float) -> str:
    """An interval at pixel height ``y`` between two percentages."""
    spine = element("line", x1=percent(low), x2=percent(high), y1=y, y2=y)
    caps = "".join(
        element("line", x1=percent(x), x2=percent(x), y1=y - 3, y2=y + 3) for x in (low, high)
    )
    return element("g", spine + caps, class_="chart-whisker")
