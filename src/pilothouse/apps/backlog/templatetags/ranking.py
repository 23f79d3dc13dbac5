"""The small drawings of a ranking."""

from __future__ import annotations

import math
from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString, mark_safe

from pilothouse.apps.backlog.services.items import ItemView
from pilothouse.apps.backlog.services.scores import ScoreView, list_scores
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.engines.backlog import Ranked

register = template.Library()

WIDTH, HEIGHT, EDGE = 132, 16, 4
# From this spread on a straight scale would crush the small ones into one point.
_LOG_FROM = 20


@register.simple_tag
def score_bar(row: Ranked, span: Sequence[float]) -> SafeString:
    """The interval as a bar and the score as a dot, on the scale of the whole list.

    Decoration beside the figures, so hidden from screen readers.
    """
    if row.score is None or row.low is None or row.high is None:
        return SafeString("")
    low, score, high = (_place(each, span) for each in (row.low, row.score, row.high))
    middle = HEIGHT / 2
    return mark_safe(  # noqa: S308  -- made of numbers
        f'<svg class="score-bar" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" aria-hidden="true">'
        f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{middle}" y2="{middle}"/>'
        f'<rect x="{low:.1f}" width="{max(high - low, 1):.1f}" y="{middle - 3}" height="6" rx="3"/>'
        f'<circle cx="{score:.1f}" cy="{middle}" r="3.5"/></svg>'
    )


@register.simple_tag(takes_context=True)
def item_scores(context: template.Context, item: ItemView) -> list[ScoreView]:
    """The scores in force of an item of the request's product."""
    product: ProductView = context["request"].product
    return list_scores(product, item.public_id, only_current=True)


def is_log(span: Sequence[float]) -> bool:
    """Whether bars on this span are drawn by ratios."""
    return span[0] > 0 and span[1] / span[0] > _LOG_FROM


def _place(value: float, span: Sequence[float]) -> float:
    low, high = span
    value = min(max(value, low), high)
    if is_log(span):
        value, low, high = math.log(value), math.log(low), math.log(high)
    share = (value - low) / (high - low) if high > low else 0.5
    return EDGE + share * (WIDTH - 2 * EDGE)


@register.filter
def figures(value: float | None) -> str:
    """A score with three digits that count, whole from 1,000 on."""
    if value is None:
        return ""
    if value == 0 or not math.isfinite(value):
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(digits, 6)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def sureness(chance: float | None) -> str:
    """What a chance to be before the next one is worth, in words."""
    if chance is None:
        return ""
    # By the percent that stands beside it: one figure never has two words.
    shown = round(chance, 2)
    if shown < 0.6:
        return "coin flip"
    if shown < 0.8:
        return "likely"
    return "clear" if shown < 0.95 else "sure"


@register.filter
def share_text(chance: float | None) -> str:
    """A chance in whole percent, never 0 or 100 unless it is."""
    if chance is None:
        return ""
    if 0 < chance < 0.01:
        return "under 1%"
    return "over 99%" if 0.99 < chance < 1 else f"{chance:.0%}"


@register.filter
def of_key(mapping: dict[str, object], key: str) -> object:
    """The value of a key; None when there is none."""
    return mapping.get(key)
