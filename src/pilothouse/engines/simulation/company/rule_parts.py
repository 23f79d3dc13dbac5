"""What rules about commands share: where one is given, refusals, and what is free or frozen."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from pilothouse.engines.simulation.company.gates import Stage
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.company.state import CompanyState
from pilothouse.engines.simulation.slots import MAX_SLOTS
from pilothouse.kernel.errors import ConflictError, InvalidValueError


class Here(NamedTuple):
    """Where a command is given."""

    setting: Setting
    state: CompanyState
    day: int


def check_freezes(setting: Setting, key: str, day: int, remedy: str) -> None:
    """Refuse that people get the idea ``key`` on ``day`` if a freeze forbids it."""
    when = setting.date_of(day)
    for freeze in setting.business.freezes:
        if freeze.first <= (when.month, when.day) <= freeze.last:
            raise refuse(f'nothing is released on that day, "{freeze.title}".', key, remedy)


def is_cleared(setting: Setting, state: CompanyState, idea: int, day: int) -> bool:
    """Whether the gate of an idea, if it has one, has said yes."""
    if setting.gate_of(idea) is None:
        return True
    return any(s.idea == idea and s.stage(day) is Stage.CLEARED for s in state.submissions)


def free_places(state: CompanyState) -> list[int]:
    """Slots that neither an experiment nor a glow takes."""
    taken = {live.place for live in state.live.values()}
    taken |= {trial.place for trial in state.trials if trial.stopped is None}
    return [place for place in range(MAX_SLOTS) if place not in taken]


def running(state: CompanyState, idea: int) -> bool:
    """Whether an experiment on ``idea`` is running or about to start."""
    return any(trial.idea == idea and trial.stopped is None for trial in state.trials)


def refuse(rule: str, value: Any, remedy: str) -> ConflictError:
    return ConflictError(rule, value=value, remedy=remedy)


def check_between(value: float, least: float, most: float, what: str) -> None:
    if not least <= value <= most:
        raise InvalidValueError(f"{what} lies between {least:g} and {most:g}.", value=value)


def check_later(setting: Setting, day: date | None, today: int, what: str) -> None:
    if day is not None and setting.number_of(day) <= today:
        raise InvalidValueError(f"{what} lies after today.", value=day)
