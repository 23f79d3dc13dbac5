"""``ChartSpec`` to SVG.

Horizontal positions are percentages of the plot and vertical ones pixels, so one drawing fits
any width without script and its letters keep their size. Looks come from classes (the page's
policy forbids inline styles); ``standalone`` adds a style sheet and fixed sizes for files.
"""

from __future__ import annotations

from pilothouse.kernel.charts import ChartSpec
from pilothouse.web.charts.columns import draw_columns
from pilothouse.web.charts.frame import Drawing, draw_nothing
from pilothouse.web.charts.heat import draw_heat
from pilothouse.web.charts.lines import draw_lines
from pilothouse.web.charts.marks import MARKERS, draw_marker, series_class
from pilothouse.web.charts.rows import draw_rows
from pilothouse.web.charts.scales import are_dates, finite, shorten
from pilothouse.web.charts.standalone import STYLE
from pilothouse.web.charts.xml import element, identifier, text

_GUTTER = 56
_MARGIN = 16
_LEGEND_LINE = 18
_TITLE_LINE = 30


def render_svg(
    spec: ChartSpec, width: int, height: int, idprefix: str, *, standalone: bool = False
) -> str:
    """The chart as one ``<svg>`` element with title and description.

    ``width`` is used for files only. Charts made of rows (funnels, bars of named things) take
    the height they need; the others fill ``height`` pixels.
    """
    drawing = _draw(spec, height)
    prefix = identifier(idprefix)
    names = element("title", text(spec.title) or "Chart", id=f"{prefix}-title")
    names += element("desc", text(spec.summary) or "No summary.", id=f"{prefix}-desc")
    labelled = {"role": "img", "aria-labelledby": f"{prefix}-title {prefix}-desc"}
    if standalone:
        return _standalone(spec, drawing, width, names, labelled)
    kind = "chart-svg chart-svg-gutter" if drawing.has_gutter else "chart-svg"
    return _open_svg(
        names + drawing.markup,
        {"class": kind, "width": "100%", "height": str(drawing.height)} | labelled,
    )


def _draw(spec: ChartSpec, height: int) -> Drawing:
    points = [point for series in spec.series for point in series.points]
    if not any(finite(point.value) is not None for point in points):
        return draw_nothing(height)
    if spec.kind == "line":
        return draw_lines(spec, height)
    if spec.kind == "heat":
        return draw_heat(spec)
    if spec.kind == "funnel" or not are_dates([point.label for point in points]):
        return draw_rows(spec)
    return draw_columns(spec, height)


def _standalone(
    spec: ChartSpec, drawing: Drawing, width: int, names: str, labelled: dict[str, str]
) -> str:
    legend = _legend(spec)
    top = _TITLE_LINE + _LEGEND_LINE * len(spec.series) * bool(legend) + 10
    left = _GUTTER if drawing.has_gutter else _MARGIN
    total = top + drawing.height + _MARGIN
    plot = element(
        "svg",
        drawing.markup,
        x=left,
        y=top,
        width=max(width - left - _MARGIN, 1),
        height=drawing.height,
        overflow="visible",
    )
    limit = max(width // 9, 12)
    title = element("text", text(shorten(spec.title, limit)), class_="title", x=_MARGIN, y=26)
    paper = element("rect", class_="paper", width="100%", height="100%")
    size = {"width": str(width), "height": str(total), "viewBox": f"0 0 {width} {total}"}
    return _open_svg(
        names + element("style", STYLE) + paper + title + legend + plot,
        {"class": "chart-file"} | size | labelled,
    )


def _legend(spec: ChartSpec) -> str:
    if len(spec.series) < 2 or spec.kind == "heat":
        return ""
    lines = []
    for index, series in enumerate(spec.series):
        y = _TITLE_LINE + _LEGEND_LINE * (index + 1)
        mark = draw_marker(MARKERS[index % len(MARKERS)], f"{_MARGIN + 5}", y - 4)
        name = element("text", text(shorten(series.name, 60)), x=_MARGIN + 18, y=y)
        lines.append(element("g", mark + name, class_=series_class(index)))
    return "".join(lines)


def _open_svg(content: str, attributes: dict[str, str]) -> str:
    written = "".join(f' {key}="{text(value)}"' for key, value in attributes.items())
    return f'<svg xmlns="http://www.w3.org/2000/svg"{written}>{content}</svg>'
