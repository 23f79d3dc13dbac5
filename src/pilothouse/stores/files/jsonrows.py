"""One JSON object a line as a flat row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from pilothouse.kernel.errors import InvalidValueError

# The objects in which the known exports keep what they know about an event.
NESTED = ("properties", "event_properties", "user_properties", "context", "traits", "data")
FLATTENED = ("properties", "event_properties")
MAX_DEPTH = 20

Row = dict[str, Any]


def parse_row(line: bytes | str) -> Row:
    """The object of one line; InvalidValueError says why it is none."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise InvalidValueError("not valid JSON", value=str(error)) from error
    if not isinstance(value, dict):
        raise InvalidValueError("not a JSON object")
    return value


def try_object(line: str) -> Row | None:
    """The object of one line, or None."""
    try:
        return parse_row(line)
    except InvalidValueError:
        return None


def guess_flatten(objects: Sequence[Row]) -> tuple[str, ...]:
    """Names of the objects whose keys are the properties of the event."""
    return tuple(
        name for name in FLATTENED if any(isinstance(each.get(name), dict) for each in objects)
    )


def flatten(row: Row, names: Iterable[str]) -> Row:
    """``row`` with the keys of the objects ``names`` as ``object.key``."""
    nested = [name for name in names if isinstance(row.get(name), dict)]
    if not nested:
        return row
    flat = {key: value for key, value in row.items() if key not in nested}
    for name in nested:
        flat.update({f"{name}.{key}": value for key, value in row[name].items()})
    return flat


def as_text(value: Any) -> str | None:
    """``value`` as a property of text: JSON for lists, objects, numbers and booleans."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return orjson.dumps(value).decode("utf-8")


def depth(value: Any, limit: int = MAX_DEPTH) -> int:
    """How deep lists and objects are nested, counted up to just past ``limit``."""
    level, layer = 0, [value]
    while level <= limit:
        layer = [inner for each in layer for inner in _inside(each)]
        if not layer:
            return level
        level += 1
    return level


def is_number_column(rows: Sequence[Mapping[str, Any]], name: str) -> bool:
    """Whether all values of a column are numbers."""
    values = [row[name] for row in rows if row.get(name) is not None]
    return bool(values) and all(type(value) in (int, float) for value in values)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values() or (None,)
    if isinstance(value, list):
        return value or (None,)
    return ()
