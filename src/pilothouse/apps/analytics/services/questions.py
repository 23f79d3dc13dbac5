"""Questions as plain data: the same definition in a URL, a saved metric, the API and a command.

A definition is a JSON object without anything implied: everything that changes the answer is in it.
``parse_question`` fills the defaults in and refuses what it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pilothouse.apps.analytics.models import QuestionKind
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.engines.analytics.queries import (
    Filter,
    FunnelQuery,
    RetentionQuery,
    Selector,
    TrendQuery,
    parse_measure,
)
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import (
    DAY_US,
    EARLIEST,
    LATEST,
    TimeRange,
    add_periods,
    date_range,
    local_date,
    parse_date,
    parse_period,
    parse_window,
    parse_zone,
    period_start,
    to_us,
)

Definition = dict[str, Any]
Query = TrendQuery | FunnelQuery | RetentionQuery
DEFAULT_LAST = {"day": 30, "week": 12, "month": 12}
MAX_LAST = 3660
MAX_WINDOW_US = 3660 * DAY_US
MAX_DEPTH = 5
MAX_NUMBER = 2**53
_UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")

_COMMON: Definition = {"from": None, "to": None, "last": None, "filters": []}
DEFAULTS: dict[str, Definition] = {
    "trend": {
        **_COMMON, "event": None, "measure": "count", "period": "day", "breakdown": None,
    },
    "funnel": {
        **_COMMON, "steps": [], "window": "7d", "immature": "exclude", "breakdown": None,
    },
    "retention": {
        **_COMMON, "start": None, "return": None, "period": "week", "periods": 12,
    },
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """A kind of question with its whole definition, checked."""

    kind: str
    definition: Definition


def parse_question(kind: str, given: Mapping[str, Any]) -> Question:
    """Check a definition and fill in its defaults; InvalidValueError names what is wrong."""
    if kind not in QuestionKind.values:
        raise InvalidValueError(
            f"a question is one of {', '.join(QuestionKind.values)}.", value=kind
        )
    defaults = DEFAULTS[kind]
    for name in given:
        if name not in defaults:
            raise InvalidValueError(
                f"a {kind} has no such part; it has {', '.join(defaults)}.", value=name
            )
    _refuse_unstorable(given)
    definition = {**defaults, **given}
    question = Question(kind, definition)
    # Building the query is the check: no rule is written twice.
    to_query(question, zone=ZoneInfo("UTC"), week_start=0, now_us=to_us(_SOME_NOW))
    return question


def _refuse_unstorable(value: Any, depth: int = 0) -> None:
    """A definition is stored and hashed as JSON: only what every database holds exactly."""
    if depth > MAX_DEPTH:
        raise InvalidValueError("a definition is not nested as deep as this.")
    if isinstance(value, Mapping | list):
        parts = [*value, *value.values()] if isinstance(value, Mapping) else value
        for each in parts:
            _refuse_unstorable(each, depth + 1)
    elif isinstance(value, str) and _UNSTORABLE.search(value):
        raise InvalidValueError("a text holds no NUL and no half of a character.", value=value)
    elif isinstance(value, int | float) and not -MAX_NUMBER <= value <= MAX_NUMBER:
        raise InvalidValueError("a number lies between -2^53 and 2^53.")


def query_for(question: Question, product: ProductView, now_us: int) -> Query:
    """The engine's query for a product, asked at ``now_us``."""
    return to_query(
        question,
        zone=parse_zone(product.zone),
        week_start=product.week_start,
        now_us=now_us,
    )


def to_query(question: Question, *, zone: ZoneInfo, week_start: int, now_us: int) -> Query:
    """The engine's query; ``last`` counts back from the period that holds ``now_us``."""
    given = question.definition
    filters = _parse_filters(given["filters"])
    # The very end of a day still belongs to it, where old data is asked as of its last day.
    today = local_date(now_us - 1, zone)
    within = _parse_range(given, zone, week_start, today)
    if question.kind == "trend":
        return TrendQuery(
            selector=Selector(_optional_text(given["event"], "event")),
            measure=parse_measure(str(given["measure"])),
            period=parse_period(str(given["period"])),
            zone=zone,
            week_start=week_start,
            range=within,
            as_of_us=now_us,
            filters=filters,
            breakdown=_optional_text(given["breakdown"], "breakdown"),
        )
    if question.kind == "funnel":
        return FunnelQuery(
            steps=_parse_steps(given["steps"]),
            window_us=_parse_window(str(given["window"])),
            range=within,
            as_of_us=now_us,
            immature=given["immature"],
            filters=filters,
            breakdown=_optional_text(given["breakdown"], "breakdown"),
        )
    return RetentionQuery(
        start=Selector(_optional_text(given["start"], "start")),
        returning=Selector(_optional_text(given["return"], "return")),
        period=parse_period(str(given["period"])),
        periods=_parse_count(given["periods"], "periods", 0, 400),
        zone=zone,
        week_start=week_start,
        range=within,
        as_of_us=now_us,
        filters=filters,
    )


