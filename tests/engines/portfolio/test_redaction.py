"""Hidden words are gone from every text, the same everywhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.portfolio import Redaction, find_exposures, mark, redact

ACME = (Redaction("Acme", "a bank"), Redaction("Acme Pay", "its app"), Redaction("Bo", "a friend"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("ACME and Acme Pay", "a bank and its app"),
        ("acme\n  pay's plan", "its app's plan"),
        ("Acmeology, Bob and Bo.", "Acmeology, Bob and a friend."),
        ("https://acme.example/", "https://a bank.example/"),
        ("nothing", "nothing"),
    ],
)
def test_words_are_replaced_whole_and_longest_first(text: str, wanted: str):
    assert redact(text, ACME) == wanted
    assert "".join(piece for piece, _ in mark(text, ACME)) == wanted


def test_a_replacement_is_not_replaced_again():
    swapped = [Redaction("left", "right"), Redaction("right", "left")]
    assert redact("left right", swapped) == "right left"


def test_marks_say_what_was_replaced():
    assert mark("To Acme now", ACME) == (("To ", False), ("a bank", True), (" now", False))


def test_what_looks_private_is_pointed_at():
    text = "Ask ann@example.org or +49 30 1234567; Bo paid €1,200 at https://a.example/x, 10.0.0.1"
    found = {(each.kind, each.text) for each in find_exposures(text, ["Bo", "Zed"])}
    assert found == {
        ("e-mail address", "ann@example.org"), ("telephone number", "+49 30 1234567"),
        ("name", "Bo"), ("amount of money", "€1,200"), ("IP address", "10.0.0.1"),
        ("address of a site", "https://a.example/x,"),
    }  # fmt: skip


WORDS = st.text(alphabet="abcdÄß-. ", min_size=2, max_size=8).filter(
    lambda word: re.search(r"\w", word) and word == " ".join(word.split())
)


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=4), st.text(alphabet="abcdÄß-. \n", max_size=80))
def test_no_hidden_word_is_left(words: list[str], text: str):
    hidden = [Redaction(word, "[█]") for word in words]
    left = redact(text + " " + " ".join(words), hidden)
    assert redact(left, hidden) == left
