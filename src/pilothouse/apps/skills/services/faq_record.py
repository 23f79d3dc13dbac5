"""What a person's ledger holds, counted once, for the answers to questions about the role."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from pilothouse.apps.skills.services.competencies import get_competency
from pilothouse.apps.skills.services.gap import GapView, gaps_to
from pilothouse.apps.skills.services.levels import read_levels
from pilothouse.apps.skills.services.targets import list_targets
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import ActView, iter_acts

# Setting the workbench up is no work on a product.
HOUSEKEEPING = frozenset(
    {"workspace", "member", "token", "job", "backup", "ledger", "write-key", "view", "share"}
)


@dataclass(frozen=True)
class Standing:
    """The levels of a person, and the gaps to their newest target, the heaviest first.

    ``target`` is empty where none is saved; ``without_evidence`` are titles of competencies.
    """

    total: int
    without_evidence: tuple[str, ...]
    target: str = ""
    gaps: tuple[GapView, ...] = ()

    @property
    def is_bare(self) -> bool:
        """Whether no competency has any evidence."""
        return len(self.without_evidence) == self.total


@dataclass(frozen=True)
class Record:
    """Counts of one person's acts. ``real`` and ``simulated`` count by kind, on products only."""

    real: Mapping[str, int]
    simulated: Mapping[str, int]
    real_products: int
    simulated_products: int
    first_at: datetime | None
    last_at: datetime | None
    days: int
    other: Mapping[str, int]
    now: datetime
    standing: Standing | None = None

    def count(self, *kinds: str) -> tuple[int, int]:
        """How many acts of these kinds: on real products, on simulated ones."""
        real = sum(self.real.get(kind, 0) for kind in kinds)
        return real, sum(self.simulated.get(kind, 0) for kind in kinds)

    @property
    def real_acts(self) -> int:
        return sum(self.real.values())

    @property
    def simulated_acts(self) -> int:
        return sum(self.simulated.values())


def read_record(access: Access, *, with_standing: bool = False) -> Record:
    """The record of whoever asks; their levels take longer and come only where asked for."""
    acts = iter_acts(access, user_id=access.user_public_id)
    record = count_acts(acts, now=timezone.now())
    return replace(record, standing=read_standing(access)) if with_standing else record


def read_standing(access: Access) -> Standing:
    """Levels and gaps of whoever asks, by the rules of the map."""
    levels = read_levels(access)
    target = next(iter(list_targets(access)), None)
    gaps = gaps_to(target, levels) if target else []
    return Standing(
        total=len(levels),
        without_evidence=tuple(
            get_competency(key).title for key, level in levels.items() if not level.has_evidence
        ),
        target=target.name if target else "",
        gaps=tuple(gap for gap in gaps if not gap.is_met),
    )


def count_acts(acts: Iterable[ActView], *, now: datetime) -> Record:
    """Acts of one person, in their order, as counts; housekeeping is left out."""
    counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    products: dict[bool, set[str]] = {True: set(), False: set()}
    other: Counter[str] = Counter()
    moments: list[datetime] = []
    for act in acts:
        if act.kind.partition(".")[0] in HOUSEKEEPING:
            continue
        moments.append(act.at)
        if not act.product_id:
            other[act.kind] += 1
            continue
        counts[act.is_simulated][act.kind] += 1
        products[act.is_simulated].add(act.product_id)
    return Record(
        real=counts[False],
        simulated=counts[True],
        real_products=len(products[False]),
        simulated_products=len(products[True]),
        first_at=min(moments, default=None),
        last_at=max(moments, default=None),
        days=len({moment.date() for moment in moments}),
        other=other,
        now=now,
    )
