"""Pages of experiments: what was typed stays, bad input is told, nothing is shown too early."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pilothouse.apps.experiments.models import Status
from pilothouse.apps.experiments.services.experiments import (
    get_experiment,
    list_experiments,
    save_brief,
    seal,
    unstart,
)
from pilothouse.apps.experiments.services.looks import look_at_result
from pilothouse.apps.experiments.services.measuring import measure, measure_kept
from pilothouse.apps.workspace.services.captures import create_capture, get_capture
from pilothouse.kernel.errors import ConflictError
from tests.apps.decisions.makers import NOW, make_dated, turn
from tests.apps.experiments.makers import BY_EVENTS, BY_HAND, exposures, make_read, make_running
from tests.apps.experiments.rows import BRIEF
from tests.apps.makers import browser_of, send
from tests.builders import People


@pytest.fixture
def product(people: People):
    return make_dated(people.alice)


@pytest.fixture
def alice(people: People):
    return browser_of(people.alice)


def at(product, path: str = "") -> str:
    return f"/p/{product.public_id}/experiments/{path}"


def test_a_brief_is_saved_and_sealed_in_one_go(alice, product):
    answer = alice.post(at(product, "new/"), BRIEF, follow=True)
    assert "registered" in answer.content.decode()
    (view,) = list_experiments(product)
    assert view.brief.baseline == pytest.approx(0.2)
    assert (view.brief.mde, view.brief.arms[1].about) == (0.1, "a template")
    assert view.brief.guardrails[0].margin == pytest.approx(0.05)


def test_a_refused_brief_keeps_what_was_typed(alice, product):
    typed = {**BRIEF, "mde": "a lot", "arm_name": ["Control", "Shiny"], "primary_window": "9d"}
    answer = alice.post(at(product, "new/"), typed)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "the smallest change is a number" in page
    for part in ('value="a lot"', 'value="Shiny"', 'value="9d"', 'value="Left"'):
        assert part in page
    assert list_experiments(product) == []


def test_sealing_with_gaps_keeps_the_draft_and_says_what_is_missing(alice, product):
    answer = alice.post(at(product, "new/"), {**BRIEF, "primary_name": "", "hypothesis": ""})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "missing: no hypothesis; no primary metric" in page
    (draft,) = list_experiments(product)
    # Sent again from here it changes the draft; it does not make another one.
    assert f'action="{draft.url}edit/"' in page
    assert draft.status == Status.DRAFT


def test_the_size_is_told_while_it_is_typed(alice, product):
    page = alice.get(at(product, "size/"), BRIEF).content.decode()
    assert "units in all" in page
    assert "days of traffic" in page
    half = alice.get(at(product, "size/"), {**BRIEF, "baseline": "x"})
    assert (half.status_code, "Size not known" in half.content.decode()) == (200, True)
    assert "appears with" in alice.get(at(product, "size/")).content.decode()


def test_a_running_one_shows_how_far_it_is_and_not_its_result(alice, people, product):
    view = make_running(people.alice, product, BY_EVENTS)
    send(people.alice, product, exposures([("old", 20, 2), ("new", 20, 8)], NOW))
    later = turn(product, days=8)
    page = alice.get(view.url).content.decode()
    assert "The result is not shown before its rule is met" in page
    assert "40 of 100" in page
    assert "is better than" not in page
    answer = alice.post(at(product, f"x/{view.public_id}/look/"), {"why": "asked"})
    assert "shown once; the look is counted" in answer.content.decode()
    assert "1 look outside its stopping rule" in alice.get(view.url).content.decode()
    assert "1 look outside" not in page
    assert get_experiment(later, view.public_id).peeks == 1


def test_refused_steps_keep_what_was_typed(alice, people, product):
    view = make_running(people.alice, product)
    base = at(product, f"x/{view.public_id}/")
    counts = {"units": ["100", "90"], "primary_conversions": ["120", "3"], "note": "mine"}
    answer = alice.post(base + "counts/", counts)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "no more units convert than there are (100)" in page
    for part in ('value="120"', 'value="90"', 'value="mine"'):
        assert part in page
    assert "needs a reason" in alice.post(base + "stop/", {"reason": ""}).content.decode()
    assert alice.post(base + "cancel/", {"reason": " "}).status_code == 400
    assert alice.post(base + "readouts/", {"learned": "much"}).status_code == 400
    assert alice.post(base + "nonsense/").status_code == 404
    assert alice.get(base + "readouts/1/").status_code == 404
    assert alice.get(base + "readouts/x/").status_code == 404


def test_an_amendment_asks_for_its_reason(alice, people, product):
    view = save_brief(people.alice, product, BY_HAND)
    seal(people.alice, product, view.public_id)
    changed = {**BRIEF, "do": "save"}
    answer = alice.post(view.url + "edit/", changed)
    assert answer.status_code == 400
    assert "with a reason" in answer.content.decode()
    assert alice.post(view.url + "edit/", {**changed, "reason": "new events"}).status_code == 302
    page = alice.get(view.url).content.decode()
    assert "new events" in page


def test_a_start_is_taken_back_while_nobody_has_looked(alice, people, product):
    view = save_brief(people.alice, product, BY_EVENTS)
    seal(people.alice, product, view.public_id)
    base = at(product, f"x/{view.public_id}/")
    alice.post(base + "start/", {"day": ""})
    alice.post(base + "unstart/")
    back = get_experiment(product, view.public_id)
    assert (back.status, back.started_at) == (Status.REGISTERED, None)
    alice.post(base + "start/", {"day": "2026-11-01"})
    look_at_result(people.alice, product, view.public_id)
    with pytest.raises(ConflictError, match="were seen already"):
        unstart(people.alice, product, view.public_id)


def test_what_is_kept_for_today_is_what_is_counted(people, product):
    view = make_running(people.alice, product, BY_EVENTS)
    send(people.alice, product, exposures([("old", 20, 2), ("new", 20, 8)], NOW))
    later = turn(product, days=8)
    running = get_experiment(later, view.public_id)
    counted = measure(later, running)
    assert measure_kept(later, running) == counted
    assert measure_kept(later, running) == counted
    send(people.alice, later, exposures([("old", 5, 0)], NOW, prefix="more"))
    assert measure_kept(later, running).units == (25, 20)


def test_a_thought_becomes_an_experiment(alice, people, product):
    thought = create_capture(people.alice, "Try templates\nfor new people")
    page = alice.get(at(product, f"new/?capture={thought.public_id}")).content.decode()
    assert 'value="Try templates"' in page
    alice.post(at(product, "new/"), {**BRIEF, "capture": thought.public_id})
    assert get_capture(people.alice, thought.public_id).is_done


def test_the_list_tells_nulls_beside_wins(alice, people, product):
    make_read(people.alice, product)
    make_read(people.alice, product, (2000, 400), (2000, 404), name="Nothing there")
    save_brief(people.alice, product, replace(BY_HAND, name="Not yet"))
    page = alice.get(at(product)).content.decode()
    assert "1</span> better than control" in page
    assert "1</span> no difference shown" in page
    only = alice.get(at(product, "?status=draft")).content.decode()
    assert "Not yet" in only
    assert "Nothing there" not in only
    assert "No experiment is in this state" in alice.get(at(product, "?status=x")).content.decode()


def test_a_readout_is_a_table_too(alice, people, product):
    view = make_read(people.alice, product)
    text = alice.get(view.url + "readouts/1/result.csv").content.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("product,simulated,ref")
    assert "Template,First project,0.2,0.25" in text
