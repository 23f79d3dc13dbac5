"""Checks of messages, and the length of pitches."""

from __future__ import annotations

import doctest
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.people import outreach, pitch
from pilothouse.engines.people.outreach import Letter, check_letter, copied_share, is_mass_mail
from pilothouse.kernel.evidence import Evidence

GOOD = Letter(
    text="Hello Ana,\n\nyour talk on onboarding stayed with me. I took the sign-up of Brindle "
    "apart and found that 4.2 % of people stop at the second step; the teardown is here: "
    "https://a.example/teardown. Perhaps the list of steps is of use to your team. "
    "Would you tell me which of them you would test first?\n\nAlice",
    name="Ana Ruiz", given="Ana", about=("Onboarding", "Head of Product", "Northwind"),
    offers=("Teardown of a sign-up", "https://a.example/teardown"),
    evidence=(Evidence("act:1", "", (0.0423,)),), purpose="offer",
)  # fmt: skip


def outcomes(letter: Letter) -> dict[str, str]:
    return {check.key: check.outcome for check in check_letter(letter)}


def test_the_examples_in_the_code_hold():
    for module in (outreach, pitch):
        assert doctest.testmod(module).failed == 0


def test_a_message_that_is_about_them_and_offers_something_holds():
    assert set(outcomes(GOOD).values()) == {"holds"}


@pytest.mark.parametrize(
    ("changes", "key", "outcome"),
    [
        ({"given": "Anastasia", "name": "Anastasia Ruiz"}, "name", "fails"),
        ({"about": ("Security", "Acme")}, "about", "fails"),
        ({"about": ()}, "about", "cannot tell"),
        ({"offers": ()}, "offer", "fails"),
        ({"offers": ("Another work",)}, "offer", "fails"),
        ({"evidence": ()}, "numbers", "fails"),
        ({"evidence": (Evidence("act:1", "", (0.05,)),)}, "numbers", "fails"),
        ({"text": GOOD.text + " And when? And where?"}, "ask", "fails"),
        (
            {"text": GOOD.text + " Or: Shorter or longer?", "offers": ("Shorter or longer?",)},
            "ask",
            "holds",
        ),
        ({"text": "Hello Ana"}, "length", "fails"),
        ({"text": GOOD.text + " [your reason]"}, "blanks", "fails"),
        ({"text": GOOD.text + " {{name}}"}, "blanks", "fails"),
        ({"others": (GOOD.text.replace("Ana", "Tom"),)}, "copy", "fails"),
        ({"purpose": "advice", "text": GOOD.text.replace("?", ".")}, "ask", "fails"),
        ({"purpose": "thanks"}, "offer", "fails"),
        ({"purpose": "thanks", "text": "Thank you, Ana."}, "offer", "holds"),
    ],
)
def test_each_check_sees_what_it_is_for(changes, key, outcome):
    assert outcomes(replace(GOOD, **changes))[key] == outcome


def test_a_time_to_meet_is_no_claim():
    letter = replace(GOOD, evidence=(), text="Have you 20 minutes on Tuesday at 10:30?")
    assert outcomes(letter)["numbers"] == "holds"


WORDS = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f", "g"]), max_size=30).map(" ".join)


@given(WORDS, WORDS)
def test_the_share_copied_is_the_same_both_ways(one: str, two: str):
    assert copied_share(one, two) == copied_share(two, one)
    assert 0 <= copied_share(one, two) <= 1
    if len(one.split()) >= 5:
        assert copied_share(one, one) == 1


def test_another_name_on_the_same_words_is_mass_mail():
    assert is_mass_mail(
        replace(GOOD, others=("A new text of other words entirely, about you.",))
    ) is (False)
    assert is_mass_mail(replace(GOOD, others=(GOOD.text.replace("Ana", "Tom"),)))


@given(st.integers(0, 2000))
def test_a_longer_text_takes_longer(words: int):
    one, two = (pitch.reckon_length("word " * n) for n in (words, words + 10))
    assert one.least <= one.seconds <= one.most
    assert one.seconds <= two.seconds
