"""Recurring events of iCalendar (RFC 5545): when they take place, by the wall clock of their zone.

A series says its start, how long it takes, its rule, what is left out, added and changed. All times
of a series are wall-clock times of its zone, so 18:00 stays 18:00 when clocks change; only at the
end is a wall-clock time turned into an instant. A time that a change of clocks skips is taken with
the offset before it, one that occurs twice the first time, as the RFC says.

Only the days of a window are looked at, so that no rule can keep it busy: at most one start a day,
``FREQ`` from DAILY to YEARLY. Rules for hours and minutes are refused by name.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import EARLIEST, LATEST

MAX_OCCURRENCES = 10_000
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ORDINALS = {0: "", 1: "the first ", 2: "the second ", 3: "the third ", 4: "the fourth ",
             -1: "the last "}  # fmt: skip
_LISTS = {
    "BYMONTH": (1, 12), "BYMONTHDAY": (-31, 31), "BYYEARDAY": (-366, 366), "BYWEEKNO": (-53, 53),
    "BYSETPOS": (-366, 366),
}  # fmt: skip
_KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST", *_LISTS}


@dataclass(frozen=True)
class Rule:
    """A rule as RFC 5545 has it. ``until`` is a wall-clock time of the series, included; weekdays
    are (0 Monday to 6, which one of its month or year or 0 for each)."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    places: tuple[int, ...] = ()
    week_start: int = 0


@dataclass(frozen=True)
class Change:
    """One time of a series that is not as its rule has it: another start, length or words."""

    start: datetime
    length: timedelta
    title: str = ""
    place: str = ""


@dataclass(frozen=True)
class Series:
    """An event, once or again and again. Times are naive wall-clock times of ``zone``; without a
    zone they hold wherever one is. ``is_all_day``: only the days count."""

    start: datetime
    length: timedelta
    zone: ZoneInfo | None = None
    is_all_day: bool = False
    rule: Rule | None = None
    excluded: frozenset[datetime] = frozenset()
    added: frozenset[datetime] = frozenset()
    changed: Mapping[datetime, Change] = field(default_factory=dict)


@dataclass(frozen=True)
class Occurrence:
    """One time that an event takes place. ``slot`` is its start before any change: its name."""

    slot: datetime
    start: datetime
    end: datetime
    title: str = ""
    place: str = ""


def expand(series: Series, first: date, last: date) -> tuple[Occurrence, ...]:
    """The times of a series that touch the days from ``first`` to ``last``, in order; at most
    10,000. Starts before the year 1971 are not looked at."""
    found = [*_unchanged(series, first, last), *_changed(series, first, last)]
    return tuple(sorted(found, key=lambda each: (each.start, each.slot))[:MAX_OCCURRENCES])


