"""Items as the files of other tools: Jira CSV, Linear CSV, Trello JSON, GitHub issues JSON."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from pilothouse.apps.backlog.formats.own import OwnItem
from pilothouse.apps.workspace.services.export import guard_cell

_JIRA_TYPES = {
    "idea": "Idea", "opportunity": "Initiative", "feature": "Epic", "story": "Story", "bug": "Bug",
    "chore": "Task",
}  # fmt: skip
_JIRA_STATUSES = {
    "new": ("Backlog", "To Do"),
    "exploring": ("Analysis", "In Progress"),
    "ready": ("Selected for Development", "To Do"),
    "doing": ("In Progress", "In Progress"),
    "done": ("Done", "Done"),
    "dropped": ("Won't Do", "Done"),
}
_LINEAR_STATUSES = {
    "new": "Backlog", "exploring": "Discovery", "ready": "Todo", "doing": "In Progress",
    "done": "Done", "dropped": "Canceled",
}  # fmt: skip
_TRELLO_LISTS = {
    "new": "Backlog", "exploring": "Discovery", "ready": "Ready", "doing": "Doing", "done": "Done",
    "dropped": "Dropped",
}  # fmt: skip
_LINEAR_HEADER = (
    "ID", "Team", "Title", "Description", "Status", "Estimate", "Priority", "Project ID", "Project",
    "Creator", "Assignee", "Labels", "Cycle Number", "Cycle Name", "Cycle Start", "Cycle End",
    "Created", "Updated", "Started", "Triaged", "Completed", "Canceled", "Archived", "Due Date",
    "Parent issue", "Initiatives", "Project Milestone ID", "Project Milestone", "SLA Status",
    "UUID", "Time in status (minutes)", "Related to", "Blocked by", "Duplicate of",
)  # fmt: skip


def write_jira(items: Sequence[OwnItem], product: str) -> bytes:
    """Jira's CSV: one column a label, parents by key, dates as Jira writes them."""
    width = max((len(item.tags) for item in items), default=0)
    names = list(dict.fromkeys(name for item in items for name in item.fields))
    numbers = {item.public_id: item.number for item in items}
    header = [
        "Summary", "Issue key", "Issue id", "Issue Type", "Status", "Status Category",
        "Project name", "Assignee", "Created", "Resolved", "Status Category Changed", "Due date",
        "Parent", "Parent key", "Description", "Custom field (Story Points)",
        *["Labels"] * width, *(f"Custom field ({name})" for name in names),
    ]  # fmt: skip
    rows = []
    for item in items:
        status, group = _JIRA_STATUSES[item.status]
        parent = numbers.get(item.parent)
        begun = item.started_at if item.status == "doing" else item.done_at
        rows.append([
            item.title, f"PH-{item.number}", item.number, _JIRA_TYPES[item.kind], status, group,
            product, item.owner, _jira_date(item.created_at), _jira_date(item.done_at),
            _jira_date(begun), f"{item.due:%d/%b/%y} 12:00 AM" if item.due else "",
            parent or "", f"PH-{parent}" if parent else "", item.body,
            "" if item.estimate is None else item.estimate,
            *_padded(item.tags, width), *(item.fields.get(name, "") for name in names),
        ])  # fmt: skip
    return _csv(header, rows)


def write_linear(items: Sequence[OwnItem], product: str) -> bytes:
    """Linear's CSV: JavaScript's dates, labels in one cell; the kind is a label."""
    numbers = {item.public_id: item.number for item in items}
    rows = []
    for item in items:
        parent = numbers.get(item.parent)
        is_over = item.status == "done"
        cells: dict[str, Any] = {
            "ID": f"PH-{item.number}",
            "Team": product,
            "Title": item.title,
            "Description": item.body,
            "Status": _LINEAR_STATUSES[item.status],
            "Estimate": "" if item.estimate is None else item.estimate,
            "Priority": "No priority",
            "Assignee": item.owner,
            "Labels": ", ".join([item.kind.capitalize(), *item.tags]),
            "Created": _script_date(item.created_at),
            "Started": _script_date(item.started_at),
            "Completed": _script_date(item.done_at) if is_over else "",
            "Canceled": _script_date(item.done_at) if not is_over else "",
            "Due Date": item.due.isoformat() if item.due else "",
            "Parent issue": f"PH-{parent}" if parent else "",
            "UUID": item.public_id,
        }
        rows.append([cells.get(name, "") for name in _LINEAR_HEADER])
    return _csv(_LINEAR_HEADER, rows)


