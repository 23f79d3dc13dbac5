"""Levels of a person as screens, badges and exports show them. Worked out anew each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from pilothouse.apps.skills.services.competencies import IDS, get_competency
from pilothouse.apps.skills.services.evidence import (
    EvidenceView,
    Record,
    read_record,
    to_evidence_views,
)
from pilothouse.apps.skills.services.evidence_names import name_learning
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.skills import Level, rate_levels, tell_level, tell_missing


@dataclass(frozen=True)
class LevelView:
    """A level with the acts it rests on.

    ``acts`` are those that the rule of the level counts; ``evidence`` is all there is of the
    competency, claims and what is only recorded too.
    """

    competency: str
    title: str
    level: Level
    words: str
    missing: tuple[str, ...]
    acts: tuple[EvidenceView, ...]
    evidence: tuple[EvidenceView, ...]

    @property
    def value(self) -> int | None:
        return self.level.value


def read_levels(access: Access, now: datetime | None = None) -> dict[str, Level]:
    """The sixteen levels of whoever asks, by competency."""
    return rate_record(read_record(access), now)


def rate_record(record: Record, now: datetime | None = None) -> dict[str, Level]:
    """The sixteen levels that a record holds; acts are told by the wall's clock."""
    return rate_levels(IDS, record.evidence, now or timezone.now())


def get_level(access: Access, competency: str, now: datetime | None = None) -> LevelView:
    """One competency's level with its acts."""
    get_competency(competency)
    record = read_record(access)
    view = to_level_view(access, record, rate_record(record, now)[competency])
    return _with_names(access, record, view)


def _with_names(access: Access, record: Record, view: LevelView) -> LevelView:
    """The same with what was learned by name: only the person looks at this."""
    names = name_learning(access, [record.acts[each.sequence] for each in view.evidence])

    def named(each: EvidenceView) -> EvidenceView:
        title, url = names.get(each.sequence, (each.title, each.url))
        return replace(each, title=title, url=url)

    return replace(
        view, acts=tuple(map(named, view.acts)), evidence=tuple(map(named, view.evidence))
    )


def to_level_view(access: Access, record: Record, level: Level) -> LevelView:
    """A level with its evidence named; one query."""
    views = to_evidence_views(access, record, record.of(level.competency))
    rests_on = set(level.sequences)
    return LevelView(
        competency=level.competency,
        title=get_competency(level.competency).title,
        level=level,
        words=tell_level(level),
        missing=tell_missing(level.next_rule),
        acts=tuple(each for each in views if each.sequence in rests_on),
        evidence=tuple(views),
    )


def to_level_json(level: Level, titles: Mapping[str, str]) -> dict[str, object]:
    """A level as the API and commands show it."""
    spread = level.spread
    return {
        "competency": level.competency,
        "title": titles[level.competency],
        "level": level.value,
        "current_level": level.current,
        "says": tell_level(level),
        "acts": level.acts,
        "claims": level.claims,
        "last_act_at": level.last_at.isoformat() if level.last_at else None,
        "strongest": int(level.strongest) if level.strongest is not None else None,
        "worlds": spread.worlds,
        "products": spread.products,
        "contexts": [context.value for context in spread.contexts],
        "months": spread.months,
        "endorsers": spread.endorsers,
        "mean_score": spread.mean_score,
        "rests_on": list(level.sequences),
        "missing": list(tell_missing(level.next_rule)),
    }
