"""The pages of analytics: the thing, the empty state, and what was typed beside what was wrong."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from pilothouse.apps.analytics.services.imports import get_import, list_imports
from pilothouse.apps.analytics.services.metrics import list_metrics
from pilothouse.apps.analytics.services.streams import list_write_keys
from pilothouse.apps.workspace.services.worker import run_one
from tests.apps.makers import CSV, browser_of, daily_events, make_event, make_import, send


def text_of(answer) -> str:
    return unescape(answer.content.decode())


@pytest.fixture
def alice(people):
    return browser_of(people.alice)


@pytest.fixture
def base(product):
    return f"/p/{product.public_id}/analytics/"


@pytest.fixture
def events(people, product):
    last = timezone.now() - timedelta(days=1)
    send(people.alice, product, daily_events([5, 6, 7], last=last))
    paid = [make_event(f"p{i}", "paid", f"a{i}", last, amount=i, plan="=1+1") for i in range(3)]
    send(people.alice, product, paid)


@pytest.mark.parametrize("page", ["", "trend/", "funnel/", "retention/", "events/"])
def test_without_events_every_page_says_how_to_get_some(alice, base, page):
    answer = alice.get(base + page)
    assert answer.status_code == 200
    assert "No event yet" in text_of(answer)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("", "No metric saved yet"),
        ("events/", "opened"),
        ("trend/?event=paid&measure=sum&property=amount&period=day", "Sum of amount of paid"),
        ("trend/?event=paid&measure=count&period=day&breakdown=plan", "=1+1"),
        ("funnel/?step=opened&step=paid&immature=include", "reached paid"),
        ("funnel/", "Choose at least two steps"),
        ("retention/?start=opened&period=day&periods=2", "came back"),
        ("sources/", "Sent by clients"),
        ("imports/", "No import yet"),
    ],
)
def test_pages_show_the_thing(alice, base, events, page, words):
    answer = alice.get(base + page)
    assert answer.status_code == 200
    assert words in text_of(answer)


@pytest.mark.parametrize(
    ("query", "words", "kept"),
    [
        ("trend/?measure=sum&event=opened&period=day", "a sum needs a property", "opened"),
        ("trend/?measure=count&period=year", "a period is", ""),
        ("trend/?measure=count&last=many", "last is a whole number", 'value="many"'),
        ("trend/?measure=count&from=2026-13-01", "year-month-day", 'value="2026-13-01"'),
        ("trend/?measure=count&fp=plan&fo=greater&fv=x", "must be a number", 'value="x"'),
        ("funnel/?step=opened", "2 to 20 steps", ""),
        ("retention/?period=week&periods=999", "between 0 and 400", 'value="999"'),
    ],
)
def test_a_question_with_a_fault_keeps_what_was_typed(alice, base, events, query, words, kept):
    answer = alice.get(base + query)
    assert answer.status_code == 400
    assert words in text_of(answer)
    assert kept in text_of(answer)


FORM = {"kind": "trend", "query": "event=opened&measure=actors&period=day", "name": "Openers",
        "description": "Who opens", "direction": "down"}  # fmt: skip


def test_a_metric_is_saved_from_an_answer_and_changed_from_its_page(alice, base, events, product):
    answer = alice.post(f"{base}metrics/new/", FORM)
    (metric,) = list_metrics(product)
    assert answer["Location"] == f"{base}metrics/{metric.public_id}/"
    assert (metric.direction, metric.is_on_today) == ("down", False)
    page = text_of(alice.get(answer["Location"]))
    assert metric.definition_digest in page
    edit = page.partition(f"{base}trend/?")[2].partition('"')[0]
    form = text_of(alice.get(f"{base}trend/?{edit}"))
    # Changing the question must not lose what else the metric says.
    assert 'value="Openers"' in form
    assert "Who opens" in form
    assert '<option value="down" selected' in form
    assert 'name="today" value="on" checked' not in form.replace("\n", " ")
    changed = {**FORM, "query": edit.replace("actors", "count"), "metric": metric.public_id}
    assert alice.post(f"{base}metrics/new/", changed).status_code == 302
    (after,) = list_metrics(product)
    assert (after.public_id, after.question.definition["measure"]) == (metric.public_id, "count")


def test_a_metric_with_a_fault_keeps_what_was_typed(alice, base, events):
    alice.post(f"{base}metrics/new/", FORM)
    answer = alice.post(f"{base}metrics/new/", {**FORM, "description": "Twice", "today": "on"})
    page = text_of(answer)
    assert answer.status_code == 400
    assert "of this name already" in page
    assert 'value="Openers"' in page
    assert "Twice" in page
    assert '<option value="down" selected' in page
    assert alice.post(f"{base}metrics/new/", {**FORM, "kind": "paths"}).status_code == 400


def test_metrics_move_are_deleted_and_come_back(alice, base, events, product):
    for name in ("A", "B"):
        alice.post(f"{base}metrics/new/", {**FORM, "name": name})
    second = list_metrics(product)[1].public_id
    alice.post(f"{base}metrics/{second}/up/")
    assert [metric.name for metric in list_metrics(product)] == ["B", "A"]
    page = text_of(alice.post(f"{base}metrics/{second}/delete/", follow=True))
    undo = f"{base}metrics/{second}/restore/"
    assert f'action="{undo}"' in page
    assert [metric.name for metric in list_metrics(product)] == ["A"]
    alice.post(undo, {"next": "/"})
    assert [metric.name for metric in list_metrics(product)] == ["B", "A"]


def test_answers_are_files_that_no_spreadsheet_takes_for_formulas(alice, base, events):
    query = "?event=paid&measure=count&period=day&breakdown=plan"
    csv = alice.get(f"{base}trend/answer.csv{query}")
    assert csv["Content-Disposition"].startswith("attachment")
    assert "'=1+1" in csv.content.decode("utf-8-sig")
    assert ",=1+1" not in csv.content.decode("utf-8-sig")
    svg = alice.get(f"{base}trend/answer.svg{query}")
    assert svg["Content-Type"] == "image/svg+xml"
    assert svg.content.lstrip().startswith(b"<svg") or svg.content.startswith(b"<?xml")
    body = alice.get(f"{base}trend/answer.json{query}").json()
    assert body["semantics"]["measure"] == "number of events"


def test_a_write_key_is_made_shown_and_revoked(alice, base, product):
    alice.post(f"{base}sources/", {"name": "website"})
    (key,) = list_write_keys(product)
    assert key.key in text_of(alice.get(f"{base}sources/"))
    alice.post(f"{base}sources/keys/{key.public_id}/revoke/")
    assert "revoked" in text_of(alice.get(f"{base}sources/"))
    answer = alice.post(f"{base}sources/", {"name": "x" * 101})
    assert answer.status_code == 400
    assert "1 to 100 characters" in text_of(answer)
    assert f'value="{"x" * 101}"' in text_of(answer)


def test_a_file_goes_through_the_wizard(alice, base, product):
    file = SimpleUploadedFile("events.csv", CSV.encode())
    answer = alice.post(f"{base}imports/", {"file": file})
    (row,) = list_imports(product)
    url = f"{base}imports/{row.public_id}/"
    assert answer["Location"] == url
    assert "The first rows as they would be stored" in text_of(alice.get(url))
    form = {"actor": "0", "event": "1", "time": "2", "time_format": "iso", "zone": "UTC",
            "take": ["3"], "name-3": "tier", "kind-3": "text", "start": "yes"}  # fmt: skip
    assert alice.post(url, form).status_code == 302
    assert "Waiting for the worker" in text_of(alice.get(url, headers={"HX-Request": "true"}))
    assert run_one("tests")
    page = text_of(alice.get(url))
    assert "Undo the import" in page
    assert "tier" in text_of(alice.get(f"{base}events/"))
    assert "are out again" in text_of(alice.post(f"{url}undo/", follow=True))
    assert get_import(product, row.public_id).state == "undone"


def test_a_mapping_with_a_fault_keeps_what_was_typed(people, product, alice, base):
    row = make_import(people.alice, product, CSV)
    form = {"actor": "1", "event": "", "event_name": "thing", "time": "2", "time_format": "iso",
            "zone": "Mars/Olympus", "take": ["4"], "name-4": "money"}  # fmt: skip
    answer = alice.post(f"{base}imports/{row.public_id}/", form)
    page = text_of(answer)
    assert answer.status_code == 400
    assert "name of the IANA list" in page
    for kept in ("Mars/Olympus", "thing", "money"):
        assert f'value="{kept}"' in page


@pytest.mark.parametrize("body", [b"", b"\x00\x01\x02\x03", b"PAR1nonsense"])
def test_a_file_that_cannot_be_read_is_told(alice, base, product, body):
    answer = alice.post(f"{base}imports/", {"file": SimpleUploadedFile("a.csv", body)})
    assert answer.status_code == 400
    assert list_imports(product) == []
    assert alice.post(f"{base}imports/").status_code == 400
