"""Likely questions: every one with reasons that hold, and none by a word that tells nothing."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from pilothouse.engines.jobs.answers_likely import (
    MOST,
    OF_COMPETENCY,
    OF_TYPE,
    Asked,
    Company,
    LikelyQuestion,
    choose_likely,
)

NAMES = {"C10": "Data analysis and metrics", "C07": "Roadmap"}
TEXT = (
    "Own the checkout. Merchants leave the checkout when SQL and metrics are wrong. Merchants pay."
)


def question(key: str, text: str = "", kind: str = "strategy", level: str = "", *of: str):
    return LikelyQuestion(key, kind, text or f"Question {key}?", level, of)


def test_by_hand():
    bank = [
        question("plain", "How do you decide?"),
        question("term", "A checkout loses half. What now?"),
        question("data", "Two reports differ.", "analytics", "", "C10"),
        question("one-word", "Plan a quarter.", "execution", "", "C07"),
        question("asked", "Why us?", "behavioural"),
        question("elsewhere", "Why now?", "behavioural"),
    ]
    company = Company(
        TEXT, "pm", {"C10": ("metrics", "sql", "a/b tests"), "C07": ("roadmap",)}, NAMES,
        {"asked": Asked(3, 1), "elsewhere": Asked(2)},
    )  # fmt: skip
    found = {each.key: each for each in choose_likely(bank, company)}
    assert list(found) == ["asked", "data", "elsewhere", "term", "one-word"]
    assert found["asked"].reasons == ("this company asked you before",)
    assert found["elsewhere"].reasons == ("you were asked it 2 times elsewhere",)
    assert (found["data"].points, found["one-word"].points) == (4, 2)
    assert found["data"].reasons == (
        "one of 1 about data analysis and metrics: the posting says “metrics”, “sql”, “a/b tests”",
    )
    assert found["term"].reasons == ("the posting says “checkout” 2 times",)


def test_a_word_of_many_questions_and_a_word_said_once_choose_nothing():
    bank = [question(str(n), f"What of the checkout in case {n}?") for n in range(100)]
    assert choose_likely(bank, Company(TEXT)) == ()
    once = [question("a", "What of the report?")]
    assert choose_likely(once, Company("Write a report. Merchants pay.")) == ()


def test_sales_are_no_sale_day():
    bank = [
        question("day", "On the sale day 50,000 people want 500 sneakers.", "technical"),
        question("team", "Sales promises what is not built. What now?", "behavioural"),
    ]
    (found,) = choose_likely(bank, Company("Work with sales. Help sales to sell."))
    assert (found.key, found.reasons) == ("team", ("the posting says “sales” 2 times",))


def test_the_level_chooses_nothing_by_itself_and_leaves_out_what_is_far():
    bank = [
        question("junior", "A checkout fails.", level="associate"),
        question("same", "A checkout grows.", level="senior"),
        question("level-only", "Anything else?", level="senior"),
    ]
    found = choose_likely(bank, Company(TEXT, "senior"))
    assert [(each.key, each.points) for each in found] == [("same", 3)]
    assert found[0].reasons[-1] == "of the level that the posting says"


def test_a_few_of_a_type_and_of_a_competency():
    bank = [question(f"{kind}{n}", "", kind, "", "C10") for kind in "abcd" for n in range(9)]
    company = Company("x", None, {"C10": ("metrics", "sql")}, NAMES)
    assert len(choose_likely(bank, company)) == OF_COMPETENCY
    asked = {each.key: Asked(1) for each in bank}
    assert len(choose_likely(bank, Company("x", None, {}, NAMES, asked))) == MOST
    only = {each.key: Asked(1) for each in bank if each.kind == "a"}
    assert len(choose_likely(bank, Company("x", None, {}, NAMES, only))) == OF_TYPE


WORDS = st.sampled_from(
    ["checkout", "merchants", "sql", "the", "we", "price", "churn", "returns", "roadmap", "users"]
)
TEXTS = st.lists(WORDS, max_size=30).map(" ".join)
BANK = st.lists(
    st.builds(LikelyQuestion, st.uuids().map(str), st.sampled_from("abc"), TEXTS,
              st.sampled_from(["", "associate", "lead"]), st.sampled_from([(), ("C10",)])),
    max_size=20,
)  # fmt: skip


@given(BANK, TEXTS, st.sampled_from([None, "associate", "lead"]))
@example(
    [LikelyQuestion("a", "a", "checkout checkout", "", ())], "checkout checkout checkout", None
)
def test_every_reason_can_be_checked(bank, text, level):
    company = Company(text, level, {"C10": ("metrics", "sql")}, NAMES)
    found = choose_likely(bank, company)
    known = {each.key: each for each in bank}
    assert len({each.key for each in found}) == len(found) <= MOST
    for each in found:
        assert each.reasons
        assert {known[each.key].level, level} != {"associate", "lead"}
        for reason in each.reasons:
            if reason.startswith("the posting says “"):
                word = reason.split("“")[1].split("”")[0].casefold()
                # Twice in a row counts twice, also where the two share a word.
                assert sum(text.startswith(word, at) for at in range(len(text))) >= 2
                assert word.removesuffix("s") in known[each.key].text
