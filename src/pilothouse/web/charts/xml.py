"""Writing SVG text: hostile labels become harmless characters, numbers become short ones."""

from __future__ import annotations

import re
from html import escape

# What XML 1.0 cannot hold even escaped, and the lone surrogates that UTF-8 cannot.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_AN_ID = re.compile(r"[^A-Za-z0-9_-]")


def text(value: str) -> str:
    """``value`` as the content of an element or of a quoted attribute."""
    return escape(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", value), quote=True)


def identifier(value: str) -> str:
    """``value`` as an id: letters, digits, hyphen and underscore."""
    return _NOT_AN_ID.sub("-", value) or "chart"


def number(value: float) -> str:
    """At most two decimals, no needless zeros, no negative zero."""
    shown = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if shown in {"-0", ""} else shown


def percent(value: float) -> str:
    """A horizontal position: 0..100 of the plot's width."""
    return number(value) + "%"


def element(name: str, content: str = "", **attributes: str | float) -> str:
    """One element; ``content`` is markup already, attribute values are escaped here.

    A trailing underscore frees a Python keyword (``class_``), others become hyphens.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="'
        f'{text(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"
