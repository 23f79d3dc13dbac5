"""Recurring events: by hand, and against an independent implementation."""

# ruff: noqa: DTZ001 -- times of a series are wall-clock times without a zone

from __future__ import annotations

import doctest
import warnings
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.people import recurrence
from pilothouse.engines.people.recurrence import Change, Series, expand, parse_rule, to_instant
from pilothouse.kernel.errors import InvalidValueError

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


def starts(series: Series, first: date, last: date) -> list[str]:
    return [each.start.isoformat(timespec="minutes") for each in expand(series, first, last)]


def weekly(**changes) -> Series:
    start = datetime(2026, 3, 22, 2, 30)
    return Series(start, HOUR, BERLIN, rule=parse_rule("FREQ=WEEKLY", BERLIN), **changes)


def test_the_examples_in_the_code_hold():
    assert doctest.testmod(recurrence).failed == 0


def test_the_wall_clock_stays_and_the_instant_moves_when_clocks_change():
    found = expand(weekly(), date(2026, 3, 20), date(2026, 4, 6))
    assert [each.start.isoformat() for each in found] == [
        "2026-03-22T02:30:00", "2026-03-29T02:30:00", "2026-04-05T02:30:00",
    ]  # fmt: skip
    instants = [to_instant(each.start, BERLIN).astimezone(ZoneInfo("UTC")) for each in found]
    # On the 29th 02:30 does not occur: it is taken with the offset before, 01:30 UTC.
    assert [each.strftime("%d %H:%M") for each in instants] == ["22 01:30", "29 01:30", "05 00:30"]
    doubled = to_instant(datetime(2026, 10, 25, 2, 30), BERLIN)
    assert doubled.utcoffset() == timedelta(hours=2)


def test_exceptions_additions_and_changes():
    slot = datetime(2026, 3, 29, 2, 30)
    moved = Change(datetime(2026, 3, 30, 9, 0), 2 * HOUR, "Moved", "Hall 2")
    series = weekly(
        excluded=frozenset({datetime(2026, 4, 5, 2, 30)}),
        added=frozenset({datetime(2026, 4, 7, 18, 0)}), changed={slot: moved},
    )  # fmt: skip
    found = expand(series, date(2026, 3, 22), date(2026, 4, 12))
    assert [(each.start.isoformat(timespec="minutes"), each.title) for each in found] == [
        ("2026-03-22T02:30", ""), ("2026-03-30T09:00", "Moved"), ("2026-04-07T18:00", ""),
        ("2026-04-12T02:30", ""),
    ]  # fmt: skip
    assert found[1].slot == slot
    # A change that was moved into the window is found by its own day.
    assert starts(series, date(2026, 3, 30), date(2026, 3, 30)) == ["2026-03-30T09:00"]


def test_until_in_utc_is_read_on_the_wall():
    rule = parse_rule("FREQ=DAILY;UNTIL=20261026T170000Z", BERLIN)
    series = Series(datetime(2026, 10, 24, 18, 0), HOUR, BERLIN, rule=rule)
    assert starts(series, date(2026, 10, 1), date(2026, 11, 30)) == [
        "2026-10-24T18:00", "2026-10-25T18:00", "2026-10-26T18:00",
    ]  # fmt: skip


def test_what_is_left_out_still_counts():
    series = Series(
        datetime(2026, 1, 1, 9), HOUR, rule=parse_rule("FREQ=DAILY;COUNT=3"),
        excluded=frozenset({datetime(2026, 1, 2, 9)}),
    )  # fmt: skip
    assert starts(series, date(2026, 1, 1), date(2026, 1, 31)) == [
        "2026-01-01T09:00", "2026-01-03T09:00",
    ]  # fmt: skip


def test_an_event_over_midnight_touches_both_days():
    series = Series(datetime(2026, 1, 1, 23), 3 * HOUR)
    assert len(expand(series, date(2026, 1, 2), date(2026, 1, 2))) == 1
    assert expand(series, date(2026, 1, 3), date(2026, 1, 3)) == ()
    whole = Series(datetime(2026, 1, 1), timedelta(days=1), is_all_day=True)
    assert expand(whole, date(2026, 1, 2), date(2026, 1, 2)) == ()


def test_a_rule_that_never_matches_ends():
    series = Series(
        datetime(2026, 1, 1, 9), HOUR, rule=parse_rule("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")
    )
    assert len(expand(series, date(2026, 1, 1), date(2199, 12, 31))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=SECONDLY", "FREQ=DAILY;BYHOUR=3", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;INTERVAL=x",
        "FREQ=WEEKLY;BYDAY=XX", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=DAILY;UNTIL=soon", "DAILY", "",
        "FREQ=MONTHLY;BYSETPOS=0;BYDAY=MO",
    ],
)  # fmt: skip
def test_what_is_no_rule_is_refused_by_name(text: str):
    with pytest.raises(InvalidValueError):
        parse_rule(text)