def write_trello(items: Sequence[OwnItem], product: str) -> bytes:
    """A Trello board: a list for each status, tags and the kind as labels."""
    names = sorted({name for item in items for name in (item.kind, *item.tags)})
    labels = {name: {"id": _hex(f"label {name}"), "name": name} for name in names}
    lists = [
        {"id": _hex(f"list {status}"), "name": name, "closed": False, "pos": place * 65536}
        for place, (status, name) in enumerate(_TRELLO_LISTS.items(), start=1)
    ]
    people = sorted({item.owner for item in items if item.owner})
    board = {
        "name": product,
        "lists": lists,
        "labels": list(labels.values()),
        "members": [{"id": _hex(f"member {name}"), "fullName": name} for name in people],
        "customFields": [],
        "checklists": [],
        "actions": [],
        "cards": [_card(item, place, labels) for place, item in enumerate(items, start=1)],
    }
    return _json(board)


def write_github(items: Sequence[OwnItem], product: str) -> bytes:
    """Issues as GitHub's REST API has them; tags and the kind are labels."""
    del product
    return _json([
        {
            "number": item.number,
            "title": item.title,
            "body": item.body or None,
            "state": "closed" if item.status in {"done", "dropped"} else "open",
            "state_reason": {"done": "completed", "dropped": "not_planned"}.get(item.status),
            "labels": [{"name": name} for name in (_github_kind(item.kind), *item.tags)],
            "assignees": [{"login": item.owner}] if item.owner else [],
            "milestone": None,
            "created_at": _zulu(item.created_at),
            "updated_at": _zulu(item.done_at or item.created_at),
            "closed_at": _zulu(item.done_at),
        }
        for item in items
    ])  # fmt: skip


WRITERS: dict[str, tuple[Callable[[Sequence[OwnItem], str], bytes], str]] = {
    "jira": (write_jira, "csv"),
    "linear": (write_linear, "csv"),
    "trello": (write_trello, "json"),
    "github": (write_github, "json"),
}


def _card(item: OwnItem, place: int, labels: dict[str, Any]) -> dict[str, Any]:
    # The first eight digits of an id are the second of its making.
    card_id = f"{int(item.created_at.timestamp()):08x}{_hex(item.public_id)[8:]}"
    return {
        "id": card_id,
        "idShort": item.number,
        "shortLink": item.public_id[:8],
        "name": item.title,
        "desc": item.body,
        "idList": _hex(f"list {item.status}"),
        "idLabels": [labels[name]["id"] for name in (item.kind, *item.tags)],
        "labels": [labels[name] for name in (item.kind, *item.tags)],
        "idMembers": [_hex(f"member {item.owner}")] if item.owner else [],
        "due": f"{item.due.isoformat()}T12:00:00.000Z" if item.due else None,
        "dueComplete": item.status == "done",
        "closed": False,
        "pos": place * 65536,
        "dateLastActivity": _zulu(item.done_at or item.created_at),
        "customFieldItems": [],
        "attachments": [],
    }


def _github_kind(kind: str) -> str:
    return "enhancement" if kind == "feature" else kind


def _hex(text: str) -> str:
    """An id as Trello's look: 24 hexadecimal digits, the same for the same text."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _jira_date(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return f"{moment:%d/%b/%y} {moment.hour % 12 or 12}:{moment:%M %p}"


def _script_date(moment: datetime | None) -> str:
    return f"{moment:%a %b %d %Y %H:%M:%S} GMT+0000 (GMT+00:00)" if moment else ""


def _zulu(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None


def _padded(texts: Sequence[str], width: int) -> list[str]:
    return [*texts, *[""] * (width - len(texts))]


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([guard_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, indent=1).encode()
