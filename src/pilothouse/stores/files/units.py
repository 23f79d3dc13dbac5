"""Files with one row a unit of an experiment, CSV or Parquet, as arrays for its engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from pilothouse.engines.experiments.units import UnitRows
from pilothouse.kernel.errors import DamagedError, InvalidValueError
from pilothouse.stores.files.detect import FileGuess, detect
from pilothouse.stores.files.sources import iter_utf8, open_source

Missing = Literal["refuse", "zero", "drop"]


@dataclass(frozen=True)
class UnitColumns:
    """Which columns hold what; empty: there is none."""

    unit: str
    arm: str
    metric: str
    pre: str = ""
    denominator: str = ""
    pre_denominator: str = ""
    stratum: str = ""

    @property
    def numbers(self) -> dict[str, str]:
        """Columns of numbers by what they hold."""
        named = {
            "metric": self.metric, "pre": self.pre, "denominator": self.denominator,
            "pre_denominator": self.pre_denominator,
        }  # fmt: skip
        return {what: name for what, name in named.items() if name}

    @property
    def texts(self) -> dict[str, str]:
        """Columns of texts by what they hold."""
        named = {"unit": self.unit, "arm": self.arm, "stratum": self.stratum}
        return {what: name for what, name in named.items() if name}


@dataclass(frozen=True)
class UnitFile:
    """The rows of a file. ``dropped``: rows left out, as asked, for an empty cell."""

    rows: UnitRows
    labels: Any
    dropped: int

    def label(self, unit: int) -> str:
        """What the file calls a unit."""
        return str(self.labels[unit].as_py())


def read_units(path: Path, columns: UnitColumns, missing: Missing = "refuse") -> UnitFile:
    """Read a file; InvalidValueError names the column, row and value that cannot be used."""
    guess = detect(path)
    _check_columns(guess, columns)
    wanted = list(dict.fromkeys([*columns.texts.values(), *columns.numbers.values()]))
    if guess.format == "parquet":
        table = _read_parquet(path, wanted)
    elif guess.format == "csv" and guess.delimiter != " ":
        table = _read_csv(path, guess, wanted, set(columns.numbers.values()))
    else:
        raise InvalidValueError(
            "a file of units is CSV or Parquet.", value=path.name,
            remedy="Separate columns by comma, semicolon, tab or bar.",
        )  # fmt: skip
    if not table.num_rows:
        raise InvalidValueError("the file holds no rows below its header.", value=path.name)
    table, dropped = _without_missing(table, columns, missing)
    return _to_rows(table, columns, dropped)


def _check_columns(guess: FileGuess, columns: UnitColumns) -> None:
    for name in [*columns.texts.values(), *columns.numbers.values()]:
        times = guess.columns.count(name)
        if times == 0:
            there = ", ".join(guess.columns[:20])
            raise InvalidValueError(
                "there is no such column.", value=name, remedy=f"There are {there}."
            )
        if times > 1:
            raise InvalidValueError("there are several columns of this name.", value=name)


def _read_parquet(path: Path, wanted: list[str]) -> pa.Table:
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path, columns=wanted)
    except (pa.ArrowException, OSError) as error:
        raise DamagedError("the Parquet file cannot be read.", value=path.name) from error
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            plain = table[field.name].cast(field.type.value_type)
            table = table.set_column(place, field.name, plain)
    return table


def _read_csv(path: Path, guess: FileGuess, wanted: list[str], numbers: set[str]) -> pa.Table:
    source = open_source(path)
    try:
        data = b"".join(iter_utf8(source, guess.encoding))
    finally:
        source.close()
    places = {name: str(guess.columns.index(name)) for name in wanted}
    try:
        table = _parse(data, guess, places, numbers)
    except pa.ArrowInvalid:
        # Something is no number, or a row is broken: as texts it can be named.
        table = _parse_texts(data, guess, places)
    return table.rename_columns(wanted)


def _parse(data: bytes, guess: FileGuess, places: dict[str, str], numbers: set[str]) -> pa.Table:
    types = {
        place: pa.float64() if name in numbers else pa.string() for name, place in places.items()
    }
    return csv.read_csv(
        pa.py_buffer(data),
        read_options=csv.ReadOptions(
            column_names=[str(place) for place in range(len(guess.columns))],
            skip_rows=guess.header_line,
        ),
        parse_options=csv.ParseOptions(
            delimiter=guess.delimiter, newlines_in_values=data.find(b'"') >= 0
        ),
        convert_options=csv.ConvertOptions(
            include_columns=list(places.values()),
            column_types=types,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )


def _parse_texts(data: bytes, guess: FileGuess, places: dict[str, str]) -> pa.Table:
    try:
        return _parse(data, guess, places, set())
    except pa.ArrowInvalid as error:
        told = str(error).split(". ", maxsplit=1)[0].replace("CSV parse error: ", "")
        raise InvalidValueError(
            "the file has a broken row.", value=told,
            remedy="Each row has as many cells as the header; text is UTF-8.",
        ) from error  # fmt: skip


def _without_missing(
    table: pa.Table, columns: UnitColumns, missing: Missing
) -> tuple[pa.Table, int]:
    for name in columns.texts.values():
        _refuse_missing(table, name, "Each row names its unit, its arm and what it is asked for.")
    kept = None
    for name in columns.numbers.values():
        empty = pc.is_null(table[name])
        if not pc.any(empty).as_py():
            continue
        if missing == "refuse":
            _refuse_missing(table, name, "Say whether an empty cell is zero or its row is dropped.")
        if missing == "zero":
            filled = pc.fill_null(table[name], pa.scalar(0).cast(table[name].type))
            table = table.set_column(table.column_names.index(name), name, filled)
        else:
            kept = pc.invert(empty) if kept is None else pc.and_(kept, pc.invert(empty))
    if kept is None:
        return table, 0
    rows = table.num_rows
    table = table.filter(kept)
    return table, rows - table.num_rows


def _refuse_missing(table: pa.Table, name: str, remedy: str) -> None:
    column = table[name]
    if not column.null_count:
        return
    row = pc.index(pc.is_null(column), pa.scalar(value=True)).as_py() + 1
    others = column.null_count - 1
    more = f", and in {others:,} other{'' if others == 1 else 's'}" if others else ""
    raise InvalidValueError(
        f"column {name} is empty in row {row:,} below the header{more}.", remedy=remedy
    )


def _to_rows(table: pa.Table, columns: UnitColumns, dropped: int) -> UnitFile:
    units = table[columns.unit].combine_chunks().dictionary_encode()
    arms, arm = _codes(table[columns.arm])
    strata, stratum = _codes(table[columns.stratum]) if columns.stratum else ((), None)
    numbers = {what: _numbers(table[name], name) for what, name in columns.numbers.items()}
    rows = UnitRows(
        arms=arms,
        arm=arm,
        unit=_plain(units.indices, np.int32),
        unit_count=len(units.dictionary),
        strata=strata,
        stratum=stratum,
        **numbers,
    )
    return UnitFile(rows, units.dictionary, dropped)


def _codes(column: pa.ChunkedArray) -> tuple[tuple[str, ...], Any]:
    """Values in order of their names, and the place of each row's value among them."""
    encoded = column.combine_chunks().dictionary_encode()
    given = [_shown(value) for value in encoded.dictionary.to_pylist()]
    names = sorted(set(given))
    place = {name: number for number, name in enumerate(names)}
    places = np.array([place[name] for name in given], dtype=np.int64)
    return tuple(names), places[_plain(encoded.indices, np.int32)]


