"""Cells as values, whatever program wrote them."""

from __future__ import annotations

import re

from pilothouse.kernel.ids import clean_text


def tidy(text: str, most: int) -> str:
    """A cell on one line, cleaned and cut."""
    return " ".join(clean_text(text).split())[:most].strip()


def split_values(text: str) -> list[str]:
    """Values that stand in one cell, as Google writes them with `` ::: `` or as lines."""
    return [part.strip() for part in re.split(r"\s*:::\s*|\n", text) if part.strip()]
