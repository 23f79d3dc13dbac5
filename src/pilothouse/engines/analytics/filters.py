"""Filters made ready for a log: the words become a set of codes or a range of numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pilothouse.engines.analytics.columns import (
    Array,
    PropertyColumn,
    Scalar,
    format_value,
    frozen,
)
from pilothouse.engines.analytics.log import EventLog
from pilothouse.engines.analytics.queries import Filter, to_number
from pilothouse.kernel.errors import InvalidValueError

Apply = Callable[[Array, int, int, Array], None]


@dataclass(frozen=True)
class Condition:
    """``apply(rows, first, last, keep)`` clears ``keep[first:last]`` where it does not hold."""

    apply: Apply


def compile_filter(log: EventLog, condition: Filter) -> Condition:
    """``condition`` as a test of the rows of ``log``."""
    column = log.property(condition.property)
    if column.codes is not None:
        return Condition(_by_codes(column.codes, _allowed(column, condition)))
    return Condition(_by_numbers(column, condition))


def _allowed(column: PropertyColumn, condition: Filter) -> Array:
    """Which codes fulfil ``condition``; code 0 is "not set"."""
    unset = condition.operator in ("not-set", "is-not")
    if column.kind == "number" and condition.operator in ("greater", "less"):
        # The plain case of thousands of values, without a call for each.
        values, limit = np.array(column.values, np.float64), to_number(condition.values[0])
        held = values > limit if condition.operator == "greater" else values < limit
        return frozen(np.concatenate([[unset], held]))
    return frozen(np.array([unset, *map(_predicate(condition), column.values)], dtype=np.bool_))


def _predicate(condition: Filter) -> Callable[[Scalar], bool]:
    operator = condition.operator
    if operator in ("set", "not-set"):
        return lambda _: operator == "set"
    if operator in ("greater", "less"):
        limit = to_number(condition.values[0])
        sign = 1 if operator == "greater" else -1
        return lambda value: sign * (_number(value, limit) - limit) > 0
    words = {format_value(v) for v in condition.values}
    if operator == "contains":
        parts = [w.casefold() for w in words]
        return lambda value: any(p in format_value(value).casefold() for p in parts)
    numbers = {n for n in map(maybe_number, words) if n is not None}

    def listed(value: Scalar) -> bool:
        if isinstance(value, str | bool):
            return format_value(value) in words
        return value in numbers

    return listed if operator == "is" else lambda value: not listed(value)


def _number(value: Scalar, otherwise: float) -> float:
    """``value`` as a number to compare; a text that is none compares with nothing."""
    number = None if isinstance(value, bool) else maybe_number(value)
    return otherwise if number is None else number


def maybe_number(value: Scalar) -> float | None:
    """``value`` as a finite number, None when it is none."""
    try:
        return to_number(value)
    except InvalidValueError:
        return None


def _by_codes(codes: Array, allowed: Array) -> Apply:
    from pilothouse.engines.analytics import _kernels_postings as kernels

    fixed = frozen(codes)

    def apply(rows: Array, first: int, last: int, keep: Array) -> None:
        kernels.keep_codes(fixed, allowed, rows, first, last, keep)

    return apply


def _by_numbers(column: PropertyColumn, condition: Filter) -> Apply:
    if condition.operator in ("is", "is-not", "contains"):
        return _by_predicate(column, condition)
    from pilothouse.engines.analytics import _kernels_postings as kernels

    assert column.numbers is not None
    numbers = frozen(column.numbers)
    limit = to_number(condition.values[0]) if condition.values else 0.0
    low = limit if condition.operator == "greater" else -math.inf
    high = limit if condition.operator == "less" else math.inf
    inside = condition.operator != "not-set"

    def apply(rows: Array, first: int, last: int, keep: Array) -> None:
        kernels.keep_numbers(numbers, low, high, inside, rows, first, last, keep)

    return apply


def _by_predicate(column: PropertyColumn, condition: Filter) -> Apply:
    """Any test of numbers that have no dictionary: once a distinct value."""
    assert column.numbers is not None
    numbers = column.numbers
    holds = _predicate(condition)

    def apply(rows: Array, first: int, last: int, keep: Array) -> None:
        given = numbers[rows[first:last]] if len(rows) else numbers[first:last]
        values, places = np.unique(given, return_inverse=True)
        answers = [
            condition.operator == "is-not" if np.isnan(v) else holds(float(v)) for v in values
        ]
        keep[first:last] &= np.array(answers, dtype=np.bool_)[places]

    return apply
