"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.kernel.intervals import wilson
from pilothouse.web import formatting
from pilothouse.web.formatting import MINUS, THIN, UNKNOWN

NUMBERS = st.one_of(st.none(), st.integers(), st.floats())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.4, "0"),
        (999, "999"),
        (1_234_567, f"1{THIN}234{THIN}567"),
        (-1_000, f"{MINUS}1{THIN}000"),
        (None, UNKNOWN),
        (math.inf, UNKNOWN),
        (math.nan, UNKNOWN),
        (10**400, None),
    ],
)
def test_counts(value: float | None, text: str | None) -> None:
    shown = formatting.format_count(value)
    assert shown == text if text is not None else len(shown) > 400


@pytest.mark.parametrize(
    ("share", "n", "text"),
    [
        (0.15342, None, "15.3%"),
        (0.15342, 40, "15%"),
        (0.005, None, "0.50%"),
        (0.99951, None, "99.95%"),
        (0.999999, None, ">99.99%"),
        (0.000001, None, "<0.01%"),
        (-0.08, None, f"{MINUS}8.0%"),
        (1.0003, None, "100.03%"),
        (1.081, None, "108%"),
        (0, 40, "0%"),
        (1, 40, "100%"),
        (None, None, UNKNOWN),
    ],
)
def test_shares(share: float | None, n: int | None, text: str) -> None:
    assert formatting.format_share(share, n) == text


@given(st.floats(min_value=0, max_value=1, exclude_min=True, exclude_max=True))
def test_no_share_is_rounded_to_nothing_or_all(share: float) -> None:
    assert formatting.format_share(share) not in {"0%", "0.0%", "0.00%", "100%", "100.0%"}


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (12.5, "EUR", "€12.50"),
        (-1250, "USD", f"{MINUS}$1{THIN}250.00"),
        (12.5, "CHF", f"CHF{THIN}12.50"),
        (1_000_000.4, "EUR", f"€1{THIN}000{THIN}000"),
        (120, "JPY", "¥120"),
    ],
)
def test_money(value: float, currency: str, text: str) -> None:
    assert formatting.format_money(value, currency) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.45, "450 ms"),
        (59, "59 s"),
        (61, "1 min 01 s"),
        (7_500, "2 h 05 min"),
        (90_000, "1 d 1 h"),
        (172_800, "2 d"),
        (None, UNKNOWN),
    ],
)
def test_durations(seconds: float | None, text: str) -> None:
    assert formatting.format_duration(seconds).replace(THIN, " ") == text


def test_windows() -> None:
    assert formatting.format_window(7 * 86_400_000_000) == "7 days"
    assert formatting.format_window(3_600_000_000) == "1 hour"


def test_intervals_and_deltas() -> None:
    rate = wilson(12, 80)
    assert formatting.format_interval(rate.low, rate.high) == "8.8–24.4%"
    assert formatting.format_interval(-0.02, 0.05) == f"{MINUS}2.0% to 5.0%"
    assert formatting.format_delta(0.031) == "+3.1%"
    assert formatting.format_delta(-12, "count") == f"{MINUS}12"
    assert formatting.format_delta(0) == "±0%"


def test_ticks_stay_short() -> None:
    shown = [formatting.format_tick(value) for value in (0.05, 1_200, 350_000, 2.5e9)]
    assert shown == ["0.05", "1.2k", "350k", "2.5B"]
    assert formatting.format_tick(0.15, "share") == "15%"
    assert formatting.format_tick(-1_500, "money", "EUR") == f"{MINUS}€1.5k"


@settings(max_examples=100)
@given(NUMBERS)
def test_every_number_has_a_text(value: float | None) -> None:
    for unit in ("count", "share", "money", "number"):
        assert formatting.format_value(value, unit, "EUR")
        assert formatting.format_delta(value, unit, "EUR")
    assert formatting.format_duration(value)
    assert formatting.format_compact(value)
