"""Filters and tags of all templates: formatting, attributes, charts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from pilothouse.kernel.charts import ChartSpec
from pilothouse.kernel.intervals import Rate
from pilothouse.web import formatting
from pilothouse.web.charts.marks import MARKERS, draw_marker, series_class
from pilothouse.web.charts.svg import render_svg
from pilothouse.web.charts.tables import ChartTable, tabulate
from pilothouse.web.charts.tables import heat_level as level_of

register = template.Library()

register.filter("count", formatting.format_count)
register.filter("number", formatting.format_number)
register.filter("compact", formatting.format_compact)
register.filter("share", formatting.format_share)
register.filter("money", formatting.format_money)
register.filter("duration", formatting.format_duration)
register.filter("window", formatting.format_window)
register.filter("delta", formatting.format_delta)
register.filter("plural", formatting.plural)


@register.filter
def html_attrs(attrs: Mapping[str, Any]) -> SafeString:
    """A component's other attributes, each escaped: cotton's own text of them is not.

    None and False leave the attribute out, True writes its bare name.
    """
    skipped = getattr(attrs, "_exclude_from_str", ())
    parts = []
    for key, value in attrs.items():
        if key in skipped or value is None or value is False:
            continue
        name = conditional_escape(key)
        parts.append(name if value is True else f'{name}="{_quoted(value)}"')
    return mark_safe(" ".join(parts))  # noqa: S308  -- names and values are escaped above


def _quoted(value: Any) -> str:
    # A safe text may still hold a quotation mark, which would end the attribute.
    return str(conditional_escape(value)).replace('"', "&quot;")


@register.filter
def tone(level: str) -> str:
    """The tone of a message by the level it was sent with."""
    return {"success": "good", "warning": "warn", "error": "bad"}.get(level, "info")


@register.filter
def interval(rate: Rate) -> str:
    """The interval of a rate, as ``8.8–24.4%``."""
    return formatting.format_interval(rate.low, rate.high)


@register.simple_tag
def value_text(value: float | None, unit: str = "number", currency: str = "") -> str:
    """A value by its unit."""
    return value if isinstance(value, str) else formatting.format_value(value, unit, currency)


@register.simple_tag
def delta_text(value: float | None, unit: str = "share", currency: str = "") -> str:
    """A change by its unit, with its sign."""
    return value if isinstance(value, str) else formatting.format_delta(value, unit, currency)


@register.simple_tag
def delta_tone(value: float | str | None, good: str = "up") -> str:
    """Whether a change is good, bad or neither, given which direction is good."""
    if value is None or isinstance(value, str) or value == 0 or good not in {"up", "down"}:
        return "flat"
    return "good" if (value > 0) == (good == "up") else "bad"


@register.simple_tag
def chart_svg(spec: ChartSpec, chart_id: str, height: int = 240) -> SafeString:
    """The drawing of a chart; its texts are escaped by the renderer."""
    return mark_safe(render_svg(spec, 720, int(height), chart_id))  # noqa: S308


@register.simple_tag
def legend_mark(index: int) -> SafeString:
    """The marker of a series, beside its name."""
    marker = draw_marker(MARKERS[index % len(MARKERS)], "6", 6)
    kind = series_class(index)
    return mark_safe(  # noqa: S308  -- made of constants
        f'<svg viewBox="0 0 12 12" aria-hidden="true" class="{kind}">{marker}</svg>'
    )


@register.simple_tag
def chart_table(spec: ChartSpec) -> ChartTable:
    """The numbers of a chart as rows of texts."""
    return tabulate(spec)


@register.filter
def heat_level(share: float | None) -> str:
    """The colour step 0..9 of a cell with this share; empty for an unknown one."""
    return level_of(share)


@register.simple_tag(takes_context=True)
def sort_query(context: template.Context, key: str, sort: str) -> str:
    """The query string that sorts by ``key``, turned round if it is sorted by it already."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else None
    wanted = f"-{key}" if sort == key else key
    if query is None:
        return f"?sort={wanted}"
    query["sort"] = wanted
    query.pop("page", None)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def page_query(context: template.Context, page: int) -> str:
    """The query string of another page of the same list."""
    request = context.get("request")
    if request is None:
        return f"?page={page}"
    query = request.GET.copy()
    query["page"] = str(page)
    return f"?{query.urlencode()}"


@register.simple_tag
def option_tags(options: Any, value: Any = "") -> SafeString:
    """``<option>`` elements of (value, label) pairs or plain texts."""
    pairs = [o if isinstance(o, (tuple, list)) else (o, o) for o in options or ()]
    return format_html_join(
        "\n",
        '<option value="{}"{}>{}</option>',
        (
            (key, mark_safe(" selected") if str(key) == str(value) else "", label)
            for key, label in pairs
        ),
    )
