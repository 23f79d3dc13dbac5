"""What needs a person's attention today: each app lists its own, Today shows them together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Attention:
    """One line of Today. ``kind`` is the noun of the thing, ``url`` its page."""

    kind: str
    sentence: str
    url: str
    due: date | None = None
    is_warning: bool = False