def to_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a wall-clock time; a skipped one by the offset before, a doubled one first.

    >>> to_instant(datetime(2026, 3, 29, 2, 30), ZoneInfo("Europe/Berlin")).isoformat()
    '2026-03-29T03:30:00+02:00'
    """
    return wall.replace(tzinfo=zone, fold=0).astimezone(ZoneInfo("UTC")).astimezone(zone)


def parse_rule(text: str, zone: ZoneInfo | None = None) -> Rule:
    """A rule from its text; ``InvalidValueError`` names the part that cannot be kept.

    ``UNTIL`` in UTC is turned into the wall-clock time of ``zone``, as the RFC asks.

    >>> parse_rule("FREQ=MONTHLY;BYDAY=-1FR;COUNT=3").weekdays
    ((4, -1),)
    """
    parts = _split(text)
    unknown = parts.keys() - _KNOWN
    if unknown:
        raise InvalidValueError("this part of a rule is not kept.", value=sorted(unknown)[0])
    frequency = parts.get("FREQ", "")
    if frequency not in FREQUENCIES:
        raise InvalidValueError(f"a rule is {', '.join(FREQUENCIES)}.", value=frequency or text)
    lists = {name: _numbers(name, parts.get(name, "")) for name in _LISTS}
    return Rule(
        frequency=frequency,
        interval=_number("INTERVAL", parts.get("INTERVAL", "1"), 1, 1000),
        count=_number("COUNT", parts["COUNT"], 1, 5_000) if "COUNT" in parts else None,
        until=_until(parts["UNTIL"], zone) if "UNTIL" in parts else None,
        months=lists["BYMONTH"],
        month_days=lists["BYMONTHDAY"],
        year_days=lists["BYYEARDAY"],
        weeks=lists["BYWEEKNO"],
        weekdays=tuple(_weekday(day) for day in parts.get("BYDAY", "").split(",") if day),
        places=lists["BYSETPOS"],
        week_start=_weekday(parts.get("WKST", "MO"))[0],
    )


def say_rule(text: str) -> str:
    """A rule in words, or its text where it has more parts than words are worth.

    >>> say_rule("FREQ=MONTHLY;BYDAY=1TH"), say_rule("FREQ=WEEKLY;INTERVAL=2;COUNT=3")
    ('every month on the first Thursday', 'every 2 weeks, 3 times')
    """
    rule = parse_rule(text)
    rest = (rule.months, rule.month_days, rule.year_days, rule.weeks, rule.places)
    if any(rest) or any(which not in _ORDINALS for _, which in rule.weekdays):
        return text
    unit = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}[rule.frequency]
    often = f"every {unit}" if rule.interval == 1 else f"every {rule.interval} {unit}s"
    days = " and ".join(f"{_ORDINALS[which]}{_NAMES[day]}" for day, which in rule.weekdays)
    ends = f", {rule.count} times" if rule.count else ""
    ends += f", until {rule.until.date()}" if rule.until else ""
    return f"{often}{f' on {days}' if days else ''}{ends}"


def _unchanged(series: Series, first: date, last: date) -> Iterator[Occurrence]:
    reach = timedelta(days=series.length.days + 1)
    since = max(first - reach, EARLIEST.date())
    for slot in _slots(series, since, min(last, LATEST.date())):
        if slot in series.excluded or slot in series.changed:
            continue
        end = slot + series.length
        if _touches(slot, end, first, last):
            yield Occurrence(slot, slot, end)


def _changed(series: Series, first: date, last: date) -> Iterator[Occurrence]:
    for slot, change in series.changed.items():
        end = change.start + change.length
        if _touches(change.start, end, first, last):
            yield Occurrence(slot, change.start, end, change.title, change.place)


def _touches(start: datetime, end: datetime, first: date, last: date) -> bool:
    """Whether an event lies at least partly in the days; its end is not part of it, unless it
    has no length."""
    begins = datetime.combine(first, time.min)
    return start.date() <= last and (end > begins or start >= begins)


def _slots(series: Series, since: date, until: date) -> Iterator[datetime]:
    """Starts of the series from the day ``since`` on, exclusions not yet taken out."""
    own = {series.start, *series.added} if series.rule is None else set(series.added)
    by_rule = _by_rule(series.rule, series.start, since, until) if series.rule else iter(())
    seen = set()
    for slot in by_rule:
        if slot.date() >= since:
            seen.add(slot)
        if len(seen) > MAX_OCCURRENCES:
            break
    yield from sorted(seen | {slot for slot in own if since <= slot.date() <= until})


def _by_rule(rule: Rule, start: datetime, since: date, until: date) -> Iterator[datetime]:
    """Starts by the rule. The series' own start takes place too where it does not fit, and then is
    not counted: RFC 5545 leaves this open, and other programs do so. A rule that ends before it
    begins leaves the event standing once."""
    left = rule.count
    yield start
    for day in _days(rule, start.date(), since, until):
        slot = datetime.combine(day, start.time())
        if slot < start or (rule.until and slot > rule.until):
            continue
        if left is not None and left <= 0:
            return
        yield slot
        left = left - 1 if left is not None else None


def _days(rule: Rule, start: date, since: date, until: date) -> Iterator[date]:
    whole = _with_defaults(rule, start)
    # What is counted is counted from the start; anything else may be looked at from later on.
    for period in _periods(whole, start, start if rule.count else max(start, since), until):
        days = sorted(day for day in period if _fits(whole, day))
        if whole.places:
            days = sorted({days[at] for place in whole.places
                           if -len(days) <= (at := place - (place > 0)) < len(days)})  # fmt: skip
        yield from days


def _with_defaults(rule: Rule, start: date) -> Rule:
    """What a rule leaves open follows from its start."""
    from dataclasses import replace

    if rule.weeks or rule.year_days or rule.month_days or rule.weekdays:
        return rule
    if rule.frequency == "YEARLY":
        return replace(rule, months=rule.months or (start.month,), month_days=(start.day,))
    if rule.frequency == "MONTHLY":
        return replace(rule, month_days=(start.day,))
    if rule.frequency == "WEEKLY":
        return replace(rule, weekdays=((start.weekday(), 0),))
    return rule


def _periods(rule: Rule, start: date, since: date, until: date) -> Iterator[Iterable[date]]:
    """The days of each period of the rule, from the one before ``since`` on."""
    step = rule.interval
    if rule.frequency == "DAILY":
        for back in range(_skip((since - start).days, step), (until - start).days + 1, step):
            yield (start + timedelta(days=back),)
    elif rule.frequency == "WEEKLY":
        monday = start - timedelta(days=(start.weekday() - rule.week_start) % 7)
        monday += timedelta(days=7 * _skip((since - monday).days // 7, step))
        while monday <= until:
            yield [monday + timedelta(days=day) for day in range(7)]
            monday += timedelta(days=7 * step)
    elif rule.frequency == "MONTHLY":
        month = start.year * 12 + start.month - 1
        month += _skip(since.year * 12 + since.month - 1 - month, step)
        while date(month // 12, month % 12 + 1, 1) <= until:
            yield _month(month // 12, month % 12 + 1)
            month += step
    else:
        first = start.year + _skip(since.year - start.year, step)
        for year in range(first, until.year + 1, step):
            yield [date(year, 1, 1) + timedelta(days=day) for day in range(365 + isleap(year))]


def _skip(periods: int, step: int) -> int:
    """How many periods may be left out, a whole number of steps, one step less than there are."""
    return max(0, periods // step - 1) * step


def _month(year: int, month: int) -> list[date]:
    return [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]


def _fits(rule: Rule, day: date) -> bool:
    if rule.months and day.month not in rule.months:
        return False
    if rule.month_days and not _is_in(day.day, monthrange(day.year, day.month)[1], rule.month_days):
        return False
    year_day = day.timetuple().tm_yday
    if rule.year_days and not _is_in(year_day, 365 + isleap(day.year), rule.year_days):
        return False
    if rule.weeks and not _is_in_week(day, rule.weeks, rule.week_start):
        return False
    return not rule.weekdays or any(_is_weekday(rule, day, *each) for each in rule.weekdays)


def _is_in(number: int, most: int, wanted: tuple[int, ...]) -> bool:
    return number in wanted or number - most - 1 in wanted


def _is_weekday(rule: Rule, day: date, weekday: int, which: int) -> bool:
    if day.weekday() != weekday:
        return False
    if which == 0 or rule.frequency in {"DAILY", "WEEKLY"}:
        return True
    if rule.frequency == "MONTHLY" or rule.months:
        at, most = day.day, monthrange(day.year, day.month)[1]
    else:
        at, most = day.timetuple().tm_yday, 365 + isleap(day.year)
    return which in ((at - 1) // 7 + 1, -((most - at) // 7 + 1))


def _is_in_week(day: date, weeks: tuple[int, ...], week_start: int) -> bool:
    """Whether the day lies in one of these weeks of its calendar year's numbering.

    Week 1 is the first with four days or more in its year.
    """
    first = _first_week(day.year, week_start)
    count = _weeks_of(day.year, week_start)
    number = (day - first).days // 7 + 1
    if 1 <= number <= count:
        return number in weeks or number - count - 1 in weeks
    if number > count:  # the first week of the next year
        return 1 in weeks or -_weeks_of(day.year + 1, week_start) in weeks
    return _weeks_of(day.year - 1, week_start) in weeks or -1 in weeks


def _weeks_of(year: int, week_start: int) -> int:
    return (_first_week(year + 1, week_start) - _first_week(year, week_start)).days // 7


@lru_cache(maxsize=1024)
def _first_week(year: int, week_start: int) -> date:
    new_year = date(year, 1, 1)
    begins = new_year - timedelta(days=(new_year.weekday() - week_start) % 7)
    return begins if (new_year - begins).days <= 3 else begins + timedelta(days=7)


def _split(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").split(";"):
        name, equals, value = part.partition("=")
        if part and not equals:
            raise InvalidValueError("a rule has parts NAME=VALUE.", value=text)
        if part:
            parts[name.strip()] = value.strip()
    return parts


def _numbers(name: str, text: str) -> tuple[int, ...]:
    low, high = _LISTS[name]
    numbers = tuple(_number(name, part, low, high) for part in text.split(",") if part)
    if 0 in numbers:
        raise InvalidValueError(f"{name} has no 0.", value=text)
    return numbers


def _number(name: str, text: str, low: int, high: int) -> int:
    sign, digits = (text[:1], text[1:]) if text[:1] in {"+", "-"} else ("", text)
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 6):
        raise InvalidValueError(f"{name} is a whole number.", value=text)
    number = int(f"{sign}{digits}")
    if not low <= number <= high:
        raise InvalidValueError(f"{name} is {low} to {high:,}.", value=text)
    return number


def _weekday(text: str) -> tuple[int, int]:
    day, which = text[-2:], text[:-2]
    if day not in DAYS:
        raise InvalidValueError(f"a weekday is {', '.join(DAYS)}.", value=text)
    return DAYS.index(day), _number("BYDAY", which, -53, 53) if which else 0


def _until(text: str, zone: ZoneInfo | None) -> datetime:
    """The last wall-clock time; a day alone means all of it."""
    for form, is_whole in (("%Y%m%dT%H%M%SZ", False), ("%Y%m%dT%H%M%S", False), ("%Y%m%d", True)):
        try:
            moment = datetime.strptime(text, form)  # noqa: DTZ007 -- a wall-clock time has no zone
        except ValueError:
            continue
        if is_whole:
            return moment.replace(hour=23, minute=59, second=59)
        if text.endswith("Z") and zone is not None:
            return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None)
        return moment
    raise InvalidValueError("UNTIL is a day or a time.", value=text)
