"""Bodies that the API of decisions takes; what they do not offer is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field

from pilothouse.apps.decisions.services.decisions import DecisionDraft, OptionDraft
from pilothouse.apps.decisions.services.forecasts import ForecastDraft
from pilothouse.apps.decisions.services.judging import RangeSaid


class Body(Schema):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class OptionIn(Body):
    title: str
    pros: str = ""
    cons: str = ""
    cost: str = ""
    is_chosen: bool = False


class DecisionIn(Body):
    title: str
    context: str = ""
    options: list[OptionIn] = Field(default_factory=list, max_length=100)
    reasons: str = ""
    expected: str = ""
    probability: float | None = None
    review_on: date | None = None
    door: str = "unknown"
    driver: str = ""
    approver: str = ""
    contributors: list[str] = Field(default_factory=list)
    informed: list[str] = Field(default_factory=list)
    topics: list[str] = Field(default_factory=list)
    is_decided: bool = False

    def to_draft(self) -> DecisionDraft:
        given = self.model_dump()
        given["options"] = tuple(OptionDraft(**option) for option in given["options"])
        for name in ("contributors", "informed", "topics"):
            given[name] = tuple(given[name])
        return DecisionDraft(**given)


class ReviewIn(Body):
    happened: str
    verdict: str
    cause: str = "unclear"
    learned: str = ""
    came_true: str = ""


class DissentIn(Body):
    who: str = ""
    why: str


class RangeIn(Body):
    low: float | date
    median: float | date
    high: float | date
    level: float = 0.8


class EndIn(Body):
    """``by``: the later decision that took its place; empty: it was taken back."""

    by: str = ""


class WordingIn(Body):
    question: str | None = None
    criteria: str | None = None
    unit: str | None = None
    topics: list[str] | None = None
    resolve_by: date | None = None


class EstimateIn(Body):
    probability: float | None = None
    range: RangeIn | None = None
    note: str = ""

    def to_range(self) -> RangeSaid | None:
        return RangeSaid(**self.range.model_dump()) if self.range else None


class ForecastIn(EstimateIn):
    question: str
    resolve_by: date
    kind: str = "binary"
    criteria: str = ""
    unit: str = ""
    topics: list[str] = Field(default_factory=list)
    person: str = ""
    source_kind: str = ""
    source: dict[str, Any] = Field(default_factory=dict)
    decision: str = ""

    def to_draft(self) -> ForecastDraft:
        given = self.model_dump(exclude={"range", "topics", "decision"})
        return ForecastDraft(
            **given,
            range=self.to_range(),
            topics=tuple(self.topics),
            decision_id=self.decision,
        )


class ResolutionIn(Body):
    outcome: str
    value: float | None = None
    day: date | None = None
    evidence: str = ""
    known_on: date | None = None


class PreMortemIn(Body):
    title: str
    story: str = ""
    judge_on: date | None = None
    decision: str = ""


class CauseIn(Body):
    text: str
    likelihood: int = 3
    harm: int = 3
    mitigation: str = ""
    owner: str = ""
    signpost: str = ""
    person: str = ""


class CauseChangeIn(CauseIn):
    came_true: bool | None = None
