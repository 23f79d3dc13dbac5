"""Errors name the value, the rule and the way out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.kernel import errors


def test_a_sentence_holds_value_rule_and_remedy_in_this_order():
    error = errors.InvalidValueError("must be below 10.", value=12, remedy="Take 9.")
    assert str(error) == error.sentence == "12: must be below 10. Take 9."


def test_value_and_remedy_may_be_left_out():
    assert str(errors.ConflictError("this is done already.")) == "this is done already."


def test_all_errors_have_a_code_of_their_own():
    kinds = [
        each
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, errors.PilothouseError)
    ]
    assert len({kind.code for kind in kinds}) == len(kinds) >= 6


@given(st.text(), st.integers(2, 200))
def test_what_is_shown_is_printable_and_short(text, limit):
    shown = errors.shown(text, limit)
    assert len(shown) <= limit
    assert shown.isprintable()


@pytest.mark.parametrize(("value", "text"), [("a\tb", "a\N{REPLACEMENT CHARACTER}b"), ([1], "[1]")])
def test_values_are_shown_as_text(value, text):
    assert errors.shown(value) == text
