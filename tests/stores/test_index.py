"""The index: equal to a log made from plain rows, whole or made again, extended when it grows."""

from __future__ import annotations

import multiprocessing
import shutil
from itertools import pairwise

import numpy as np
import pytest

from pilothouse.engines.analytics import EventLog, FunnelQuery, Selector, funnel
from pilothouse.kernel.errors import DamagedError, UnavailableError
from pilothouse.stores import arrays, index, properties
from pilothouse.stores.embedded import EmbeddedStore
from tests.stores.event_batches import describe, make_batch, random_rows

QUERY = FunnelQuery((Selector("A"), Selector("B")), 9_000_000, breakdown="plan")


@pytest.fixture
def store(tmp_path):
    return EmbeddedStore(tmp_path / "events", tmp_path / "index")


def fill(store, rows, cuts):
    return [store.append(make_batch(rows[a:b], a)) for a, b in pairwise(cuts)]


@pytest.mark.parametrize("unit_us", [1_000_000, 1000, 1])
def test_the_index_is_the_log_of_the_rows(store, unit_us):
    rows = random_rows(300, unit_us=unit_us)
    segments = fill(store, rows, [0, 1, 100, 300])
    log, expected = store.log(segments[::-1]), EventLog.from_rows(rows)
    assert describe(log) == describe(expected)
    assert (log.first_us, log.last_us) == (expected.first_us, expected.last_us)
    assert (log.time_unit_us, log.time.dtype) == (expected.time_unit_us, expected.time.dtype)
    assert list(log.property_names) == ["amount", "paid", "plan"]
    assert funnel(log, QUERY) == funnel(expected, QUERY)
    assert store.log(segments) is log


@pytest.mark.parametrize("late", [1, 5, 20])
def test_a_little_more_is_merged_and_much_more_is_built_anew(store, tmp_path, late, monkeypatch):
    rows = random_rows(300)
    rows[-1] = ("newcomer", "new event", rows[-1][2], {"plan": "new", "fresh": 1.0})
    segments = fill(store, rows, [0, 150, 300 - late, 300])
    base = store.log(segments[:2])
    assert {base.property(name).kind for name in base.property_names} == {"text", "number", "bool"}
    built = []
    make_run = index.make_run
    monkeypatch.setattr(index, "make_run", lambda a: built.append(len(a)) or make_run(a))
    log = store.log(segments)
    assert len(list((tmp_path / "index").glob("*/columns/*"))) == 3
    assert describe(log) == describe(EventLog.from_rows(rows))
    assert built == []
    more = fill(store, random_rows(400), [300, 400])
    assert store.log(segments + more).rows == 400
    assert built == [400]


def test_events_that_do_not_fit_the_base_are_built_anew(store):
    rows = random_rows(100)
    segments = fill(store, rows, [0, 98])
    store.log(segments)
    odd = [("ann", "A", 10**15 + 1, {}), ("ann", "A", -5_000_000, {})]
    segments.append(store.append(make_batch(odd, 98)))
    assert describe(store.log(segments)) == describe(EventLog.from_rows(rows[:98] + odd))


def test_taking_segments_out_takes_their_events_out(store):
    rows = random_rows(200)
    segments = fill(store, rows, [0, 190, 200])
    store.log(segments)
    assert describe(store.log(segments[:1])) == describe(EventLog.from_rows(rows[:190]))
    store.remove(segments[1:])
    with pytest.raises(DamagedError):
        EmbeddedStore(store._events_dir, store._index_dir / "other").log(segments)


def test_properties_of_several_types_become_text(store):
    segments = [
        store.append(make_batch([("ann", "A", 0, {"p": 12.0})])),
        store.append(make_batch([("ann", "A", 1, {"p": "x"})], 1)),
        store.append(make_batch([("ann", "A", 2, {})], 2)),
    ]
    column = store.log(segments).property("p")
    assert (column.kind, list(column.values), column.codes.tolist()) == (
        "text",
        ["12", "x"],
        [1, 2, 0],
    )


def test_numbers_of_many_values_have_no_dictionary(store, monkeypatch):
    monkeypatch.setattr(properties, "MAX_DICTIONARY", 3)
    rows = [("ann", "A", k, {"n": float(k)} if k else {}) for k in range(9)]
    log = store.log(fill(store, rows, [0, 9]))
    assert log.property("n").numbers is not None
    assert describe(log) == describe(EventLog.from_rows(rows))


def test_an_empty_catalogue_is_an_empty_log(store):
    assert (store.log([]).rows, store.log([]).first_us) == (0, None)


def test_every_torn_state_of_an_index_is_detected_and_made_again(store, tmp_path):
    rows = random_rows(60)
    segments = fill(store, rows, [0, 60])
    expected = describe(store.log(segments))
    kept = tmp_path / "kept"
    shutil.copytree(tmp_path / "index", kept)
    files = [f.relative_to(kept) for f in sorted(kept.rglob("*")) if f.is_file()]
    assert len(files) > 10
    states = 0
    for file in files:
        whole = (kept / file).read_bytes()
        for place in range(0, len(whole), max(1, len(whole) // 5)):
            for torn in (
                whole[:place],
                whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :],
            ):
                (tmp_path / "index" / file).write_bytes(torn)
                fresh = EmbeddedStore(tmp_path / "events", tmp_path / "index")
                assert describe(fresh.log(segments)) == expected
                assert (tmp_path / "index" / file).read_bytes() == whole
                states += 1
    assert states > 100


def test_a_damaged_segment_gives_no_numbers(store, tmp_path):
    segments = fill(store, random_rows(60), [0, 30, 60])
    path = tmp_path / "events" / segments[1].name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedError):
        store.log(segments)
    assert store.log(segments[:1]).rows == 30


def test_a_full_disk_stops_no_question_about_properties(store, monkeypatch):
    rows = random_rows(60)
    log = store.log(fill(store, rows, [0, 60]))

    def fail(*_):
        raise UnavailableError("the disk is full.")

    monkeypatch.setattr(properties, "save_bundle", fail)
    assert describe(log) == describe(EventLog.from_rows(rows))


def test_a_bundle_that_cannot_be_written_leaves_nothing(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(arrays, "_save_bytes", fail)
    with pytest.raises(UnavailableError, match="No space"):
        arrays.save_bundle(tmp_path / "a" / "b", {"x": np.zeros(3)}, {})
    assert list((tmp_path / "a").iterdir()) == []


def _open(folder, segments, queue):
    store = EmbeddedStore(folder / "events", folder / "index")
    queue.put(describe(store.log(segments)))


@pytest.mark.slow
def test_two_processes_may_build_at_once(store, tmp_path):
    rows = random_rows(500)
    segments = fill(store, rows, [0, 500])
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    many = [context.Process(target=_open, args=(tmp_path, segments, queue)) for _ in range(4)]
    for process in many:
        process.start()
    answers = [queue.get(timeout=120) for _ in many]
    for process in many:
        process.join(60)
    assert answers == [describe(EventLog.from_rows(rows))] * 4
    assert len([f for f in (tmp_path / "index").iterdir() if f.name != "ids"]) == 1
