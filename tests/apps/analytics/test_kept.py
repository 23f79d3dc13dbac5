"""Kept answers: used while nothing has changed, made anew when anything has."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pilothouse.apps.analytics.services import readings
from pilothouse.apps.analytics.services.answers import open_log, take_inventory
from pilothouse.apps.analytics.services.kept import keep
from pilothouse.apps.analytics.services.metrics import MetricDraft, list_metrics, save_metric
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.analytics.services.streams import get_stream
from tests.apps.makers import make_event, send


class Maker:
    """Counts how often an answer was made."""

    def __init__(self):
        self.calls = 0

    def __call__(self):
        self.calls += 1
        return {"calls": self.calls}


@pytest.fixture
def stream_id(product):
    return get_stream(product).pk


def test_the_same_question_is_answered_once(product, stream_id):
    maker = Maker()
    assert keep(stream_id, "x", product, ["q"], maker) == {"calls": 1}
    assert keep(stream_id, "x", product, ["q"], maker) == {"calls": 1}


@pytest.mark.parametrize("change", ["question", "events", "time", "zone"])
def test_a_change_makes_the_answer_anew(people, product, stream_id, change):
    maker = Maker()
    keep(stream_id, "x", product, ["q"], maker)
    parts, view = ["q"], product
    if change == "question":
        parts = ["other"]
    elif change == "events":
        send(people.alice, product, [make_event("1")])
        open_log(product)
    elif change == "time":
        view = replace(product, clock=product.now + timedelta(minutes=15))
    else:
        view = replace(product, zone="Asia/Kathmandu")
    assert keep(stream_id, "x", view, parts, maker) == {"calls": 2}


def test_a_torn_file_is_made_anew(product, stream_id, settings):
    maker = Maker()
    keep(stream_id, "x", product, [], maker)
    path = settings.CONFIGURATION.index_dir / str(stream_id) / "kept-x.json"
    for torn in (b"", b"{", b"[]", b'{"key": 1}', b"\xff"):
        path.write_bytes(torn)
        keep(stream_id, "x", product, [], maker)
    assert maker.calls == 6


def test_kept_readings_and_inventory_say_what_fresh_ones_say(people, product):
    send(people.alice, product, [make_event(str(n)) for n in range(30)])
    for kind, definition in (
        ("trend", {"event": "opened", "measure": "actors"}),
        ("funnel", {"steps": ["opened", "opened"]}),
        ("retention", {"start": "opened", "return": "opened"}),
    ):
        draft = MetricDraft(kind, parse_question(kind, definition))
        save_metric(people.alice, product, draft)
    metrics = list_metrics(product)
    fixed = replace(product, clock=product.now)
    first = readings.read_metrics(fixed, metrics)
    log = open_log(fixed)
    assert readings.read_metrics(fixed, metrics) == first
    assert [readings.read_metric(fixed, metric, log) for metric in metrics] == first
    assert take_inventory(fixed) == take_inventory(fixed)
    assert take_inventory(fixed).actors == log.actors
