"""Spreadsheets of applications: looked at, taken in once, taken out again, private."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from pilothouse.apps.jobs.services import application_imports as imports
from pilothouse.apps.jobs.services.applications import list_applications
from pilothouse.apps.jobs.services.timeline import list_notes, write_note
from pilothouse.apps.workspace.services.search import search
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from tests.apps.makers import browser_of

pytestmark = pytest.mark.django_db

KEPT = b"""Company,Position,Status,Applied,Stage date,City
Acme,PM,Rejected,2026-03-02,2026-03-20,Berlin
Beta,PM,Declined,2026-03-05,,
Gamma,PM,Applied,,,
"""


@pytest.fixture(autouse=True)
def _uploads(tmp_path, monkeypatch):
    monkeypatch.setattr(settings.CONFIGURATION.__class__, "uploads_dir", tmp_path)


def receive(access: Any, body: bytes = KEPT) -> Any:
    return imports.receive_sheet(access, "kept.csv", [body])


def say(access: Any, row: Any, **more: Any) -> None:
    given = imports.to_reading_json(row.reading)
    stages = {**given["stages"], "declined": "rejected"}
    imports.set_sheet_reading(
        access, row.public_id, {**given, "stages": stages, "fallback": "2026-03-01", **more}
    )


def test_a_list_is_looked_at_said_taken_in_and_taken_out(people):
    row = receive(people.alice)
    look = imports.look_at_sheet(people.alice, row.public_id)
    assert [each.company for each in look.fresh] == ["Acme"]
    assert len(look.contents.problems) == 2
    assert list_applications(people.alice) == []
    say(people.alice, row)
    done = imports.start_application_import(people.alice, row.public_id)
    assert (done.created, done.known) == (3, 0)
    found = {each.company: each for each in list_applications(people.alice)}
    assert [move.stage for move in found["Acme"].moves] == ["applied", "rejected"]
    assert [note.text for note in list_notes(found["Acme"])] == ["From the file. City: Berlin"]
    assert search(people.alice, "acme")[0].url == found["Acme"].url
    assert search(people.bob, "acme") == []
    write_note(people.alice, found["Beta"].public_id, "note", "They called.")
    undone, kept = imports.undo_application_import(people.alice, row.public_id)
    assert (undone.state, kept) == ("undone", 1)
    assert [each.company for each in list_applications(people.alice)] == ["Beta"]
    assert search(people.alice, "acme") == []


def test_the_same_file_twice_changes_nothing(people):
    first, second = receive(people.alice), receive(people.alice)
    say(people.alice, first)
    imports.start_application_import(people.alice, first.public_id)
    with pytest.raises(ConflictError):
        imports.start_application_import(people.alice, first.public_id)
    say(people.alice, second)
    look = imports.look_at_sheet(people.alice, second.public_id)
    assert (len(look.fresh), look.known) == (0, 3)
    with pytest.raises(InvalidValueError):
        imports.start_application_import(people.alice, second.public_id)
    assert len(list_applications(people.alice)) == 3


def test_the_history_exported_here_comes_back_as_it_was(people):
    row = receive(people.alice)
    say(people.alice, row)
    imports.start_application_import(people.alice, row.public_id)
    written = browser_of(people.alice).get("/jobs/history/csv/").getvalue()
    theirs = receive(people.bob, written)
    assert imports.look_at_sheet(people.bob, theirs.public_id).is_own
    imports.start_application_import(people.bob, theirs.public_id)

    def ways(access: Any) -> Any:
        return sorted(
            (each.company, each.source, [(m.stage, m.on) for m in each.moves])
            for each in list_applications(access)
        )

    assert ways(people.bob) == ways(people.alice)


def test_nobody_else_sees_an_import(people):
    row = receive(people.alice)
    with pytest.raises(NotFoundError):
        imports.get_application_import(people.bob, row.public_id)
    assert browser_of(people.bob).get(row.url).status_code == 404
    assert b"kept.csv" not in browser_of(people.bob).get("/jobs/applications/imports/").content


def test_the_pages_say_what_is_missing_and_lose_nothing(people):
    browser = browser_of(people.alice)
    row = receive(people.alice)
    page = browser.get(row.url).content.decode()
    assert "“declined” (1)" in page
    assert "nobody said which stage “Declined” is" in page
    data = {"column-company": "0", "column-title": "1", "column-stage": "2", "column-applied": "3",
            "order": "day", "word": ["declined"], "stage": ["rejected"], "fallback": "2026-03-01",
            "look": "yes"}  # fmt: skip
    assert browser.post(row.url, data).status_code == 302
    page = browser.get(row.url).content.decode()
    assert "Import 3 applications" in page
    assert "From the file. " not in page  # nobody asked for the other columns
    refused = browser.post(row.url, {**data, "column-title": "0"})
    assert refused.status_code == 400
    assert "a column means one thing" in refused.content.decode()
    assert "Import 3 applications" in refused.content.decode()
    refused = browser.post(row.url, {**data, "fallback": "2099-01-01"})
    assert "a day that was" in refused.content.decode()
    del data["look"]
    assert browser.post(row.url, {**data, "start": "yes"}).status_code == 302
    assert "Undo the import" in browser.get(row.url).content.decode()
    assert browser.post(f"{row.url}undo/").status_code == 302
    assert browser.post(f"{row.url}discard/").status_code == 302
    assert browser.get(row.url).status_code == 404


def test_a_file_that_is_gone_can_still_be_thrown_away(people, tmp_path):
    row = receive(people.alice)
    for path in tmp_path.iterdir():
        path.unlink()
    browser = browser_of(people.alice)
    assert "the file of this import is gone" in browser.get(row.url).content.decode()
    assert browser.post(f"{row.url}discard/").status_code == 302
    assert imports.list_sheets_taken(people.alice) == []


def test_a_file_that_is_no_list_leaves_nothing_behind(people, tmp_path):
    with pytest.raises(InvalidValueError):
        receive(people.alice, b"\x00\x01")
    assert list(tmp_path.iterdir()) == []
    assert imports.list_sheets_taken(people.alice) == []


@pytest.mark.parametrize("size", [1, 40])
def test_many_rows_take_the_same_queries(people, size, django_assert_max_num_queries):
    rows = "".join(f"C{n},PM,Applied,2026-03-02,,\n" for n in range(size))
    row = receive(people.alice, KEPT.splitlines()[0] + b"\n" + rows.encode())
    with django_assert_max_num_queries(32):
        imports.start_application_import(people.alice, row.public_id)
