"""Small things of pages: a line without axes, JSON for reading, a drawing as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from pilothouse.kernel.charts import ChartSpec
from pilothouse.web.charts.svg import render_svg

register = template.Library()

WIDTH, HEIGHT, EDGE = 112, 28, 3


@register.simple_tag
def sparkline(values: Sequence[float | None]) -> SafeString:
    """Recent values as a line; decoration beside the figures, so hidden from screen readers."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return SafeString("")
    low, span = min(known), (max(known) - min(known)) or 1.0
    step = (WIDTH - 2 * EDGE) / max(len(values) - 1, 1)
    points = [
        (EDGE + place * step, HEIGHT - EDGE - (value - low) / span * (HEIGHT - 2 * EDGE))
        for place, value in enumerate(values)
        if value is not None
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    return mark_safe(  # noqa: S308  -- made of numbers
        f'<svg class="sparkline" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'aria-hidden="true"><polyline points="{line}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>'
        "</svg>"
    )


@register.simple_tag
def undo_url(message: Any) -> str:
    """Where a message's act is undone: what follows ``undo:`` in its tags."""
    tags = str(getattr(message, "extra_tags", "") or "")
    return tags.removeprefix("undo:") if tags.startswith("undo:") else ""


@register.filter
def pretty_json(value: Any) -> str:
    """A value as JSON for people."""
    return json.dumps(value, indent=2, ensure_ascii=False)


@register.filter
def pairs(facts: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Names and values of a mapping, which may have one that is called "items" itself."""
    return list(facts.items())


@register.filter
def short_json(value: Any) -> str:
    """A fact on one line: texts as they are, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@register.simple_tag
def chart_svg_file(spec: ChartSpec) -> SafeString:
    """A chart as a file of its own, with its styles inside."""
    return mark_safe(render_svg(spec, 960, 480, "chart", standalone=True))  # noqa: S308
