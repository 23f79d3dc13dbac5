"""Commands from plain values and back: what comes from a file or a page is checked part by part."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, fields
from datetime import date
from functools import partial
from typing import Any

from pilothouse.engines.simulation.company.added import digested
from pilothouse.engines.simulation.company.commands import COMMANDS, Command
from pilothouse.engines.simulation.company.research import Question
from pilothouse.engines.simulation.company.trials import Measure
from pilothouse.kernel.errors import InvalidValueError


def write_command(command: Command) -> dict[str, Any]:
    """``command`` as plain values that JSON can hold; later parts only where they say something."""
    covered = {part.name for part, _ in digested(command)}
    values = {name: value for name, value in asdict(command).items() if name in covered}
    for name, value in values.items():
        if isinstance(value, date):
            values[name] = value.isoformat()
        elif isinstance(value, Mapping):
            values[name] = {str(key): part for key, part in value.items()}
    return {"command": type(command).__name__, **values}


def read_command(given: Any) -> Command:
    """The command that ``write_command`` wrote; ``InvalidValueError`` for anything else.

    The error names the part and the rule it breaks.
    """
    if not isinstance(given, Mapping):
        raise InvalidValueError("a command is a table of its parts.", value=given)
    values = dict(given)
    name = values.pop("command", None)
    if not isinstance(name, str) or name not in COMMANDS:
        raise InvalidValueError(
            f"a command must be one of: {', '.join(sorted(COMMANDS))}.", value=name
        )
    kind = COMMANDS[name]
    parts = {part.name: part for part in fields(kind)}
    for unknown in sorted(set(values) - set(parts), key=str):
        raise InvalidValueError(
            f"{name} has no part of that name.",
            value=unknown,
            remedy=f"Its parts are: {', '.join(parts)}.",
        )
    for part in parts.values():
        if part.default is MISSING and part.default_factory is MISSING and part.name not in values:
            raise InvalidValueError(
                f"{name} needs {part.name}.", remedy=f"Its parts are: {', '.join(parts)}."
            )
    return kind(
        **{
            key: _read_part(f"{key} of {name}", str(parts[key].type), value)
            for key, value in values.items()
        }
    )


def _read_part(place: str, kind: str, value: Any) -> Any:
    if value is None and kind.endswith("| None"):
        return None
    read, what = _READERS[kind.removesuffix(" | None")]
    try:
        return read(value)
    except (TypeError, ValueError, AttributeError) as error:
        raise InvalidValueError(f"{place} must be {what}.", value=value) from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise TypeError
    return value


def _list_of(read: Callable[[Any], Any], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError
    return tuple(read(item) for item in value)


# By the type of a part: what reads it from plain values, and what it must be.
_READERS: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "str": (_text, "a text"),
    "bool": (_flag, "true or false"),
    "int": (_whole, "a whole number"),
    "float": (_number, "a number"),
    "date": (date.fromisoformat, "a date, written year-month-day"),
    "Measure": (Measure, f"one of: {', '.join(Measure)}"),
    "Question": (Question, f"one of: {', '.join(Question)}"),
    "tuple[str, ...]": (partial(_list_of, _text), "a list of texts"),
    "tuple[Measure, ...]": (partial(_list_of, Measure), f"a list of: {', '.join(Measure)}"),
    "Mapping[str, float]": (
        lambda value: {_text(key): _number(part) for key, part in value.items()},
        "a table of numbers",
    ),
    "Mapping[float, float]": (
        lambda value: {_number(float(key)): _number(part) for key, part in value.items()},
        "a table of numbers by numbers",
    ),
}
