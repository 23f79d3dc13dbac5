"""Applications in brief: where each stands, without what was written about it.

A search has thousands of moves; boards, lists and figures need only their stages and days. These
are read as plain values, in the same few queries however many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from pilothouse.apps.jobs.models import (
    ApplicationMove,
    ApplicationNote,
    ApplicationSource,
    NoteKind,
    SentFile,
    SentKind,
)
from pilothouse.apps.jobs.services.own_rows import APPLICATIONS
from pilothouse.apps.jobs.services.search_settings import read_settings
from pilothouse.apps.jobs.services.texts import today
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.jobs import STAGES, Move, StageHistory, Standing, read_history

MAX_APPLICATIONS = 5_000


@dataclass(frozen=True)
class Brief:
    """An application with its history, read by the rule of silence."""

    id: int
    public_id: str
    title: str
    company: str
    source: str
    referrer: str
    next_action: str
    next_on: date | None
    posting_id: str
    history: StageHistory

    @property
    def standing(self) -> Standing:
        return self.history.standing

    @property
    def stage_name(self) -> str:
        return STAGES[self.standing.stage].name

    @property
    def source_name(self) -> str:
        return ApplicationSource(self.source).label

    @property
    def is_due(self) -> bool:
        """Whether its next action is due today or late."""
        return self.next_on is not None and self.next_on <= self.history.today

    @property
    def url(self) -> str:
        return reverse("jobs:application", args=[self.public_id])


def list_briefs(access: Access) -> list[Brief]:
    """One's applications in brief, the newest first; four queries."""
    fields = (
        "pk", "public_id", "title", "company", "source", "referrer", "next_action", "next_on",
        "posting__public_id", "ghost_days",
    )  # fmt: skip
    kept = APPLICATIONS.kept_of(access)
    rows = list(kept.order_by("-pk").values_list(*fields)[:MAX_APPLICATIONS])
    # A subquery, not thousands of ids: some databases take no more than so many.
    histories = read_histories(access, {row[0]: row[-1] for row in rows}, kept.values("pk"))
    return [
        Brief(
            id=row[0], public_id=row[1], title=row[2], company=row[3], source=row[4],
            referrer=row[5], next_action=row[6], next_on=row[7], posting_id=row[8] or "",
            history=histories[row[0]],
        )
        for row in rows
    ]  # fmt: skip


def count_applications(access: Access) -> int:
    """How many applications one has."""
    return int(APPLICATIONS.kept_of(access).count())


def read_histories(
    access: Access, ghost_days: Mapping[int, int | None], among: Any
) -> dict[int, StageHistory]:
    """The histories of applications by their keys; three queries.

    ``ghost_days`` says by key what each wants of the rule of silence; ``among`` are the keys as a
    query takes them.
    """
    counted = ApplicationMove.objects.filter(application__in=among, removed_at=None)
    moves: dict[int, list[Move]] = {key: [] for key in ghost_days}
    for key, stage, on, number in counted.values_list("application_id", "stage", "on", "number"):
        if key in moves:
            moves[key].append(Move(stage, on, number))
    heard = _group(
        ApplicationNote.objects.filter(
            application__in=among, deleted_at=None, kind=NoteKind.HEARD
        ).values_list("application_id", "on")
    )
    silence, day = read_settings(access).ghost_days, today()
    return {
        key: read_history(
            moves[key], day, heard_on=heard.get(key, ()),
            ghost_days=(silence if days is None else days) or None,
        )
        for key, days in ghost_days.items()
    }  # fmt: skip


def read_versions(among: Any) -> dict[int, str]:
    """The version of the resume that was sent last, by the keys of applications; one query."""
    files = SentFile.objects.filter(
        application__in=among, deleted_at=None, kind=SentKind.RESUME
    ).order_by("sent_on", "pk")
    return dict(files.values_list("application_id", "label"))


def list_choices(access: Access, chosen: str = "", most: int = 100) -> list[tuple[str, str]]:
    """Applications to choose from, by id: those that are open first, and ``chosen`` in any case."""
    found = sorted(list_briefs(access), key=lambda each: each.standing.is_over)
    among = found[:most]
    among += [each for each in found[most:] if each.public_id == chosen]
    return [(each.public_id, f"{each.company}: {each.title}"[:120]) for each in among]


def _group(pairs: Iterable[tuple[int, date]]) -> dict[int, list[date]]:
    groups: dict[int, list[date]] = {}
    for key, on in pairs:
        groups.setdefault(key, []).append(on)
    return groups
