"""Reading a pack: from the plain mapping of a parsed TOML file to a checked ``Pack``.

The caller reads the file. Every fault names the place in it, the value and the rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import date
from math import isnan
from typing import Any, TypeVar

from pilothouse.engines.simulation.pack import (
    CONFIDENCES,
    Acquisition,
    Activity,
    Calendar,
    Company,
    Conversion,
    Country,
    Events,
    Experience,
    Feature,
    Instrumentation,
    Pack,
    Parameter,
    Plan,
    Platform,
    Retention,
    Season,
    Segment,
    Step,
)
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import canonical_json, digest
from pilothouse.kernel.times import parse_zone

# Codes of events, platforms and plans are single bytes; steps are packed into three bits.
MAX_ENTRIES = 100
MAX_STEPS = 7
_SHARE_SLACK = 1e-6

Kind = TypeVar("Kind")


def build_pack(mapping: Mapping[str, Any]) -> Pack:
    """The pack that ``mapping`` (a parsed TOML file) describes.

    Raises ``InvalidValueError`` naming the place and the rule for anything missing, unknown,
    out of range or inconsistent.
    """
    known = {f.name for f in fields(Pack)} - {"fingerprint"}
    _check_keys(mapping, known, known, "the pack")
    pack = Pack(
        key=_text(mapping["key"], "key"),
        title=_text(mapping["title"], "title"),
        company=_record(Company, mapping["company"], "company"),
        events=_record(Events, mapping["events"], "events"),
        segments=_records(Segment, mapping["segments"], "segments"),
        platforms=_records(Platform, mapping["platforms"], "platforms"),
        countries=_records(Country, mapping["countries"], "countries"),
        plans=_records(Plan, mapping["plans"], "plans"),
        steps=_records(Step, mapping["steps"], "steps"),
        features=_records(Feature, mapping["features"], "features"),
        calendar=_calendar(mapping["calendar"]),
        retention=_record(Retention, mapping["retention"], "retention"),
        activity=_record(Activity, mapping["activity"], "activity"),
        experience=_record(Experience, mapping["experience"], "experience"),
        acquisition=_record(Acquisition, mapping["acquisition"], "acquisition"),
        conversion=_record(Conversion, mapping["conversion"], "conversion"),
        instrumentation=_record(Instrumentation, mapping["instrumentation"], "instrumentation"),
        fingerprint=digest(canonical_json(mapping)),
    )
    _check_whole(pack)
    return pack


def refuse(place: str, rule: str, value: Any) -> InvalidValueError:
    """The error for ``value`` at ``place`` of a pack."""
    return InvalidValueError(
        f"{place} {rule}", value=value, remedy="Correct it in the pack's file."
    )


def _check_keys(given: Any, known: set[str], needed: set[str], place: str) -> None:
    if not isinstance(given, Mapping):
        raise refuse(place, "must be a table.", given)
    for key in sorted(needed - set(given)):
        raise refuse(f"{place}: {key}", "is missing.", None)
    for key in sorted(set(given) - known):
        raise refuse(f"{place}: {key}", "is not known.", key)


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise refuse(place, "must be a text that is not empty.", value)
    return value


def _number(value: Any, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or isnan(value):
        raise refuse(place, "must be a number.", value)
    return float(value)


def _parameter(
    given: Any, place: str, *, least: float = float("-inf"), most: float = float("inf")
) -> Parameter:
    names = {f.name for f in fields(Parameter)}
    _check_keys(given, names, names, place)
    value, low, high = (_number(given[k], f"{place}.{k}") for k in ("value", "low", "high"))
    if not low <= value <= high:
        raise refuse(f"{place}.value", f"must lie between low {low:g} and high {high:g}.", value)
    for edge in (low, high):
        if not least <= edge <= most:
            raise refuse(place, f"must stay between {least:g} and {most:g}.", edge)
    if given["confidence"] not in CONFIDENCES:
        rule = f"must be one of: {'; '.join(CONFIDENCES)}."
        raise refuse(f"{place}.confidence", rule, given["confidence"])
    return Parameter(value, low, high, _text(given["source"], place), given["confidence"])


def _shares(given: Any, place: str) -> dict[str, float]:
    if not isinstance(given, Mapping):
        raise refuse(place, "must be a table of shares.", given)
    shares = {key: _number(value, f"{place}.{key}") for key, value in given.items()}
    for key, share in shares.items():
        if not 0 <= share <= 1:
            raise refuse(f"{place}.{key}", "must be a share between 0 and 1.", share)
    return shares


def _record(kind: type[Kind], given: Any, place: str) -> Kind:
    parts = fields(kind)  # type: ignore[arg-type]
    needed = {f.name for f in parts if f.default is MISSING and f.default_factory is MISSING}
    _check_keys(given, {f.name for f in parts}, needed, place)
    values: dict[str, Any] = {}
    for part in parts:
        if part.name not in given:
            continue
        value, where = given[part.name], f"{place}.{part.name}"
        if part.type == "Parameter":
            values[part.name] = _parameter(value, where, **part.metadata)
        elif part.type == "float":
            values[part.name] = _number(value, where)
        elif part.type == "str":
            values[part.name] = _text(value, where)
        else:
            values[part.name] = _shares(value, where)
    return kind(**values)


def _list(given: Any, place: str) -> Sequence[Any]:
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise refuse(place, "must be a list.", given)
    return given


def _records(kind: type[Kind], given: Any, place: str) -> tuple[Kind, ...]:
    if not _list(given, place):
        raise refuse(place, "must have at least one entry.", given)
    if len(given) > MAX_ENTRIES:
        raise refuse(place, f"must have at most {MAX_ENTRIES} entries.", len(given))
    return tuple(_record(kind, item, f"{place}[{i}]") for i, item in enumerate(given))


def _calendar(given: Any) -> Calendar:
    names = {f.name for f in fields(Calendar)}
    _check_keys(given, names, names, "calendar")
    days = _list(given["weekdays"], "calendar.weekdays")
    if len(days) != 7:
        raise refuse("calendar.weekdays", "must have seven factors.", len(days))
    hours = tuple(_number(h, "calendar.hours") for h in _list(given["hours"], "calendar.hours"))
    if len(hours) != 24 or min(hours) < 0 or sum(hours) <= 0:
        raise refuse("calendar.hours", "must be 24 weights, not all zero.", list(hours))
    weekdays = tuple(
        _parameter(day, f"calendar.weekdays[{i}]", least=0.0) for i, day in enumerate(days)
    )
    seasons = tuple(
        _season(season, f"calendar.seasons[{i}]")
        for i, season in enumerate(_list(given["seasons"], "calendar.seasons"))
    )
    return Calendar(weekdays, seasons, hours)


def _season(given: Any, place: str) -> Season:
    names = {"first", "last", "factor"}
    _check_keys(given, names, names, place)
    first, last = (_month_day(given[k], f"{place}.{k}") for k in ("first", "last"))
    if last < first:
        raise refuse(place, "must not end before it begins; cut it at the new year.", given["last"])
    return Season(first, last, _parameter(given["factor"], f"{place}.factor", least=0.0))


def _month_day(value: Any, place: str) -> tuple[int, int]:
    try:
        # A leap year, so that 29 February may be named.
        day = date.fromisoformat(f"2000-{value}")
    except ValueError:
        raise refuse(place, "must be a month and a day, such as 08-31.", value)
    return day.month, day.day


def _check_whole(pack: Pack) -> None:
    parse_zone(pack.company.time_zone)
    for name in ("segments", "platforms", "countries"):
        entries = getattr(pack, name)
        _check_sum(sum(entry.share.value for entry in entries), f"shares of {name}")
    for name in ("segments", "platforms", "countries", "plans"):
        _check_unique([entry.key for entry in getattr(pack, name)], name)
    for name in ("steps", "features"):
        _check_unique([entry.event for entry in getattr(pack, name)], name)
    if not 2 <= len(pack.steps) <= MAX_STEPS:
        raise refuse("steps", f"must be 2 to {MAX_STEPS}, from sign-up on.", len(pack.steps))
    plans = {plan.key for plan in pack.plans}
    for segment in pack.segments:
        _check_known(segment.plans, plans, f"plans of {segment.key}")
        _check_sum(sum(segment.plans.values()), f"plans of {segment.key}")
    _check_features(pack.features)


def _check_features(features: tuple[Feature, ...]) -> None:
    names = {feature.event for feature in features}
    _check_sum(sum(feature.first for feature in features), "first shares of features")
    for feature in features:
        _check_known(feature.following, names, f"{feature.event}: following")
        if sum(feature.following.values()) >= 1:
            raise refuse(
                f"{feature.event}: following",
                "must sum to less than 1, or a session never ends.",
                sum(feature.following.values()),
            )


def _check_sum(total: float, place: str) -> None:
    if abs(total - 1) > _SHARE_SLACK:
        raise refuse(place, "must sum to 1.", total)


def _check_unique(keys: list[str], place: str) -> None:
    for key in keys:
        if keys.count(key) > 1:
            raise refuse(place, "must not name one entry twice.", key)


def _check_known(given: Mapping[str, float], known: set[str], place: str) -> None:
    for key in given:
        if key not in known:
            raise refuse(place, f"must name one of: {', '.join(sorted(known))}.", key)
