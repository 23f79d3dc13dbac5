"""Promises as the screens show them, and how they turned out. Pure: no database here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pilothouse.apps.roadmap.models import PromiseAct, PromiseState
from pilothouse.apps.roadmap.services.forecast_charts import tell_chance
from pilothouse.kernel.intervals import Rate, wilson

FEWEST_SCORED = 20


@dataclass(frozen=True)
class PromiseView:
    """A promise as it stands, with what it first was."""

    public_id: str
    what: str
    to_name: str
    to_role: str
    due: date
    first_what: str
    first_due: date
    probability: float | None
    state: PromiseState
    settled_on: date | None
    moves: int
    negotiation_id: str
    negotiation_title: str
    created_at: datetime
    url: str
    days_left: int

    @property
    def chance_text(self) -> str:
        """The chance that the forecast gave it, in words."""
        return tell_chance(self.probability)

    @property
    def is_open(self) -> bool:
        return self.state == PromiseState.OPEN

    @property
    def is_late(self) -> bool:
        return self.is_open and self.days_left < 0

    @property
    def days_late(self) -> int:
        """Days past the day it was due; 0 where it is not."""
        return max(0, -self.days_left)

    @property
    def kept_as_first_made(self) -> bool | None:
        """Whether it came by the first day and unchanged; None while that is open."""
        if self.state == PromiseState.OPEN:
            return None
        is_same = self.what == self.first_what
        is_timely = self.settled_on is not None and self.settled_on <= self.first_due
        return self.state == PromiseState.KEPT and is_same and is_timely


@dataclass(frozen=True)
class PromiseChangeView:
    """One line of a promise's history."""

    act: PromiseAct
    at: datetime
    user_name: str
    what_before: str
    what_after: str
    due_before: date | None
    due_after: date
    reason: str


@dataclass(frozen=True)
class PromiseScore:
    """How promises turned out. ``kept`` counts those kept as first made, of all that are settled or
    whose first day has passed; ``brier`` scores the forecasts behind them, None below 20."""

    kept: Rate
    scored: int
    brier: float | None
    sentence: str


def score_promises(promises: Sequence[PromiseView], today: date) -> PromiseScore:
    """How often promises were kept as first made, and how good the forecasts behind them were."""
    judged = [
        (view, bool(view.kept_as_first_made))
        for view in promises
        if not view.is_open or view.first_due < today
    ]
    kept = wilson(sum(was_kept for _, was_kept in judged), len(judged))
    errors = [
        (view.probability - was_kept) ** 2
        for view, was_kept in judged
        if view.probability is not None
    ]
    if len(errors) < FEWEST_SCORED:
        sentence = (
            f"Too few to score the forecasts behind them: {len(errors)} of {FEWEST_SCORED} needed."
        )
        return PromiseScore(kept, len(errors), None, sentence)
    brier = sum(errors) / len(errors)
    sentence = f"Brier score of the forecasts behind them: {brier:.3f} (n {len(errors)})."
    return PromiseScore(kept, len(errors), brier, sentence)


def to_promise_json(view: PromiseView) -> dict[str, Any]:
    """A promise as the API and commands show it."""
    return {
        "id": view.public_id,
        "what": view.what,
        "to": view.to_name,
        "role": view.to_role,
        "due": view.due.isoformat(),
        "first_what": view.first_what,
        "first_due": view.first_due.isoformat(),
        "probability": view.probability,
        "state": view.state.value,
        "settled_on": view.settled_on.isoformat() if view.settled_on else None,
        "kept_as_first_made": view.kept_as_first_made,
        "renegotiated": view.moves,
        "late": view.is_late,
        "negotiation_id": view.negotiation_id or None,
        "url": view.url,
    }
