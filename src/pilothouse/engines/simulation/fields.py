"""Reading the parts of a pack: texts, numbers, parameters, shares and records of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from datetime import date
from math import isnan
from typing import Any, TypeVar

from pilothouse.engines.simulation.parameter import CONFIDENCES, Parameter
from pilothouse.kernel.errors import InvalidValueError

# Codes of events, platforms and plans are single bytes.
MAX_ENTRIES = 100
_SHARE_SLACK = 1e-6

Kind = TypeVar("Kind")


def refuse(place: str, rule: str, value: Any) -> InvalidValueError:
    """The error for ``value`` at ``place`` of a pack."""
    return InvalidValueError(
        f"{place} {rule}", value=value, remedy="Correct it in the pack's file."
    )


def check_keys(given: Any, known: set[str], needed: set[str], place: str) -> None:
    """Refuse what is no table, lacks a needed key or has an unknown one."""
    if not isinstance(given, Mapping):
        raise refuse(place, "must be a table.", given)
    for key in sorted(needed - set(given)):
        raise refuse(f"{place}: {key}", "is missing.", None)
    for key in sorted(set(given) - known):
        raise refuse(f"{place}: {key}", "is not known.", key)


def read_text(value: Any, place: str) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise refuse(place, "must be a text that is not empty.", value)
    return value


def read_number(value: Any, place: str) -> float:
    """A number; neither a truth value nor NaN."""
    if isinstance(value, bool) or not isinstance(value, int | float) or isnan(value):
        raise refuse(place, "must be a number.", value)
    return float(value)


def read_parameter(
    given: Any, place: str, *, least: float = float("-inf"), most: float = float("inf")
) -> Parameter:
    """A ``Parameter`` with all its parts, within its bounds."""
    names = {f.name for f in fields(Parameter)}
    check_keys(given, names, names, place)
    value, low, high = (read_number(given[k], f"{place}.{k}") for k in ("value", "low", "high"))
    if not low <= value <= high:
        raise refuse(f"{place}.value", f"must lie between low {low:g} and high {high:g}.", value)
    for edge in (low, high):
        if not least <= edge <= most:
            raise refuse(place, f"must stay between {least:g} and {most:g}.", edge)
    if given["confidence"] not in CONFIDENCES:
        rule = f"must be one of: {'; '.join(CONFIDENCES)}."
        raise refuse(f"{place}.confidence", rule, given["confidence"])
    return Parameter(value, low, high, read_text(given["source"], place), given["confidence"])


def read_shares(
    given: Any, place: str, *, least: float = 0.0, most: float = 1.0
) -> dict[str, float]:
    """A table of numbers, each a share unless other bounds are given."""
    if not isinstance(given, Mapping):
        raise refuse(place, "must be a table of shares.", given)
    shares = {key: read_number(value, f"{place}.{key}") for key, value in given.items()}
    for key, share in shares.items():
        if not least <= share <= most:
            what = "a share" if (least, most) == (0.0, 1.0) else "a number"
            raise refuse(f"{place}.{key}", f"must be {what} between {least:g} and {most:g}.", share)
    return shares


def read_record(kind: type[Kind], given: Any, place: str) -> Kind:
    """A record of ``kind``, field by field; what has a default may be left out."""
    parts = fields(kind)  # type: ignore[arg-type]
    needed = {f.name for f in parts if f.default is MISSING and f.default_factory is MISSING}
    check_keys(given, {f.name for f in parts}, needed, place)
    return kind(
        **{
            f.name: _read_field(f, given[f.name], f"{place}.{f.name}")
            for f in parts
            if f.name in given
        }
    )


def read_optional(kind: type[Kind], mapping: Mapping[str, Any], key: str) -> Kind | None:
    """The record of ``kind`` under ``key``; None where a pack does without."""
    return read_record(kind, mapping[key], key) if key in mapping else None


def _read_field(part: Field[Any], value: Any, place: str) -> Any:
    if part.type == "Parameter":
        return read_parameter(value, place, **part.metadata)
    if part.type == "bool":
        return _read_choice(value, place)
    if part.type == "tuple[str, ...]":
        return tuple(read_text(text, place) for text in read_list(value, place))
    readers = {"float": read_number, "str": read_text, "tuple[int, int]": read_month_day}
    reader = readers.get(str(part.type))
    return reader(value, place) if reader else read_shares(value, place, **part.metadata)


def _read_choice(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise refuse(place, "must be true or false.", value)
    return value


def read_list(given: Any, place: str) -> Sequence[Any]:
    """A list."""
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise refuse(place, "must be a list.", given)
    return given


def read_records(kind: type[Kind], given: Any, place: str) -> tuple[Kind, ...]:
    """A list of records with at least one entry."""
    if not read_list(given, place):
        raise refuse(place, "must have at least one entry.", given)
    if len(given) > MAX_ENTRIES:
        raise refuse(place, f"must have at most {MAX_ENTRIES} entries.", len(given))
    return tuple(read_record(kind, item, f"{place}[{i}]") for i, item in enumerate(given))


def read_month_day(value: Any, place: str) -> tuple[int, int]:
    """A day of any year, written month-day."""
    try:
        # A leap year, so that 29 February may be named.
        day = date.fromisoformat(f"2000-{value}")
    except ValueError:
        raise refuse(place, "must be a month and a day, such as 08-31.", value)
    return day.month, day.day


def check_sum(total: float, place: str) -> None:
    """Refuse shares that do not sum to 1."""
    if abs(total - 1) > _SHARE_SLACK:
        raise refuse(place, "must sum to 1.", total)


def check_unique(keys: list[str], place: str) -> None:
    """Refuse a name given twice."""
    for key in keys:
        if keys.count(key) > 1:
            raise refuse(place, "must not name one entry twice.", key)


def check_known(given: Iterable[str], known: set[str], place: str) -> None:
    """Refuse a name that is not among ``known``."""
    for key in given:
        if key not in known:
            raise refuse(place, f"must name one of: {', '.join(sorted(known))}.", key)
