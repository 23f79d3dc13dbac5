"""Captured thoughts: written down, found, done, thrown away and brought back."""

from __future__ import annotations

from datetime import date

import pytest

from pilothouse.apps.workspace.models import CaptureKind
from pilothouse.apps.workspace.services.captures import (
    list_open_captures,
    set_capture_deleted,
    set_capture_done,
)
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.apps.workspace.services.search import search
from pilothouse.kernel.errors import InvalidValueError, NotFoundError
from tests.builders import People, make_capture, make_product


def test_a_capture_waits_in_the_inbox(people: People) -> None:
    capture = make_capture(people.bob, " Ask Mira\nabout prices ", kind="feedback")
    assert (capture.text, capture.title) == ("Ask Mira\nabout prices", "Ask Mira")
    assert (capture.kind, capture.is_done) == (CaptureKind.FEEDBACK, False)
    assert list_open_captures(people.alice) == [capture]
    assert list_open_captures(people.charlie) == []


@pytest.mark.parametrize("text", ["", " \n\t", "\x00", "x" * 10_001])
def test_a_bad_text_is_refused(people: People, text: str) -> None:
    with pytest.raises(InvalidValueError, match="1 to 10,000"):
        make_capture(people.bob, text)


@pytest.mark.parametrize(
    "text", ["a\x00b", "\ud800", "\u2028x", "=1+1", "x" * 10_000, "🚀", "\x85a"]
)
def test_every_other_text_is_kept(people: People, text: str) -> None:
    capture = make_capture(people.bob, text)
    assert list_open_captures(people.bob) == [capture]
    assert len(capture.title) <= 120


def test_an_unknown_kind_is_refused(people: People) -> None:
    with pytest.raises(InvalidValueError, match="a kind is one of"):
        make_capture(people.bob, kind="wish")


def test_what_is_due_comes_first_then_the_newest(people: People) -> None:
    for text, due in (("old", None), ("late", date(2027, 1, 1)), ("soon", date(2026, 12, 1)),
                      ("new", None)):  # fmt: skip
        make_capture(people.bob, text, due=due)
    assert [each.text for each in list_open_captures(people.bob)] == ["soon", "late", "new", "old"]


def test_the_inbox_of_one_product(people: People) -> None:
    product = make_product(people.alice)
    make_capture(people.bob, "elsewhere")
    inside = make_capture(people.bob, "inside", product=product)
    assert list_open_captures(people.bob, product) == [inside]


def test_done_leaves_the_inbox_and_comes_back(people: People) -> None:
    capture = make_capture(people.bob)
    assert set_capture_done(people.bob, capture.public_id, is_done=True).is_done
    assert list_open_captures(people.bob) == []
    set_capture_done(people.bob, capture.public_id, is_done=False)
    assert list_open_captures(people.bob) == [capture]


def test_thrown_away_is_gone_from_search_and_can_be_undone(people: People) -> None:
    capture = make_capture(people.bob, "Lantern")
    set_capture_deleted(people.bob, capture.public_id, is_deleted=True)
    assert (list_open_captures(people.bob), search(people.bob, "lantern")) == ([], [])
    with pytest.raises(NotFoundError):
        set_capture_done(people.bob, capture.public_id, is_done=True)
    set_capture_deleted(people.bob, capture.public_id, is_deleted=False)
    assert list_open_captures(people.bob) == [capture]
    assert [hit.object_id for hit in search(people.bob, "lantern")] == [capture.public_id]


def test_the_text_is_personal_in_the_ledger(people: People) -> None:
    make_capture(people.bob, "Mira said no")
    act = list_acts(people.bob)[0]
    assert (act.kind, act.personal, act.facts) == (
        "capture.created",
        "Mira said no",
        {"kind": "note"},
    )


def test_a_product_of_another_workspace_is_refused(people: People) -> None:
    with pytest.raises(NotFoundError):
        make_capture(people.bob, product=make_product(people.charlie))
