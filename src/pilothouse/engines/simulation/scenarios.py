"""Scenarios: a world with a trap in it, and its twin without, so that suspicion alone wins nothing.

A scenario is a file: whose pack, what the product manager sees, what is so behind it, the trap, the
right move and the standard instrument that tells the two sides apart. What is so is said in the
engine's own terms: parameters of the pack, dated changes, and faults of measuring.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation.batch import EventBatch, join_batches, take_rows
from pilothouse.engines.simulation.changes import KINDS, Change, check_changes
from pilothouse.engines.simulation.company.exposures import ExposureBatch, take_exposures
from pilothouse.engines.simulation.fields import (
    check_keys,
    check_known,
    check_unique,
    read_list,
    read_number,
    read_text,
    refuse,
)
from pilothouse.engines.simulation.pack import Pack
from pilothouse.engines.simulation.philox import threshold
from pilothouse.engines.simulation.reading import build_pack
from pilothouse.engines.simulation.slots import TREATED, arms_of
from pilothouse.kernel.times import SECOND_US

# What tells a trap from its twin, by the name that files use.
INSTRUMENTS: Mapping[str, str] = {
    "standardise": "compare at a fixed mix of platforms",
    "split_check": "test the ratio of the arms against the planned one",
    "by_exposure_day": "read the effect by days since first exposure",
    "cheap_test": "try a prototype first, with a rule for stopping agreed on before",
    "cohorts": "follow those who came in one period, whatever came later",
    "churn_by_cohort": "set those lost against those who could be lost",
    "ask_who_left": "ask people who left about the last time, beside those who stayed",
    "reference_class": "take what earlier work took against its estimate",
    "range_of_days": "state the days of an approval as a distribution",
    "calendar": "compare with the same days of the year, and test outside the peak",
    "who_chooses": "ask those who chose a rival what decided it",
    "where_it_drags": "measure what share of time old faults take",
    "horizon": "follow cohorts by segment past the next renewal",
    "expected_value": "multiply the true rise of the odds with what the deal is worth",
    "consumption": "look at what is used up, not at what is ordered",
    "trace": "follow the events of single people through the instruments",
    "cluster": "give the change to whole markets or by turns, not to single people",
}
FAULTS = ("twice", "arm")


@dataclass(frozen=True)
class Planned:
    """A ``Change`` by day numbers instead of dates, 0 being the first day."""

    kind: str
    first: int
    amount: float
    last: int | None = None
    platform: str | None = None
    event: str | None = None
    crowd: tuple[float, ...] = ()


@dataclass(frozen=True)
class Fault:
    """A fault of measuring from day number ``first`` on; people's lives are not touched.

    *twice*: a share ``amount`` of ``event`` arrives a second time as if it were another event.
    *arm*: a share ``amount`` of all that the treated half of the first experiment does is lost.
    """

    kind: str
    first: int
    amount: float
    event: str = ""


@dataclass(frozen=True)
class Side:
    """What is so on one side. ``truth`` says it in a sentence, for the debrief.

    ``parameters`` are values of the pack by path: ``team.debt_made``, ``segments.*.monthly_churn``,
    ``platforms.mobile.ease``. ``first_day`` moves it to another part of the year.
    """

    truth: str
    parameters: Mapping[str, float] = field(default_factory=dict)
    changes: tuple[Planned, ...] = ()
    faults: tuple[Fault, ...] = ()
    first_day: date | None = None


@dataclass(frozen=True)
class Scenario:
    """One scenario. ``sees`` is what the product manager is shown on both sides.

    ``waits_for`` names what the engine cannot do yet; such a scenario cannot be staged.
    """

    number: int
    key: str
    name: str
    pack: str
    lesson: str
    sees: str
    trap: str
    move: str
    instrument: str
    first_day: date
    days: int
    users: int
    trapped: Side
    twin: Side
    waits_for: str = ""


@dataclass(frozen=True)
class Staged:
    """One side of a scenario, ready to be lived."""

    pack: Pack
    first_day: date
    changes: tuple[Change, ...]
    faults: tuple[Fault, ...]


_TEXTS = ("key", "name", "pack", "lesson", "sees", "trap", "move", "instrument")
_NUMBERS = {"number": (1, 99), "days": (1, 720), "users": (100, 1_000_000)}
_NEEDED = {*_TEXTS, *_NUMBERS, "first_day", "trapped", "twin"}


def build_scenario(mapping: Mapping[str, Any]) -> Scenario:
    """The scenario that ``mapping`` (a parsed file) describes.

    Raises ``InvalidValueError`` naming place and rule. ``stage`` checks it against its pack.
    """
    check_keys(mapping, _NEEDED | {"waits_for"}, _NEEDED, "the scenario")
    parts: dict[str, Any] = {name: read_text(mapping[name], name) for name in _TEXTS}
    parts |= {name: _whole(mapping[name], name, *span) for name, span in _NUMBERS.items()}
    check_known([parts["instrument"]], set(INSTRUMENTS), "the instrument")
    return Scenario(
        **parts,
        first_day=_date(mapping["first_day"], "first_day"),
        trapped=_side(mapping["trapped"], "trapped"),
        twin=_side(mapping["twin"], "twin"),
        waits_for=mapping.get("waits_for", ""),
    )


def _date(given: Any, place: str) -> date:
    if not isinstance(given, date):
        raise refuse(place, "must be a date.", given)
    return given


def _whole(given: Any, place: str, least: int, most: int) -> int:
    value = read_number(given, place)
    if value != int(value) or not least <= value <= most:
        raise refuse(place, f"must be a whole number from {least} to {most}.", given)
    return int(value)


def _side(given: Any, place: str) -> Side:
    known = {"truth", "parameters", "changes", "faults", "first_day"}
    check_keys(given, known, {"truth"}, place)
    parameters = given.get("parameters", {})
    return Side(
        truth=read_text(given["truth"], f"{place}.truth"),
        parameters={
            path: read_number(value, f"{place}.{path}") for path, value in parameters.items()
        },
        changes=tuple(
            _planned(each, f"{place}.changes")
            for each in read_list(given.get("changes", []), f"{place}.changes")
        ),
        faults=tuple(
            _fault(each, f"{place}.faults")
            for each in read_list(given.get("faults", []), f"{place}.faults")
        ),
        first_day=_date(given["first_day"], f"{place}.first_day") if "first_day" in given else None,
    )


def _planned(given: Any, place: str) -> Planned:
    known = {"kind", "first", "amount", "last", "platform", "event", "crowd"}
    check_keys(given, known, {"kind", "first", "amount"}, place)
    check_known([given["kind"]], set(KINDS), f"{place}.kind")
    last = given.get("last")
    return Planned(
        kind=given["kind"],
        first=_whole(given["first"], f"{place}.first", 0, 3_650),
        amount=read_number(given["amount"], f"{place}.amount"),
        last=None if last is None else _whole(last, f"{place}.last", 0, 3_650),
        platform=given.get("platform"),
        event=given.get("event"),
        crowd=tuple(
            read_number(share, f"{place}.crowd")
            for share in read_list(given.get("crowd", []), f"{place}.crowd")
        ),
    )


def _fault(given: Any, place: str) -> Fault:
    known = {"kind", "first", "amount", "event"}
    check_keys(given, known, {"kind", "first", "amount"}, place)
    check_known([given["kind"]], set(FAULTS), f"{place}.kind")
    amount = read_number(given["amount"], f"{place}.amount")
    if not 0.0 <= amount <= 1.0:
        raise refuse(f"{place}.amount", "must be a share between 0 and 1.", amount)
    first = _whole(given["first"], f"{place}.first", 0, 3_650)
    return Fault(given["kind"], first, amount, given.get("event", ""))


def check_scenarios(scenarios: tuple[Scenario, ...]) -> None:
    """Refuse two scenarios of one key or number."""
    check_unique([scenario.key for scenario in scenarios], "scenarios")
    check_unique([str(scenario.number) for scenario in scenarios], "numbers of scenarios")


def stage(scenario: Scenario, mapping: Mapping[str, Any], *, twin: bool = False) -> Staged:
    """One side of ``scenario`` in its pack, given as the parsed file ``mapping``.

    Raises ``InvalidValueError`` for what the pack has no place for, and while the engine lacks
    what the scenario needs.
    """
    if scenario.waits_for:
        raise refuse(scenario.name, f"cannot be staged yet: it needs {scenario.waits_for}", None)
    side = scenario.twin if twin else scenario.trapped
    pack = build_pack(set_parameters(mapping, side.parameters))
    start = side.first_day or scenario.first_day

    def dated(planned: Planned) -> Change:
        return Change(
            planned.kind,  # type: ignore[arg-type] # checked on reading
            first=start + timedelta(planned.first),
            amount=planned.amount,
            last=None if planned.last is None else start + timedelta(planned.last),
            platform=planned.platform,
            event=planned.event,
            crowd=planned.crowd,
        )

    changes = tuple(dated(planned) for planned in side.changes)
    check_changes(pack, changes)
    for fault in side.faults:
        if fault.kind == "twice":
            check_known([fault.event], set(pack.event_names), f"{scenario.key}: event")
    return Staged(pack, start, changes, side.faults)


def set_parameters(mapping: Mapping[str, Any], values: Mapping[str, float]) -> dict[str, Any]:
    """A copy of a parsed pack with parameters set by path; their ranges are widened to hold them.

    ``*`` stands for all entries of a list, any other name in a list for the entry of that key.
    """
    changed: dict[str, Any] = deepcopy(dict(mapping))
    for path, value in values.items():
        found = [changed]
        for part in path.split("."):
            found = [item for place in found for item in _inside(place, part)]
        if not found or not all(isinstance(p, dict) and "value" in p for p in found):
            raise refuse(path, "must lead to a parameter of the pack.", value)
        for parameter in found:
            parameter.update(
                value=value,
                low=min(parameter["low"], value),
                high=max(parameter["high"], value),
            )
    return changed


def _inside(place: Any, part: str) -> list[Any]:
    if isinstance(place, list):
        return [e for e in place if part == "*" or part in (e.get("key"), e.get("event"))]
    return [place[part]] if isinstance(place, dict) and part in place else []


def distort(
    batch: EventBatch, faults: tuple[Fault, ...], *, first_day: date, seed: int
) -> EventBatch:
    """``batch`` as it arrives under ``faults``. Which events are hit follows from their ids."""
    for fault in faults:
        if (batch.day - first_day).days < fault.first:
            continue
        hit = _lot(batch.ids) < threshold(fault.amount)
        if fault.kind == "twice":
            rows = np.flatnonzero(hit & (batch.event.texts == fault.event))
            batch = _doubled(batch, rows)
        else:
            whole, half = threshold(1.0), threshold(0.5)
            treated = arms_of(len(batch.actor.names), 1, 1, seed, (whole, half)) == TREATED
            batch = take_rows(batch, np.flatnonzero(~(hit & treated[batch.actor.codes])))
    return batch


def distort_exposures(
    batch: ExposureBatch, faults: tuple[Fault, ...], *, first_day: date
) -> ExposureBatch:
    """``batch`` as it arrives under ``faults``: what the first experiment's treated half loses."""
    kept = np.ones(len(batch), bool)
    for fault in faults:
        late = (batch.day - first_day).days >= fault.first
        if fault.kind == "arm" and batch.number == 1 and late:
            kept &= (_lot(batch.ids) >= threshold(fault.amount)) | (batch.arm.codes != TREATED)
    return take_exposures(batch, np.flatnonzero(kept))


def _lot(ids: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """A number of 32 bits for each event, from its id alone."""
    lot: NDArray[np.uint64] = np.ascontiguousarray(ids[:, :4]).view("<u4")[:, 0].astype(np.uint64)
    return lot


def _doubled(batch: EventBatch, rows: NDArray[np.intp]) -> EventBatch:
    """``batch`` with ``rows`` a second time, a second later and under another id."""
    more = take_rows(batch, rows)
    again = replace(
        more,
        ids=~more.ids,
        time_us=more.time_us + SECOND_US,
        received_us=more.received_us + SECOND_US,
    )
    return join_batches(batch, again)
