"""MoSCoW: must, should, could, won't this time; and whether the musts leave room to give.

The usual rule (DSDM): musts take at most 60 % of the effort that is planned. Won'ts are not
planned, so they count in neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.backlog.plain import mix
from pilothouse.engines.backlog.program import GAMMA, stream_of
from pilothouse.engines.backlog.quantities import (
    TABLE_BITS,
    Quantity,
    check_range,
    parse_quantity,
    table_of,
)
from pilothouse.kernel.errors import InvalidValueError

BOXES: tuple[str, ...] = ("must", "should", "could", "wont")
LIMIT = 0.6
DRAWS = 10_000
SEMANTICS: tuple[tuple[str, str], ...] = (
    ("must share", "effort of musts / effort of musts, shoulds and coulds (medians)"),
    ("rule", "musts take at most 60 %, so that something can give"),
    ("over_chance", "P(share over 60 %) over the ranges of the efforts"),
)


@dataclass(frozen=True)
class MoscowResult:
    """Effort by box (middles), the share of the musts (None: no effort), P(share > 60 %).

    ``unknown`` counts planned items without an effort: they are in no share.
    """

    efforts: Mapping[str, float]
    counts: Mapping[str, int]
    must_share: float | None
    over_chance: float | None
    unknown: int
    is_over: bool


def check_musts(
    items: Sequence[tuple[str, str, Quantity | None]], *, seed: int = 1, draws: int = DRAWS
) -> MoscowResult:
    """The check of (key, box, effort). Efforts are positive.

    >>> from pilothouse.engines.backlog import number
    >>> result = check_musts([("a", "must", number(7)), ("b", "should", number(3))])
    >>> result.must_share, result.is_over
    (0.7, True)
    """
    efforts, counts = dict.fromkeys(BOXES, 0.0), dict.fromkeys(BOXES, 0)
    must, planned = np.zeros(draws), np.zeros(draws)
    unknown = 0
    for key, box, effort in items:
        counts[box] += 1
        if effort is None:
            unknown += box != "wont"
            continue
        efforts[box] += effort.middle("positive")
        if box != "wont":
            drawn = _draw(key, effort, seed, draws)
            planned += drawn
            must += drawn if box == "must" else 0
    total = sum(efforts[box] for box in BOXES[:3])
    share = efforts["must"] / total if total > 0 else None
    # A hair of rounding must not turn exactly 60 % into too much.
    over = float((must > (LIMIT + 1e-12) * planned).mean()) if total > 0 else None
    return MoscowResult(
        efforts, counts, share, over, unknown, share is not None and share > LIMIT + 1e-12
    )


def parse_box(text: str) -> str:
    """One of `BOXES`, as people write them."""
    plain = "".join(each for each in text.lower() if each.isalpha())
    for box in BOXES:
        if plain.startswith(box) or plain == box[0]:
            return box
    raise InvalidValueError(
        "this is no box of MoSCoW.", value=text, remedy=f"Use {', '.join(BOXES)}."
    )


def read_effort(text: str) -> Quantity | None:
    """An effort as written; None when there is none. It must lie above 0."""
    if not text.strip():
        return None
    effort = parse_quantity(text)
    check_range(effort, "positive", "effort")
    if effort.low <= 0:
        raise InvalidValueError("an effort is more than 0.", value=text, remedy="Nothing is free.")
    return effort


def _draw(key: str, effort: Quantity, seed: int, draws: int) -> NDArray[np.float64]:
    if effort.is_certain:
        return np.full(draws, effort.low)
    steps = np.arange(1, draws + 1, dtype=np.uint64) * np.uint64(GAMMA)
    words = mix(steps + np.uint64(stream_of(seed, key, 0)))
    drawn: NDArray[np.float64] = table_of(effort, "positive")[words >> np.uint64(64 - TABLE_BITS)]
    return drawn
