"""Files of units: what is read, what is refused and in which words."""

from __future__ import annotations

import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pilothouse.kernel.errors import InvalidValueError, PilothouseError
from pilothouse.stores.files.units import UnitColumns, read_units

COLUMNS = UnitColumns("user", "group", "spend")
PLAIN = "user,group,spend\nu1,B,1.5\nu2,A,2\nu3,B,-3e1\n"


@pytest.fixture
def write(tmp_path):
    def write(data: str | bytes, name: str = "units.csv"):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t").replace("\n", "\r\n"),
        "\ufeff" + PLAIN,
        PLAIN.encode("utf-16"),
        gzip.compress(PLAIN.encode(), mtime=0),
        "note\n" + PLAIN,
        PLAIN.replace("1.5", " 1.5 ").replace(",B", ", B"),
        'user,group,spend\n"u1","B","1.5"\n"u2",A,"2"\nu3,B,-30\n',
        "x,user,y,group,z,spend\n,u1,,B,,1.5\nq,u2,,A,,2\n,u3,,B,,-30\n",
    ],
)
def test_ways_to_write_the_same(write, data):
    found = read_units(write(data), COLUMNS)
    rows = found.rows
    assert rows.arms == ("A", "B")
    assert rows.arm.tolist() == [1, 0, 1]
    assert rows.metric.tolist() == [1.5, 2, -30]
    assert [found.label(unit) for unit in rows.unit] == ["u1", "u2", "u3"]


def test_parquet_with_its_own_types(tmp_path):
    table = pa.table(
        {
            "user": [7, 8, 9],
            "group": pa.array(["t", "c", "t"]).dictionary_encode(),
            "spend": pa.array([True, False, True]),
            "old": pa.array([1, None, 3], pa.int32()),
        }
    )
    pq.write_table(table, tmp_path / "u.parquet")
    columns = UnitColumns("user", "group", "spend", pre="old")
    found = read_units(tmp_path / "u.parquet", columns, "zero")
    assert found.rows.metric.tolist() == [1, 0, 1]
    assert found.rows.pre.tolist() == [1, 0, 3]
    assert found.label(1) == "8"
    dropped = read_units(tmp_path / "u.parquet", columns, "drop")
    assert (len(dropped.rows), dropped.dropped) == (2, 1)
    assert dropped.rows.arms == ("t",)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (PLAIN.replace("spend", "money"), ["spend", "There are user, group, money"]),
        (PLAIN.replace("-3e1", "many"), ["many", "row 3 below the header", "spend"]),
        (PLAIN.replace("-3e1", "NaN"), ["nan", "row 3", "finite"]),
        (PLAIN.replace("-3e1", "1e999"), ["inf", "row 3"]),
        (PLAIN.replace("-3e1", '"1,5"'), ["1,5", "such as 12.5"]),
        (PLAIN.replace("-3e1", ""), ["column spend is empty in row 3", "zero"]),
        (PLAIN.replace("u2", ""), ["column user is empty in row 2"]),
        (PLAIN.replace(",A", ","), ["column group", "row 2"]),
        (PLAIN + "u4,A\n", ["broken row"]),
        ("user,group,spend\n", ["no rows"]),
        ("", ["empty"]),
        ("user,group,spend,spend\nu1,B,1,2\n", ["several columns", "spend"]),
        ('{"user": 1}\n', ["no such column"]),
        ('{"user": 1, "group": "A", "spend": 3}\n', ["CSV or Parquet"]),
        ("user,group,spend\nüéß,A,2\n".encode() + b"u\xff4,A,3\n", ["broken row"]),
        (b"PK\x03\x04" + b"0" * 50, ["zip"]),
        (b"\x00\x01\x02" * 50, ["not text"]),
    ],
)
def test_what_cannot_be_read_says_why(write, data, words):
    with pytest.raises(PilothouseError) as caught:
        read_units(write(data), COLUMNS)
    for word in words:
        assert word in caught.value.sentence


def test_a_column_of_times_holds_no_numbers(tmp_path):
    table = pa.table({"user": ["a"], "group": ["A"], "spend": [[1, 2]]})
    pq.write_table(table, tmp_path / "u.parquet")
    with pytest.raises(InvalidValueError, match="spend"):
        read_units(tmp_path / "u.parquet", COLUMNS)


def test_a_file_that_is_all_left_out(write):
    found = read_units(write("user,group,spend\nu1,A,\nu2,B,\n"), COLUMNS, "drop")
    assert (len(found.rows), found.dropped) == (0, 2)
