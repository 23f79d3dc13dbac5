"""From the inbox to segments: a crash loses nothing, two packers double nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pilothouse.apps.analytics.models import InboxEvent, Segment
from pilothouse.apps.analytics.services import packing
from pilothouse.apps.analytics.services.answers import ask, open_log, take_inventory
from pilothouse.apps.analytics.services.packing import (
    compact_stream,
    pack_all,
    pack_stream,
)
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.analytics.services.store import event_store, list_live_segments
from pilothouse.apps.analytics.services.streams import get_stream
from tests.apps.makers import NOW, daily_events, make_event, send

RANGE = {"from": "2026-11-01", "to": "2026-11-30"}


class PowerCutError(BaseException):
    """What no handler catches."""


def names_of(product):
    return [segment.name for segment in list_live_segments(get_stream(product).pk)]


def answers_of(product):
    questions = [
        ("trend", {"event": "opened", **RANGE}),
        ("trend", {"measure": "sum:amount", "breakdown": "plan", **RANGE}),
        ("funnel", {"steps": ["opened", "paid"], "immature": "include", **RANGE}),
        ("retention", {"period": "day", "periods": 5, **RANGE}),
    ]
    at = replace(product, clock=NOW)
    return [ask(at, parse_question(*question)).result for question in questions]


def test_packing_keeps_every_value_of_every_event(people, product):
    events = [
        make_event("1", "opened", "a", NOW, plan="pro", amount=2.5, beta=True),
        make_event("2", "paid", "b", NOW + timedelta(microseconds=1), plan=3, note="näive\n"),
    ]
    send(people.alice, product, events)
    stream_id = get_stream(product).pk
    assert pack_stream(stream_id) == 2
    assert not InboxEvent.objects.exists()
    rows = event_store(stream_id).read(list_live_segments(stream_id)).to_pylist()
    assert [row["id"] for row in rows] == [event.id for event in events]
    assert [(row["event"], row["actor"]) for row in rows] == [("opened", "a"), ("paid", "b")]
    assert [row["time"] for row in rows] == [NOW, NOW + timedelta(microseconds=1)]
    assert [row["sequence"] for row in rows] == [0, 1]
    # One type a property: a text where the values differ in kind.
    assert [row["p:plan"] for row in rows] == ["pro", "3"]
    assert [row["p:amount"] for row in rows] == [2.5, None]
    assert [row["p:beta"] for row in rows] == [True, None]
    assert [row["p:note"] for row in rows] == [None, "näive\n"]


def test_a_cut_between_file_and_catalogue_loses_and_doubles_nothing(people, product, monkeypatch):
    send(people.alice, product, daily_events([3, 4]))
    stream_id = get_stream(product).pk

    def cut(*_args, **_kwargs):
        raise PowerCutError

    with monkeypatch.context() as broken:
        broken.setattr(packing, "add_segment", cut)
        with pytest.raises(PowerCutError):
            pack_stream(stream_id)
    assert InboxEvent.objects.count() == 7
    assert not Segment.objects.exists()
    assert pack_stream(stream_id) == 7
    assert take_inventory(product).rows == 7
    assert send(people.alice, product, daily_events([3, 4])).accepted == ()


def test_of_two_packers_one_wins(people, product, monkeypatch):
    send(people.alice, product, daily_events([3, 4]))
    stream_id = get_stream(product).pk
    store = event_store(stream_id)
    append, inner = store.append, []

    def append_and_be_overtaken(batch):
        info = append(batch)
        if not inner:
            inner.append(True)
            assert pack_stream(stream_id) == 7
        return info

    monkeypatch.setattr(store, "append", append_and_be_overtaken)
    # Whoever comes second finds nothing to do: no error on the page that asked, nothing doubled.
    assert pack_stream(stream_id) == 0
    assert (Segment.objects.count(), take_inventory(product).rows) == (1, 7)


def test_a_packer_that_is_overtaken_packs_what_came_after(people, product, monkeypatch):
    send(people.alice, product, daily_events([3]))
    stream_id = get_stream(product).pk
    store = event_store(stream_id)
    append, inner = store.append, []

    def append_and_be_overtaken(batch):
        info = append(batch)
        if not inner:
            inner.append(True)
            pack_stream(stream_id)
            send(people.alice, product, [make_event("late")])
        return info

    monkeypatch.setattr(store, "append", append_and_be_overtaken)
    assert pack_stream(stream_id) == 1
    assert take_inventory(product).rows == 4


def test_large_inboxes_are_packed_in_parts(people, product, monkeypatch):
    monkeypatch.setattr(packing, "PACK_ROWS", 5)
    send(people.alice, product, daily_events([12]))
    assert pack_all() == 12
    assert sorted(Segment.objects.values_list("rows", flat=True)) == [2, 5, 5]


def test_compaction_keeps_every_answer(people, product, monkeypatch):
    monkeypatch.setattr(packing, "COMPACT_AT", 6)
    for day in range(5):
        at = NOW - timedelta(days=day)
        send(
            people.alice,
            product,
            [
                make_event(f"o{day}", "opened", f"a{day % 5}", at, plan="pro", amount=day * 1.5),
                make_event(f"p{day}", "paid", f"a{day % 5}", at, plan=None, amount=1),
            ],
        )
        pack_all()
    before, files = answers_of(product), set(names_of(product))
    assert compact_stream(get_stream(product).pk) == 0
    send(people.alice, product, [make_event("x", "other", "z", NOW - timedelta(days=400))])
    pack_all()
    assert len(names_of(product)) == 1
    assert answers_of(product) == before
    folder = event_store(get_stream(product).pk)._events_dir
    # What was merged stays for questions that began before; test_sweeping says until when.
    assert {path.name for path in folder.iterdir()} >= set(names_of(product))
    assert not files & set(names_of(product))
    # Ids stay known after their first segments are gone.
    assert send(people.alice, product, [make_event("o3"), make_event("p0")]).accepted == ()


def test_fresh_events_are_in_the_next_answer(people, product):
    send(people.alice, product, [make_event("1")])
    assert open_log(product).rows == 1
    send(people.alice, product, [make_event("2")])
    assert open_log(product).rows == 2
