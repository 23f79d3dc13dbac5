"""The log of a repository, read only: as ``git log`` prints it.

The server never runs git on a path that a browser names: a repository can hold settings that run
programs, and whoever may write into a form must not choose what runs on this machine. The command
line reads a path, because whoever types there may run git anyway; the page takes the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from django.db import transaction
from django.utils import timezone as django_timezone

from pilothouse.apps.portfolio.project_models import Commit
from pilothouse.apps.portfolio.services.projects import ProjectView, get_row, to_view
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text

# Fields with a unit separator between: no subject can be taken for another field.
FORMAT = "%H%x1f%aI%x1f%an%x1f%s"
MAX_COMMITS = 20_000
MAX_TEXT = 20 * 1024**2
_SHA = re.compile(r"[0-9a-f]{7,64}")
_HEAD = re.compile(r"^commit ([0-9a-f]{7,64})(?: \(.*\))?$")


@dataclass(frozen=True)
class CommitView:
    """One commit."""

    sha: str
    at: datetime
    author: str
    subject: str


def parse_log(text: str) -> list[CommitView]:
    """Commits of a log: our own format, or what plain ``git log`` prints.

    >>> parse_log("abc1234\\x1f2026-11-23T10:00:00+01:00\\x1fAnn\\x1fBegin")[0].subject
    'Begin'
    """
    if len(text) > MAX_TEXT:
        raise InvalidValueError(f"a log has at most {MAX_TEXT // 1024**2} MB.")
    cleaned = clean_text(text)
    commits = _parse_fields(cleaned) if "\x1f" in cleaned else _parse_plain(cleaned)
    if not commits:
        raise InvalidValueError(
            "no commit was found in this text.",
            remedy=f"Make it with: git log --format={FORMAT}",
        )
    if len(commits) > MAX_COMMITS:
        raise InvalidValueError(f"a log has at most {MAX_COMMITS:,} commits.", value=len(commits))
    return commits


def save_log(access: Access, public_id: str, text: str, *, source: str) -> int:
    """Take a log's commits in; those known already stay as they are. How many are new."""
    commits = parse_log(text)
    with transaction.atomic():
        row = get_row(access, public_id)
        known = set(row.commits.values_list("sha", flat=True))
        fresh = {each.sha: each for each in commits if each.sha not in known}
        Commit.objects.bulk_create(
            [
                Commit(
                    project=row, sha=each.sha, at=each.at, author=each.author, subject=each.subject
                )
                for each in fresh.values()
            ],
            batch_size=500,
        )
        row.git_source, row.git_read_at = source, django_timezone.now()
        row.save(update_fields=["git_source", "git_read_at"])
        facts = {"commits": len(fresh), "known": len(commits) - len(fresh)}
        record_act(
            access, "project.log-read", "project", public_id, facts, product=to_view(row).product
        )
    return len(fresh)


def list_commits(project: ProjectView, limit: int = 100) -> tuple[int, list[CommitView]]:
    """How many commits there are, and the newest of them."""
    rows = Commit.objects.filter(project_id=project.id).order_by("-at", "-pk")
    shown = [CommitView(row.sha, row.at, row.author, row.subject) for row in rows[:limit]]
    return rows.count(), shown


def _parse_fields(text: str) -> list[CommitView]:
    commits = []
    for number, line in enumerate(text.split("\n"), 1):
        parts = line.rstrip("\r").split("\x1f")
        if parts == [""]:
            continue
        if len(parts) != 4 or not _SHA.fullmatch(parts[0]):
            raise InvalidValueError("a line of the log has four fields.", value=f"line {number}")
        commits.append(CommitView(parts[0], _moment(parts[1]), parts[2][:100], parts[3][:300]))
    return commits


def _parse_plain(text: str) -> list[CommitView]:
    commits: list[CommitView] = []
    sha, author, at, subject = "", "", None, ""
    for line in [*text.splitlines(), "commit 0000000"]:
        head = _HEAD.match(line)
        if head:
            if sha and at is not None:
                commits.append(CommitView(sha, at, author[:100], subject[:300]))
            sha, author, at, subject = head[1], "", None, ""
        elif line.startswith("Author:"):
            author = line.removeprefix("Author:").partition("<")[0].strip()
        elif line.startswith("Date:"):
            at = _moment(line.removeprefix("Date:").strip())
        elif line.startswith("    ") and not subject:
            subject = line.strip()
    return commits


def _moment(text: str) -> datetime:
    """A time of a log as a moment; years that no database holds are refused."""
    for read in (datetime.fromisoformat, _git_date, parsedate_to_datetime):
        try:
            moment = read(text)
            if 1970 <= moment.year <= 9000:
                return (
                    moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
                ).astimezone(timezone.utc)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    raise InvalidValueError("this is no time of a commit.", value=text)


def _git_date(text: str) -> datetime:
    """As ``git log`` prints it: Mon Nov 23 10:00:00 2026 +0100."""
    return datetime.strptime(text, "%a %b %d %H:%M:%S %Y %z")