# Any moment will do where only the form of a definition is checked.
_SOME_NOW = datetime.fromisoformat("2026-01-15T12:00:00+00:00")


def _parse_range(
    given: Definition, zone: ZoneInfo, week_start: int, today: date
) -> TimeRange | None:
    first, last = given["from"], given["to"]
    if first is None and last is None:
        return _last_periods(given, zone, week_start, today)
    if given["last"] is not None:
        raise InvalidValueError("give either last or from and to, not both.", value=given["last"])
    start = _check_day(parse_date(str(first))) if first is not None else date(1971, 1, 2)
    end = _check_day(parse_date(str(last))) if last is not None else today
    if end < start:
        raise InvalidValueError(
            "the first day must not lie after the last.", value=f"{start} to {end}"
        )
    return date_range(start, end, zone)


def _check_day(day: date) -> date:
    """A day that every zone's calendar and every chart can hold."""
    if not EARLIEST.date() <= day < LATEST.date():
        raise InvalidValueError(
            f"a day lies between {EARLIEST:%Y-%m-%d} and {LATEST:%Y-%m-%d}.", value=str(day)
        )
    return day


def _parse_window(text: str) -> int:
    window_us = parse_window(text)
    if window_us > MAX_WINDOW_US:
        raise InvalidValueError("a window has at most 3,660 days.", value=text)
    return window_us


def _last_periods(given: Definition, zone: ZoneInfo, week_start: int, today: date) -> TimeRange:
    period = parse_period(str(given.get("period", "day")))
    count = DEFAULT_LAST[period] if given["last"] is None else given["last"]
    count = _parse_count(count, "last", 1, MAX_LAST)
    start = add_periods(period_start(today, period, week_start), 1 - count, period)
    return date_range(start, today, zone)


def _parse_steps(given: Any) -> tuple[Selector, ...]:
    if not isinstance(given, list):
        raise InvalidValueError("the steps of a funnel are a list.", value=given)
    return tuple(_parse_step(step) for step in given)


def _parse_step(given: Any) -> Selector:
    if isinstance(given, str):
        return Selector(_optional_text(given, "step"))
    if not isinstance(given, Mapping) or not set(given) <= {"event", "filters"}:
        raise InvalidValueError("a step is an event's name, or event and filters.", value=given)
    return Selector(
        _optional_text(given.get("event"), "step"), _parse_filters(given.get("filters", []))
    )


def _parse_filters(given: Any) -> tuple[Filter, ...]:
    if not isinstance(given, list):
        raise InvalidValueError("filters are a list.", value=given)
    return tuple(_parse_filter(each) for each in given)


def _parse_filter(given: Any) -> Filter:
    parts = {"property", "operator", "values"}
    if not isinstance(given, Mapping) or not {"property", "operator"} <= set(given) <= parts:
        raise InvalidValueError("a filter has property, operator and values.", value=given)
    values = given.get("values", [])
    if not isinstance(values, list) or not all(isinstance(v, str | int | float) for v in values):
        raise InvalidValueError(
            "the values of a filter are a list of texts or numbers.", value=values
        )
    name = _optional_text(given["property"], "property")
    if name is None:
        raise InvalidValueError("a filter names a property.", value=given)
    return Filter(name, given["operator"], tuple(values))


def _optional_text(given: Any, part: str) -> str | None:
    if given is None or given == "":
        return None
    if not isinstance(given, str) or len(given) > 200:
        raise InvalidValueError(f"{part} is a text of at most 200 characters.", value=given)
    return given


def _parse_count(given: Any, part: str, low: int, high: int) -> int:
    is_digits = isinstance(given, str) and given.isascii() and given.isdecimal()
    if isinstance(given, bool) or not (isinstance(given, int) or (is_digits and len(given) < 10)):
        raise InvalidValueError(f"{part} is a whole number.", value=given)
    count = int(given)
    if not low <= count <= high:
        raise InvalidValueError(f"{part} lies between {low} and {high}.", value=given)
    return count


def describe_range(query: Query, product: ProductView) -> str:
    """The days a query covers, in words."""
    within = query.range
    if within is None:
        return "all days"
    zone = parse_zone(product.zone)
    first = local_date(within.start_us, zone)
    last = local_date(within.end_us, zone) - timedelta(days=1)
    return f"{first.isoformat()} to {last.isoformat()}"
