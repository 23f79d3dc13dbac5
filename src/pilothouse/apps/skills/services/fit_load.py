"""What the ledger lets a person see of load and of rewards, for their own eyes.

Formulas, over the last 28 days of one person's acts:

- A *sitting* is a run of acts with at most 30 minutes between them; its length is from the first
  to the last. What happened away from the workbench is not seen.
- A *switch* is a change of product or noun between two acts of a sitting. Switches an hour = all
  switches / all hours of sittings; not told below one hour.
- The *longest block* is the longest run in one product and noun within a sitting.
- *Outside hours* = acts before the first or from the last chosen hour on, or at a weekend, of all.
- *Open promises* = promises made by this person and neither kept, broken nor deleted since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils import timezone

from pilothouse.apps.skills.services.fit import FitView
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import ActView, iter_acts
from pilothouse.kernel.intervals import Rate, wilson
from pilothouse.kernel.times import parse_zone

DAYS = 28
PAUSE = timedelta(minutes=30)
SATURDAY = 5
LEAST_HOURS = 1.0
SHOWN = 8
_PROMISES = ("promise.made", "promise.reopened", "promise.restored", "promise.kept",
             "promise.broken", "promise.deleted")  # fmt: skip
_OPENING = frozenset(_PROMISES[:3])
# The noun of the app to which a kind of act belongs, where it is not the act's own.
_NOUNS = {
    "item": "backlog", "batch": "backlog", "score": "backlog", "survey": "backlog",
    "bet": "roadmap", "outcome": "roadmap", "release": "roadmap", "promise": "roadmap",
    "plan": "roadmap", "team": "roadmap", "negotiation": "roadmap",
    "document": "documents", "claim": "documents", "vault": "documents",
    "decision": "decisions", "forecast": "decisions", "premortem": "decisions",
    "metric": "analytics", "import": "analytics", "write-key": "analytics", "day": "today",
}  # fmt: skip
REWARDS = {
    "promise.kept": "Promise kept",
    "release.released": "Released",
    "forecast.resolved": "Forecast resolved",
    "decision.reviewed": "Looked back on",
    "negotiation.agreed": "Agreed",
    "document.published": "Published",
    "endorsement.received": "Endorsed",
    "person.thanked": "Thanked",
    "exercise.solved": "Exercise solved",
    "learning.finished": "Finished learning",
}


@dataclass(frozen=True)
class Load:
    """What was measured. ``switches_per_hour`` is None below an hour of sittings."""

    acts: int
    sittings: int
    hours: float
    switches: int
    switches_per_hour: float | None
    longest_minutes: int
    outside: Rate
    open_promises: int

    @property
    def switch_words(self) -> str:
        return "1 switch" if self.switches == 1 else f"{self.switches:,} switches"


@dataclass(frozen=True)
class Reward:
    """One act that may be a reward; what it was to the person only the person knows."""

    at: datetime
    words: str
    name: str
    is_simulated: bool


@dataclass(frozen=True)
class FitRecord:
    """Load of the last weeks, and rewards with how often each came: words, real, simulated."""

    load: Load
    counts: tuple[tuple[str, int, int], ...]
    latest: tuple[Reward, ...]


def read_fit_record(access: Access, chosen: FitView) -> FitRecord:
    """The load and the rewards of whoever asks; the ledger is read once for each."""
    acts = list(iter_acts(access, user_id=access.user_public_id))
    promises = iter_acts(access, kinds=_PROMISES)
    load = measure_load(
        acts, chosen, now=timezone.now(), open_promises=count_open(promises, access.user_public_id)
    )
    return FitRecord(load, *_collect_rewards(acts))


def measure_load(
    acts: Iterable[ActView], chosen: FitView, *, now: datetime, open_promises: int
) -> Load:
    """The load in the 28 days before ``now``; acts in the order of time."""
    recent = [act for act in acts if now - timedelta(days=DAYS) < act.at <= now]
    sittings = list(_split(recent))
    hours = sum((_length(sitting) for sitting in sittings), timedelta()) / timedelta(hours=1)
    switches = sum(_count_switches(sitting) for sitting in sittings)
    longest = max((_longest_run(sitting) for sitting in sittings), default=timedelta())
    outside = sum(_is_outside(act.at, chosen) for act in recent)
    return Load(
        acts=len(recent),
        sittings=len(sittings),
        hours=hours,
        switches=switches,
        switches_per_hour=switches / hours if hours >= LEAST_HOURS else None,
        longest_minutes=int(longest / timedelta(minutes=1)),
        outside=wilson(outside, len(recent)),
        open_promises=open_promises,
    )


def count_open(acts: Iterable[ActView], user_id: str) -> int:
    """Promises that ``user_id`` made and that are open still; acts of everybody, in order."""
    state: dict[str, bool] = {}
    for act in acts:
        if act.kind == "promise.made" and act.user_id != user_id:
            continue
        if act.kind == "promise.made" or act.object_id in state:
            state[act.object_id] = act.kind in _OPENING
    return sum(state.values())


def _split(acts: Sequence[ActView]) -> Iterator[list[ActView]]:
    sitting: list[ActView] = []
    for act in acts:
        if sitting and act.at - sitting[-1].at > PAUSE:
            yield sitting
            sitting = []
        sitting.append(act)
    if sitting:
        yield sitting


def _place(act: ActView) -> tuple[str, str]:
    noun = act.kind.partition(".")[0]
    return act.product_id, _NOUNS.get(noun, noun)


def _length(acts: Sequence[ActView]) -> timedelta:
    return acts[-1].at - acts[0].at


def _count_switches(sitting: Sequence[ActView]) -> int:
    return sum(_place(a) != _place(b) for a, b in pairwise(sitting))


def _longest_run(sitting: Sequence[ActView]) -> timedelta:
    longest, first = timedelta(), sitting[0]
    for act in sitting:
        if _place(act) != _place(first):
            first = act
        longest = max(longest, act.at - first.at)
    return longest


def _is_outside(moment: datetime, chosen: FitView) -> bool:
    local = moment.astimezone(parse_zone(chosen.zone))
    is_weekend = local.weekday() >= SATURDAY and not chosen.with_weekends
    return is_weekend or not chosen.first_hour <= local.hour < chosen.last_hour


def _collect_rewards(
    acts: Sequence[ActView],
) -> tuple[tuple[tuple[str, int, int], ...], tuple[Reward, ...]]:
    found = [act for act in acts if act.kind in REWARDS]
    counts = []
    for kind, words in REWARDS.items():
        simulated = sum(act.is_simulated for act in found if act.kind == kind)
        total = sum(act.kind == kind for act in found)
        if total:
            counts.append((words, total - simulated, simulated))
    latest = tuple(
        Reward(act.at, REWARDS[act.kind], str(act.facts.get("name", "")), act.is_simulated)
        for act in reversed(found[-SHOWN:])
    )
    return tuple(counts), latest
