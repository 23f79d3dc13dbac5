"""The brief of an experiment: what is written down before the data, as values and as plain data.

A draft may have gaps; sealing asks for a whole one. The plain form is what is stored and hashed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from pilothouse.apps.experiments.models import Direction, MetricKind, Rule, Source
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import canonical_json, digest
from pilothouse.kernel.texts import check_day, check_line, check_text
from pilothouse.kernel.times import DAY_US, parse_window

MAX_ARMS = 10
MAX_METRICS = 20
MAX_UNITS = 10**12
MAX_WINDOW_US = 3660 * DAY_US
MAX_EVENT = 200


@dataclass(frozen=True)
class Arm:
    """One version. ``value``: how the property of the exposure names it."""

    name: str
    value: str = ""
    weight: float = 1.0
    about: str = ""


@dataclass(frozen=True)
class Metric:
    """What is measured of each unit within ``window`` of its exposure.

    ``margin``: for a guardrail, the relative worsening that would be too much.
    """

    name: str
    kind: str = MetricKind.CONVERSION.value
    event: str = ""
    property: str = ""
    window: str = "7d"
    direction: str = Direction.UP.value
    margin: float | None = None


@dataclass(frozen=True)
class Brief:
    """An experiment before its data. The first arm is the control.

    ``mde``: the smallest relative change worth finding (0.1 is 10 %) of ``baseline`` (a share, or
    a mean with its standard ``deviation``). ``planned_units``: of all arms together; None: as
    computed. ``traffic``: units a day that come into it.
    """

    name: str
    hypothesis: str = ""
    source: str = Source.EVENTS.value
    exposure_event: str = ""
    arm_property: str = ""
    arms: tuple[Arm, ...] = ()
    primary: Metric = field(default_factory=lambda: Metric(""))
    guardrails: tuple[Metric, ...] = ()
    secondary: tuple[Metric, ...] = ()
    baseline: float | None = None
    deviation: float | None = None
    mde: float | None = None
    alpha: float = 0.05
    power: float = 0.8
    traffic: float | None = None
    rule: str = Rule.SIZE.value
    planned_units: int | None = None
    ends_on: date | None = None
    decision_rule: str = ""
    owner: str = ""

    @property
    def is_by_hand(self) -> bool:
        return self.source == Source.HAND

    @property
    def is_share(self) -> bool:
        """Whether the primary metric is a share of units."""
        return self.primary.kind == MetricKind.CONVERSION

    @property
    def metrics(self) -> tuple[tuple[str, Metric], ...]:
        """All metrics with their keys: ``primary``, ``guardrail-1``, ``secondary-1`` …"""
        return (
            ("primary", self.primary),
            *((f"guardrail-{n}", each) for n, each in enumerate(self.guardrails, 1)),
            *((f"secondary-{n}", each) for n, each in enumerate(self.secondary, 1)),
        )

    @property
    def comparisons(self) -> int:
        """Arms that are held against the control."""
        return max(1, len(self.arms) - 1)

    @property
    def gaps(self) -> tuple[str, ...]:
        """What is missing before it can be sealed."""
        by_events = not self.is_by_hand
        has_blank = any(not metric.event for _, metric in self.metrics if metric.name)
        found = (
            (not self.hypothesis, "no hypothesis"),
            (len(self.arms) < 2, "fewer than two arms"),
            (by_events and not self.exposure_event, "no event that marks the exposure"),
            (by_events and not self.arm_property, "no property that names the arm"),
            (not self.primary.name, "no primary metric"),
            (by_events and has_blank, "a metric without an event"),
            (self.baseline is None, "no baseline of the primary metric"),
            (not self.is_share and self.deviation is None, "no standard deviation of it"),
            (self.mde is None, "no smallest change worth finding"),
            (self.rule == Rule.DATE and self.ends_on is None, "no day on which it ends"),
            (not self.decision_rule, "no decision rule"),
            (not self.owner, "no owner"),
        )  # fmt: skip
        return tuple(words for is_missing, words in found if is_missing)


def check_brief(given: Brief) -> Brief:
    """The brief cleaned; InvalidValueError names what no brief may say. Gaps are allowed."""
    by_events = given.source == Source.EVENTS
    checked = replace(
        given,
        name=check_line("a name", given.name, 200, least=1),
        hypothesis=check_text("the hypothesis", given.hypothesis),
        source=_one_of("its numbers come from", given.source, Source.values),
        exposure_event=check_line("an event", given.exposure_event, MAX_EVENT) if by_events else "",
        arm_property=check_line("a property", given.arm_property, MAX_EVENT) if by_events else "",
        arms=_check_arms(given.arms, by_events=by_events),
        primary=_check_metric(given.primary),
        guardrails=_check_metrics("guardrails", given.guardrails),
        secondary=_check_metrics("secondary metrics", given.secondary),
        rule=_one_of("a stopping rule", given.rule, Rule.values),
        ends_on=check_day("the day on which it ends", given.ends_on),
        decision_rule=check_text("the decision rule", given.decision_rule),
        owner=check_line("the owner", given.owner, 100),
    )
    _check_numbers(checked)
    return checked


def to_plain(brief: Brief) -> dict[str, Any]:
    """The brief as it is stored and hashed."""
    plain = asdict(brief)
    plain["arms"] = list(plain["arms"])
    plain["guardrails"] = list(plain["guardrails"])
    plain["secondary"] = list(plain["secondary"])
    plain["ends_on"] = brief.ends_on.isoformat() if brief.ends_on else None
    return plain


def from_plain(plain: Mapping[str, Any]) -> Brief:
    """The brief of what was stored."""
    parts = dict(plain)
    parts["arms"] = tuple(Arm(**each) for each in parts["arms"])
    parts["primary"] = Metric(**parts["primary"])
    for name in ("guardrails", "secondary"):
        parts[name] = tuple(Metric(**each) for each in parts[name])
    day = parts["ends_on"]
    parts["ends_on"] = date.fromisoformat(day) if day else None
    return Brief(**parts)


def digest_of(plain: Mapping[str, Any]) -> str:
    """SHA-256 of the stored form."""
    return digest(canonical_json(dict(plain)))


def list_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What differs between two stored briefs, part by part."""
    return [
        {"field": name, "before": before.get(name), "after": after[name]}
        for name in after
        if before.get(name) != after[name]
    ]


