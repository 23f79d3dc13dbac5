"""GitHub issues (JSON of the REST API or of ``gh issue list --json``) as work items."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from pilothouse.apps.backlog.formats.meanings import kind_among
from pilothouse.apps.backlog.formats.records import Comment, Problem, WorkFile, WorkItem
from pilothouse.kernel.written_dates import read_moment

JsonObject = Mapping[str, Any]


def is_issues(body: Any) -> bool:
    """Whether a JSON document is a list of GitHub issues."""
    rows = body.get("items") if isinstance(body, dict) else body
    if not isinstance(rows, list) or not rows:
        return False
    return all(
        isinstance(each, dict) and "number" in each and "title" in each for each in rows[:20]
    )


def read_issues(body: Any, zone: tzinfo) -> WorkFile:
    """The issues, the oldest first; pull requests stand in the same list and are left out."""
    rows = body["items"] if isinstance(body, dict) else body
    issues = [each for each in rows if isinstance(each, dict) and not each.get("pull_request")]
    problems = []
    if len(issues) < len(rows):
        left = len(rows) - len(issues)
        problems.append(Problem(0, f"{left:,} pull requests are in this file and were left out."))
    items = []
    for place, issue in enumerate(sorted(issues, key=_number), start=1):
        if not str(issue.get("title") or "").strip():
            problems.append(Problem(place, "is an issue without a title and was left out."))
            continue
        items.append(_read(issue, place, zone))
    return WorkFile("github", tuple(items), tuple(problems))


def _read(issue: JsonObject, place: int, zone: tzinfo) -> WorkItem:
    reason = str(issue.get("state_reason") or issue.get("stateReason") or "").lower()
    labels = _labels(issue)
    comments = issue.get("comments")
    return WorkItem(
        external_id=str(issue["number"]),
        title=str(issue["title"]).strip(),
        line=place,
        body=str(issue.get("body") or ""),
        kind=kind_among(labels) or "issue",
        status="not planned" if reason in {"not_planned", "duplicate"}
        else str(issue.get("state", "")).lower(),
        tags=labels,
        owner=_owner(issue),
        created_at=_moment(issue, "created_at", "createdAt", zone),
        done_at=_moment(issue, "closed_at", "closedAt", zone),
        comments=tuple(_comments(comments, zone)) if isinstance(comments, list) else (),
        fields=_fields(issue),
    )  # fmt: skip


def _labels(issue: JsonObject) -> tuple[str, ...]:
    labels = issue.get("labels")
    names = [
        str(each.get("name") or "") if isinstance(each, dict) else str(each)
        for each in (labels if isinstance(labels, list) else ())
    ]
    return tuple(dict.fromkeys(name for name in names if name))


def _owner(issue: JsonObject) -> str:
    people = issue.get("assignees")
    first = people[0] if isinstance(people, list) and people else issue.get("assignee")
    return str(first.get("name") or first.get("login") or "") if isinstance(first, dict) else ""


def _comments(comments: list[Any], zone: tzinfo) -> list[Comment]:
    return [
        Comment(
            str(each.get("body") or ""),
            str((each.get("author") or each.get("user") or {}).get("login", "")),
            _moment(each, "created_at", "createdAt", zone),
        )
        for each in comments
        if isinstance(each, dict)
    ]


def _fields(issue: JsonObject) -> dict[str, Any]:
    milestone = issue.get("milestone")
    reactions = issue.get("reactions")
    found: dict[str, Any] = {}
    if isinstance(milestone, dict) and milestone.get("title"):
        found["Milestone"] = str(milestone["title"])
    if isinstance(reactions, dict) and reactions.get("+1"):
        found["Votes"] = str(reactions["+1"])
    return found


def _moment(body: JsonObject, name: str, camel: str, zone: tzinfo) -> datetime | None:
    text = body.get(name) or body.get(camel)
    return read_moment(str(text), zone=zone, is_day_first=True) if text else None


def _number(issue: JsonObject) -> int:
    number = issue.get("number")
    return number if isinstance(number, int) else 0