def _plain(array: pa.Array, kind: Any) -> Any:
    """An Arrow array without nulls as NumPy sees it; Arrow's own way loads pandas if it can."""
    if not len(array):
        return np.zeros(0, kind)
    return np.frombuffer(array.buffers()[1], kind)[array.offset :][: len(array)]


def _shown(value: Any) -> str:
    return str(value).strip() if not isinstance(value, bool) else str(value).lower()


def _numbers(column: pa.ChunkedArray, name: str) -> Any:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = _parse_numbers(column, name)
    try:
        values = _plain(column.cast(pa.float64()).combine_chunks(), np.float64)
    except pa.ArrowException as error:
        raise InvalidValueError(
            f"column {name} holds no numbers.", value=str(column.type)
        ) from error
    finite = np.isfinite(values)
    if not finite.all():
        row = int(np.argmin(finite))
        raise InvalidValueError(
            f"column {name} holds finite numbers (row {row + 1:,} below the header).",
            value=str(values[row]),
        )
    return values


def _parse_numbers(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    trimmed = pc.utf8_trim_whitespace(column)
    try:
        return trimmed.cast(pa.float64())
    except pa.ArrowInvalid:
        row, text = next(
            (row, text) for row, text in enumerate(trimmed.to_pylist()) if not _is_number(text)
        )
        raise InvalidValueError(
            f"column {name} holds numbers such as 12.5 (row {row + 1:,} below the header).",
            value=text,
        ) from None


def _is_number(text: str) -> bool:
    try:
        pa.scalar(text).cast(pa.float64())
    except pa.ArrowInvalid:
        return False
    return True
