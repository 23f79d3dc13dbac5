"""What a file is, seen from its first bytes."""

from __future__ import annotations

import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pilothouse.kernel.errors import DamagedError, InvalidValueError
from pilothouse.stores.files import detect

ROWS = "actor,event,time\nann,visit,2024-01-01\nbo,buy,2024-01-02\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter(make_file, delimiter):
    guess = detect(make_file(ROWS.replace(",", delimiter)))
    assert guess.delimiter == delimiter
    assert guess.columns == ("actor", "event", "time")
    assert guess.rows == (("ann", "visit", "2024-01-01"), ("bo", "buy", "2024-01-02"))


def test_runs_of_spaces_are_a_delimiter_where_nothing_else_is(make_file):
    guess = detect(make_file(" actor  date n\r\n 1   20240101  5\r\n 2 20240102 5\r\n"))
    assert (guess.delimiter, guess.columns) == (" ", ("actor", "date", "n"))


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_encoding(make_file, codec, encoding):
    guess = detect(make_file(ROWS.replace("ann", "Zoë Müller").encode(codec)))
    assert guess.encoding == encoding
    assert guess.rows[0][0] == "Zoë Müller"


def test_header_below_a_preamble(make_file):
    guess = detect(make_file('Notes:\n"A long, quoted line"\n\n' + ROWS))
    assert (guess.header_line, guess.columns) == (4, ("actor", "event", "time"))


def test_repeated_names_are_kept_by_position(make_file):
    guess = detect(make_file("label,actor,time,label\na,ann,2024-01-01,b\n"))
    assert guess.columns == ("label", "actor", "time", "label")


def test_gzip_is_seen_by_content_not_by_name(make_file):
    guess = detect(make_file(gzip.compress(ROWS.encode())))
    assert guess.gzip
    assert len(guess.rows) == 2


def test_jsonl_columns_are_keys_and_those_of_properties(make_file):
    guess = detect(make_file('{"event":"a","properties":{"plan":"pro","n":1}}\n{"actor":"x"}\n'))
    assert guess.format == "jsonl"
    assert guess.columns == ("event", "properties.plan", "properties.n", "actor")
    assert guess.flatten == ("properties",)


def test_parquet_counts_its_rows(tmp_path):
    pq.write_table(pa.table({"actor": ["a"] * 30, "n": list(range(30))}), tmp_path / "x")
    guess = detect(tmp_path / "x")
    assert (guess.format, guess.row_estimate, len(guess.rows)) == ("parquet", 30, 20)


def test_rows_are_estimated_from_the_head(make_file):
    guess = detect(make_file(ROWS + "ann,visit,2024-01-01\n" * 200_000))
    assert 150_000 < guess.row_estimate < 250_000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\n\n", "empty"),
        (b"PK\x03\x04rest of a zip", "Unpack"),
        (gzip.compress(gzip.compress(b"a,b\n", mtime=0), mtime=0), "packed twice"),
        (bytes(range(256)) * 20, "not text"),
        (b"just words\nand words without any columns at all here\n", "delimiter"),
        (b'[{"event":"a"}]', "one object a line"),
        (b"{broken\n{broken\n", "JSON"),
        (b",".join([b"c"] * 1_000_000) + b"\n", "2000 columns"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_what_is_no_file_of_events_is_refused_with_a_remedy(make_file, content, words):
    with pytest.raises(InvalidValueError, match=words):
        detect(make_file(content))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InvalidValueError, match="no such file"):
        detect(tmp_path / "none.csv")


def test_broken_parquet_and_gzip_are_damaged(make_file):
    with pytest.raises(DamagedError, match="Parquet"):
        detect(make_file(b"PAR1" + b"\0" * 100 + b"PAR1"))
    with pytest.raises(DamagedError, match="gzip"):
        detect(make_file(gzip.compress(ROWS.encode())[:-12]))
