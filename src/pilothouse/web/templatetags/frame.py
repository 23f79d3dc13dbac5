"""The parts of the frame around every page: each is drawn once for the same values, then kept.

They are the same from page to page and take longer to draw than most pages within them. A part
sees nothing but the values by which it is kept, so that no page can show another's.
"""

from __future__ import annotations

import secrets
from collections.abc import Hashable
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django import template
from django.template import Context, Engine
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

KEPT_PARTS = 512
_PARTS = {
    "_topbar.html": (
        "home_url", "product", "products", "clock_label", "member", "workspace_pages",
        "search_url", "capture_url", "inbox_url", "unread",
    ),
    "_rail.html": ("navigation",),
    "_overlays.html": ("navigation", "search_url", "capture_url", "capture_kinds", "product"),
}  # fmt: skip
# What differs with each answer stands as these words in what is kept; nobody can guess them.
_TOKEN, _ADDRESS = secrets.token_hex(16), secrets.token_hex(16)
_REQUEST = SimpleNamespace(get_full_path=_ADDRESS)


@register.simple_tag(takes_context=True)
def frame_part(context: Context, name: str) -> SafeString:
    """A part of the frame, by the name of its template."""
    token, request = context.get("csrf_token"), context.get("request")
    values = tuple(_to_key(context.get(each)) for each in _PARTS[name])
    text = _draw_kept(name, values, _TOKEN if token else "").replace(_TOKEN, escape(token))
    address = request.get_full_path() if request else ""
    return mark_safe(text.replace(_ADDRESS, escape(address)))  # noqa: S308  -- both are escaped


def _to_key(value: Any) -> Hashable:
    return tuple(value) if isinstance(value, list) else value


@lru_cache(maxsize=KEPT_PARTS)
def _draw_kept(name: str, values: tuple[Hashable, ...], token: str) -> str:
    given = dict(zip(_PARTS[name], values, strict=True))
    # Not by way of a request, whose processors would give more than what it is kept by.
    drawn = Engine.get_default().get_template(name)
    return drawn.render(Context({**given, "csrf_token": token, "request": _REQUEST}))
