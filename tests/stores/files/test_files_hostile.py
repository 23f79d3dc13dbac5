"""Hostile values: each is accepted as it is or refused, and never touches its neighbours."""

from __future__ import annotations

import json

import pytest

from pilothouse.stores.files import ColumnRef, Mapping, PropertyRef
from tests.stores.files.test_files_read import HEAD, PLAIN

TEXT = Mapping(
    ColumnRef("event"),
    ColumnRef("actor"),
    ColumnRef("time"),
    properties=(PropertyRef(ColumnRef("n"), "n", "text"),),
)
# The accents show that the file is UTF-8, so that other bytes are faults and not Windows-1252.
BEFORE, AFTER = "ann,a,2024-01-01,éßö\n".encode(), b"bo,b,2024-01-02,2\n"

ROWS = [
    (b"x,a,2024-01-01,\x00\n", "property n: holds a NUL character"),
    (b"x\x00,a,2024-01-01,1\n", "actor: holds a NUL character"),
    (b"x,a,2024-01-01,\xff\xfe\n", "bytes that are not text in the encoding of the file"),
    (b"x,a,2024-01-01,\xed\xa0\x80\n", "bytes that are not text in the encoding of the file"),
    (b"x," + b"e" * 201 + b",2024-01-01,1\n", "event: longer than 200 characters"),
    (b"x" * 401 + b",a,2024-01-01,1\n", "actor: longer than 400 characters"),
    (b"x,a,2024-01-01," + b"v" * 8193 + b"\n", "property n: longer than 8192 characters"),
    (b"x,a,2024-01-01," + b"v" * 2**21 + b"\n", "a row longer than 1048576 bytes"),
    (b"x,a,2024-01-01," + b"v" * 10 * 2**20 + b"\n", "a row longer than 1048576 bytes"),
    (b"x," * 1_000_000 + b"\n", "a row longer than 1048576 bytes"),
    (b"   ,a,2024-01-01,1\n", "no actor"),
    (b"x,a,0001-01-01,1\n", "time outside the years 1971 to 2199"),
    (b"x,a,99999999999999999999,1\n", "time not understood as iso"),
]


@pytest.mark.parametrize(("row", "reason"), ROWS, ids=range(len(ROWS)))
def test_a_hostile_row_is_refused_alone(read, row, reason):
    reading = read(HEAD.encode() + BEFORE + row + AFTER, TEXT)
    assert [each["actor"] for each in reading.rows] == ["ann", "bo"]
    assert reading.faults == [(3, reason)]


@pytest.mark.parametrize("number", ["NaN", "inf", "-Infinity", "1e999", "0x10", "1,5", "1 000"])
def test_what_is_no_finite_number_is_refused(read, number):
    quoted = f'"{number}"'
    reading = read(HEAD + f"x,a,2024-01-01,{quoted}\nbo,b,2024-01-02,2\n", PLAIN)
    assert [each["p:n"] for each in reading.rows] == [2.0]
    assert reading.refusals.total == 1


@pytest.mark.parametrize("number", ["9223372036854775808", "9007199254740993", "1" * 300])
def test_whole_numbers_that_a_double_cannot_hold_are_refused_as_numbers(read, number):
    reading = read(HEAD + f"x,a,2024-01-01,{number}\n", PLAIN)
    assert reading.refusals.total == 1
    assert read(HEAD + f"x,a,2024-01-01,{number}\n", TEXT).rows[0]["p:n"] == number


@pytest.mark.parametrize(
    "value", ["=1+1", "<script>alert(1)</script>", "'; DROP TABLE x; --", "😀"]
)
def test_text_that_is_only_dangerous_elsewhere_is_kept(read, value):
    assert read(HEAD + f"x,a,2024-01-01,{value}\n", TEXT).rows[0]["p:n"] == value


def test_text_is_stored_in_one_normal_form(read):
    (row,) = read(HEAD + "Zoe\u0308,a,2024-01-01,1\n", TEXT).rows
    assert row["actor"] == "Zoë"


@pytest.mark.parametrize("final", [b"", AFTER * 200_000])
def test_a_quotation_mark_never_closed_costs_one_row(read, final):
    reading = read(HEAD.encode() + BEFORE + b'x,"a,2024-01-01,1\n' + AFTER + final, TEXT)
    assert reading.faults == [(3, "a quotation mark is never closed")]
    assert len(reading.rows) == 2 + final.count(b"\n")


def test_a_quotation_mark_inside_a_field_means_nothing(read):
    rows = read(HEAD + 'x,a,2024-01-01,5" pipe\ny,a,2024-01-01,"5"" pipe"\n', TEXT).rows
    assert [each["p:n"] for each in rows] == ['5" pipe', '5" pipe']


def test_odd_bytes_of_utf16_refuse_only_their_row(read):
    good = (HEAD + "ann,a,2024-01-01,1\n" + "bo,a,2024-01-01,").encode("utf-16")
    reading = read(good + b"\x00\xd8" + "\ncy,a,2024-01-01,1\n".encode("utf-16-le"), TEXT)
    assert [each["actor"] for each in reading.rows] == ["ann", "cy"]
    assert [line for line, _ in reading.faults] == [3]


def jsonl(value: str) -> str:
    good = '{"event":"a","actor":"ann","time":"2024-01-01T00:00:00Z","n":1}\n'
    bad = '{"event":"a","actor":"x","time":"2024-01-01T00:00:00Z","n":' + value + "}\n"
    return good * 3 + bad + good


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("NaN", "not valid JSON"),
        ("Infinity", "not valid JSON"),
        ("1e999", "not valid JSON"),
        ('"\\ud800"', "not valid JSON"),
        ('"a\\u0000b"', "property n: not a number"),
        ("[" * 100_000, "not valid JSON"),
        ("[" * 30 + "]" * 30, "nested deeper than 20"),
        (
            "9007199254740993",
            "property n: a whole number too large to keep exactly; take it as text",
        ),
        ("true", "property n: not a number"),
    ],
)
def test_a_hostile_json_value_is_refused_alone(read, value, reason):
    reading = read(jsonl(value), PLAIN)
    assert len(reading.rows) == 4
    assert reading.faults == [(4, reason)]


def test_json_lines_that_are_no_objects_are_refused(read):
    good = json.dumps({"event": "a", "actor": "ann", "time": "2024-01-01"})
    reading = read("\n".join([good, "[1]", "null", "{", good, '"x"']))
    assert len(reading.rows) == 2
    assert [line for line, _ in reading.faults] == [2, 3, 4, 6]


def test_a_million_keys_cannot_widen_the_store(read):
    usual = {"event": "a", "actor": "x", "time": "2024-01-01"}
    rows = [usual] * 1100
    rows += [{**usual, **{f"k{i}-{j}": 1 for j in range(200)}} for i in range(30)]
    rows.append({**usual, **dict.fromkeys(map(str, range(400)), 1)})
    reading = read("\n".join(map(json.dumps, rows)))
    assert len(reading.rows) + reading.refusals.total == 1131
    assert reading.table.num_columns <= 2010
    assert set(reading.refusals.counts) == {
        "more than 2000 different keys in one file",
        "more than 255 properties",
    }


def test_duplicate_keys_take_the_last(read):
    line = '{"event":"a","event":"b","actor":"x","time":"2024-01-01"}\n'
    assert [each["event"] for each in read(line * 3).rows] == ["b"] * 3
