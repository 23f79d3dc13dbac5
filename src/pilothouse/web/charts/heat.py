"""The retention triangle as a drawing, for files; pages show it as a real table."""

from __future__ import annotations

from pilothouse.kernel.charts import ChartSpec
from pilothouse.web.charts.frame import Drawing, describe_point, labels_of
from pilothouse.web.charts.scales import shorten
from pilothouse.web.charts.tables import heat_level
from pilothouse.web.charts.xml import element, percent, text
from pilothouse.web.formatting import format_value

_ROW = 26
_NAMES = 18.0


def draw_heat(spec: ChartSpec) -> Drawing:
    """One row a series, one cell a point."""
    labels = labels_of(spec)
    band = (100 - _NAMES) / len(labels)
    parts = [
        element(
            "text",
            text(shorten(label, 8)) or "–",
            class_="chart-tick",
            x=percent(_NAMES + (index + 0.5) * band),
            y=14,
            text_anchor="middle",
        )
        for index, label in enumerate(labels)
    ]
    for order, series in enumerate(spec.series):
        y = _ROW * (order + 1) - 2
        name = text(shorten(series.name, 20)) or "–"
        parts.append(element("text", name, class_="chart-name", x=0, y=y + 16))
        for index, point in enumerate(series.points):
            x = _NAMES + index * band
            level = heat_level(point.value)
            title = element("title", text(f"{series.name}, {describe_point(point, spec)}"))
            cell = element(
                "rect", x=percent(x), width=percent(band), y=y, height=_ROW - 2, class_="heat-cell"
            )
            words = element(
                "text",
                text(format_value(point.value, spec.unit, spec.currency)),
                x=percent(x + band / 2),
                y=y + 16,
                text_anchor="middle",
            )
            kind = f"heat heat-{level or 'none'}{' heat-immature' * point.immature}"
            parts.append(element("g", title + cell + words, class_=kind))
    return Drawing("".join(parts), _ROW * (len(spec.series) + 1) + 4)