@given(st.integers(1, 5), st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
def test_a_late_window_holds_what_the_whole_holds(interval: int, frequency: str):
    rule = parse_rule(f"FREQ={frequency};INTERVAL={interval}")
    series = Series(datetime(1999, 12, 28, 9), HOUR, rule=rule)
    whole = expand(series, date(1999, 1, 1), date(2027, 1, 1))
    late = expand(series, date(2026, 2, 3), date(2027, 1, 1))
    assert list(late) == [each for each in whole if each.start >= datetime(2026, 2, 3)]


DAYS = st.lists(st.sampled_from(recurrence.DAYS), min_size=1, max_size=3, unique=True)
NTH = st.integers(-5, 5).filter(bool)
PARTS = {
    "DAILY": st.sampled_from(["", ";BYMONTH=3,10", ";BYDAY=MO,WE", ";BYMONTHDAY=1,-1"]),
    "WEEKLY": DAYS.map(lambda days: f";BYDAY={','.join(days)}") | st.just(""),
    "MONTHLY": st.one_of(
        st.just(""),
        st.tuples(NTH, DAYS).map(lambda nd: f";BYDAY={','.join(f'{nd[0]}{d}' for d in nd[1])}"),
        st.sampled_from([";BYMONTHDAY=31", ";BYMONTHDAY=-1", ";BYMONTHDAY=13;BYDAY=FR",
                         ";BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ";BYDAY=TU;BYSETPOS=2"]),
    ),
    "YEARLY": st.sampled_from(["", ";BYMONTH=3;BYDAY=-1SU", ";BYDAY=20MO", ";BYYEARDAY=1,-1",
                               ";BYMONTHDAY=29;BYMONTH=2", ";BYWEEKNO=1,20;BYDAY=MO",
                               ";BYMONTH=10,3;BYDAY=SU;BYSETPOS=-1"]),
}  # fmt: skip


@st.composite
def rules(draw) -> str:
    frequency = draw(st.sampled_from(sorted(PARTS)))
    text = f"FREQ={frequency};INTERVAL={draw(st.integers(1, 3))}{draw(PARTS[frequency])}"
    if frequency == "WEEKLY":
        text += draw(st.sampled_from(["", ";WKST=SU", ";WKST=WE"]))
    end = draw(st.sampled_from(["", "COUNT", "UNTIL"]))
    if end == "COUNT":
        text += f";COUNT={draw(st.integers(1, 9))}"
    if end == "UNTIL":
        text += f";UNTIL={draw(st.sampled_from(['20270331T010000Z', '20261205T000000Z']))}"
    return text


STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 30)).map(
    lambda moment: moment.replace(minute=moment.minute // 30 * 30, second=0, microsecond=0)
)
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])


def read_elsewhere(ics: str, first: date, last: date) -> list[tuple[str, str]]:
    """Starts and ends as recurring-ical-events has them, by the wall clock."""
    import icalendar
    import recurring_ical_events

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        calendar = icalendar.Calendar.from_ical(ics)
        found = recurring_ical_events.of(calendar).between(first, last + timedelta(days=1))
    pairs = [(e.start.replace(tzinfo=None), e.end.replace(tzinfo=None)) for e in found]
    return sorted((start.isoformat(), end.isoformat()) for start, end in pairs)


@settings(max_examples=60, deadline=None)
@given(STARTS, rules(), ZONES, st.lists(st.integers(0, 5), max_size=2, unique=True), st.booleans())
def test_another_program_finds_the_same_times(
    start: datetime, text: str, name: str, left_out: list[int], moves: bool
):
    """With exceptions and a moved time, over changes of clocks in four zones."""
    zone = ZoneInfo(name)
    first, last = date(2026, 1, 1), date(2027, 12, 31)
    plain = Series(start, 2 * HOUR, zone, rule=parse_rule(text, zone))
    slots = [each.slot for each in expand(plain, first, last)]
    excluded = frozenset(slots[at] for at in left_out if at < len(slots))
    kept = [slot for slot in slots if slot not in excluded]
    changed = {kept[-1]: Change(kept[-1] + 3 * HOUR, HOUR)} if moves and kept else {}
    ours = Series(start, 2 * HOUR, zone, rule=plain.rule, excluded=excluded, changed=changed)
    found = sorted((e.start.isoformat(), e.end.isoformat()) for e in expand(ours, first, last))
    assert found == read_elsewhere(to_ics(ours, text, name), first, last)


def to_ics(series: Series, text: str, zone: str) -> str:
    """The series as a file that was not written by us."""

    def at(name: str, moment: datetime) -> str:
        if zone == "UTC":
            return f"{name}:{moment:%Y%m%dT%H%M%S}Z"
        return f"{name};TZID={zone}:{moment:%Y%m%dT%H%M%S}"

    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:1",
             at("DTSTART", series.start), at("DTEND", series.start + series.length),
             f"RRULE:{text}"]  # fmt: skip
    lines += [at("EXDATE", moment) for moment in sorted(series.excluded)]
    lines += ["END:VEVENT"]
    for slot, change in series.changed.items():
        lines += ["BEGIN:VEVENT", "UID:1", at("RECURRENCE-ID", slot), at("DTSTART", change.start),
                  at("DTEND", change.start + change.length), "END:VEVENT"]  # fmt: skip
    return "\r\n".join([*lines, "END:VCALENDAR", ""])
