"""Numbers and dates that a reader could ask proof for."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.kernel.figures import FigureKind, days_in, find_figures, numbers_in

NUMBERS = {
    "We asked 12,500 people": [12_500],
    "12\u202f500 people": [12_500],
    "revenue of $1.2M": [1_200_000],
    "5k users and 3 bn views": [5_000, 3_000_000_000],
    "churn is 4.2 %": [0.042],
    "from 6.1 to 4.2 %": [0.061, 0.042],
    "3.2–5.1 percent": [0.032, 0.051],
    "rose by 12 percentage points": [0.12],
    "twenty-one of two hundred and five": [21, 205],
    "a dozen of three hundred thousand": [12, 300_000],
    "half of them": [0.5],
    ".5 %": [0.005],
    "between 3 and 5 people": [3, 5],
    "40ms, 7d": [40, 7],
}
# Digits that name something, and words that count nothing.
NAMES = (
    "Q3", "v2.1", "B2B", "C11 at L2", "COVID-19", "#412", "the 2nd and 21st", "2FA and 3D",
    "a 95 % interval", "the 90 % credible interval", "one of us", "second", "weight",
)  # fmt: skip


@pytest.mark.parametrize("sentence", NUMBERS)
def test_numbers_are_read_as_written(sentence: str):
    values = [figure.value for figure in find_figures(sentence)]
    assert values == pytest.approx(NUMBERS[sentence])


@pytest.mark.parametrize("sentence", NAMES)
def test_names_are_no_numbers(sentence: str):
    assert find_figures(sentence) == ()


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("on 2026-11-23", (2026, 11, 23)),
        ("on 23 November 2026", (2026, 11, 23)),
        ("on the 23rd November 2026", (2026, 11, 23)),
        ("on Nov 23, 2026", (2026, 11, 23)),
        ("in November 2026", (2026, 11, None)),
        ("on 3 March", (None, 3, 3)),
    ],
)
def test_days_are_read_whole(sentence: str, day: tuple[int | None, ...]):
    (figure,) = find_figures(sentence)
    assert (figure.kind, figure.day) == (FigureKind.DAY, day)


def test_years_and_times_are_of_their_kind():
    kinds = [(f.text, f.kind.value) for f in find_figures("In 2026 at 10:30 we had 2100 or 1899.")]
    assert kinds == [("2026", "year"), ("10:30", "time"), ("2100", "year"), ("1899", "number")]


def test_a_tolerance_is_half_a_unit_of_the_last_digit():
    (figure,) = find_figures("4.20 %")
    assert figure.tolerance == pytest.approx(0.00005)
    (figure,) = find_figures("1.2M")
    assert figure.tolerance == pytest.approx(50_000)


def test_ids_and_digests_hold_no_number():
    assert list(numbers_in("63a2a8b2d62f45fa of 2bcdfgh3jkmn: 4.2 % of 12k")) == [0.042, 12_000]
    assert list(days_in("2026-11-23T10:00:00Z")) == []
    assert list(days_in("2026-11-23 to 2026-12-01")) == [(2026, 11, 23), (2026, 12, 1)]


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**9))
def test_every_whole_number_is_found(number: int):
    for text in (f"It was {number}.", f"({number:,})", f"up to {number}, then", f"{number}"):
        (figure,) = find_figures(text)
        assert figure.value == number


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789.,:-–%$€ kmMQ#athndofJunehalf\n\u202f", max_size=60))
def test_no_digit_of_a_plain_number_is_overlooked(text: str):
    """Words of digits alone, apart from all others, always count."""
    alone = re.findall(r"(?<!\S)\d+(?!\S)", f"x {text} x")
    found = "".join(figure.text for figure in find_figures(f"x {text} x"))
    for number in alone:
        assert number in found


@pytest.mark.parametrize(
    "text",
    ["one hundred " * 1600, "9" * 20_000, "two million " * 1600, "half a " * 3000, "1:1" * 9000],
)
def test_long_texts_are_read_without_a_fault(text: str):
    assert find_figures(text)
