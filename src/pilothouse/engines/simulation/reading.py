"""Reading a pack: from the plain mapping of a parsed TOML file to a checked ``Pack``.

The caller reads the file. Every fault names the place in it, the value and the rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from pilothouse.engines.simulation.company.reading import (
    SECTIONS,
    check_business,
    read_business,
)
from pilothouse.engines.simulation.company.schema import Groups, Purchases
from pilothouse.engines.simulation.fields import (
    check_keys,
    check_known,
    check_sum,
    check_unique,
    read_list,
    read_month_day,
    read_number,
    read_optional,
    read_parameter,
    read_record,
    read_records,
    read_text,
    refuse,
)
from pilothouse.engines.simulation.pack import (
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
    Plan,
    Platform,
    Rename,
    Retention,
    Season,
    Segment,
    Step,
)
from pilothouse.kernel.ids import canonical_json, digest
from pilothouse.kernel.times import parse_zone

# Steps are packed into three bits.
MAX_STEPS = 7
_OPTIONAL = {"renames", "purchases", "groups", *SECTIONS}


def build_pack(mapping: Mapping[str, Any]) -> Pack:
    """The pack that ``mapping`` (a parsed TOML file) describes.

    Raises ``InvalidValueError`` naming the place and the rule for anything missing, unknown,
    out of range or inconsistent.
    """
    needed = {f.name for f in fields(Pack)} - {"fingerprint", "business"} - _OPTIONAL
    check_keys(mapping, needed | _OPTIONAL, needed, "the pack")
    pack = Pack(
        key=read_text(mapping["key"], "key"),
        title=read_text(mapping["title"], "title"),
        company=read_record(Company, mapping["company"], "company"),
        events=read_record(Events, mapping["events"], "events"),
        segments=read_records(Segment, mapping["segments"], "segments"),
        platforms=read_records(Platform, mapping["platforms"], "platforms"),
        countries=read_records(Country, mapping["countries"], "countries"),
        plans=read_records(Plan, mapping["plans"], "plans"),
        steps=read_records(Step, mapping["steps"], "steps"),
        features=read_records(Feature, mapping["features"], "features"),
        calendar=_calendar(mapping["calendar"]),
        retention=read_record(Retention, mapping["retention"], "retention"),
        activity=read_record(Activity, mapping["activity"], "activity"),
        experience=read_record(Experience, mapping["experience"], "experience"),
        acquisition=read_record(Acquisition, mapping["acquisition"], "acquisition"),
        conversion=read_record(Conversion, mapping["conversion"], "conversion"),
        instrumentation=read_record(Instrumentation, mapping["instrumentation"], "instrumentation"),
        renames=read_records(Rename, mapping["renames"], "renames") if "renames" in mapping else (),
        purchases=read_optional(Purchases, mapping, "purchases"),
        groups=read_optional(Groups, mapping, "groups"),
        business=read_business(mapping),
        # Of the people alone: a new idea in the backlog makes nobody else of them.
        fingerprint=digest(canonical_json({k: v for k, v in mapping.items() if k not in SECTIONS})),
    )
    _check_whole(pack)
    return pack


def _calendar(given: Any) -> Calendar:
    names = {f.name for f in fields(Calendar)}
    check_keys(given, names, names, "calendar")
    days = read_list(given["weekdays"], "calendar.weekdays")
    if len(days) != 7:
        raise refuse("calendar.weekdays", "must have seven factors.", len(days))
    hours = tuple(
        read_number(h, "calendar.hours") for h in read_list(given["hours"], "calendar.hours")
    )
    if len(hours) != 24 or min(hours) < 0 or sum(hours) <= 0:
        raise refuse("calendar.hours", "must be 24 weights, not all zero.", list(hours))
    weekdays = tuple(
        read_parameter(day, f"calendar.weekdays[{i}]", least=0.0) for i, day in enumerate(days)
    )
    seasons = tuple(
        _season(season, f"calendar.seasons[{i}]")
        for i, season in enumerate(read_list(given["seasons"], "calendar.seasons"))
    )
    return Calendar(weekdays, seasons, hours)


def _season(given: Any, place: str) -> Season:
    names = {"first", "last", "factor"}
    check_keys(given, names, names, place)
    first, last = (read_month_day(given[k], f"{place}.{k}") for k in ("first", "last"))
    if last < first:
        raise refuse(place, "must not end before it begins; cut it at the new year.", given["last"])
    return Season(first, last, read_parameter(given["factor"], f"{place}.factor", least=0.0))


def _check_whole(pack: Pack) -> None:
    parse_zone(pack.company.time_zone)
    for name in ("segments", "platforms", "countries"):
        entries = getattr(pack, name)
        check_sum(sum(entry.share.value for entry in entries), f"shares of {name}")
    for name in ("segments", "platforms", "countries", "plans"):
        check_unique([entry.key for entry in getattr(pack, name)], name)
    for name in ("steps", "features"):
        check_unique([entry.event for entry in getattr(pack, name)], name)
    if not 2 <= len(pack.steps) <= MAX_STEPS:
        raise refuse("steps", f"must be 2 to {MAX_STEPS}, from sign-up on.", len(pack.steps))
    plans = {plan.key for plan in pack.plans}
    for segment in pack.segments:
        check_known(segment.plans, plans, f"plans of {segment.key}")
        check_sum(sum(segment.plans.values()), f"plans of {segment.key}")
    _check_features(pack.features)
    _check_renames(pack)
    if pack.business is not None:
        check_business(
            pack.business,
            segments={segment.key for segment in pack.segments},
            steps={step.event for step in pack.steps},
        )
        supply = pack.business.supply
        if supply is not None and pack.purchases is None and not supply.needed_for:
            rule = "names the step it is needed for, where nothing is bought by the piece."
            raise refuse("supply.needed_for", rule, supply.needed_for)


def _check_renames(pack: Pack) -> None:
    events = {feature.event for feature in pack.features}
    for rename in pack.renames:
        check_known([rename.event], events, "renames: event")
        if rename.platform:
            check_known([rename.platform], {p.key for p in pack.platforms}, "renames: platform")
        if rename.to in pack.event_names:
            raise refuse("renames: to", "must be a name that no other event has.", rename.to)
    check_unique([rename.event for rename in pack.renames], "renames: event")
    check_unique([rename.to for rename in pack.renames], "renames: to")


def _check_features(features: tuple[Feature, ...]) -> None:
    names = {feature.event for feature in features}
    check_sum(sum(feature.first for feature in features), "first shares of features")
    for feature in features:
        check_known(feature.following, names, f"{feature.event}: following")
        if sum(feature.following.values()) >= 1:
            raise refuse(
                f"{feature.event}: following",
                "must sum to less than 1, or a session never ends.",
                sum(feature.following.values()),
            )
