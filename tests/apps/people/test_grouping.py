"""Everybody of a filter put into a group: counted before, exact, undone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pilothouse.apps.people.models import BookImport, Contact
from pilothouse.apps.people.services import grouping
from pilothouse.apps.people.services.contacts import (
    ContactDraft,
    change_contact,
    create_contact,
    get_contact,
    set_contact_deleted,
    to_draft,
)
from pilothouse.apps.people.services.grouping import (
    list_groupings,
    look_at_grouping,
    put_in_group,
    undo_grouping,
)
from pilothouse.apps.people.services.imports import (
    receive_contacts,
    start_book_import,
    undo_book_import,
)
from pilothouse.apps.people.services.listing import Wanted, list_contacts
from pilothouse.apps.people.services.rhythms import list_groups, set_rhythm
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.apps.workspace.services.search import search
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from tests.apps.makers import browser_of

NORTH = Wanted(text="northwind")


@pytest.fixture
def book(people: Any) -> dict[str, str]:
    """Four people: three of Northwind, of whom one is a mentor; their ids by name."""
    made = {}
    for name, company, groups in (
        ("Ana", "Northwind", ()), ("Bo", "Northwind", ("Mentors",)), ("Cy", "Northwind", ()),
        ("Di", "Acme", ()),
    ):  # fmt: skip
        draft = ContactDraft(name, company=company, groups=groups)
        made[name] = create_contact(people.alice, draft).public_id
    return made


def names_in(people: Any, group: str) -> list[str]:
    return [line.name for line in list_contacts(people.alice, Wanted(group=group)).lines]


def fill(people: Any, wanted: Wanted = NORTH, group: str = "mentors", **more: Any) -> Any:
    return put_in_group(people.alice, wanted, group, now=timezone.now(), **more)[0]


def undo(people: Any, public_id: str) -> int:
    return undo_grouping(people.alice, public_id, now=timezone.now())[1]


def test_those_who_fit_come_in_once_and_go_out_alone(people, book):
    look = look_at_grouping(people.alice, NORTH, " MENTORS ")
    assert (look.word, look.found, look.already, look.fresh) == ("Mentors", 3, 1, 2)
    made = fill(people, expected=3)
    assert (made.word, made.people) == ("Mentors", 2)
    assert names_in(people, "Mentors") == ["Ana", "Bo", "Cy"]
    assert [(each.word, each.people) for each in list_groups(people.alice)] == [("Mentors", 3)]
    assert undo(people, made.public_id) == 2
    assert names_in(people, "Mentors") == ["Bo"]
    assert list_groupings(people.alice)[0].is_undone
    with pytest.raises(ConflictError, match="undone already"):
        undo(people, made.public_id)


def test_list_and_search_know_the_new_group_and_forget_it(people, book):
    made = fill(people, group="Zanzibar")
    assert list_contacts(people.alice, Wanted(text="zanzibar northwind")).total == 3
    assert {hit.title for hit in search(people.alice, "zanzibar")} == {"Ana", "Bo", "Cy"}
    undo(people, made.public_id)
    assert list_contacts(people.alice, Wanted(text="zanzibar")).total == 0
    assert search(people.alice, "zanzibar") == []


def test_the_cadence_of_the_group_counts_and_counts_no_more(people, book):
    set_rhythm(people.alice, "mentors", 30)
    made = fill(people)
    row = Contact.objects.get(public_id=book["Ana"])
    assert row.due_on == row.added_on + timedelta(days=30)
    undo(people, made.public_id)
    row.refresh_from_db()
    assert row.due_on is None


def test_what_changed_since_is_left_as_it_is(people, book):
    made = fill(people)
    view = get_contact(people.alice, book["Ana"])
    left = to_draft(view).__dict__ | {"groups": ("Friends",)}
    change_contact(people.alice, book["Ana"], ContactDraft(**left))
    set_contact_deleted(people.alice, book["Cy"], is_deleted=True)
    assert undo(people, made.public_id) == 1
    assert get_contact(people.alice, book["Ana"]).groups == ("Friends",)
    assert search(people.alice, "Cy") == []
    set_contact_deleted(people.alice, book["Cy"], is_deleted=False)
    assert get_contact(people.alice, book["Cy"]).groups == ()


@pytest.mark.parametrize(
    ("wanted", "group", "expected", "told"),
    [
        (NORTH, "Mentors", 4, "the filter shows 3 now"),
        (Wanted(text="nobody"), "Mentors", 0, "nobody fits"),
        (Wanted(text="bo"), "mentors", 1, "all 1 are in it already"),
    ],
)
def test_nothing_is_done_where_others_are_meant(people, book, wanted, group, expected, told):
    with pytest.raises(ConflictError, match=told):
        fill(people, wanted, group, expected=expected)
    assert names_in(people, "Mentors") == ["Bo"]
    assert list_groupings(people.alice) == []


@pytest.mark.parametrize("group", ["", "   ", "x" * 61, "\u200b"])
def test_a_group_has_a_name(people, book, group):
    with pytest.raises(InvalidValueError, match="group"):
        fill(people, group=group)


@pytest.mark.parametrize("wanted", [Wanted(state="dew"), Wanted(relation="mentr")])
def test_a_filter_that_there_is_not_takes_nobody(people, book, wanted):
    with pytest.raises(InvalidValueError, match="is one of"):
        fill(people, wanted)


def test_whoever_is_in_too_many_groups_is_left_out_and_counted(people, book, monkeypatch):
    monkeypatch.setattr(grouping, "MAX_TAGS", 1)
    look = look_at_grouping(people.alice, NORTH, "Friends")
    assert (look.found, look.already, look.full, look.fresh) == (3, 0, 1, 2)
    fill(people, group="Friends")
    assert names_in(people, "Friends") == ["Ana", "Cy"]


def test_nobody_else_is_touched_and_the_act_names_nobody(people, book):
    theirs = create_contact(people.bob, ContactDraft("Ana", company="Northwind"))
    made = fill(people)
    assert get_contact(people.bob, theirs.public_id).groups == ()
    assert list_groupings(people.bob) == []
    with pytest.raises(NotFoundError):
        undo_grouping(people.bob, made.public_id, now=timezone.now())
    act = list_acts(people.alice, limit=1)[0]
    assert (act.kind, dict(act.facts)) == ("contacts.grouped", {"people": 2})
    assert list_acts(people.bob, limit=1)[0].facts == {}


def test_an_import_can_still_be_taken_out(people):
    body = b"First Name,Last Name,Company\nTom,Berg,Acme\n"
    batch = receive_contacts(people.alice, "c.csv", [body], now=timezone.now())
    start_book_import(people.alice, batch.public_id, now=timezone.now())
    # As if it had come long ago.
    Contact.objects.update(created_at="2026-01-01T00:00:00Z", updated_at="2026-01-01T00:00:00Z")
    made = fill(people, Wanted(text="acme"))
    assert undo_book_import(people.alice, batch.public_id)[1] == 0
    assert BookImport.objects.get().state == "undone"
    assert undo(people, made.public_id) == 0


def test_the_page_counts_before_and_undoes_after(people, book):
    alice = browser_of(people.alice)
    assert b"Put all of these into a group" not in alice.get("/people/").content
    shown = alice.get("/people/?q=northwind").content.decode()
    assert "Put all 3 people into it" in shown
    form = {"q": "northwind", "into": "Mentors", "expected": "3", "sort": "name"}
    create_contact(people.alice, ContactDraft("Eve", company="Northwind"))
    refused = alice.post("/people/groups/new/", form, follow=True).content.decode()
    assert "the filter shows 4 now" in refused
    assert 'value="Mentors"' in refused
    assert "Put all 4 people into it" in refused
    done = alice.post("/people/groups/new/", form | {"expected": "4"}, follow=True)
    assert "3 people are in Mentors now; 1 already were." in done.content.decode()
    assert names_in(people, "Mentors") == ["Ana", "Bo", "Cy", "Eve"]
    made = list_groupings(people.alice)[0]
    assert f"/people/groups/{made.public_id}/undo/" in done.content.decode()
    cadences = alice.get("/people/habits/").content.decode()
    assert "Put into groups at once" in cadences
    back = alice.post(f"/people/groups/{made.public_id}/undo/", follow=True).content.decode()
    assert "3 people are out of Mentors again." in back
    again = alice.post(f"/people/groups/{made.public_id}/undo/", follow=True).content.decode()
    assert "undone already" in again


@pytest.mark.parametrize("expected", ["", "many", "-3", "3.0"])
def test_without_a_count_that_was_seen_nothing_is_done(people, book, expected):
    form = {"q": "northwind", "into": "Mentors", "expected": expected}
    browser_of(people.alice).post("/people/groups/new/", form)
    assert names_in(people, "Mentors") == ["Bo"]


def test_many_ask_no_more_than_few(people, book):
    def count(wanted: Wanted, group: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            fill(people, wanted, group)
        return len(asked)

    few = count(Wanted(text="acme"), "One")
    for number in range(30):
        create_contact(people.alice, ContactDraft(f"Person {number}", met_on=date(2026, 1, 2)))
    assert count(Wanted(text="person"), "Two") == few
