"""The small parts of an item that stand in every list, written quickly: there are hundreds."""

from __future__ import annotations

from datetime import date

from django import template
from django.templatetags.static import static
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from pilothouse.apps.backlog.services.items import ItemView

register = template.Library()

SPRITE = "vendor/lucide-static@1.62.0/sprite.svg"
KIND_ICONS = {
    "idea": "lightbulb", "opportunity": "target", "feature": "package", "story": "book-open",
    "bug": "bug", "chore": "wrench",
}  # fmt: skip
STATUS_ICONS = {
    "new": "circle-dashed", "exploring": "compass", "ready": "circle", "doing": "circle-dot",
    "done": "circle-check", "dropped": "circle-x",
}  # fmt: skip


@register.simple_tag
def item_icon(name: str, size: str = "sm") -> SafeString:
    """A small icon without words."""
    use = f'<use href="{static(SPRITE)}#{name}"></use>'
    return mark_safe(  # noqa: S308 -- made of constants
        f'<svg class="icon icon-{size}" aria-hidden="true">{use}</svg>'
    )


@register.simple_tag
def status_mark(status: str) -> SafeString:
    """A status as its icon, with the word for those who do not see it."""
    return _mark("status", status, STATUS_ICONS.get(status, "circle"))


@register.simple_tag
def kind_mark(kind: str) -> SafeString:
    """A kind as its icon, with the word for those who do not see it."""
    return _mark("kind", kind, KIND_ICONS.get(kind, "package"))


@register.simple_tag
def item_marks(item: ItemView) -> SafeString:
    """Number, status and kind of a row."""
    return mark_safe(  # noqa: S308 -- parts are escaped
        f'<span class="item-ref figures">{item.ref}</span>'
        + status_mark(item.status)
        + kind_mark(item.kind)
    )


@register.simple_tag
def item_tags(item: ItemView) -> SafeString:
    """The tags of a row."""
    return mark_safe(  # noqa: S308 -- tags are escaped
        "".join(f'<span class="item-tag">{escape(tag)}</span>' for tag in item.tags)
    )


@register.simple_tag
def item_due(item: ItemView, today: date) -> SafeString:
    """The due day of a row, marked when it has passed or is near."""
    if item.due is None:
        return SafeString("")
    days = (item.due - today).days
    state = "" if item.is_closed or days > 7 else ("late" if days < 0 else "near")
    words = {"late": "overdue ", "near": "due soon ", "": "due "}[state]
    year = "" if item.due.year == today.year else f" {item.due.year}"
    return mark_safe(  # noqa: S308 -- made of a date
        f'<span class="item-due figures" data-due="{state}"><span class="unseen">{words}</span>'
        f"{item.due.day} {item.due:%b}{year}</span>"
    )


@register.simple_tag
def item_points(item: ItemView) -> SafeString:
    """The estimate of a row."""
    if item.estimate is None:
        return SafeString("")
    return mark_safe(  # noqa: S308 -- made of a number
        f'<span class="item-points figures" title="Points">{item.estimate:g}'
        '<span class="unseen"> points</span></span>'
    )


@register.simple_tag
def item_owner(item: ItemView) -> SafeString:
    """The owner of a row as initials."""
    if not item.owner_name:
        return SafeString("")
    initials = "".join(part[0] for part in item.owner_name.split()[:2]).upper()
    return format_html(
        '<span class="item-owner" title="{}"><span aria-hidden="true">{}</span>'
        '<span class="unseen">{}</span></span>',
        item.owner_name,
        initials,
        item.owner_name,
    )


def _mark(part: str, word: str, icon: str) -> SafeString:
    return mark_safe(  # noqa: S308 -- choices of ours
        f'<span class="item-{part}" data-of="{word}" title="{word.capitalize()}">{item_icon(icon)}'
        f'<span class="unseen">{word}</span></span>'
    )
