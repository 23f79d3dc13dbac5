"""What the columns and words of the tools usually mean: where a mapping begins."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Our names for what an item has, in the order of the form that maps columns to them.
TARGETS: dict[str, str] = {
    "external_id": "Id in the other tool",
    "title": "Title",
    "body": "Description",
    "kind": "Kind",
    "status": "Status",
    "status_group": "Status group",
    "parent": "Parent",
    "tags": "Tags",
    "owner": "Owner",
    "estimate": "Estimate, points",
    "due": "Due",
    "created": "Created",
    "started": "Started",
    "done": "Done",
    "comments": "Comments",
}
# These may be spread over several columns.
SEVERAL = frozenset({"tags", "comments", "parent"})
DATES = frozenset({"due", "created", "started", "done"})

_ALIASES: dict[str, tuple[str, ...]] = {
    "external_id": ("issue key", "key", "id", "identifier", "issue id", "number", "#",
                    "external id"),
    "title": ("summary", "title", "name", "subject", "issue", "task", "feature"),
    "body": ("description", "body", "details", "notes", "text"),
    "kind": ("issue type", "type", "kind", "item type"),
    "status": ("status", "state", "list", "column", "stage"),
    "status_group": ("status category",),
    "parent": ("parent key", "parent", "parent id", "parent issue", "custom field (epic link)",
               "epic link", "epic"),
    "tags": ("labels", "label", "tags", "tag"),
    "owner": ("assignee", "owner", "assigned to", "responsible"),
    "estimate": ("custom field (story points)", "custom field (story point estimate)",
                 "story points", "story point estimate", "estimate", "points", "size"),
    "due": ("due date", "due", "deadline"),
    "created": ("created", "created at", "created date", "date created"),
    "started": ("started", "started at", "in progress since"),
    "done": ("resolved", "completed", "done", "closed", "resolved at", "completed at", "closed at"),
    "comments": ("comment", "comments"),
}  # fmt: skip
# Columns of administration, which become custom fields only when asked for.
_DULL = re.compile(
    r"issue id|project (key|type|lead|lead id|description|url|id)|assignee id|reporter id"
    r"|creator( id)?|updated|last viewed|watchers( id)?|log work|original estimate"
    r"|remaining estimate|time spent|work ratio|σ .*|security level|attachment|parent summary"
    r"|status category changed|(in|out)ward issue link \(.*\)|custom field \((rank|development|"
    r"\[chart\].*|epic link|epic colou?r|epic name|story points|story point estimate)\)"
    r"|uuid|cycle (number|start|end)|triaged|canceled|archived|project milestone id|sla status"
    r"|time in status.*|related to|blocked by|duplicate of|initiatives",
    re.IGNORECASE,
)

_KINDS: dict[str, tuple[str, ...]] = {
    "idea": ("idea",),
    "opportunity": ("opportunity", "initiative", "theme", "problem"),
    "feature": ("feature", "new feature", "epic", "improvement", "enhancement"),
    "story": ("story", "user story", "issue"),
    "bug": ("bug", "defect", "incident", "fault"),
    "chore": ("chore", "task", "sub-task", "subtask", "technical task", "spike", "maintenance"),
}
_STATUSES: dict[str, tuple[str, ...]] = {
    "new": ("new", "backlog", "triage", "inbox", "open", "ideas", "icebox", "reopened"),
    "exploring": ("exploring", "discovery", "analysis", "under review", "refinement", "design"),
    "ready": ("ready", "to do", "todo", "selected for development", "next", "planned", "unstarted",
              "ready for development"),
    "doing": ("doing", "in progress", "in review", "review", "started", "in development",
              "testing", "qa", "blocked", "indeterminate"),
    "done": ("done", "closed", "resolved", "complete", "completed", "released", "shipped"),
    "dropped": ("dropped", "canceled", "cancelled", "duplicate", "won't do", "won't fix",
                "rejected", "declined", "not planned"),
}  # fmt: skip
KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words}
STATUS_OF = {word: status for status, words in _STATUSES.items() for word in words}


def guess_columns(header: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    """The places of the columns of each target; the likeliest name wins."""
    names = [name.strip().lower() for name in header]
    found: dict[str, tuple[int, ...]] = {}
    for target, aliases in _ALIASES.items():
        for alias in aliases:
            places = tuple(place for place, name in enumerate(names) if name == alias)
            if places:
                known = found.get(target, ())
                found[target] = known + places if target in SEVERAL else known or places[:1]
                if target not in SEVERAL:
                    break
    return found


def guess_fields(
    header: tuple[str, ...], used: set[int], filled: dict[int, int]
) -> tuple[int, ...]:
    """The places of columns to keep as custom fields: filled, not used and not dull."""
    return tuple(
        place
        for place, name in enumerate(header)
        if place not in used
        and filled.get(place)
        and name.strip()
        and not _DULL.fullmatch(name.strip())
    )


def guess_kind(word: str, otherwise: str = "idea") -> str:
    """Our kind for a tool's word."""
    return KIND_OF.get(word.strip().lower(), otherwise)


def kind_among(tags: Iterable[str]) -> str:
    """The first of the tags that names a kind, where a tool has no kinds of its own."""
    return next((tag.lower() for tag in tags if tag.strip().lower() in KIND_OF), "")


def guess_status(word: str, group: str = "") -> str:
    """Our status for a tool's word, or for its group where the word says nothing."""
    known = STATUS_OF.get(word.strip().lower())
    return known or STATUS_OF.get(group.strip().lower(), "new")
