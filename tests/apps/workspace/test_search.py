"""Search finds the same on both databases, whatever is typed."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilothouse.apps.workspace.models import SearchEntry
from pilothouse.apps.workspace.services.search import (
    Entry,
    SearchHit,
    index_entries,
    index_entry,
    rebuild,
    remove_entries,
    remove_entry,
    search,
)
from pilothouse.apps.workspace.services.words import cut_snippet, split_words
from pilothouse.kernel.ids import clean_text
from tests.builders import People, make_capture, make_product

HOSTILE = [
    "'", '"', '""', "NEAR(a b)", "a NEAR/2 b", "*", "**", "(", ")", "((", "a AND", "NOT", "a OR b",
    "title:a", "-a", "^a", "a:*", "a & !b", "a <-> b", "\\", "a\x00b", "\x00", "🚀", "🚀 launch",
    "%", "_", "; DROP TABLE workspace_act", "x" * 10_000, "a " * 5_000, "\ud800", "{a b}", "a+b",
    "'':*", "ｆｕｌｌ", "İ", "ß", "\u0301", "é" * 100, "क्षि", "$$", "\n\t",
]  # fmt: skip


def put(people: People, object_id: str, title: str, body: str = "", **more: object) -> None:
    index_entry(
        people.alice.workspace_id, kind="note", object_id=object_id, title=title, body=body,
        url=f"/{object_id}/", **more,
    )  # fmt: skip


def found(people: People, text: str, **more: object) -> list[str]:
    return [hit.object_id for hit in search(people.alice, text, **more)]


def test_finds_words_in_title_and_body(people: People) -> None:
    put(people, "a", "Checkout", "Payments fail on old phones")
    assert search(people.alice, "payments") == [
        SearchHit("note", "a", "Checkout", "/a/", "Payments fail on old phones", "")
    ]


@pytest.mark.parametrize("typed", ["cafe", "CAFÉ", "Cafe\u0301", "caf", "umsätze café", "umsatze"])
def test_case_and_accents_do_not_matter(people: People, typed: str) -> None:
    put(people, "a", "Café: Umsätze")
    assert found(people, typed) == ["a"]


def test_only_the_last_word_may_be_unfinished(people: People) -> None:
    put(people, "a", "Onboarding funnel")
    assert found(people, "onboarding fun") == ["a"]
    assert found(people, "onboard funnel") == []


def test_all_words_are_needed(people: People) -> None:
    put(people, "a", "Pricing page", "students")
    put(people, "b", "Pricing page")
    assert found(people, "pricing students") == ["a"]


def test_titles_come_before_bodies(people: People) -> None:
    put(people, "title", "Churn")
    put(people, "body", "Other", "churn churn churn churn")
    put(people, "late", "Another", "something about churn")
    assert found(people, "churn") == ["title", "late", "body"]


def test_scripts_without_spaces_are_found_by_character(people: People) -> None:
    put(people, "a", "产品经理的一天")
    assert found(people, "经理") == ["a"]
    assert found(people, "хлеб") == []


def test_a_changed_text_is_found_by_its_new_words_only(people: People) -> None:
    put(people, "a", "Old")
    put(people, "a", "New")
    assert (found(people, "old"), found(people, "new")) == ([], ["a"])
    assert SearchEntry.objects.filter(kind="note").count() == 1


def test_a_removed_entry_is_gone(people: People) -> None:
    put(people, "a", "Gone")
    remove_entry(people.alice.workspace_id, "note", "a")
    assert found(people, "gone") == []
    remove_entry(people.alice.workspace_id, "note", "a")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM workspace_searchwords WHERE title = 'gone'")
            assert cursor.fetchone()[0] == 0


def test_other_workspaces_see_nothing(people: People) -> None:
    put(people, "a", "Secret plan")
    assert search(people.charlie, "secret") == []


def test_one_product_only(people: People) -> None:
    beacon, buoy = make_product(people.alice, "Beacon"), make_product(people.alice, "Buoy")
    put(people, "a", "Retention", product_id=beacon.id)
    put(people, "b", "Retention", product_id=buoy.id)
    hits = search(people.alice, "retention", product_id=buoy.id)
    assert [(hit.object_id, hit.product_name) for hit in hits] == [("b", "Buoy")]


def test_limit(people: People) -> None:
    for number in range(5):
        put(people, str(number), "Same")
    assert found(people, "same", limit=2) == ["4", "3"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_breaks_the_query_or_the_index(people: People, text: str) -> None:
    put(people, "a", text, text)
    put(people, "b", "plain")
    words = split_words(clean_text(text))
    assert ("a" in found(people, text)) == bool(words)
    assert found(people, "plain") == ["b"]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=60))
def test_any_text_is_found_by_itself(people: People, text: str) -> None:
    put(people, "any", text[:300])
    assert ("any" in found(people, text)) == bool(split_words(clean_text(text)))


def test_rebuild_restores_a_lost_index(people: People) -> None:
    put(people, "a", "Kept")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("UPDATE workspace_searchentry SET words = ''")
        else:
            cursor.execute("DELETE FROM workspace_searchwords")
    assert found(people, "kept") == []
    assert rebuild() == SearchEntry.objects.count()
    assert found(people, "kept") == ["a"]


def test_a_huge_body_is_indexed(people: People) -> None:
    put(people, "a", "Long", "word " * 60_000 + "end")
    put(people, "b", "Wide", " ".join(f"w{number}" for number in range(30_000)))
    assert found(people, "word") == ["a"]
    assert found(people, "w12000") == ["b"]


def test_the_snippet_shows_the_hit() -> None:
    body = "nothing here. " * 40 + "Then\nthe Réfund came. " + "more " * 60
    snippet = cut_snippet(["refund"], body)
    assert "the Réfund came" in snippet
    assert snippet.startswith("…")
    assert snippet.endswith("…")
    assert len(snippet) <= 162


def test_products_and_captures_are_found(people: People) -> None:
    make_product(people.alice, "Lantern", description="For harbours")
    make_capture(people.bob, "Talk to the harbour master")
    kinds = [hit.kind for hit in search(people.alice, "harbour")]
    assert kinds == ["capture", "product"]


def test_many_are_indexed_at_once_and_found_like_one(
    people: People, django_assert_max_num_queries
) -> None:
    entries = [Entry("note", f"n{n}", f"Thing {n}", "café", f"/n{n}/") for n in range(600)]
    with django_assert_max_num_queries(16):
        index_entries(people.alice.workspace_id, entries)
    assert found(people, "thing 599") == ["n599"]
    changed = [Entry("note", f"n{n}", f"Other {n}", "", f"/n{n}/") for n in range(600)]
    index_entries(people.alice.workspace_id, changed)
    assert found(people, "thing") == []
    assert found(people, "other 3 ") != []
    assert SearchEntry.objects.filter(kind="note").count() == 600
    remove_entries(people.alice.workspace_id, "note", [f"n{n}" for n in range(600)])
    assert found(people, "other") == []
