"""Mapping: which column of a file is what of an event. Goes to plain JSON and back."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import parse_zone
from pilothouse.stores.batches import MAX_EVENT_NAME, MAX_PROPERTIES, MAX_PROPERTY_NAME
from pilothouse.stores.files.cells import KINDS, Kind
from pilothouse.stores.files.times import TIME_FORMATS


@dataclass(frozen=True)
class ColumnRef:
    """A column by name; ``position`` (0-based) tells repeated names apart, None takes the first.

    ``otherwise`` names a column that is read where this one is empty.
    """

    name: str
    position: int | None = None
    otherwise: str = ""


@dataclass(frozen=True)
class Constant:
    """The same text for every row."""

    text: str


@dataclass(frozen=True)
class PropertyRef:
    """A column that becomes the property ``name`` of ``kind``."""

    column: ColumnRef
    name: str
    kind: Kind


@dataclass(frozen=True)
class Mapping:
    """How rows become events.

    ``time_format`` is ``iso``, ``date`` (YYYYMMDD or YYYY-MM-DD), ``day-first``,
    ``month-first``, ``epoch-s``, ``epoch-ms``, ``epoch-us`` or a pattern of ``strptime``.
    ``zone`` is for times that do not name theirs. ``id`` None numbers rows by their content.
    ``rest`` takes keys of JSON objects that ``properties`` does not list, as they come;
    ``flatten`` names the objects whose keys count as columns (``properties.plan``).
    """

    event: ColumnRef | Constant
    actor: ColumnRef
    time: ColumnRef
    time_format: str = "iso"
    zone: str = "UTC"
    id: ColumnRef | None = None
    properties: tuple[PropertyRef, ...] = ()
    rest: bool = False
    flatten: tuple[str, ...] = ()
    ignored: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        _check_time_format(self.time_format)
        parse_zone(self.zone)
        if isinstance(self.event, Constant) and not 1 <= len(self.event.text) <= MAX_EVENT_NAME:
            _refuse(self.event.text, f"an event name has 1 to {MAX_EVENT_NAME} characters.")
        if len(self.properties) > MAX_PROPERTIES:
            rule = f"an event has at most {MAX_PROPERTIES} properties."
            _refuse(f"{len(self.properties)} properties", rule, "Leave out some columns.")
        _check_properties(self.properties)


def to_json(mapping: Mapping) -> dict[str, Any]:
    """``mapping`` as plain JSON."""
    return {
        "event": _ref_to_json(mapping.event),
        "actor": _ref_to_json(mapping.actor),
        "time": _ref_to_json(mapping.time),
        "time_format": mapping.time_format,
        "zone": mapping.zone,
        "id": _ref_to_json(mapping.id) if mapping.id else None,
        "properties": [
            {**_ref_to_json(each.column), "name": each.name, "kind": each.kind}
            for each in mapping.properties
        ],
        "rest": mapping.rest,
        "flatten": list(mapping.flatten),
        "ignored": list(mapping.ignored),
    }


def from_json(data: Any) -> Mapping:
    """The mapping that ``to_json`` wrote; ``InvalidValueError`` names what is wrong with it."""
    fields = _object(data, "a mapping")
    unknown = sorted(set(fields) - set(Mapping.__dataclass_fields__))
    if unknown:
        known = ", ".join(Mapping.__dataclass_fields__)
        _refuse(unknown[0], "a mapping has no such field.", f"It has {known}.")
    identifier = fields.get("id")
    return Mapping(
        event=_event_from_json(fields.get("event")),
        actor=_column_from_json(fields.get("actor"), "actor"),
        time=_column_from_json(fields.get("time"), "time"),
        time_format=_text(fields.get("time_format", "iso"), "time_format"),
        zone=_text(fields.get("zone", "UTC"), "zone"),
        id=None if identifier is None else _column_from_json(identifier, "id"),
        properties=tuple(
            _property_from_json(each) for each in _list(fields.get("properties", []), "properties")
        ),
        rest=_flag(fields.get("rest", False), "rest"),
        flatten=_texts(fields.get("flatten", []), "flatten"),
        ignored=_texts(fields.get("ignored", []), "ignored"),
    )


def _check_time_format(text: str) -> None:
    if text in TIME_FORMATS:
        return
    names = ", ".join(TIME_FORMATS)
    remedy = f"Use {names} or a pattern such as %d.%m.%Y %H:%M."
    if "%" not in text:
        _refuse(text, "a time format is a known name or a pattern with %.", remedy)
    try:
        # A pattern that cannot read back what it writes itself cannot read a file either.
        datetime.strptime(datetime(2024, 2, 3).strftime(text), text)  # noqa: DTZ001, DTZ007
    except (ValueError, re.error):
        _refuse(text, "this is not a pattern for times.", remedy)


def _check_properties(properties: tuple[PropertyRef, ...]) -> None:
    seen: set[str] = set()
    for each in properties:
        if not 1 <= len(each.name) <= MAX_PROPERTY_NAME or "\0" in each.name:
            _refuse(each.name, f"a property name has 1 to {MAX_PROPERTY_NAME} characters, no NUL.")
        if each.name in seen:
            _refuse(each.name, "two columns cannot become one property.", "Rename one of them.")
        if each.kind not in KINDS:
            _refuse(each.kind, f"a property is one of {', '.join(KINDS)}.")
        seen.add(each.name)


def _ref_to_json(ref: ColumnRef | Constant) -> dict[str, Any]:
    if isinstance(ref, Constant):
        return {"constant": ref.text}
    data: dict[str, Any] = {"column": ref.name}
    if ref.position is not None:
        data["position"] = ref.position
    if ref.otherwise:
        data["otherwise"] = ref.otherwise
    return data


def _event_from_json(data: Any) -> ColumnRef | Constant:
    fields = _object(data, "event")
    if "constant" in fields:
        return Constant(_text(fields["constant"], "event.constant"))
    return _column_from_json(fields, "event")


def _column_from_json(data: Any, what: str) -> ColumnRef:
    fields = _object(data, what)
    position = fields.get("position")
    if position is not None and (
        not isinstance(position, int) or isinstance(position, bool) or position < 0
    ):
        _refuse(position, f"{what}.position is a whole number from 0.")
    name = _text(fields.get("column"), f"{what}.column")
    return ColumnRef(name, position, _text(fields.get("otherwise", ""), f"{what}.otherwise"))


def _property_from_json(data: Any) -> PropertyRef:
    fields = _object(data, "a property")
    column = _column_from_json(fields, "a property")
    kind = fields.get("kind", "text")
    for known in KINDS:
        if kind == known:
            return PropertyRef(column, _text(fields.get("name", column.name), "name"), known)
    raise InvalidValueError(f"the kind of a property is one of {', '.join(KINDS)}.", value=kind)


def _object(data: Any, what: str) -> Dict[str, Any]:
    if not isinstance(data, dict):
        _refuse(data, f"{what} must be an object.", 'Name a column: {"column": "user_id"}.')
    return dict(data)


def _list(data: Any, what: str) -> list[Any]:
    if not isinstance(data, list):
        _refuse(data, f"{what} must be a list.")
    return list(data)


def _texts(data: Any, what: str) -> tuple[str, ...]:
    return tuple(_text(each, what) for each in _list(data, what))


def _text(data: Any, what: str) -> str:
    if not isinstance(data, str):
        _refuse(data, f"{what} must be text.")
    return str(data)


def _flag(data: Any, what: str) -> bool:
    if not isinstance(data, bool):
        _refuse(data, f"{what} must be true or false.")
    return bool(data)


def _refuse(value: Any, rule: str, remedy: str = "") -> None:
    raise InvalidValueError(rule, value="nothing" if value is None else value, remedy=remedy)
