"""Stopping rules: how far an experiment is, whether its rule is met, who may look when."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

from pilothouse.apps.experiments.models import Rule, Status
from pilothouse.apps.experiments.services.sizing import planned_total
from pilothouse.apps.experiments.services.views import ExperimentView
from pilothouse.kernel.times import parse_zone

_ENDED = {Status.STOPPED, Status.READ_OUT}


@dataclass(frozen=True)
class Progress:
    """How far an experiment is. ``units`` are those that count: their window is closed.

    ``ready_on``: the day on which the planned units are in at the pace so far; None: not known.
    """

    units: int
    planned: int | None
    is_met: bool
    words: str
    ready_on: date | None = None

    @property
    def percent(self) -> int:
        """Share of the planned units, at most 100."""
        if not self.planned:
            return 0
        return min(100, math.floor(100 * self.units / self.planned))


def is_rule_met_by(view: ExperimentView, units: int) -> bool:
    """Whether a look at the result with so many units is what the rule asks for.

    A sequential test may be looked at whenever; the others once, at their end.
    """
    rule = view.brief.rule
    if rule == Rule.SEQUENTIAL:
        return True
    if rule == Rule.DATE:
        return view.ends_at is not None and view.now >= view.ends_at
    planned = planned_total(view.brief)
    return planned is not None and units >= planned


def may_see_result(view: ExperimentView, units: int) -> bool:
    """Whether the result lies open: it has ended, or its rule allows to look now."""
    if view.status in _ENDED:
        return True
    return view.status == Status.RUNNING and is_rule_met_by(view, units)


def ended_by_rule(view: ExperimentView, units: int, *, is_decided: bool) -> bool:
    """Whether it was ended by its own rule. ``is_decided``: the sequential interval excludes no
    difference, or it alarms about the split and was stopped for that."""
    planned = planned_total(view.brief)
    has_size = planned is not None and units >= planned
    if view.brief.rule == Rule.SEQUENTIAL:
        return is_decided or has_size
    if view.brief.rule == Rule.DATE:
        end = view.ends_at
        return end is not None and (view.stopped_at or view.now) >= end
    return has_size


def progress_of(view: ExperimentView, units: int) -> Progress:
    """How far it is, in numbers and in a sentence."""
    planned = planned_total(view.brief)
    is_met = is_rule_met_by(view, units)
    if view.brief.rule == Rule.DATE:
        day = view.brief.ends_on
        words = f"read once, at the end of {day:%-d %B %Y}" if day else "no day yet"
        return Progress(units, planned, is_met, words, day)
    if planned is None:
        return Progress(units, None, is_met, "no planned size yet")
    ready = _ready_on(view, units, planned)
    if view.brief.rule == Rule.SEQUENTIAL:
        return Progress(
            units, planned, is_met, f"readable at any time, planned for {planned:,} units", ready
        )
    words = "the planned units are in" if is_met else f"read once, at {planned:,} units"
    return Progress(units, planned, is_met, words, ready)


def _ready_on(view: ExperimentView, units: int, planned: int) -> date | None:
    left = planned - units
    if left <= 0 or view.status != Status.RUNNING:
        return None
    pace = units / view.days_run if view.days_run >= 1 and units else view.brief.traffic
    if not pace or left / pace > 3660:
        return None
    day = view.now.astimezone(parse_zone(view.zone)).date()
    return day + timedelta(days=math.ceil(left / pace))
