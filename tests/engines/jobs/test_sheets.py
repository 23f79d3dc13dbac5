"""Spreadsheets of applications: headings, words, days, and what is never guessed."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.jobs import (
    STAGES,
    SheetMove,
    SheetReading,
    count_words,
    guess_reading,
    has_open_days,
    open_sheet,
    read_applications,
)
from pilothouse.kernel.errors import InvalidValueError

TODAY = date(2026, 11, 26)
# As a person keeps it: German days, semicolons, words of several trackers, gaps.
KEPT = """Employer;Role;Status;Date Applied;Response Date;Salary;Notes
Alpha AG;Product Manager;Applied;03.09.2026;;70k;met at the fair
Beta GmbH;PM Growth;Phone Screen;12.10.2026;20.10.2026;;
Gamma;Senior PM;Declined;2026-08-01;;;Form mail
Delta;PM;No response;;;;
;;;;;;
Epsilon;;Rejected;13/13/2026;;;
Zeta;PM;Applied;1.12.2027;;;
"""


def sheet_of(*rows: tuple[str, ...]):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return open_sheet(text.getvalue().encode())


def test_a_kept_list_by_hand():
    sheet = open_sheet(KEPT.encode())
    reading = guess_reading(sheet)
    assert {name: sheet.header[place] for name, place in reading.columns.items()} == {
        "company": "Employer", "title": "Role", "stage": "Status", "applied": "Date Applied",
        "since": "Response Date", "note": "Notes",
    }  # fmt: skip
    assert reading.stages == {
        "applied": "applied", "phone screen": "screen", "no response": "ghosted",
        "rejected": "rejected",
    }  # fmt: skip
    assert reading.is_day_first
    assert count_words(sheet, reading)["declined"] == 1
    first = read_applications(sheet, reading, TODAY)
    assert [each.company for each in first.applications] == ["Alpha AG", "Beta GmbH"]
    told = {problem.line: problem.sentence for problem in first.problems}
    assert "nobody said which stage “Declined” is" in told[4]
    assert "no day was given" in told[5]
    assert "still to come" in told[8]
    said = replace(reading, stages={**reading.stages, "declined": "rejected"},
                   fallback=date(2026, 9, 9))  # fmt: skip
    found = {each.company: each for each in read_applications(sheet, said, TODAY).applications}
    assert found["Alpha AG"].notes == ("met at the fair", "From the file. Salary: 70k")
    assert found["Beta GmbH"].moves == (
        SheetMove("applied", date(2026, 10, 12)), SheetMove("screen", date(2026, 10, 20)),
    )  # fmt: skip
    assert found["Gamma"].moves[-1] == SheetMove("rejected", date(2026, 8, 1))
    assert found["Delta"].moves[0].on == date(2026, 9, 9)
    assert found["Epsilon"].title == "Title not given"
    assert read_applications(sheet, said, TODAY).same_day == 3


def test_words_with_two_meanings_are_asked_for():
    for word in ("Declined", "Turned down", "In talks", "Done"):
        sheet = sheet_of(("Company", "Title", "Status"), ("Acme", "PM", word))
        assert guess_reading(sheet).stages == {}


@pytest.mark.parametrize(
    ("word", "stage"),
    [
        ("Wishlist", "saved"), ("BOOKMARKED", "saved"), ("Interviewing", "interview"),
        ("Not Selected", "rejected"), ("I Withdrew", "withdrawn"), ("Negotiating", "offer"),
        ("take-home", "case"), ("Hired!", "accepted"), ("offer declined", "declined"),
        ("First talk", "screen"), ("Received", "acknowledged"), ("Position closed", "expired"),
    ],
)  # fmt: skip
def test_words_of_trackers(word, stage):
    sheet = sheet_of(("Company", "Title", "Status"), ("Acme", "PM", word))
    assert list(guess_reading(sheet).stages.values()) == [stage]


def test_our_own_names_of_stages_are_understood():
    rows = [("Acme", "PM", stage.name) for stage in STAGES.values()]
    sheet = sheet_of(("Company", "Title", "Stage"), *rows)
    assert set(guess_reading(sheet).stages.values()) == set(STAGES) - {"declined"}


def test_the_order_of_day_and_month():
    open_days = sheet_of(("Company", "Title", "Applied"), ("A", "PM", "4/3/2026"))
    assert has_open_days(open_days, guess_reading(open_days))
    american = sheet_of(("Company", "Title", "Applied"), ("A", "PM", "4/3/2026"),
                        ("B", "PM", "4/23/2026"))  # fmt: skip
    reading = guess_reading(american)
    assert not reading.is_day_first
    assert not has_open_days(american, reading)
    assert read_applications(american, reading, TODAY).applications[0].moves[0].on.month == 4


def test_a_day_before_the_application_was_sent_is_told():
    sheet = sheet_of(("Company", "Title", "Status", "Applied", "Since"),
                     ("A", "PM", "Offer", "2026-05-02", "2026-05-01"))  # fmt: skip
    found = read_applications(sheet, guess_reading(sheet), TODAY)
    assert [move.on for move in found.applications[0].moves] == [date(2026, 5, 2)] * 2
    assert "before it was sent" in found.problems[0].sentence


def test_a_history_of_ours_comes_back_with_every_stage():
    header = ("company", "title", "source", "referrer", "resume", "stage", "from", "until", "days",
              "note", "stands_at", "next_action", "next_on", "application")  # fmt: skip
    rows = [
        ("Acme", "PM", "Job board", "Bo", "B", stage, f"2026-03-0{day}", "", 1, note, "final",
         "Ask", "2026-12-24", "a1")
        for day, stage, note in ((1, "saved", ""), (2, "applied", ""), (4, "screen", "Lea"),
                                 (3, "applied", "again"), (5, "final", ""))
    ]  # fmt: skip
    sheet = sheet_of(header, *rows, ("Beta", "PM", "", "", "No resume kept", "skipped",
                                     "2026-01-01", "", 1, "", "skipped", "", "", "b2"))  # fmt: skip
    found = read_applications(sheet, SheetReading(), TODAY, {"job board": "board"})
    acme, beta = found.applications
    assert [move.stage for move in acme.moves] == ["saved", "applied", "screen", "applied", "final"]
    assert (acme.source, acme.referrer, acme.next_on) == ("board", "Bo", date(2026, 12, 24))
    assert acme.notes == ("From the file. Resume: B",)
    assert beta.notes == ()
    assert beta.moves[0].note == "From the file"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no rows"), (b"a,b\n", "no row"), (b"PK\x03\x04rest", "Save it as CSV"),
        (b"a\n" * 5_003, "at most 5,000 rows"), (b"a," * 101 + b"b\n1\n", "at most 100 columns"),
    ],
)  # fmt: skip
def test_files_that_are_no_list(body, words):
    with pytest.raises(InvalidValueError) as refused:
        open_sheet(body)
    assert words in refused.value.sentence


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (SheetReading({"company": 9}), "no such column"),
        (SheetReading({"salary": 0}), "a column means one of"),
        (SheetReading({"company": 0, "title": 0}), "a column means one thing"),
        (SheetReading({"company": 0}, {"x": "hired"}), "a stage is one of"),
    ],
)
def test_readings_that_do_not_fit(reading, words):
    with pytest.raises(InvalidValueError) as refused:
        read_applications(sheet_of(("A", "B"), ("x", "y")), reading, TODAY)
    assert words in refused.value.sentence


CELLS = st.lists(st.lists(st.text(max_size=12), min_size=7, max_size=7), min_size=1, max_size=6)


@given(CELLS)
def test_every_row_becomes_one_application_or_is_told(rows):
    header = ("Company", "Title", "Status", "Applied", "Since", "Notes", "Salary")
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    try:
        sheet = open_sheet(text.getvalue().encode("utf-8", "replace"))
    except InvalidValueError:
        return
    reading = replace(guess_reading(sheet), fallback=date(2026, 1, 1))
    found = read_applications(sheet, reading, TODAY)
    left_out = [each for each in found.problems if each.sentence.startswith("left out")]
    assert len(found.applications) + len(left_out) == len(sheet.rows)
    for each in found.applications:
        days = [move.on for move in each.moves]
        assert days == sorted(days)
        assert each.company
        assert each.title
