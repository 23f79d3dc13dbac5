"""Small files in the shape of the real exports, with their quirks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "data"
# Labels, Sprint and Comment repeat their headings; dates are Jira's; the text is wiki markup;
# SHOP-3 is wider than the header; SHOP-2 names its parent by the numeric id.
JIRA = (DATA / "jira.csv").read_text("utf-8")
LINEAR = (DATA / "linear.csv").read_text("utf-8")


def trello_board() -> dict[str, Any]:
    """A board with an archived card, a checklist, a comment and a custom field."""
    first, second = "5f000000aaaaaaaaaaaaaaaa", "60000000bbbbbbbbbbbbbbbb"
    return {
        "name": "Product",
        "lists": [
            {"id": "l2", "name": "Doing", "closed": False, "pos": 2},
            {"id": "l1", "name": "Backlog", "closed": False, "pos": 1},
        ],
        "members": [{"id": "m1", "fullName": "Alice", "username": "alice"}],
        "labels": [{"id": "x1", "name": "bug", "color": "red"}],
        "customFields": [
            {"id": "c1", "name": "Size", "options": [{"id": "o1", "value": {"text": "Large"}}]}
        ],
        "checklists": [
            {"id": "k1", "idCard": first, "name": "Steps", "checkItems": [
                {"name": "second", "state": "incomplete", "pos": 2},
                {"name": "first", "state": "complete", "pos": 1}]},
        ],
        "actions": [
            {"type": "commentCard", "date": "2026-01-05T10:00:00.000Z",
             "memberCreator": {"fullName": "Bob"},
             "data": {"text": "later", "card": {"id": first}}},
            {"type": "commentCard", "date": "2026-01-04T10:00:00.000Z",
             "memberCreator": {"fullName": "Bob"},
             "data": {"text": "earlier", "card": {"id": first}}},
            {"type": "updateCard", "data": {"card": {"id": first}}},
        ],
        "cards": [
            {"id": first, "idShort": 1, "shortLink": "abcd1234", "name": "Login fails",
             "desc": "On old phones", "idList": "l2", "idMembers": ["m1"], "pos": 1,
             "labels": [{"id": "x1", "name": "bug", "color": "red"}],
             "due": "2026-02-01T12:00:00.000Z", "dueComplete": False, "closed": False,
             "customFieldItems": [{"idCustomField": "c1", "idValue": "o1", "value": None}]},
            {"id": second, "idShort": 2, "shortLink": "efgh5678", "name": "Old idea", "desc": "",
             "idList": "l1", "labels": [{"id": "x2", "name": "", "color": "green"}],
             "closed": True, "pos": 2},
            {"id": "zz", "name": "  ", "idList": "l1"},
        ],
    }  # fmt: skip


TRELLO = json.dumps(trello_board())
GITHUB = json.dumps(
    [
        {"number": 7, "title": "Crash on start", "body": None, "state": "open",
         "labels": [{"name": "bug"}, {"name": "p1"}], "assignees": [{"login": "alice"}],
         "milestone": {"title": "1.0"}, "created_at": "2026-03-01T09:00:00Z",
         "reactions": {"+1": 12}},
        {"number": 5, "title": "Never mind", "body": "text", "state": "closed",
         "state_reason": "not_planned", "labels": [], "assignees": [],
         "created_at": "2026-02-01T09:00:00Z", "closed_at": "2026-02-02T09:00:00Z"},
        {"number": 8, "title": "A pull request", "state": "open", "pull_request": {"url": "x"}},
    ]
)  # fmt: skip
# What gh issue list --json writes: other names, other letters.
GITHUB_CLI = json.dumps(
    [{"number": 9, "title": "From the command", "state": "CLOSED", "stateReason": "COMPLETED",
      "labels": [{"name": "enhancement"}], "createdAt": "2026-03-01T09:00:00Z",
      "closedAt": "2026-03-05T09:00:00Z", "assignees": [],
      "comments": [{"author": {"login": "bob"}, "body": "Me too",
                    "createdAt": "2026-03-02T09:00:00Z"}]}]
)  # fmt: skip
PLAIN = (
    "Name;State;Tags;Points;Created\r\nFirst;open;a, b;2,5;3/4/26\r\nSecond;closed;;x;13/4/26\r\n"
)
