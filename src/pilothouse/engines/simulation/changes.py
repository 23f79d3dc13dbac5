"""Dated changes to a world: part of the known truth, so that findings can be checked against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from pilothouse.engines.simulation.pack import Pack
from pilothouse.engines.simulation.users import QUARTERS
from pilothouse.kernel.errors import InvalidValueError

Kind = Literal["friction", "outage", "utility", "visits", "tracking"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# What each kind's amount means and the range it may take.
_RANGES: dict[Kind, tuple[float, float]] = {
    "friction": (-10.0, 10.0),
    "outage": (0.0, 1.0),
    "utility": (-5.0, 5.0),
    "visits": (-1.0, 20.0),
    "tracking": (0.0, 1.0),
}


@dataclass(frozen=True)
class Change:
    """Something that is different from ``first`` to ``last`` (both in; no ``last``: for good).

    ``amount`` by ``kind``: *friction* is taken from the log-odds of a step of the funnel; *outage*
    is the share of the day the product is down; *utility* is added to what the product is worth;
    *visits* 0.5 means half as many visits again; *tracking* is a share of events lost on top.
    ``platform`` limits it to one platform. ``crowd`` says whom more *visits* bring: shares of the
    four quarters of the market from those who stay longest to those who leave soonest (none: all
    alike). ``event`` names the step of a friction, or the one event that tracking loses (none:
    all). An amount of 0 changes nothing, to the last bit.
    """

    kind: Kind
    first: date
    amount: float
    last: date | None = None
    platform: str | None = None
    event: str | None = None
    note: str = ""
    crowd: tuple[float, ...] = ()

    def covers(self, day: date) -> bool:
        """Whether the change is in force on ``day``."""
        return self.first <= day and (self.last is None or day <= self.last)


def check_changes(pack: Pack, changes: tuple[Change, ...]) -> None:
    """Refuse a change that ``pack`` has no place for; raises ``InvalidValueError``."""
    platforms = [platform.key for platform in pack.platforms]
    steps = [step.event for step in pack.steps]
    for change in changes:
        _check_one_of(change.kind, list(KINDS), "the kind of a change")
        least, most = _RANGES[change.kind]
        if not least <= change.amount <= most:
            raise InvalidValueError(
                f"the amount of a change of {change.kind} lies between {least:g} and {most:g}.",
                value=change.amount,
            )
        if change.last is not None and change.last < change.first:
            raise InvalidValueError("a change must not end before it begins.", value=change.last)
        if change.platform is not None:
            _check_one_of(change.platform, platforms, "the platform of a change")
        _check_crowd(change)
        _check_event(change, steps, list(pack.event_names))


def _check_crowd(change: Change) -> None:
    if not change.crowd:
        return
    if change.kind != "visits":
        raise InvalidValueError(f"a change of {change.kind} has no crowd.", value=change.crowd)
    whole = abs(sum(change.crowd) - 1.0) < 1e-9
    if len(change.crowd) != QUARTERS or min(change.crowd) < 0.0 or not whole:
        raise InvalidValueError(
            f"a crowd is {QUARTERS} shares that sum to 1.", value=list(change.crowd)
        )


def _check_event(change: Change, steps: list[str], events: list[str]) -> None:
    if change.kind == "friction":
        _check_one_of(change.event, steps, "the step of a friction")
    elif change.kind == "tracking" and change.event is not None:
        _check_one_of(change.event, events, "the event that tracking loses")
    elif change.kind != "tracking" and change.event is not None:
        raise InvalidValueError(f"a change of {change.kind} has no event.", value=change.event)


def _check_one_of(value: str | None, allowed: list[str], what: str) -> None:
    if value not in allowed:
        raise InvalidValueError(f"{what} must be one of: {', '.join(allowed)}.", value=value)
