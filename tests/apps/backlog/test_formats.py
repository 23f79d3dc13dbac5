"""Files of the tools are read whole, with their quirks."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.apps.backlog.formats.own import join_list, split_list
from pilothouse.apps.backlog.formats.reading import first_reading, open_file, read_file
from pilothouse.apps.backlog.formats.records import Reading, WorkFile
from pilothouse.apps.backlog.formats.wiki import to_markdown
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.written_dates import guess_day_first, is_order_open, read_moment
from tests.apps.backlog.exchange_samples import GITHUB, GITHUB_CLI, JIRA, LINEAR, PLAIN, TRELLO

UTC = timezone.utc


def read(text: str | bytes) -> tuple[Reading, WorkFile]:
    data = text if isinstance(text, bytes) else text.encode()
    opened = open_file(data)
    reading = first_reading(opened, UTC)
    return reading, read_file(opened, reading, UTC)


def test_jira_comes_in_whole():
    reading, file = read(JIRA)
    epic, story, bug = file.items
    assert (reading.source, len(file.items)) == ("jira", 3)
    assert epic.tags == ("growth", "web")
    assert epic.created_at == datetime(2025, 7, 14, 15, 42, tzinfo=UTC)
    assert epic.started_at == datetime(2025, 7, 20, 9, 5, tzinfo=UTC)
    assert epic.body == "## Why\n- buyers leave\n- `cart` is slow"
    assert epic.fields == {"Priority": "High", "Sprint": "Sprint 4, Sprint 5", "Reporter": "Bob"}
    assert epic.estimate == 13
    assert epic.comments[0].text == "Please **hurry**"
    assert [(tie.relation, tie.external_id) for tie in epic.ties] == [("blocks", "SHOP-3")]
    assert story.parent == "SHOP-1", "the parent is named by its numeric id in the file"
    assert story.done_at == datetime(2025, 7, 9, 23, 30, tzinfo=UTC)
    assert story.due == date(2025, 8, 15)
    assert bug.created_at == datetime(2025, 7, 2, 0, 1, tzinfo=UTC)
    assert [problem.sentence for problem in file.problems] == [
        "has 27 cells under 26 headings; left out: stray label"
    ]
    assert reading.kinds == {"epic": "feature", "story": "story", "bug": "bug"}
    assert reading.statuses == {"in progress": "doing", "done": "done", "to do": "ready"}


def test_a_heading_in_other_letters_is_known():
    _, file = read(JIRA.replace("Issue key", "ISSUE KEY").replace("Summary", "summary"))
    assert [item.external_id for item in file.items] == ["SHOP-1", "SHOP-2", "SHOP-3"]


def test_linear_comes_in_whole():
    reading, file = read(LINEAR)
    first, second = file.items
    assert reading.source == "linear"
    assert first.created_at == datetime(2026, 5, 13, 11, 21, 41, tzinfo=UTC)
    assert first.started_at == datetime(2026, 5, 14, 6, tzinfo=UTC)
    assert (first.tags, first.kind, first.due) == (
        ("Feature", "design"),
        "feature",
        date(2026, 6, 1),
    )
    assert [(tie.relation, tie.external_id) for tie in first.ties] == [("blocked-by", "WEB-2")]
    assert (second.parent, second.kind, second.tags) == ("WEB-1", "bug", ("Bug", "archived"))
    assert second.done_at == datetime(2026, 5, 8, 10, tzinfo=UTC)
    assert first.fields["Priority"] == "High"


def test_trello_comes_in_whole():
    reading, file = read(TRELLO)
    first, second = file.items
    assert reading.source == "trello"
    assert first.title == "Login fails", "cards stand in the order of their lists"
    assert first.body == "On old phones\n\n**Steps**\n\n- [x] first\n- [ ] second"
    assert [comment.text for comment in first.comments] == ["earlier", "later"]
    assert (first.owner, first.fields, first.kind) == ("Alice", {"Size": "Large"}, "bug")
    assert first.created_at == datetime(2020, 7, 4, 4, 5, 20, tzinfo=UTC)
    assert second.tags == ("green", "archived")
    assert (reading.statuses["doing"], reading.statuses["backlog"]) == ("doing", "new")
    assert "without a name" in file.problems[0].sentence


def test_github_comes_in_whole():
    reading, file = read(GITHUB)
    older, newer = file.items
    assert [older.external_id, newer.external_id] == ["5", "7"]
    assert (newer.kind, newer.owner, newer.fields) == (
        "bug", "alice", {"Milestone": "1.0", "Votes": "12"},
    )  # fmt: skip
    assert reading.statuses == {"not planned": "dropped", "open": "new"}
    assert "1 pull requests" in file.problems[0].sentence


def test_the_github_command_line_writes_other_names():
    reading, file = read(GITHUB_CLI)
    (issue,) = file.items
    assert issue.done_at == datetime(2026, 3, 5, 9, tzinfo=UTC)
    assert (issue.comments[0].author, reading.kinds["enhancement"]) == ("bob", "feature")
    assert reading.statuses["closed"] == "done"


def test_a_plain_table_is_understood_by_its_headings():
    reading, file = read(PLAIN)
    first, second = file.items
    assert reading.source == "csv"
    assert (first.title, first.tags, first.estimate) == ("First", ("a", "b"), 2.5)
    assert first.created_at == datetime(2026, 4, 3, tzinfo=UTC), "13/4 proves that the day is first"
    assert second.estimate is None
    assert "no number: x" in file.problems[0].sentence


def test_without_a_known_heading_the_wordiest_column_is_the_title():
    _, file = read("nr,was,wann\n1,Das ist zu tun,morgen\n")
    assert file.items[0].title == "Das ist zu tun"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings_of_spreadsheets_are_understood(encoding: str):
    _, file = read("Title,Status\nÄpfel zählen,open\n".encode(encoding))
    assert file.items[0].title == "Äpfel zählen"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_and_a_preamble_are_understood(delimiter: str):
    rows = [["Title", "Status", "Notes"], ["A", "open", "x"], ["B", "done", "y"]]
    text = "Exported on Monday\n\n" + "\n".join(delimiter.join(row) for row in rows)
    _, file = read(text)
    assert [(item.title, item.status, item.line) for item in file.items] == [
        ("A", "open", 4), ("B", "done", 5),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rest", "neither CSV nor JSON"),
        (b'{"a": 1}', "neither a Trello board"),
        (b"[1, 2", "begins like JSON"),
        (b"Title,Status\n", "no rows"),
        (b"[" * 100_000, "begins like JSON"),
        (b"\x00\x01\x02\x03" * 100, "not a text file"),
    ],
)
def test_what_holds_no_items_is_refused_with_the_way_out(data: bytes, words: str):
    with pytest.raises(InvalidValueError, match=words):
        read(data)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("14/Jul/25 3:42 PM", "2025-07-14T15:42:00+00:00"),
        ("14/Jul/25 12:05 AM", "2025-07-14T00:05:00+00:00"),
        ("6/21/2025 16:14", "2025-06-21T16:14:00+00:00"),
        ("4/3/25 5:14", "2025-03-04T05:14:00+00:00"),
        ("Wed May 13 2026 11:21:41 GMT+0530 (IST)", "2026-05-13T11:21:41+05:30"),
        ("2025-06-01 14:03:22 UTC", "2025-06-01T14:03:22+00:00"),
        ("2025-06-01T14:03:22.123-0700", "2025-06-01T14:03:22.123000-07:00"),
        ("12 Mar 2024", "2024-03-12T00:00:00+00:00"),
        ("Jul 4, 2025", "2025-07-04T00:00:00+00:00"),
        ("1717250000", "2024-06-01T13:53:20+00:00"),
        ("1717250000123", "2024-06-01T13:53:20.123000+00:00"),
        ("31/31/2025", None),
        ("0001-01-01", None),
        ("soon", None),
        ("", None),
    ],
)
def test_dates_of_the_tools(text: str, wanted: str | None):
    moment = read_moment(text, zone=UTC, is_day_first=True)
    assert (moment.isoformat() if moment else None) == wanted


def test_the_numbers_of_a_file_tell_which_comes_first():
    assert guess_day_first(["1/2/26", "13/2/26"])
    assert not guess_day_first(["1/2/26", "1/13/26"])
    assert is_order_open(["1/2/26", "3/4/26"])
    assert not is_order_open(["1/2/26", "13/4/26"])


@given(st.text(max_size=40))
def test_no_text_is_a_fault_as_a_date(text: str):
    read_moment(text, zone=UTC, is_day_first=False)


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), min_size=1), max_size=5
    )
)
def test_a_list_in_a_cell_comes_back(texts: list[str]):
    assert split_list(join_list(texts)) == tuple(texts)


@pytest.mark.parametrize(
    ("wiki", "markdown"),
    [
        ("h1. Title", "# Title"),
        ("*bold* and {{code}}", "**bold** and `code`"),
        ("[docs|https://a.example/x]", "[docs](https://a.example/x)"),
        ("# one\n## two", "1. one\n  1. two"),
        ("{code:python}\nx = *1*\n{code}", "```python\nx = *1*\n```"),
        ("{quote}said{quote}", "> said"),
        ("||A||B||\n|1|2|", "| A | B |\n|---|---|\n|1|2|"),
        ("[~accountid:ab12] 2 * 3 * 4", "@ab12 2 * 3 * 4"),
        ("{color:red}warning{color}", "warning"),
    ],
)
def test_wiki_markup_as_markdown(wiki: str, markdown: str):
    assert to_markdown(wiki) == markdown


@given(st.text(max_size=200))
def test_no_text_is_a_fault_as_markup(text: str):
    to_markdown(text)
