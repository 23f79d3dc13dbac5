"""What is written in any format is read back equal."""

# ruff: noqa: DTZ001 - local times without a zone are what is tested
from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timezone

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pilothouse.kernel.ids import clean_text
from pilothouse.stores.files import ColumnRef, Mapping, PropertyRef, detect
from tests.stores.files.conftest import read_all

text = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t"), max_size=20
)
name = text.map(str.strip).filter(lambda t: bool(t) and t == t.strip())
rows = st.lists(
    st.fixed_dictionaries(
        {
            "actor": name,
            "event": name,
            "time": st.datetimes(datetime(1971, 1, 2), datetime(2199, 12, 30)),
            "word": text,
            "n": st.none() | st.floats(allow_nan=False, allow_infinity=False),
            "yes": st.none() | st.booleans(),
        }
    ),
    min_size=1,
    max_size=12,
)
MAPPING = Mapping(
    ColumnRef("event"),
    ColumnRef("actor"),
    ColumnRef("time"),
    properties=(
        PropertyRef(ColumnRef("word"), "word", "text"),
        PropertyRef(ColumnRef("n"), "n", "number"),
        PropertyRef(ColumnRef("yes"), "yes", "bool"),
    ),
)
few = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def expected(given_rows):
    return [
        {
            "actor": clean_text(row["actor"]),
            "event": clean_text(row["event"]),
            "time": row["time"].replace(tzinfo=timezone.utc),
            "p:word": clean_text(row["word"]) or None,
            "p:n": row["n"],
            "p:yes": row["yes"],
        }
        for row in given_rows
    ]


def read_back(path):
    reading = read_all(path, MAPPING)
    assert reading.refusals.total == 0
    assert len(set(reading.ids)) == len(reading.rows)
    return [
        {key: value for key, value in row.items() if key not in ("id", "sequence")}
        for row in reading.rows
    ]


@given(rows, st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["\n", "\r\n"]))
@few
def test_csv(tmp_path, given_rows, delimiter, line_end):
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(
        buffer,
        list(given_rows[0]),
        delimiter=delimiter,
        lineterminator=line_end,
        quoting=csv.QUOTE_NOTNULL if hasattr(csv, "QUOTE_NOTNULL") else csv.QUOTE_ALL,
    )
    writer.writeheader()
    for row in given_rows:
        number = "" if row["n"] is None else repr(row["n"])
        # Whole numbers beyond 2**53 in digits are refused by rule; repr writes them with an e.
        assume("e" in number or len(number) < 18)
        writer.writerow({**row, "time": row["time"].isoformat(), "n": number})
    path = tmp_path / "x.csv"
    path.write_bytes(buffer.getvalue().encode("utf-8"))
    assert read_back(path) == expected(given_rows)


@given(rows)
@few
def test_jsonl(tmp_path, given_rows):
    path = tmp_path / "x.jsonl"
    lines = [json.dumps({**row, "time": row["time"].isoformat()}) for row in given_rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert read_back(path) == expected(given_rows)


@given(rows)
@few
def test_parquet(tmp_path, given_rows):
    path = tmp_path / "x.parquet"
    columns = {key: [row[key] for row in given_rows] for key in given_rows[0]}
    types = {"n": pa.float64(), "yes": pa.bool_(), "time": pa.timestamp("us")}
    pq.write_table(pa.table({k: pa.array(v, types.get(k)) for k, v in columns.items()}), path)
    assert read_back(path) == expected(given_rows)


@given(st.lists(st.sampled_from(["a", "b", '"', '""', ",", "\n", "\r\n", "x y"]), max_size=60))
@few
def test_any_text_is_accepted_or_refused_row_by_row(tmp_path, parts):
    """The scan, Arrow and Python's reader must agree on what the fields are."""
    body = "".join(parts)
    path = tmp_path / "x.csv"
    path.write_bytes(("actor,event,time\nann,a,2024-01-01\n" + body).encode())
    # Where most lines have another width, the first ones are taken for a preamble.
    assume(detect(path).columns[0] == "actor")
    mapping = Mapping(ColumnRef("event"), ColumnRef("actor"), ColumnRef("time"))
    reading = read_all(path, mapping)
    assert reading.rows[0]["actor"] == "ann"
    if "\r" not in body and body.count('"') == 0:
        lines = [line for line in body.split("\n") if line]
        assert len(reading.rows) - 1 + reading.refusals.total == len(lines)
