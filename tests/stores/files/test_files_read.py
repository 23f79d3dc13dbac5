"""Every row is accepted or refused with its line; batches have the shape of the store."""

from __future__ import annotations

import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pilothouse.kernel.errors import DamagedError, InvalidValueError
from pilothouse.kernel.ids import event_id
from pilothouse.stores.batches import BASE_SCHEMA
from pilothouse.stores.files import (
    ColumnRef,
    Mapping,
    PropertyRef,
    detect,
    guess_mapping,
    load_events,
    load_file,
    read_batches,
    sources,
)
from pilothouse.stores.files.guess import guess_kind
from tests.stores.files.conftest import read_all

HEAD = "actor,event,time,n\n"
PLAIN = Mapping(
    ColumnRef("event"),
    ColumnRef("actor"),
    ColumnRef("time"),
    properties=(PropertyRef(ColumnRef("n"), "n", "number"),),
)


def test_a_batch_has_the_columns_of_the_store(read):
    table = read(HEAD + "ann,visit,2024-01-01T00:00:01Z,5\n").table
    assert table.schema.field("sequence") == BASE_SCHEMA.field("sequence")
    assert table.column_names == [*BASE_SCHEMA.names, "p:n"]
    assert table.select(BASE_SCHEMA.names).schema == BASE_SCHEMA
    (row,) = table.to_pylist()
    assert (row["event"], row["actor"], row["sequence"], row["p:n"]) == ("visit", "ann", 0, 5.0)


def test_refused_rows_name_their_line_and_reason(read):
    text = (
        "actor,event,time,n\r\n"
        "ann,a,2024-01-01,1\r\n"  # 2
        '"bo\nb",a,2024-01-01,2\r\n'  # 3 and 4
        "\r\n"  # 5 is blank
        "cy,a,2024-01-01\r\n"  # 6
        "di,a,2024-01-01,4,5\r\n"  # 7
        ",a,2024-01-01,1\r\n"  # 8
        "ed,,2024-01-01,1\r\n"  # 9
        "fi,a,,1\r\n"  # 10
        "gu,a,yesterday,1\r\n"  # 11
        "hi,a,2300-01-01,1\r\n"  # 12
        "id,a,2024-01-01,many\r\n"  # 13
        "jo,a,2024-01-01,1e999\r\n"  # 14
        "ko,a,2024-01-01,"  # 15 has no line end
    )
    reading = read(text, PLAIN)
    assert [row["actor"] for row in reading.rows] == ["ann", "bo\nb", "ko"]
    assert reading.faults == [
        (6, "3 fields where the header has 4"),
        (7, "5 fields where the header has 4"),
        (8, "no actor"),
        (9, "no event"),
        (10, "no time"),
        (11, "time not understood as iso"),
        (12, "time outside the years 1971 to 2199"),
        (13, "property n: not a number"),
        (14, "property n: not a finite number"),
    ]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_encodings_and_gzip_give_the_same_events_and_ids(read, codec, pack):
    text = HEAD + "".join(f"Zoë {i},a,2024-01-01,{i}\n" for i in range(500))
    assert read(pack(text.encode(codec)), PLAIN).rows == read(text, PLAIN).rows


@pytest.mark.parametrize("block", [64, 100, 1000])
def test_blocks_of_any_size_give_the_same_reading(read, make_file, monkeypatch, block):
    text = HEAD + "".join(
        f'"a{i}, ""x""\n",e,2024-01-0{1 + i % 9},{i}\n' if i % 7 else "short\n" for i in range(99)
    )
    whole = read(text, PLAIN)
    path = make_file(text)
    original = sources.open_source
    monkeypatch.setattr("pilothouse.stores.files.read.open_source", lambda p, _: original(p, block))
    cut = read_all(path, PLAIN)
    assert (cut.rows, cut.faults) == (whole.rows, whole.faults)
    assert len(whole.rows) + whole.refusals.total == 99


def test_chunks_are_cut_exactly_and_keep_the_order(read):
    text = HEAD + "".join(f"a,e,2024-01-01,{i}\n" for i in range(25))
    reading = read(text, PLAIN, chunk_rows=10)
    assert reading.batches == 3
    assert reading.table["sequence"].to_pylist() == list(range(25))
    assert reading.table["p:n"].to_pylist() == [float(i) for i in range(25)]


def test_progress_ends_at_the_size_of_the_file(make_file):
    path = make_file(HEAD + "a,e,2024-01-01,1\n" * 1000)
    seen: list[tuple[int, int]] = []
    list(read_batches(path, PLAIN, namespace="x", on_progress=lambda *done: seen.append(done)))
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)


def test_equal_rows_stay_apart_and_a_second_reading_gives_the_same_ids(read):
    text = HEAD + "a,e,2024-01-01,1\n" * 5 + "b,e,2024-01-01,1\n" + "a,e,2024-01-01,1\n" * 5
    first = read(text, PLAIN)
    assert len(set(first.ids)) == 11
    assert first.ids == read(text, PLAIN, chunk_rows=3).ids
    assert not set(first.ids) & set(read(text, PLAIN, namespace="other").ids)


def test_a_longer_export_keeps_the_ids_of_its_older_rows(read):
    rows = [f"a{i % 4},e,2024-01-01,{i % 3}\n" for i in range(40)]
    old, new = read(HEAD + "".join(rows[:30]), PLAIN), read(HEAD + "".join(rows), PLAIN)
    assert old.ids == new.ids[:30]


