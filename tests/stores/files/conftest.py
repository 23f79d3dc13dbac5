"""Builders for the tests of files: a file of bytes or lines, and its whole reading."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pilothouse.stores.files import Mapping, Refusals, detect, guess_mapping, read_batches
from pilothouse.stores.files.read import join_tables


@dataclass(frozen=True)
class Reading:
    """All batches of a file as one table, and all refusals."""

    table: pa.Table
    refusals: Refusals
    batches: int

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self.table.to_pylist()

    @property
    def ids(self) -> list[bytes]:
        return self.table["id"].to_pylist()

    @property
    def faults(self) -> list[tuple[int, str]]:
        return [(each.line, each.reason) for each in self.refusals.examples]


def read_all(path: Path, mapping: Mapping | None = None, **options: Any) -> Reading:
    mapping = mapping or guess_mapping(detect(path))
    refusals, tables = Refusals(), []
    for batch in read_batches(path, mapping, **{"namespace": "test", **options}):
        refusals.merge(batch.refusals)
        tables.append(batch.table)
    return Reading(join_tables(tables), refusals, len(tables))


@pytest.fixture
def make_file(tmp_path):
    def make(content: bytes | str, name: str = "events.txt") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return make


@pytest.fixture
def read(make_file):
    """Write a file and read all of it."""

    def read_content(content: bytes | str, mapping: Mapping | None = None, **options: Any):
        return read_all(make_file(content), mapping, **options)

    return read_content
