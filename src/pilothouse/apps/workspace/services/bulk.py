"""Many rows at once by plain SQL.

The ORM's bulk insert and update prepare every field of every row anew, which costs several times
what the database needs. Here the columns are prepared once, and only what differs is converted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    CharField,
    Field,
    ForeignKey,
    IntegerField,
    JSONField,
    Model,
    TextField,
)

# Both databases take these values as they are.
_AS_THEY_ARE = (CharField, TextField, IntegerField, BooleanField, ForeignKey)
Convert = Callable[[Any], Any]


def insert_many(template: Model, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows that are ``template`` but for the columns ``names`` (``company_id``, not
    ``company``), whose values ``rows`` give in that order. Call it inside a transaction."""
    by_name = {field.attname: field for field in template._meta.concrete_fields}
    same = [field for name, field in by_name.items() if name not in names and not _is_key(field)]
    columns = [*(by_name[name] for name in names), *same]
    fixed = [_prepare(field, field.pre_save(template, add=True)) for field in same]
    converts = [_to_convert(by_name[name]) for name in names]
    quote = connection.ops.quote_name
    marks = ", ".join(["%s"] * len(columns))
    sql = (
        f"INSERT INTO {quote(template._meta.db_table)} "  # noqa: S608 -- names of our models
        f"({', '.join(quote(field.column) for field in columns)}) VALUES ({marks})"
    )
    with connection.cursor() as cursor:
        cursor.executemany(sql, [(*_convert(converts, row), *fixed) for row in rows])


def update_many(
    model: type[Model], names: Sequence[str], rows: Iterable[tuple[int, Sequence[Any]]]
) -> None:
    """Set the columns ``names`` of rows by their keys. Call it inside a transaction."""
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in names]
    converts = [_to_convert(field) for field in fields]
    quote = connection.ops.quote_name
    settings = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    table = quote(model._meta.db_table)
    sql = f"UPDATE {table} SET {settings} WHERE id = %s"  # noqa: S608 -- names of our models
    with connection.cursor() as cursor:
        cursor.executemany(sql, [(*_convert(converts, row), key) for key, row in rows])


def _convert(converts: Sequence[Convert | None], row: Sequence[Any]) -> Iterable[Any]:
    pairs = zip(converts, row, strict=True)
    return (value if convert is None else convert(value) for convert, value in pairs)


def _to_convert(field: Field[Any, Any]) -> Convert | None:
    if isinstance(field, JSONField):
        empty = _prepare(field, [])
        return lambda value: empty if value == [] else _prepare(field, value)
    return None if isinstance(field, _AS_THEY_ARE) else lambda value: _prepare(field, value)


def _prepare(field: Field[Any, Any], value: Any) -> Any:
    return field.get_db_prep_save(value, connection=connection)


def _is_key(field: Field[Any, Any]) -> bool:
    return bool(field.primary_key)
