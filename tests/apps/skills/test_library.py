"""The library of a person: filters, states, own entries, ISBNs, and who sees what."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.apps.skills.services.evidence import list_evidence
from pilothouse.apps.skills.services.levels import read_levels
from pilothouse.apps.skills.services.library import get_entry, list_entries, load_catalogue
from pilothouse.apps.skills.services.library_isbn import check_digit_13, parse_isbn
from pilothouse.apps.skills.services.library_own import (
    EntryDraft,
    add_entries,
    add_entry,
    change_entry,
    parse_aims,
    set_entry_deleted,
)
from pilothouse.apps.skills.services.reading import (
    LibraryFilter,
    ReadingView,
    count_shelf,
    get_reading,
    list_shelf,
    save_reading,
    set_state,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.kernel.errors import InvalidValueError, NotFoundError
from tests.apps.makers import browser_of

DAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("0-306-40615-2", "9780306406157"),
        ("978-0-306-40615-7", "9780306406157"),
        ("ISBN-13: 978 0 306 40615 7", "9780306406157"),
        ("080442957X", "9780804429573"),
        ("979-10-90636-07-1", "9791090636071"),
    ],
)
def test_an_isbn_is_read_in_all_its_forms(text, digits):
    assert parse_isbn(text) == digits


@pytest.mark.parametrize(
    "text",
    ["", "978-0-306-40615-8", "0-306-40615-3", "1234567890123", "97803064061", "X" * 10, "²" * 10],
)
def test_a_wrong_isbn_is_refused(text):
    with pytest.raises(InvalidValueError):
        parse_isbn(text)


@given(st.text("0123456789", min_size=9, max_size=9), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_of_an_isbn_is_always_seen(nine, place, step):
    body = "978" + nine
    right = body + check_digit_13(body)
    assert parse_isbn(right) == right
    wrong = right[:place] + str((int(right[place]) + step) % 10) + right[place + 1 :]
    with pytest.raises(InvalidValueError):
        parse_isbn(wrong)


@pytest.mark.parametrize(
    ("wanted", "some", "not_"),
    [
        (LibraryFilter(text="kahneman noise"), "noise", "thinking-fast-and-slow"),
        (LibraryFilter(type="podcast"), "acquired", "stratechery"),
        (LibraryFilter(competency="C11", level=2), "ab-testing-udacity", "experimentation-works"),
        (LibraryFilter(cost="free", type="book"), "shape-up", "accelerate"),
        (LibraryFilter(level=4), "continuous-discovery-habits", "inspired"),
    ],
)
def test_filters(people, wanted, some, not_):
    if wanted.level == 4:
        some = "the-coaching-habit"
    found = {row.entry.entry_id for row in list_shelf(people.alice, wanted)}
    assert some in found
    assert not_ not in found


def test_states_filter_and_count(people):
    set_state(people.alice, "inspired", "want")
    set_state(people.alice, "hooked", "done")
    shelf = list_shelf(people.alice)
    assert shelf[0].entry.entry_id == "inspired"
    counts = count_shelf(shelf)
    assert counts.by_state == {"want": 1, "reading": 0, "done": 1, "dropped": 0}
    assert counts.total == len(load_catalogue())
    wants = list_shelf(people.alice, LibraryFilter(state="want"))
    assert [row.entry.entry_id for row in wants] == ["inspired"]
    rest = list_shelf(people.alice, LibraryFilter(state="none"))
    assert len(rest) == len(load_catalogue()) - 2


def test_days_follow_from_states_but_what_was_given_stays(people):
    today = timezone.now().date()
    assert set_state(people.alice, "inspired", "reading").started_on == today
    done = set_state(people.alice, "inspired", "done")
    assert (done.started_on, done.ended_on) == (today, today)
    again = set_state(people.alice, "inspired", "reading")
    assert (again.started_on, again.ended_on) == (today, None)
    given_days = ReadingView("done", started_on=DAY, ended_on=DAY + timedelta(3))
    assert save_reading(people.alice, "hooked", given_days) == given_days


@pytest.mark.parametrize(
    "reading",
    [
        ReadingView("eaten"),
        ReadingView(rating=0),
        ReadingView(rating=6),
        ReadingView(notes="x" * 20_001),
        ReadingView(started_on=DAY, ended_on=DAY - timedelta(1)),
        ReadingView(started_on=date(1, 1, 1)),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(people, reading):
    with pytest.raises(InvalidValueError):
        save_reading(people.alice, "inspired", reading)
    assert get_reading(people.alice, "inspired") == ReadingView()


def test_being_done_is_one_act_that_does_not_say_what_was_read(people):
    before = len(list_acts(people.alice))
    set_state(people.alice, "inspired", "done")
    set_state(people.alice, "inspired", "reading")
    set_state(people.alice, "inspired", "done")
    acts = list_acts(people.alice)
    assert len(acts) == before + 1
    assert acts[0].kind == "learning.finished"
    assert acts[0].facts == {"kind": "book", "aims": ["C01.2", "C03.2", "C09.1"]}
    assert "nspired" not in str(vars(acts[0]))


def test_an_own_entry_is_added_changed_deleted_and_restored(people):
    draft = EntryDraft(
        " My  notes ", "article", ("Ann",), 2020, topics=("Pricing", "Pricing"),
        aims=parse_aims(["c05.2"]), isbn="0306406152", url="https://a.example/", act="decide",
    )  # fmt: skip
    entry = add_entry(people.alice, draft)
    assert (entry.title, entry.topics, entry.isbn) == ("My notes", ("pricing",), "9780306406157")
    assert list_entries(people.alice)[0] == entry
    changed = change_entry(people.alice, entry.entry_id, EntryDraft("Other"))
    assert (changed.title, changed.authors, changed.entry_id) == ("Other", (), entry.entry_id)
    set_entry_deleted(people.alice, entry.entry_id, is_deleted=True)
    with pytest.raises(NotFoundError):
        get_entry(people.alice, entry.entry_id)
    set_entry_deleted(people.alice, entry.entry_id, is_deleted=False)
    assert get_entry(people.alice, entry.entry_id) == changed


@pytest.mark.parametrize(
    "draft",
    [
        EntryDraft(""),
        EntryDraft("x" * 301),
        EntryDraft("T", "scroll"),
        EntryDraft("T", year=3000),
        EntryDraft("T", isbn="12"),
        EntryDraft("T", url="javascript:alert(1)"),
        EntryDraft("T", url="//a.example"),
        EntryDraft("T", cost="cheap"),
        EntryDraft("T", act="dance"),
        EntryDraft("T", authors=tuple(str(n) for n in range(31))),
    ],
)
def test_a_bad_entry_is_refused(people, draft):
    with pytest.raises(InvalidValueError):
        add_entry(people.alice, draft)
    assert not list_entries(people.alice)[0].is_own


@pytest.mark.parametrize("text", ["C17.1", "C01.5", "C01", "", "C01.0"])
def test_an_aim_names_a_competency_and_a_level(text):
    with pytest.raises(InvalidValueError):
        parse_aims([text])


def test_the_same_book_comes_in_once(people):
    first = EntryDraft("One", year=2020, isbn="0306406152")
    other = EntryDraft("Another title", isbn="9780306406157")
    assert len(add_entries(people.alice, [first, other, EntryDraft("ONE", year=2020)])) == 1
    assert len(add_entries(people.alice, [first, EntryDraft("One", year=2021)])) == 1


def test_nobody_else_sees_what_is_mine(people):
    entry = add_entry(people.alice, EntryDraft("Secret"))
    save_reading(people.alice, "inspired", ReadingView("done", notes="private"))
    bob = people.as_bob(Role.OWNER)
    assert not any(row.entry.is_own for row in list_shelf(bob))
    assert get_reading(bob, "inspired") == ReadingView()
    for act in (
        lambda: get_entry(bob, entry.entry_id),
        lambda: save_reading(bob, entry.entry_id, ReadingView("done")),
        lambda: change_entry(bob, entry.entry_id, EntryDraft("Mine")),
        lambda: set_entry_deleted(bob, entry.entry_id, is_deleted=True),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_pages_show_what_was_typed_when_it_is_refused(people):
    alice = browser_of(people.alice)
    answer = alice.post("/skills/library/new/", {"title": "T", "type": "book", "cost": "paid",
                                                 "isbn": "978-0-306-40615-8"})  # fmt: skip
    assert answer.status_code == 400
    assert b"its other digits ask for 7" in answer.content
    assert b'value="978-0-306-40615-8"' in answer.content
    page = "/skills/library/inspired/"
    answer = alice.post(page, {"state": "done", "rating": "9", "notes": "my long notes"})
    assert answer.status_code == 400
    assert b"my long notes" in answer.content


def test_notes_are_markdown_without_html(people):
    notes = "**bold** <script>alert(1)</script> ![x](https://evil.example/p.png)"
    save_reading(people.alice, "inspired", ReadingView("done", notes=notes))
    content = browser_of(people.alice).get("/skills/library/inspired/").content
    assert b"<strong>bold</strong>" in content
    assert b"<script>alert" not in content
    assert b"<img" not in content


def test_a_finished_book_is_study_and_raises_no_level(people):
    for entry_id in ("inspired", "the-mom-test", "interviewing-users"):
        set_state(people.alice, entry_id, "done")
    found = list_evidence(people.alice, people.alice.user_public_id)
    listening = [each for each in found if each.competency == "C01"]
    assert len(listening) == 3
    assert {(each.strength, each.context) for each in listening} == {(1, "study")}
    assert not read_levels(people.alice)["C01"].value
