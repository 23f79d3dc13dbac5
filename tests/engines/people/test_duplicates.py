"""Contacts that may be one person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.people.duplicates import Card, find_pairs, judge_pair, link_key
from pilothouse.engines.people.names import fold, name_key, similar

LINK = "https://www.linkedin.com/in/ana-ruiz/"


def pair_of(one: Card, two: Card) -> str | None:
    found = find_pairs([one, two])
    return found[0].sureness if found else None


@pytest.mark.parametrize(
    ("one", "two", "sureness"),
    [
        (Card(1, "Ana Ruiz", links=(LINK,)), Card(2, "A. Ruiz",
         links=("http://linkedin.com/in/ana-ruiz?trk=x",)), "certain"),
        (Card(1, "Ana Ruiz", emails=("A@x.org",)), Card(2, "Ana Maria Ruiz", emails=("a@x.org",)),
         "certain"),
        (Card(1, "Ana Ruiz", emails=("team@x.org",)), Card(2, "Tom Berg", emails=("team@x.org",)),
         "possible"),
        (Card(1, "Ana Ruiz", "northwind"), Card(2, "Ruiz, Ana", "northwind"), "likely"),
        (Card(1, "Dr. Ana Ruiz"), Card(2, "Ana Ruiz PhD"), "possible"),
        (Card(1, "Ana Ruiz", "northwind"), Card(2, "Ana Ruiz", "southwind"), None),
        (Card(1, "Ana Ruiz", phones=("+49 30 1234567",)), Card(2, "Ana Ruis",
         phones=("030 1234567",)), "likely"),
        (Card(1, "Ana Ruiz", "northwind"), Card(2, "Anna Ruiz", "northwind"), "possible"),
        (Card(1, "Ana Ruiz"), Card(2, "Tom Berg"), None),
        (Card(1, "Ana Ruiz", uid="7"), Card(2, "Anonymous", uid="7"), "certain"),
    ],
)  # fmt: skip
def test_examples(one: Card, two: Card, sureness: str | None):
    assert pair_of(one, two) == sureness
    assert pair_of(two, one) == sureness


def test_a_mailbox_of_many_makes_no_pairs():
    cards = [Card(n, f"Person {n}", emails=("office@x.org",)) for n in range(30)]
    assert find_pairs(cards) == []


CARDS = st.builds(
    Card, st.just(0), st.sampled_from(["Ana Ruiz", "Ruiz Ana", "A Ruiz", "Tom Berg", ""]),
    st.sampled_from(["", "acme", "beta"]),
    st.lists(st.sampled_from(["a@x.org", "b@x.org"]), max_size=2).map(tuple),
    st.lists(st.sampled_from(["030 1234567", "+49 30 1234567"]), max_size=1).map(tuple),
)  # fmt: skip


@given(st.lists(CARDS, max_size=5))
def test_the_quick_way_finds_what_comparing_all_with_all_finds(cards: list[Card]):
    import dataclasses

    numbered = [dataclasses.replace(card, number=n) for n, card in enumerate(cards)]
    slow = {
        (a.number, b.number): judge_pair(a, b)
        for at, a in enumerate(numbered)
        for b in numbered[at + 1 :]
    }
    wanted = {key for key, pair in slow.items() if pair and pair.sureness != "possible"}
    found = {(pair.first, pair.second): pair for pair in find_pairs(numbered)}
    assert wanted <= set(found)
    assert all(slow[key] == pair for key, pair in found.items())


def test_names_and_addresses():
    assert name_key("Prof. Dr. Łukasz Żółć (he/him) 🚀") == "lukasz zolc"
    assert similar(fold("J. Smith"), fold("John Smith")) > 0.9
    assert link_key("HTTPS://WWW.example.org/") == "example.org"
