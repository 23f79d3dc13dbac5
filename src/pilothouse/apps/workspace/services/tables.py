"""All tables of a workspace as rows of JSON, the same from every database.

Backup, restore and export treat tables as data: they go over the registry of installed apps, so
that a new table is in the next backup without anybody thinking of it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Field, ForeignKey, JSONField, Model

from pilothouse.kernel.errors import DamagedError

APPS = (
    "workspace", "analytics", "experiments", "backlog", "roadmap", "documents", "decisions",
    "skills", "portfolio", "jobs", "people", "today", "simulation",
)  # fmt: skip
# A one-time way in must not outlive the place it was made for.
LEFT_OUT = frozenset({"workspace.LoginLink"})
ROWS_AT_ONCE = 1000

Row = dict[str, Any]
Table = type[Model]


def list_tables() -> list[Table]:
    """The tables of a backup, each after those it points to."""
    waiting = [
        model
        for label in APPS
        for model in apps.get_app_config(label).get_models()
        if model._meta.label not in LEFT_OUT
    ]
    ordered: list[Table] = []
    while waiting:
        ready = [model for model in waiting if not _parents(model) & set(waiting)]
        ordered.extend(ready)
        waiting = [model for model in waiting if model not in ready]
        if not ready:
            raise RuntimeError(f"these tables point to each other: {waiting}")
    return ordered


def find_table(label: str) -> Table | None:
    """The table called ``label`` (``workspace.Act``) if backups hold it."""
    return next((model for model in list_tables() if model._meta.label == label), None)


def iter_rows(model: Table, **conditions: Any) -> Iterator[Row]:
    """The rows of a table in the order of their keys; values as the database gives them."""
    names = [field.attname for field in _fields(model)]
    rows = model._default_manager.filter(**conditions).order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
        yield dict(zip(names, row, strict=True))


def encode_row(row: Mapping[str, Any]) -> bytes:
    """One line of JSON, the same for equal rows of all databases."""
    text = json.dumps(
        row, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain
    )
    return text.encode() + b"\n"


def decode_row(model: Table, line: bytes) -> list[Any]:
    """The values of a line in the order of the table's fields; raises ``DamagedError``."""
    label = model._meta.label
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise DamagedError("a line of this table is not JSON.", value=label)
    if not isinstance(row, dict):
        raise DamagedError("a line of this table is not an object.", value=label)
    unknown = row.keys() - {field.attname for field in _fields(model)}
    if unknown:
        raise DamagedError(
            "this table has fields that this version does not know.",
            value=f"{label}: {', '.join(sorted(unknown))}",
            remedy="Restore it with the version that wrote it, or a newer one.",
        )
    try:
        return [_to_python(field, row) for field in _fields(model)]
    except (ValidationError, ValueError, TypeError, OverflowError):
        raise DamagedError("a row of this table has a value of the wrong kind.", value=label)


def insert_rows(model: Table, rows: Iterable[list[Any]]) -> int:
    """Insert rows as they are, keys and times included; how many."""
    fields = _fields(model)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)
    sql = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 -- names of our models
    count, source = 0, iter(rows)
    while chunk := list(islice(source, ROWS_AT_ONCE)):
        with connection.cursor() as cursor:
            cursor.executemany(sql, [_to_database(fields, row) for row in chunk])
        count += len(chunk)
    return count


def reset_sequences() -> None:
    """Have the database number new rows after the restored ones."""
    for statement in connection.ops.sequence_reset_sql(no_style(), list_tables()):
        with connection.cursor() as cursor:
            cursor.execute(statement)


def _fields(model: Table) -> list[Field[Any, Any]]:
    return list(model._meta.concrete_fields)


def _parents(model: Table) -> set[Any]:
    related = {field.related_model for field in _fields(model) if isinstance(field, ForeignKey)}
    return related - {model}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    raise TypeError(f"{type(value).__name__} has no form in an archive")


def _to_python(field: Field[Any, Any], row: Row) -> Any:
    if field.attname not in row:
        # A field that is younger than the archive.
        if field.has_default() or field.null or field.empty_strings_allowed:
            return field.get_default()
        raise ValueError(field.attname)
    value = row[field.attname]
    if value is None and not field.null:
        raise ValueError(field.attname)
    _refuse_bad_text(value)
    if not isinstance(field, JSONField):
        value = field.to_python(value)
        field.run_validators(value)
    return value


def _refuse_bad_text(value: Any) -> None:
    """NUL and lone surrogates, which PostgreSQL refuses and SQLite mangles."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text.encode()
    if "\x00" in text or (not isinstance(value, str) and "\\u0000" in text):
        raise ValueError(text)


def _to_database(fields: list[Field[Any, Any]], row: list[Any]) -> list[Any]:
    return [
        field.get_db_prep_save(value, connection=connection)
        for field, value in zip(fields, row, strict=True)
    ]
