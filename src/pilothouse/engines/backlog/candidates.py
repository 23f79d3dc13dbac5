"""Candidates: what is to be ranked, and the traps in what was written about them.

A trap that leaves no number to compute with *blocks*: the candidate stays on the list without a
score. Any other trap warns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pilothouse.engines.backlog.frameworks import PERIODS, Framework, Input
from pilothouse.engines.backlog.quantities import (
    Quantity,
    check_range,
    format_quantity,
    parse_quantity,
)
from pilothouse.kernel.errors import InvalidValueError

_PER = ("/", " per ", " a ")


@dataclass(frozen=True)
class Candidate:
    """One thing to rank. ``key`` ties its draws: the same key has the same luck in every list.

    ``inputs`` are as written; ``period`` is that of the reach, None when none was stated.
    """

    key: str
    name: str
    inputs: Mapping[str, Quantity]
    period: str | None = None


@dataclass(frozen=True)
class Finding:
    """A trap: the candidate (empty: the whole list), the rule it broke and the way out."""

    key: str
    name: str
    rule: str
    message: str
    remedy: str
    input: str = ""
    is_blocking: bool = False


@dataclass(frozen=True)
class Settled:
    """Candidates in one unit, those that cannot be scored, and all findings."""

    candidates: tuple[Candidate, ...]
    blocked: tuple[Candidate, ...]
    findings: tuple[Finding, ...]
    period: str | None = None


@dataclass
class _Notes:
    framework: Framework
    findings: list[Finding] = field(default_factory=list)

    def add(
        self, candidate: Candidate, rule: str, message: str, remedy: str,
        *, about: str = "", blocks: bool = False,
    ) -> None:  # fmt: skip
        row = Finding(candidate.key, candidate.name, rule, message, remedy, about, blocks)
        self.findings.append(row)


def read_candidate(
    key: str, name: str, cells: Mapping[str, str], framework: Framework
) -> Candidate:
    """A candidate from texts by input; an empty cell is an input that is missing.

    Raises InvalidValueError for a text that is no quantity, naming candidate and input.
    """
    inputs: dict[str, Quantity] = {}
    period = None
    for each in framework.inputs:
        text = cells.get(each.key, "").strip()
        if not text:
            continue
        try:
            if each.has_period:
                text, period = split_period(text)
            inputs[each.key] = parse_quantity(text)
            check_range(inputs[each.key], each.shape, each.title.lower())
        except InvalidValueError as error:
            raise InvalidValueError(
                f"{each.title.lower()} of {name!r}: {error.rule}",
                value=error.value,
                remedy=error.remedy,
            ) from None
    return Candidate(key, name, inputs, period)


def split_period(text: str) -> tuple[str, str | None]:
    """``"2000/quarter"`` as the quantity and its period; None when none is stated.

    >>> split_period("500..900/month")
    ('500..900', 'month')
    """
    for mark in _PER:
        before, found, after = text.rpartition(mark)
        if found:
            period = after.strip().lower().removesuffix("s")
            if period not in PERIODS:
                raise InvalidValueError(
                    "a reach is per day, week, month, quarter or year.",
                    value=text,
                    remedy="Write it as 2000/quarter.",
                )
            return before.strip(), period
    return text, None


def settle(candidates: Sequence[Candidate], framework: Framework) -> Settled:
    """Bring all candidates to one unit and note every trap.

    The period of the list is the one stated most often; other reaches are turned into it.
    """
    notes = _Notes(framework)
    period = _common_period(candidates)
    for candidate in candidates:
        _look_at(candidate, notes)
    stopped = {each.key for each in notes.findings if each.is_blocking}
    able = [each for each in candidates if each.key not in stopped]
    if framework.key == "wsjf":
        _look_at_columns(able, notes)
    return Settled(
        tuple(_in_units(each, framework, period) for each in able),
        tuple(each for each in candidates if each.key in stopped),
        tuple(notes.findings),
        period,
    )


def _common_period(candidates: Iterable[Candidate]) -> str | None:
    stated = Counter(each.period for each in candidates if each.period)
    return stated.most_common(1)[0][0] if stated else None


def _in_units(candidate: Candidate, framework: Framework, period: str | None) -> Candidate:
    inputs = {}
    for each in framework.inputs:
        quantity = candidate.inputs[each.key]
        if each.shape == "share":
            quantity = as_share(quantity)
        elif each.has_period and candidate.period and period:
            quantity = quantity.scaled(PERIODS[candidate.period] / PERIODS[period])
        inputs[each.key] = quantity
    return replace(candidate, inputs=inputs, period=period)


def as_share(quantity: Quantity) -> Quantity:
    """A share as 0..1. Without a sign a number from 2 on is percent: nobody is 200 % sure."""
    if quantity.is_percent or quantity.high >= 2:
        return quantity.scaled(0.01)
    return quantity


def _look_at(candidate: Candidate, notes: _Notes) -> None:
    for each in notes.framework.inputs:
        quantity = candidate.inputs.get(each.key)
        if quantity is None:
            notes.add(
                candidate, "missing-input", f"{each.title} is not given.",
                f"Give it; a wide range is more honest than a guess. {each.hint}",
                about=each.key, blocks=True,
            )  # fmt: skip
        elif each.has_period:
            _look_at_reach(candidate, quantity, notes)
        elif each.shape == "share":
            _look_at_share(candidate, each, quantity, notes)
        else:
            _look_at_number(candidate, each, quantity, notes)


def _look_at_reach(candidate: Candidate, quantity: Quantity, notes: _Notes) -> None:
    if quantity.is_percent:
        notes.add(
            candidate, "percent-as-reach",
            f"Reach is a percentage ({format_quantity(quantity)}): of whom?",
            "Give the number of people or events per period.", about="reach", blocks=True,
        )  # fmt: skip
    elif quantity.low < 0:
        notes.add(
            candidate, "negative-input", f"Reach is {format_quantity(quantity)}.",
            "Give how many people or events it touches.", about="reach", blocks=True,
        )  # fmt: skip
    elif candidate.period is None:
        notes.add(
            candidate, "reach-without-period", "Reach has no period.",
            "Say per what: 2000/quarter. It is taken as in the rest of the list.", about="reach",
        )  # fmt: skip
    elif 0 < quantity.high <= 1:
        notes.add(
            candidate, "reach-of-one", f"Reach is {format_quantity(quantity)}: a share, perhaps?",
            "Give the number of people or events per period.", about="reach",
        )  # fmt: skip


def _look_at_share(candidate: Candidate, each: Input, quantity: Quantity, notes: _Notes) -> None:
    share = as_share(quantity)
    about = each.key
    if share.high > 1:
        notes.add(
            candidate, f"{about}-over-100", f"{each.title} is {format_quantity(quantity)}.",
            "Nothing is surer than certain: give 100 % or less.", about=about, blocks=True,
        )  # fmt: skip
    elif share.low < 0:
        notes.add(
            candidate, "negative-input", f"{each.title} is {format_quantity(quantity)}.",
            "Give 0 to 100 %.", about=about, blocks=True,
        )  # fmt: skip
    elif about == "confidence" and share.middle("share") < 0.5:
        notes.add(
            candidate, "confidence-below-50",
            f"Confidence is {100 * share.middle('share'):.3g} %: a moonshot.",
            "Test the idea before you build it, or keep it on a list of its own.", about=about,
        )  # fmt: skip


def _look_at_number(candidate: Candidate, each: Input, quantity: Quantity, notes: _Notes) -> None:
    written = format_quantity(quantity)
    if each.role == "over" and quantity.low <= 0:
        notes.add(
            candidate, f"zero-{each.key}", f"{each.title} is {written}: nothing is free.",
            "Give more than 0; half a unit is the usual least.", about=each.key, blocks=True,
        )  # fmt: skip
    elif each.shape == "positive" and quantity.low < 0:
        notes.add(
            candidate, "negative-input", f"{each.title} is {written}.",
            "Give 0 or more.", about=each.key, blocks=True,
        )  # fmt: skip
    elif _is_off_scale(each, quantity):
        scale = ", ".join(f"{value:g}" for value in each.scale)
        notes.add(
            candidate, f"off-scale-{each.key}", f"{each.title} is {written}, off the scale.",
            f"The scale is {scale or f'{each.ends[0]:g} to {each.ends[1]:g}'}.", about=each.key,
        )  # fmt: skip


def _is_off_scale(each: Input, quantity: Quantity) -> bool:
    """Numbers must be on the scale; a range must lie within its ends."""
    if quantity.is_percent:
        return True
    if not each.scale:
        return (
            each.shape == "scale"
            and not each.ends[0] <= quantity.low <= quantity.high <= each.ends[1]
        )
    if quantity.values:
        # Chances of steps on the scale; the scale of RICE is the one people give chances of.
        return any(value not in each.scale for value, _ in quantity.values)
    if quantity.is_certain:
        return quantity.low not in each.scale
    return quantity.low < each.scale[0] or quantity.high > each.scale[-1]


def _look_at_columns(candidates: Sequence[Candidate], notes: _Notes) -> None:
    """WSJF is relative: the smallest of each column is 1."""
    for each in notes.framework.inputs:
        lowest = min((c.inputs[each.key].middle("positive") for c in candidates), default=1.0)
        if lowest != 1:
            row = Finding(
                "", "", "column-without-one",
                f"The smallest {each.title.lower()} is {lowest:g}, not 1.",
                "Set the smallest item of each column to 1 and the others relative to it.",
                each.key,
            )  # fmt: skip
            notes.findings.append(row)
