"""Pages of decisions: what was typed stays, bad input is told, long lists are paged."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pilothouse.apps.decisions.services.decisions import get_decision, list_decisions, save_decision
from pilothouse.apps.decisions.services.forecasts import (
    get_forecast,
    list_forecasts,
    list_keys,
    read_keys,
    revise_estimate,
)
from pilothouse.apps.decisions.services.judging import RangeSaid
from pilothouse.apps.decisions.services.premortems import (
    CauseDraft,
    add_cause,
    create_premortem,
)
from pilothouse.apps.decisions.services.resolving import ResolutionDraft, resolve_by_hand
from pilothouse.apps.decisions.services.reviews import add_dissent
from pilothouse.apps.decisions.views import forecasts as forecasts_pages
from pilothouse.apps.workspace.services.captures import create_capture, get_capture
from tests.apps.decisions.makers import DECISION, TODAY, day, forecast, make_dated, turn
from tests.apps.decisions.rows import FORECAST, RECORD
from tests.apps.makers import browser_of
from tests.builders import People


@pytest.fixture
def product(people: People):
    return make_dated(people.alice)


@pytest.fixture
def alice(people: People):
    return browser_of(people.alice)


def at(product, path: str = "") -> str:
    return f"/p/{product.public_id}/decisions/{path}"


def test_a_refused_record_keeps_what_was_typed(alice, product):
    typed = {
        **RECORD,
        "probability": "two thirds",
        "option_title": ["Alpha", "Beta"],
        "chosen": "1",
    }
    answer = alice.post(at(product, "new/"), typed)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "two thirds: a probability lies between 0 and 100 %." in page
    assert 'value="Alpha"' in page
    assert 'name="chosen" value="1" checked' in page
    assert list_decisions(product) == []


def test_an_option_without_a_title_is_not_lost_in_silence(alice, product):
    typed = {**RECORD, "option_title": ["A", " "], "option_pros": ["", "it is cheap"]}
    answer = alice.post(at(product, "new/"), typed)
    assert answer.status_code == 400
    assert "it is cheap" in answer.content.decode()


def test_a_thought_becomes_a_decision_or_a_forecast(alice, people, product):
    thought = create_capture(people.alice, "Price by usage?\nAsk Bo.", kind="decision")
    page = alice.get(at(product, f"new/?capture={thought.public_id}")).content.decode()
    assert 'value="Price by usage?"' in page
    assert "Ask Bo." in page
    alice.post(at(product, "new/"), {**RECORD, "capture": thought.public_id})
    assert get_capture(people.alice, thought.public_id).is_done
    line = create_capture(people.alice, "80% that it rains by Friday #sun", kind="forecast")
    page = alice.get(at(product, f"forecasts/new/?capture={line.public_id}")).content.decode()
    for part in ('value="it rains"', 'value="80%"', 'value="2026-11-27"', 'value="sun"'):
        assert part in page
    assert alice.get(at(product, "new/?capture=nosuchthing2")).status_code == 404


def test_a_line_makes_a_forecast_or_says_how(alice, product):
    assert alice.post(at(product, "forecasts/"), {"line": "It rains"}).status_code == 400
    good = alice.post(at(product, "forecasts/"), {"line": "80% that it rains by Friday"})
    assert good.status_code == 302
    (made,) = list_forecasts(product)
    assert (made.question, made.latest.probability) == ("it rains", 0.8)


def test_the_same_question_may_be_answered_by_others(alice, people, product):
    made = forecast(people.alice, product, topics=("sun",), criteria="a drop")
    page = alice.get(made.url).content.decode()
    start = page.index("forecasts/new/?kind=binary")
    query = page[start : page.index('"', start)].replace("&amp;", "&")
    form = browser_of(people.bob).get(at(product, query)).content.decode()
    assert 'value="It rains"' in form
    assert 'value="Bob"' in form
    assert "a drop" in form


def test_ranges_are_read_from_the_form(alice, product):
    number = {**FORECAST, "kind": "numeric", "low": "1 000", "median": "1,200", "high": "2000"}
    assert alice.post(at(product, "forecasts/new/"), number).status_code == 302
    (made,) = list_forecasts(product)
    assert made.latest.words == "1,000–2,000"
    dates = {**FORECAST, "kind": "date", "low": "2026-12-01", "median": "2026-12-10"}
    refused = alice.post(at(product, "forecasts/new/"), {**dates, "high": "2026-12-05"})
    assert refused.status_code == 400
    assert 'value="2026-12-05"' in refused.content.decode()
    assert alice.post(at(product, "forecasts/new/"), {**dates, "high": ""}).status_code == 400


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("estimate/", {"probability": "200", "note": "typed note"}),
        ("resolve/", {"outcome": "perhaps", "evidence": "typed evidence"}),
        ("edit/", {"question": "", "criteria": "typed criteria"}),
    ],
)
def test_refused_changes_of_a_forecast_keep_what_was_typed(alice, people, product, path, data):
    made = forecast(people.alice, product)
    answer = alice.post(made.url + path, data)
    assert answer.status_code == 400
    assert next(text for text in data.values() if "typed" in text) in answer.content.decode()
    assert get_forecast(product, made.public_id) == made


def test_lists_are_paged_and_ordered_alike(alice, people, product, monkeypatch):
    def refs(path: str) -> set[str]:
        # Whole words: the page's random token may hold the same two characters.
        return set(re.findall(r"\bF\d\b", alice.get(at(product, path)).content.decode()))

    monkeypatch.setattr(forecasts_pages, "PAGE_SIZE", 2)
    made = [forecast(people.alice, product, resolve_by=day(n)) for n in (5, 0, 3, 1)]
    resolve_by_hand(people.alice, product, made[3].public_id, ResolutionDraft("yes"))
    assert read_keys(product, list_keys(product)) == list_forecasts(product)
    assert [key.is_due for key in list_keys(product)] == [True, False, False, False]
    first = refs("forecasts/")
    assert "F2" in first
    assert "F3" in first
    assert "F1" not in first
    assert "F1" in refs("forecasts/?page=2")
    due = refs("forecasts/?state=due")
    assert "F2" in due
    assert "F3" not in due


def test_the_table_of_forecasts_is_read_again_by_the_command(alice, people, product, tmp_path):
    from pilothouse.cli.decisions import read_forecasts

    made = forecast(people.alice, product, 0.5, question="=1+1")
    revise_estimate(people.alice, product, made.public_id, probability=0.9)
    forecast(people.alice, product, 0.4)
    said = RangeSaid(1.0, 2.0, 3.0, 0.8)
    number = forecast(people.alice, product, kind="numeric", range=said)
    late = forecast(people.alice, product, 1.0, resolve_by=day(-1))
    resolve_by_hand(people.alice, product, late.public_id, ResolutionDraft("yes"))
    value = ResolutionDraft("value", value=2.0)
    resolve_by_hand(people.alice, product, number.public_id, value)
    resolve_by_hand(people.alice, turn(product, days=8), made.public_id, ResolutionDraft("yes"))
    body = alice.get(at(product, "forecasts/forecasts.csv")).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body)))
    assert {row["question"] for row in rows} == {"'=1+1", "It rains"}
    file = tmp_path / "forecasts.csv"
    file.write_text(body, "utf-8")
    found, unknown = read_forecasts(file)
    assert ([(each.probability, each.outcome) for each in found], unknown) == ([(0.9, True)], 3)


def test_the_record_is_a_file(alice, people, product):
    saved = save_decision(people.alice, product, DECISION)
    answer = alice.get(saved.url + "record.md")
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert "D001-price-by-usage.md" in answer["Content-Disposition"]


def test_a_review_on_the_page(alice, people, product):
    saved = save_decision(people.alice, product, replace(DECISION, review_on=TODAY))
    page = alice.get(saved.url).content.decode()
    assert "Its review was due on 23 Nov 2026" in page
    refused = alice.post(saved.url + "review/", {"happened": "", "learned": "typed lesson"})
    assert refused.status_code == 400
    assert "typed lesson" in refused.content.decode()
    good = {"happened": "It sold", "verdict": "better", "cause": "luck", "came_true": "yes"}
    assert alice.post(saved.url + "review/", good).status_code == 302
    assert get_decision(product, saved.public_id).status == "reviewed"


def test_one_record_asks_as_often_with_much_as_with_little(alice, people, product):
    saved = save_decision(people.alice, product, DECISION)

    def add(count: int) -> int:
        for _ in range(count):
            forecast(people.alice, product, decision_id=saved.public_id)
            add_dissent(people.alice, product, saved.public_id, "Eve", "No")
            begun = create_premortem(people.alice, product, "It", decision_id=saved.public_id)
            add_cause(people.alice, product, begun.public_id, CauseDraft("A bug"))
        alice.get(saved.url)
        with CaptureQueriesContext(connection) as queries:
            assert alice.get(saved.url).status_code == 200
        return len(queries)

    few = add(1)
    assert add(8) == few <= 22


def test_deleted_things_come_back_by_undo(alice, people, product):
    made = forecast(people.alice, product)
    answer = alice.post(made.url + "delete/", follow=True)
    assert made.url + "restore/" in answer.content.decode()
    assert alice.get(made.url).status_code == 404
    alice.post(made.url + "restore/")
    assert alice.get(made.url).status_code == 200