def test_ids_of_a_column_are_those_of_the_kernel(read):
    ids = ["018c0000-0000-7000-8000-000000000001", "{018C0000000070008000000000000001}", "x-1"]
    text = "id,actor,event,time\n" + "".join(f"{each},a,e,2024-01-01\n" for each in ids)
    assert read(text).ids == [event_id(each) for each in ids]
    assert read(text.split("{")[0]).ids == [event_id(ids[0])]


def test_jsonl_types_come_from_the_values(read):
    rows = [
        {"event": "a", "actor": 7, "time": "2024-01-01", "n": 1, "s": "x", "b": True, "l": [1, {}]},
        {"event": "a", "actor": "ann", "time": "2024-01-02", "n": 2.5, "s": 3, "new": None},
    ]
    reading = read("\n".join(json.dumps(row) for row in rows))
    first, second = reading.rows
    assert (first["actor"], first["p:n"], first["p:b"], first["p:l"]) == ("7", 1.0, True, "[1,{}]")
    assert (second["p:n"], second["p:s"], second["p:l"]) == (2.5, "3", None)
    assert first["p:s"] == "x"


def test_jsonl_reads_fast_and_slow_blocks_alike(make_file, monkeypatch):
    rows = [
        {"event": "e", "actor": f"u{i}", "time": 1700000000.25 + i, "properties": {"n": i}}
        for i in range(300)
    ]
    rows[100]["properties"]["n"] = "many"
    rows[150]["properties"]["new"] = "key"
    lines = [json.dumps(row) for row in rows]
    lines[200] = '{"event": "e", '
    path = make_file("\n".join(lines))
    mapping = guess_mapping(detect(path))
    whole = read_all(path, mapping)
    original = sources.open_source
    monkeypatch.setattr("pilothouse.stores.files.read.open_source", lambda p, _: original(p, 2000))
    cut = read_all(path, mapping)
    assert cut.rows == whole.rows
    assert cut.faults == whole.faults == [(201, "not valid JSON")]
    assert cut.rows[150]["p:new"] == "key"
    assert cut.rows[298]["time"].microsecond == 250_000


def test_parquet_keeps_types_opens_structs_and_counts_rows(tmp_path):
    table = pa.table(
        {
            "actor": pa.array(["a", None, "c"]).dictionary_encode(),
            "event": ["x", "y", "z"],
            "time": pa.array([0, 1, 2 * 10**15], pa.timestamp("us", tz="UTC")),
            "properties": [{"n": 1, "ok": True}, None, {"n": 2, "ok": None}],
            "tags": [["x"], None, []],
        }
    )
    pq.write_table(table, tmp_path / "x.parquet")
    reading = read_all(tmp_path / "x.parquet")
    (row,) = reading.rows
    assert (row["p:n"], row["p:ok"], row["p:tags"]) == (2.0, None, "[]")
    assert reading.faults == [(1, "time outside the years 1971 to 2199"), (2, "no actor")]
    assert reading.ids == read_all(tmp_path / "x.parquet").ids


def test_parquet_with_json_text_as_posthog_exports_it(tmp_path):
    table = pa.table(
        {
            "distinct_id": ["a", "b"],
            "event": ["x", "y"],
            "timestamp": pa.array([2**50, 2**50], pa.timestamp("us")),
            "properties": ['{"plan":"pro","n":3}', None],
        }
    )
    pq.write_table(table, tmp_path / "x.parquet")
    first, second = read_all(tmp_path / "x.parquet").rows
    assert (first["p:plan"], first["p:n"], second["p:plan"]) == ("pro", 3.0, None)


def test_load_events_decides_kinds_by_all_values(make_file):
    rows = "".join(f"a,e,2024-01-01,{i},{i}\n" for i in range(1500))
    path = make_file("actor,event,time,code,n\n" + rows + "a,e,2024-01-01,A1,7\n")
    table = load_events(path)
    assert table.column_names == ["actor", "event", "time", "code", "n"]
    assert table["code"].to_pylist()[-2:] == ["1499", "A1"]
    assert table["n"].to_pylist()[-1] == 7.0


def test_load_file_tells_what_was_refused(make_file):
    loaded = load_file(make_file(HEAD + "a,e,2024-01-01,1\na,e,2024-01-02,2\na,e,soon,3\n"))
    assert loaded.table.num_rows == 2
    assert loaded.refusals.counts == {"time not understood as date": 1}


def test_a_gzip_that_breaks_in_the_middle_is_damaged(make_file):
    packed = gzip.compress(("".join(f"a,e,2024-01-01,{i}\n" for i in range(900_000))).encode())
    path = make_file(gzip.compress(HEAD.encode()) + packed[:-20])
    with pytest.raises(DamagedError, match="broken after"):
        read_all(path, PLAIN)


def test_a_packed_bomb_is_stopped(make_file):
    path = make_file(gzip.compress((HEAD + "a,e,2024-01-01,1\n").encode() + b"a" * 90_000_000))
    with pytest.raises(InvalidValueError, match="at most 200 times"):
        read_all(path, PLAIN)


def test_guess_kind_of_nothing_is_text():
    assert guess_kind([]) == "text"
