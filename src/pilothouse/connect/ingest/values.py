"""Names, actors and properties of an event as the stores take them.

Texts of properties are cleaned (NFC, no NUL). Names and actors are refused instead where
cleaning would change more than the spelling of a letter: two actors must not become one.
"""

from __future__ import annotations

from typing import Any

from pilothouse.connect.ingest.errors import EventRefusedError
from pilothouse.connect.ingest.limits import MAX_DEPTH, MAX_ID, MAX_NUMBER
from pilothouse.kernel.errors import shown
from pilothouse.kernel.ids import canonical_json, clean_text
from pilothouse.stores.batches import (
    MAX_ACTOR,
    MAX_EVENT_NAME,
    MAX_PROPERTIES,
    MAX_PROPERTY_NAME,
    MAX_TEXT,
)

# As tuples: a union is looked up four times slower, and this is asked of every value.
_CONTAINERS = (dict, list)
_NUMBERS = (int, float)

PropertyValue = str | float | bool | None

# What a client sends when its own variable was empty, or for everyone alike: thousands of people
# would become one actor. Compared without regard to case.
ILLEGAL_ACTORS = frozenset(
    (
        *("0", "nan", "none", "null", "undefined", "true", "false", "[object object]"),
        *("anonymous", "guest", "not_authenticated", "email"),
        *("id", "distinctid", "distinct_id", "user_id"),
    )
)


def read_event_name(value: Any) -> str:
    """The name of an event: 1..200 characters."""
    return _read_text(value, "event-name", "the name of an event", MAX_EVENT_NAME)


def read_actor(value: Any) -> str:
    """Who did it: 1..400 characters, or a whole number; never a word that means nobody."""
    if value is None:
        raise EventRefusedError("actor-missing", "an event needs a distinct_id.")
    text = str(value) if type(value) is int else value
    actor = _read_text(text, "actor-illegal", "a distinct_id", MAX_ACTOR)
    if actor.casefold() in ILLEGAL_ACTORS:
        raise EventRefusedError(
            "actor-illegal",
            "a distinct_id must tell one person from another.",
            value=actor,
            remedy="Send an id of the user or the device.",
        )
    return actor


def read_id(value: Any) -> str:
    """The client's own id of an event: 1..200 characters."""
    return _read_text(value, "id-invalid", "the id of an event", MAX_ID)


def read_properties(raw: dict[str, Any]) -> dict[str, PropertyValue]:
    """Properties by name; lists and objects become their canonical JSON text.

    Raises ``EventRefusedError``: too-many-properties, property-name,
    text-too-long or number-range.
    """
    if len(raw) > MAX_PROPERTIES:
        raise EventRefusedError(
            "too-many-properties",
            f"an event has at most {MAX_PROPERTIES} properties.",
            value=len(raw),
        )
    properties = {}
    for name, value in raw.items():
        if not (name.isascii() and name.isprintable() and 0 < len(name) <= MAX_PROPERTY_NAME):
            name = _read_text(name, "property-name", "the name of a property", MAX_PROPERTY_NAME)  # noqa: PLW2901
        properties[name] = _read_value(name, value)
    return properties


def is_too_deep(event: Any) -> bool:
    """Whether lists and objects nest deeper than allowed; level by level, so no stack grows."""
    level = [event]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, _CONTAINERS)
        ]
        if not level:
            return False
    return True


def _read_text(value: Any, reason: str, noun: str, limit: int) -> str:
    if not isinstance(value, str):
        raise EventRefusedError(reason, f"{noun} is a text.", value=value)
    text = clean_text(value.strip())
    if not 0 < len(text) <= limit:
        raise EventRefusedError(reason, f"{noun} has 1 to {limit} characters.", value=value)
    if "\x00" in value or "\N{REPLACEMENT CHARACTER}" in value:
        raise EventRefusedError(
            reason, f"{noun} holds no NUL and no half of a character.", value=value
        )
    return text


def _read_value(name: str, value: Any) -> PropertyValue:
    if isinstance(value, str):
        return _read_length(name, value if _is_plain(value) else clean_text(value))
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, _NUMBERS):
        return _read_number(name, value)
    _check_numbers(name, value)
    return _read_length(name, clean_text(_json_text(value)))


def _is_plain(text: str) -> bool:
    return text.isascii() and "\x00" not in text


def _json_text(value: Any) -> str:
    return canonical_json(value).decode()


def _read_length(name: str, text: str) -> str:
    if len(text) > MAX_TEXT:
        raise EventRefusedError(
            "text-too-long",
            f"a text has at most {MAX_TEXT:,} characters; that of {shown(name)} has {len(text):,}.",
            value=text[:40],
            remedy="Shorten it, or leave it out, in the client.",
        )
    return text


def _read_number(name: str, number: float) -> float:
    # Written so that it also fails for what is not a number.
    if not -MAX_NUMBER <= number <= MAX_NUMBER:
        raise EventRefusedError(
            "number-range",
            f"the number of the property {shown(name)} must be finite and within 2^53 of zero, "
            "or digits are lost.",
            value=number,
            remedy="Send long numbers as text.",
        )
    return float(number)


def _check_numbers(name: str, value: Any) -> None:
    """The rule for numbers also inside lists and objects."""
    level = [value]
    while level:
        children = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
        ]
        for child in children:
            if type(child) in (int, float):
                _read_number(name, child)
        level = [child for child in children if isinstance(child, _CONTAINERS)]
