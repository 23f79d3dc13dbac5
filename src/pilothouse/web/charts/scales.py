"""From values to positions: finite domains, round ticks, short labels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pilothouse.kernel.charts import Series, Unit

# Beyond these, sums and differences of floats overflow or vanish: drawn at the edge instead.
_LARGEST = 1e300
_SMALLEST = 1e-300


def finite(value: float | None) -> float | None:
    """``value`` as a float that arithmetic survives; None for what is not a number."""
    if value is None:
        return None
    try:
        number = float(value)
    except OverflowError:
        return -_LARGEST if value < 0 else _LARGEST
    if math.isnan(number):
        return None
    return min(max(number, -_LARGEST), _LARGEST)


def known_values(series: Iterable[Series]) -> list[float]:
    """All values and bounds of the points that are known."""
    found = []
    for one in series:
        for point in one.points:
            if finite(point.value) is None:
                continue
            numbers = (finite(v) for v in (point.value, point.low, point.high))
            found += [v for v in numbers if v is not None]
    return found


@dataclass(frozen=True)
class Scale:
    """Maps ``low``..``high`` to ``start``..``end``, clamped to them."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        # Halved first: the span of two huge numbers of opposite sign is beyond the floats.
        span = self.high / 2 - self.low / 2
        share = (value / 2 - self.low / 2) / span
        return self.start + (self.end - self.start) * min(max(share, 0.0), 1.0)


def round_ticks(low: float, high: float, *, about: int = 4, whole: bool = False) -> list[float]:
    """Round numbers around ``low``..``high``, in steps of 1, 2, 2.5 or 5 times a power of ten.

    >>> round_ticks(0, 87)
    [0.0, 25.0, 50.0, 75.0, 100.0]
    """
    span = high - low
    if not _SMALLEST < span < _LARGEST:
        return [low, high] if span >= _LARGEST else [low, low + 1]
    rough = span / about
    power = 10.0 ** math.floor(math.log10(rough))
    factor = next(f for f in (1, 2, 2.5, 5, 10, 20) if f * power >= rough * 0.999)
    step = factor * power
    if whole:
        step = max(1.0, math.ceil(step))
    first = math.floor(low / step)
    # Rounding may leave nothing of a tiny end; an axis has two.
    last = max(first + 1, math.ceil(round(high / step, 9)))
    return [index * step for index in range(first, last + 1)]


def value_ticks(series: Sequence[Series], unit: Unit) -> list[float]:
    """Ticks of the value axis. Zero is always on it, so that heights may be compared."""
    values = known_values(series)
    low, high = min([0.0, *values]), max([0.0, *values])
    if low == high:
        return [0.0, 1.0]
    ticks = round_ticks(low, high, whole=unit == "count")
    if unit == "share" and high <= 1 and ticks[-1] > 1:
        ticks = [tick for tick in ticks if tick < 1] + [1.0]
    return ticks


def label_steps(count: int, about: int = 7) -> int:
    """Every how many-th label is written, so that about ``about`` of them are."""
    return max(1, math.ceil(count / about))


def are_dates(labels: Sequence[str]) -> bool:
    """Whether all labels are ISO dates."""
    return bool(labels) and all(_parse_date(label) is not None for label in labels)


def short_labels(labels: Sequence[str], limit: int = 16) -> list[str]:
    """Labels as an axis can hold them: ``2026-11-23`` becomes ``23 Nov``, months ``Nov 2026``."""
    if not are_dates(labels):
        return [shorten(label, limit) for label in labels]
    days = [date.fromisoformat(label) for label in labels]
    if len(days) > 1 and all(day.day == 1 for day in days):
        return [f"{day:%b} {day.year}" for day in days]
    return [f"{day.day} {day:%b}" for day in days]


def shorten(text: str, limit: int) -> str:
    """``text`` cut to ``limit`` characters, the last of them an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _parse_date(label: str) -> date | None:
    if len(label) != 10:
        return None
    try:
        return date.fromisoformat(label)
    except ValueError:
        return None
