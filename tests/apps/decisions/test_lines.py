"""A forecast in one line, and numbers as people write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.apps.decisions.services.figures import (
    parse_number,
    parse_probability,
    show_number,
)
from pilothouse.apps.decisions.services.lines import parse_day, parse_forecast_line
from pilothouse.kernel.errors import InvalidValueError

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("line", "probability", "question", "day", "topics"),
    [
        ("80% that we ship by 2026-12-31", 0.8, "we ship", "2026-12-31", ()),
        ("35 % that teams by size grow by Friday #growth #size", 0.35, "teams by size grow",
         "2026-11-27", ("growth", "size")),
        ("70: it rains by tomorrow", 0.7, "it rains", "2026-11-24", ()),
        ("0.5% churn doubles, by in 6 weeks", 0.005, "churn doubles", "2027-01-04", ()),
        ("0.9 we stand by our word by 1 Feb", 0.9, "we stand by our word", "2027-02-01", ()),
        ("99% that it is over by end of month", 0.99, "it is over", "2026-11-30", ()),
    ],
)  # fmt: skip
def test_lines(line, probability, question, day, topics):
    said = parse_forecast_line(line, MONDAY)
    assert (said.probability, said.question, said.resolve_by.isoformat(), said.topics) == (
        probability, question, day, topics)  # fmt: skip


@pytest.mark.parametrize(
    "line",
    ["", "we ship by Friday", "80% that we ship", "180% that we ship by Friday", "80% by Friday",
     "80% that we ship by someday", "1 that we ship by Friday", "80%that it by"],
)  # fmt: skip
def test_lines_that_say_too_little_are_refused(line):
    with pytest.raises(InvalidValueError):
        parse_forecast_line(line, MONDAY)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", MONDAY), ("Monday", date(2026, 11, 30)), ("next Tuesday", date(2026, 11, 24)),
        ("31 Dec", date(2026, 12, 31)), ("January 5", date(2027, 1, 5)),
        ("29 Feb 2028", date(2028, 2, 29)), ("22 Nov", date(2027, 11, 22)),
        ("in 1 day", date(2026, 11, 24)),
    ],
)  # fmt: skip
def test_days(words, day):
    assert parse_day(words, MONDAY) == day


@given(st.integers(0, 1000))
def test_what_is_shown_is_read_again(thousandths):
    share = thousandths / 1000
    assert parse_probability(show_number(share, "share")) == share
    assert parse_number("it", show_number(share, "share")) == share


@given(st.text(max_size=30))
def test_no_text_breaks_the_readers(text):
    for read in (parse_probability, lambda given: parse_number("it", given),
                 lambda given: parse_forecast_line(given, MONDAY)):  # fmt: skip
        with suppress(InvalidValueError):
            read(text)


@pytest.mark.parametrize("bad", ["", "x", "1e5", "nan", "²", "101", "-1%", None, True, "1"])
def test_what_is_no_probability(bad):
    with pytest.raises(InvalidValueError):
        parse_probability(bad)
