"""What the skills app says of a person's level, in the shape that badges need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pilothouse.apps.skills.services.competencies import (
    FRAMEWORK,
    LEVEL_NAMES,
    RULES_VERSION,
    Competency,
    get_competency,
    list_competencies,
)
from pilothouse.apps.skills.services.evidence import (
    EvidenceView,
    Record,
    read_record,
    to_evidence_views,
)
from pilothouse.apps.skills.services.levels import rate_record
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.skills import Context, Level

# From "recorded when it was done" upwards; a claim is no act.
LEAST_STRENGTH = 1


@dataclass(frozen=True)
class ActLine:
    """One act behind a level. ``strength`` is 0 (claim) to 5; ``hash`` is the ledger's."""

    sequence: int
    kind: str
    at: datetime
    strength: int
    context: str
    title: str
    hash: str


@dataclass(frozen=True)
class LevelClaim:
    """A competency, the level that the acts hold (0: none), and the acts."""

    competency: str
    title: str
    description: str
    level: int
    acts: tuple[ActLine, ...]
    rules: tuple[tuple[str, ...], ...]
    rules_version: str
    framework: str
    alignments: tuple[tuple[str, str, str], ...] = ()

    @property
    def level_name(self) -> str:
        return LEVEL_NAMES[self.level - 1] if self.level else ""

    @property
    def is_simulated(self) -> bool:
        """Whether it is practice, some of it in simulations, and nothing of it was real."""
        return "simulations" in self.practice

    @property
    def practice(self) -> str:
        """What it is from where nothing of it was real: simulations, study or both; else empty."""
        found = set(self.contexts)
        if not found or any(Context(each).is_real for each in found):
            return ""
        names = {Context.SIMULATED: "simulations", Context.STUDY: "study"}
        return " and ".join(names[each] for each in names if each in found)

    @property
    def contexts(self) -> Mapping[str, int]:
        """How many acts were done in which context."""
        return dict(Counter(act.context for act in self.acts).most_common())

    @property
    def first_at(self) -> datetime | None:
        return min((act.at for act in self.acts), default=None)

    @property
    def last_at(self) -> datetime | None:
        return max((act.at for act in self.acts), default=None)


def list_claims(access: Access) -> list[LevelClaim]:
    """All sixteen competencies of whoever asks; as many queries for few acts as for many."""
    record = read_record(access)
    levels = rate_record(record)
    views = to_evidence_views(access, record, record.evidence)
    return [_to_claim(each, levels[each.id], record, views) for each in list_competencies()]


def read_claim(access: Access, competency: str) -> LevelClaim:
    """One competency; ``NotFoundError`` for a name that is none."""
    wanted = get_competency(competency)
    record = read_record(access)
    level = rate_record(record)[wanted.id]
    views = to_evidence_views(access, record, record.of(wanted.id))
    return _to_claim(wanted, level, record, views)


def _to_claim(
    competency: Competency, level: Level, record: Record, views: list[EvidenceView]
) -> LevelClaim:
    return LevelClaim(
        competency=competency.id,
        title=competency.title,
        description=competency.summary,
        level=level.value or 0,
        acts=_pick_acts(level, record, views),
        rules=tuple(
            tuple(f"{need.words}: {need.of:g}" for need in rule.needs) for rule in level.rules
        ),
        rules_version=RULES_VERSION,
        framework=FRAMEWORK,
        alignments=tuple(
            (each.label or each.id, each.url, each.framework)
            for each in competency.alignments
            if each.url
        ),
    )


def _pick_acts(level: Level, record: Record, views: list[EvidenceView]) -> tuple[ActLine, ...]:
    """What the level rests on; without a level, all acts there are. The strongest line of each."""
    rests_on = set(level.sequences)
    best: dict[int, EvidenceView] = {}
    for view in views:
        if view.competency != level.competency or view.strength < LEAST_STRENGTH:
            continue
        if rests_on and view.sequence not in rests_on:
            continue
        if view.sequence not in best or view.strength > best[view.sequence].strength:
            best[view.sequence] = view
    return tuple(
        ActLine(
            sequence=sequence,
            kind=view.act_kind,
            at=view.at,
            strength=view.strength,
            context=view.context,
            title=view.title,
            hash=record.acts[sequence].hash,
        )
        for sequence, view in sorted(best.items())
    )
