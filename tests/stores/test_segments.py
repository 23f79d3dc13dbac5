"""Segments: durable, named by content, refused when torn, read tolerantly."""

from __future__ import annotations

import os

import pyarrow as pa
import pytest

from pilothouse.kernel.errors import DamagedError, InvalidValueError, UnavailableError
from pilothouse.stores.batches import BASE_SCHEMA
from pilothouse.stores.segments import check_segment, read_segment, read_segments, write_segment
from tests.stores.event_batches import make_batch, random_rows

ROWS = [("ann", "A", 5, {"p": "x"}), ("bo", "B", 3, {"p": None, "n": 1.5})]


def test_a_segment_is_described_and_read_back(tmp_path):
    batch = make_batch(ROWS, first_sequence=7)
    info = write_segment(tmp_path, batch)
    assert (info.rows, info.first_us, info.last_us, info.first_sequence) == (2, 3, 5, 7)
    assert info.events == (("A", 1), ("B", 1))
    assert info.name == f"{info.sha256}.parquet"
    assert info.bytes == (tmp_path / info.name).stat().st_size
    assert read_segment(tmp_path / info.name).to_pydict() == batch.to_pydict()
    assert read_segment(tmp_path / info.name, ["actor", "p:none"]).column_names == ["actor"]
    check_segment(tmp_path, info)


def test_the_same_batch_is_the_same_segment(tmp_path):
    batch = make_batch(ROWS)
    assert write_segment(tmp_path, batch) == write_segment(tmp_path, batch.slice(0))
    assert [p.name for p in tmp_path.iterdir()] == [write_segment(tmp_path, batch).name]


def test_segments_are_read_as_one_with_text_where_types_differ(tmp_path):
    batches = [
        make_batch([("ann", "A", 1, {"p": "x", "q": True})]),
        make_batch([("ann", "A", 2, {"p": 12.0, "n": 1.5})], 1),
        make_batch([("ann", "A", 3, {"p": False, "q": False})], 2),
    ]
    paths = [tmp_path / write_segment(tmp_path, batch).name for batch in batches]
    table = read_segments(paths)
    assert table["p:p"].to_pylist() == ["x", "12", "false"]
    assert table["p:n"].to_pylist() == [None, 1.5, None]
    assert table["p:q"].to_pylist() == [True, None, False]
    assert read_segments([]).schema == BASE_SCHEMA


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t.slice(0, 0),
        lambda t: t.drop_columns(["actor"]),
        lambda t: t.append_column("p:list", pa.array([[1], [2]])),
        lambda t: t.set_column(1, "event", pa.array(["A", None])),
        lambda t: t.set_column(3, "time", pa.array(["now", "then"])),
    ],
)
def test_batches_of_another_shape_are_refused(tmp_path, spoil):
    with pytest.raises(InvalidValueError):
        write_segment(tmp_path, spoil(make_batch(ROWS)))
    assert list(tmp_path.iterdir()) == []


def test_every_torn_state_is_detected(tmp_path):
    info = write_segment(tmp_path, make_batch(random_rows(400)))
    path = tmp_path / info.name
    whole = path.read_bytes()
    states = [whole[:cut] for cut in range(0, len(whole), max(1, len(whole) // 60))]
    for place in range(0, len(whole), max(1, len(whole) // 120)):
        states.append(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        states.append(whole[:place] + bytes(64) + whole[place + 64 :] + b"\x01")
    assert len(states) > 250
    for state in states:
        path.write_bytes(state)
        with pytest.raises(DamagedError):
            check_segment(tmp_path, info)
        with pytest.raises(DamagedError):
            read_segment(path, ["actor"])
    path.unlink()
    with pytest.raises(DamagedError, match="missing or damaged"):
        check_segment(tmp_path, info)


def test_a_disk_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    def fail(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UnavailableError, match="No space left"):
        write_segment(tmp_path, make_batch(ROWS))
    assert list(tmp_path.iterdir()) == []