def _check_arms(arms: tuple[Arm, ...], *, by_events: bool) -> tuple[Arm, ...]:
    if len(arms) > MAX_ARMS:
        raise InvalidValueError(f"an experiment has at most {MAX_ARMS} arms.", value=len(arms))
    checked = tuple(_check_arm(arm, by_events=by_events) for arm in arms)
    for what, values in (
        ("name", [arm.name.lower() for arm in checked]),
        ("value", [arm.value for arm in checked if by_events]),
    ):
        if len(set(values)) != len(values):
            raise InvalidValueError(f"each arm has a {what} of its own.", value=", ".join(values))
    return checked


def _check_arm(arm: Arm, *, by_events: bool) -> Arm:
    name = check_line("an arm's name", arm.name, 60, least=1)
    value = (check_line("an arm's value", arm.value, MAX_EVENT) or name) if by_events else ""
    if not 0 < arm.weight <= 1e6:
        raise InvalidValueError("an arm's share is a number above zero.", value=arm.weight)
    return Arm(name, value, float(arm.weight), check_text("what is different", arm.about, 2000))


def _check_metrics(what: str, metrics: tuple[Metric, ...]) -> tuple[Metric, ...]:
    if len(metrics) > MAX_METRICS:
        raise InvalidValueError(f"{what}: at most {MAX_METRICS} of them.", value=len(metrics))
    return tuple(_check_metric(each, least=1) for each in metrics)


def _check_metric(metric: Metric, *, least: int = 0) -> Metric:
    name = check_line("a metric's name", metric.name, 200, least=least)
    kind = _one_of("a metric", metric.kind, MetricKind.values)
    of_property = kind == MetricKind.SUM
    if name and of_property and not metric.property.strip():
        raise InvalidValueError("a sum needs the property that is summed.", value=name)
    if parse_window(metric.window) > MAX_WINDOW_US:
        raise InvalidValueError("a window has at most 3,660 days.", value=metric.window)
    if metric.margin is not None and not 0 < metric.margin <= 1:
        raise InvalidValueError(
            "a margin lies between 0 and 100 %.", value=metric.margin, remedy="Write 2%."
        )
    return Metric(
        name, kind, check_line("an event", metric.event, MAX_EVENT),
        check_line("a property", metric.property, MAX_EVENT) if of_property else "",
        metric.window.strip(), _one_of("a direction", metric.direction, Direction.values),
        metric.margin,
    )  # fmt: skip


def _check_numbers(brief: Brief) -> None:
    if brief.is_share and brief.baseline is not None and not 0 < brief.baseline < 1:
        raise InvalidValueError(
            "the baseline of a share lies between 0 and 100 %.", value=brief.baseline
        )
    for what, number, low, high in (
        ("the baseline", brief.baseline, -1e12, 1e12),
        ("the standard deviation", brief.deviation, 1e-12, 1e12),
        ("the smallest change worth finding", brief.mde, 0.0001, 10),
        ("alpha", brief.alpha, 0.0001, 0.5),
        ("power", brief.power, 0.5, 0.9999),
        ("units a day", brief.traffic, 1e-6, MAX_UNITS),
        ("the planned units", brief.planned_units, 2, MAX_UNITS),
    ):
        if number is not None and not low <= number <= high:  # not a number is not either
            raise InvalidValueError(f"{what} lies between {low:g} and {high:g}.", value=number)
    if brief.baseline == 0:
        raise InvalidValueError("a relative change of a baseline of 0 says nothing.", value=0)


def _one_of(what: str, given: str, allowed: list[str]) -> str:
    if given not in allowed:
        raise InvalidValueError(f"{what} is one of {', '.join(allowed)}.", value=given)
    return str(given)
