"""Bodies that the API of experiments takes; what they do not offer is refused."""

from __future__ import annotations

from datetime import date

from ninja import Schema
from pydantic import ConfigDict, Field

from pilothouse.apps.experiments.services.brief import Arm, Brief, Metric
from pilothouse.apps.experiments.services.counts import CountsDraft


class Body(Schema):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class ArmIn(Body):
    name: str
    value: str = ""
    weight: float = 1.0
    about: str = ""


class MetricIn(Body):
    """``kind``: conversion, count or sum; ``margin``: of a guardrail, 0.02 is 2 %."""

    name: str
    kind: str = "conversion"
    event: str = ""
    property: str = ""
    window: str = "7d"
    direction: str = "up"
    margin: float | None = None


class BriefIn(Body):
    """A brief. Shares and relative changes are 0..1. ``reason``: for changing a sealed one."""

    name: str
    hypothesis: str = ""
    source: str = "events"
    exposure_event: str = ""
    arm_property: str = ""
    arms: list[ArmIn] = Field(default_factory=list, max_length=100)
    primary: MetricIn | None = None
    guardrails: list[MetricIn] = Field(default_factory=list, max_length=100)
    secondary: list[MetricIn] = Field(default_factory=list, max_length=100)
    baseline: float | None = None
    deviation: float | None = None
    mde: float | None = None
    alpha: float = 0.05
    power: float = 0.8
    traffic: float | None = None
    rule: str = "size"
    planned_units: int | None = None
    ends_on: date | None = None
    decision_rule: str = ""
    owner: str = ""
    reason: str = ""

    def to_brief(self) -> Brief:
        given = self.model_dump(exclude={"reason"})
        given["arms"] = tuple(Arm(**each) for each in given["arms"])
        given["primary"] = Metric(**(given["primary"] or {"name": ""}))
        for name in ("guardrails", "secondary"):
            given[name] = tuple(Metric(**each) for each in given[name])
        return Brief(**given)


class StartIn(Body):
    """``first_day``: exposures count from its beginning; without it from now."""

    first_day: date | None = None


class StopIn(Body):
    """``reason``: needed where the stopping rule is not met. ``day``: the first that is out."""

    reason: str = ""
    day: date | None = None


class CancelIn(Body):
    reason: str


class LookIn(Body):
    why: str = ""


class CountsIn(Body):
    """Units of each arm, and of each metric (``primary``, ``guardrail-1`` …) a cell for each arm:
    ``{"conversions": 120}`` or ``{"mean": 3.2, "deviation": 1.1}``."""

    units: list[int] = Field(max_length=100)
    metrics: dict[str, list[dict[str, float]]] = Field(default_factory=dict)
    note: str = ""

    def to_draft(self) -> CountsDraft:
        return CountsDraft(**self.model_dump())


class ReadoutIn(Body):
    learned: str = ""
