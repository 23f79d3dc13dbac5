"""iCalendar (RFC 5545): events read from any program's file, and written.

The library takes the file apart; when a series takes place is reckoned by our engine. Whatever
cannot be kept is named: the event then stands once, at its first start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from pilothouse.apps.people.formats.records import Problem
from pilothouse.engines.people.recurrence import Change, Rule, Series, parse_rule
from pilothouse.kernel.errors import InvalidValueError, PilothouseError
from pilothouse.kernel.ids import clean_text
from pilothouse.kernel.times import EARLIEST, LATEST, parse_zone

MAX_EVENTS = 5_000
MAX_LENGTH = timedelta(days=366)
# What a part that makes no sense may be met with.
_ODD = (PilothouseError, KeyError, ValueError, TypeError, AttributeError, OverflowError)
# Names that some programs write instead of those of the IANA list.
_WINDOWS = {
    "W. Europe Standard Time": "Europe/Berlin", "Central Europe Standard Time": "Europe/Budapest",
    "Romance Standard Time": "Europe/Paris", "GMT Standard Time": "Europe/London",
    "Eastern Standard Time": "America/New_York", "Central Standard Time": "America/Chicago",
    "Mountain Standard Time": "America/Denver", "Pacific Standard Time": "America/Los_Angeles",
    "India Standard Time": "Asia/Kolkata", "Tokyo Standard Time": "Asia/Tokyo",
    "China Standard Time": "Asia/Shanghai", "AUS Eastern Standard Time": "Australia/Sydney",
    "E. South America Standard Time": "America/Sao_Paulo",
}  # fmt: skip


@dataclass(frozen=True)
class IcsEvent:
    """An event of a file, with when it takes place. ``rule`` is its text as the file has it."""

    uid: str
    title: str
    series: Series
    place: str = ""
    url: str = ""
    notes: str = ""
    rule: str = ""


@dataclass(frozen=True)
class IcsFile:
    """The events of a file that was read."""

    events: tuple[IcsEvent, ...]
    problems: tuple[Problem, ...] = field(default=())


def read_ics(body: bytes, home: ZoneInfo) -> IcsFile:
    """All events of a file; ``home`` is the zone of times that name none the file explains."""
    import icalendar

    try:
        calendars = icalendar.Calendar.from_ical(body, multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidValueError("this file is no calendar that can be read.") from error
    parts = [part for calendar in calendars for part in calendar.walk("VEVENT")]
    if not parts:
        raise InvalidValueError("this file holds no event.")
    if len(parts) > MAX_EVENTS:
        raise InvalidValueError(f"a calendar has at most {MAX_EVENTS:,} events.", value=len(parts))
    return _assemble(parts, home)


def write_ics(events: Iterable[IcsEvent], now: datetime, todos: Iterable[Any] = ()) -> bytes:
    """A calendar with these events, their exceptions, and the zones they need."""
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Pilothouse//People//EN")
    calendar.add("version", "2.0")
    for event in events:
        for part in _parts_of(event, now):
            calendar.add_component(part)
    for todo in todos:
        calendar.add_component(_to_todo(todo, now))
    calendar.add_missing_timezones()
    return calendar.to_ical()  # type: ignore[no-any-return]


def _assemble(parts: list[Any], home: ZoneInfo) -> IcsFile:
    problems: list[Problem] = []
    events: dict[str, IcsEvent] = {}
    changes: list[tuple[str, Any]] = []
    for number, part in enumerate(parts, start=1):
        uid = _text(part, "uid", 300) or f"nameless-{number}"
        if "recurrence-id" in part:
            changes.append((uid, part))
            continue
        try:
            events[uid] = _to_event(uid, part, home, problems, number)
        except _ODD as error:
            told = (
                error.sentence if isinstance(error, PilothouseError) else "its times make no sense."
            )
            problems.append(Problem(number, f"“{_text(part, 'summary', 60)}”: {told}"))
    for uid, part in changes:
        _apply(events, uid, part, home, problems)
    return IcsFile(tuple(events.values()), tuple(problems))


def _to_event(
    uid: str, part: Any, home: ZoneInfo, problems: list[Problem], number: int
) -> IcsEvent:
    title = _text(part, "summary", 200) or "Event without a title"
    start, zone, is_all_day = _moment(part["dtstart"].dt, home)
    length = _length(part, start, home)
    text, rule = "", None
    if "rrule" in part:
        given = part["rrule"]
        many = given if isinstance(given, list) else [given]
        text = many[0].to_ical().decode()
        rule = _rule(text, zone, title, problems, number)
        text = text if rule else ""
        if len(many) > 1:
            problems.append(
                Problem(number, f"“{title[:60]}” has more than one rule; the first is kept.")
            )
    series = Series(
        start=start, length=length, zone=zone, is_all_day=is_all_day, rule=rule,
        excluded=frozenset(_moments(part, "exdate", zone, home)),
        added=frozenset(_moments(part, "rdate", zone, home)),
    )  # fmt: skip
    return IcsEvent(
        uid=uid, title=title, series=series, place=_text(part, "location", 300),
        url=_text(part, "url", 2000), notes=_text(part, "description", 20_000, is_line=False),
        rule=text,
    )  # fmt: skip


def _rule(
    text: str, zone: ZoneInfo | None, title: str, problems: list[Problem], number: int
) -> Rule | None:
    try:
        return parse_rule(text, zone)
    except InvalidValueError as error:
        problems.append(Problem(number, f"“{title[:60]}” stands once: {error.sentence}"))
        return None


def _apply(
    events: dict[str, IcsEvent], uid: str, part: Any, home: ZoneInfo, problems: list[Problem]
) -> None:
    """One time of a series that is not as its rule has it, or is called off."""
    event = events.get(uid)
    try:
        if event is None:
            events[uid] = _to_event(uid, part, home, problems, 0)
            return
        slot = _in_zone(part["recurrence-id"].dt, event.series.zone, home)
        if str(part.get("status", "")).upper() == "CANCELLED":
            series = replace(event.series, excluded=event.series.excluded | {slot})
        else:
            start = _in_zone(part["dtstart"].dt, event.series.zone, home)
            change = Change(start, _length(part, _moment(part["dtstart"].dt, home)[0], home),
                            _text(part, "summary", 200), _text(part, "location", 300))  # fmt: skip
            series = replace(event.series, changed={**event.series.changed, slot: change})
    except _ODD:
        problems.append(Problem(0, f"A change of “{_text(part, 'summary', 60)}” makes no sense."))
        return
    events[uid] = replace(event, series=series)


def _moment(value: date | datetime, home: ZoneInfo) -> tuple[datetime, ZoneInfo | None, bool]:
    """A wall-clock time, its zone, whether it is a whole day."""
    if not isinstance(value, datetime):
        return _checked(datetime.combine(value, time.min)), None, True
    zone = _zone_of(value, home)
    wall = value.astimezone(zone) if zone and value.tzinfo else value
    return _checked(wall.replace(tzinfo=None)), zone, False


def _zone_of(value: datetime, home: ZoneInfo) -> ZoneInfo | None:
    """The zone of a time: its own by name, ours for one that no list knows, none for none."""
    if value.tzinfo is None:
        return None
    is_utc = value.utcoffset() == timedelta(0) and "UTC" in str(value.tzinfo)
    if value.tzinfo is timezone.utc or is_utc:
        return ZoneInfo("UTC")
    name = getattr(value.tzinfo, "key", None) or getattr(value.tzinfo, "zone", None) or ""
    try:
        return parse_zone(_WINDOWS.get(str(name), str(name)))
    except InvalidValueError:
        return home


def _in_zone(value: date | datetime, zone: ZoneInfo | None, home: ZoneInfo) -> datetime:
    wall, own, is_all_day = _moment(value, home)
    if zone is None or own is None or is_all_day or own.key == zone.key:
        return wall
    return wall.replace(tzinfo=own).astimezone(zone).replace(tzinfo=None)


def _moments(part: Any, name: str, zone: ZoneInfo | None, home: ZoneInfo) -> Iterator[datetime]:
    given = part.get(name, [])
    for each in given if isinstance(given, list) else [given]:
        for value in each.dts:
            moment = value.dt[0] if isinstance(value.dt, tuple) else value.dt
            yield _in_zone(moment, zone, home)


def _length(part: Any, start: datetime, home: ZoneInfo) -> timedelta:
    if "dtend" in part:
        end, _, _ = _moment(part["dtend"].dt, home)
        length = end - start
    elif "duration" in part:
        length = part["duration"].dt
    else:
        is_day = not isinstance(part["dtstart"].dt, datetime)
        length = timedelta(days=1) if is_day else timedelta()
    if not timedelta() <= length <= MAX_LENGTH:
        raise InvalidValueError("an event takes from nothing to a year.", value=str(length))
    return length


def _checked(moment: datetime) -> datetime:
    if not EARLIEST.year <= moment.year < LATEST.year:
        raise InvalidValueError(
            f"an event lies between {EARLIEST.year} and {LATEST.year}.", value=moment.isoformat()
        )
    return moment.replace(microsecond=0)


def _text(part: Any, name: str, most: int, *, is_line: bool = True) -> str:
    value = part.get(name, "")
    text = clean_text(str(value[0] if isinstance(value, list) and value else value or ""))
    return (" ".join(text.split()) if is_line else text.strip())[:most]


def _parts_of(event: IcsEvent, now: datetime) -> Iterator[Any]:
    import icalendar

    series = event.series
    part = icalendar.Event()
    part.add("uid", event.uid)
    part.add("dtstamp", now)
    _add_times(part, series, series.start, series.length)
    _add_texts(part, event.title, event.place)
    if event.notes:
        part.add("description", event.notes)
    if event.url:
        part.add("url", event.url)
    if event.rule:
        part.add("rrule", icalendar.vRecur.from_ical(event.rule))
    for name, moments in (("exdate", series.excluded), ("rdate", series.added)):
        for moment in sorted(moments):
            part.add(name, _value(series, moment))
    yield part
    for slot, change in sorted(series.changed.items()):
        other = icalendar.Event()
        other.add("uid", event.uid)
        other.add("dtstamp", now)
        other.add("recurrence-id", _value(series, slot))
        _add_times(other, series, change.start, change.length)
        _add_texts(other, change.title or event.title, change.place or event.place)
        yield other


def _add_times(part: Any, series: Series, start: datetime, length: timedelta) -> None:
    part.add("dtstart", _value(series, start))
    if length or series.is_all_day:
        part.add("dtend", _value(series, start + (length or timedelta(days=1))))


def _add_texts(part: Any, title: str, place: str) -> None:
    part.add("summary", title)
    if place:
        part.add("location", place)


def _value(series: Series, moment: datetime) -> date | datetime:
    if series.is_all_day:
        return moment.date()
    return moment.replace(tzinfo=series.zone) if series.zone else moment


def _to_todo(todo: Any, now: datetime) -> Any:
    import icalendar

    part = icalendar.Todo()
    part.add("uid", f"{todo.talk_id}@pilothouse")
    part.add("dtstamp", now)
    part.add("due", todo.due_on)
    part.add("summary", f"{todo.name}: {todo.text}")
    return part
