"""A posting's words: said, related, in the base, missing; choosing by them adds nothing."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.jobs.resume_coverage import Found, cover, find_terms, stem, words_of
from pilothouse.engines.jobs.resume_tailor import (
    Tailoring,
    from_json,
    move,
    suggest,
    tailor,
    take_all,
    to_json,
)
from pilothouse.engines.jobs.resume_types import Bullet, Entry, Resume
from tests.engines.jobs.resume_strategies import WORDS

POSTING = """Senior Product Manager, Payments
- Own user research; our user research shapes pricing.
- Prioritise with stakeholders. Stakeholders trust your pricing.
- Kubernetes and more Kubernetes. You use C++ and A/B tests.
"""


def resume(*bullets: str, skills: tuple[str, ...] = ()) -> Resume:
    job = Entry(
        "job", "work", {"name": "Acme"}, tuple(Bullet(f"b{i}", t) for i, t in enumerate(bullets))
    )
    known = tuple(Entry(f"s{i}", "skills", {"name": name}) for i, name in enumerate(skills))
    basics = Entry("basics", "basics", {"name": "Ann"})
    return Resume(basics, Entry("location", "location"), (), (*known, job))


def test_terms_are_what_repeats_or_belongs_to_the_trade():
    found = {term.shown: term.count for term in find_terms(POSTING, ["A/B test", "prioritise"])}
    assert found == {
        "user research": 2, "pricing": 2, "stakeholders": 2, "Kubernetes": 2, "A/B tests": 1,
        "Prioritise": 1,
    }  # fmt: skip


def test_each_term_stands_somewhere_or_nowhere():
    base = resume("Ran user research.", "Tested prices.", "Held pricing talks.", "Prioritisation.")
    shown = tailor(base, Tailoring(entries=("job",), picks={"job": ("b0", "b3")}))
    found = cover(POSTING, shown, base, ["prioritise"])
    told = {each.term.shown: each.found for each in found.terms}
    assert told == {
        "user research": Found.SAID, "pricing": Found.IN_BASE, "stakeholders": Found.MISSING,
        "Kubernetes": Found.MISSING, "Prioritise": Found.RELATED,
    }  # fmt: skip
    assert found.said == 1
    where = {each.term.shown: each.where for each in found.terms}
    assert where["pricing"] == (("b2", "Held pricing talks."),)
    assert where["Kubernetes"] == ()


def test_references_and_addresses_say_nothing():
    made = resume("Asked. {act:77}")
    assert cover("act act 77", made).having(Found.SAID) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [("prioritise", "prioritization"), ("forecasting", "forecasts"), ("launched", "launching")],
)
def test_related_words_have_one_stem(one: str, other: str):
    assert stem(*words_of(one)) == stem(*words_of(other))


@pytest.mark.parametrize(
    ("one", "other"), [("market", "marketing"), ("process", "product"), ("sql", "sqs")]
)
def test_words_that_only_look_alike_are_not_said(one: str, other: str):
    found = cover(f"{one} {one}", resume(f"Did {other}."))
    assert [each.found for each in found.terms if each.found is Found.SAID] == []


NEAR_MISSES = (
    ("sales", "sale"), ("sales", "sale day"), ("goods", "good"), ("news", "new"),
    ("customs", "custom"), ("canvas", "Canva"), ("means", "mean"), ("odds", "odd"),
    ("premises", "premise"), ("logistics", "logistic"), ("economics", "economic"),
    ("analytics", "analytic"), ("customer", "custom"), ("customers", "custom"),
    ("careers", "care"), ("officer", "office"), ("servers", "serves"),
    ("policies", "police"), ("stories", "stores"), ("personal", "persons"),
    ("portal", "port"), ("signals", "signs"), ("general", "generation"), ("objective", "objects"),
    ("productive", "products"), ("party", "part"), ("directory", "director"),
    ("factory", "factors"), ("accounting", "accounts"), ("marketing", "markets"),
    ("informal", "inform"), ("former", "forms"), ("charter", "charts"),
)  # fmt: skip


@pytest.mark.parametrize(("one", "other"), NEAR_MISSES)
def test_a_near_miss_is_no_form_of_a_word(one: str, other: str):
    for posting, said in ((one, other), (other, one)):
        terms = cover(f"{posting}. {posting}.", resume(f"Did {said}."), known=[posting]).terms
        (found,) = [each for each in terms if each.term.words == words_of(posting)]
        assert found.found is Found.MISSING, (posting, said)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sales", "sales"), ("metrics", "metric"), ("topics", "topic"), ("epics", "epic"),
        ("customers", "customer"), ("customise", "custom"), ("engineering", "engineers"),
        ("policies", "policy"), ("stories", "story"), ("careers", "career"),
        ("objectives", "objective"), ("pricing", "prices"), ("signals", "signal"),
        ("approval", "approve"), ("planner", "planning"), ("analytics", "analytics"),
        ("server", "servers"), ("marketing", "marketing"), ("operations", "operation"),
    ],
)  # fmt: skip
def test_forms_of_a_word_still_meet(one: str, other: str):
    assert stem(*words_of(one)) == stem(*words_of(other))


def test_choosing_takes_what_adds_most_and_keeps_the_rest_of_the_order():
    base = resume("Held standups.", "User research on pricing.", "User research.", "Kubernetes.",
                  skills=("Chess", "Kubernetes"))  # fmt: skip
    chosen = suggest(base, POSTING, most=3)
    assert chosen.picks["job"] == ("b1", "b3", "b0")
    assert chosen.entries == ("s1", "s0", "job")
    assert suggest(base, POSTING, most=3) == chosen


_SEEDS = st.integers(0, 10_000)


@given(_SEEDS)
@settings(max_examples=60, deadline=None)
def test_a_version_holds_nothing_that_its_base_does_not(seed: int):
    rng = random.Random(seed)
    texts = [" ".join(rng.choices(WORDS, k=5)) + str(i) for i in range(rng.randrange(8))]
    base = resume(*texts)
    posting = " ".join(rng.choices(WORDS, k=40))
    for choice in (suggest(base, posting), take_all(base)):
        assert from_json(to_json(choice)) == choice
        shown = tailor(base, choice)
        assert set(shown.bullets) <= set(base.bullets)
        assert len(set(shown.bullets)) == len(shown.bullets)
    assert tailor(base, take_all(base)).entries == base.entries


@given(_SEEDS)
@settings(max_examples=60, deadline=None)
def test_terms_are_words_of_the_posting(seed: int):
    rng = random.Random(seed)
    posting = ". ".join(" ".join(rng.choices(WORDS, k=6)) for _ in range(6))
    folded = " ".join(words_of(posting))
    for term in find_terms(posting, ["roadmap"]):
        assert " ".join(term.words) in folded
        assert term.shown.casefold() in posting.casefold()
        assert term.count >= 1


def test_what_the_base_no_longer_has_falls_out():
    base = resume("Asked.")
    gone = Tailoring(entries=("job", "job", "x"), picks={"job": ("b9", "b0", "b0"), "x": ("y",)})
    assert tailor(base, gone).entries == base.entries


@pytest.mark.parametrize(
    ("id_", "by", "order"),
    [("a", -1, "abc"), ("a", 1, "bac"), ("c", 1, "abc"), ("b", -1, "bac"), ("x", 1, "abc")],
)
def test_moving_stops_at_either_end(id_: str, by: int, order: str):
    assert "".join(move(tuple("abc"), id_, by)) == order
