"""Bodies of offers and letters that the API takes."""

from __future__ import annotations

from pydantic import Field

from pilothouse.apps.jobs.bodies import Strict
from pilothouse.apps.jobs.services.offer_sheets import AskDraft, SheetDraft
from pilothouse.apps.jobs.services.offers import Criteria, OfferDraft
from pilothouse.apps.roadmap.services.negotiations import StakeholderView

Range = tuple[float, float]


class OfferIn(Strict):
    name: str
    currency: str
    money: dict[str, Range]
    bonus_chance: float = 1.0
    equity_chance: float = 1.0
    vest_years: float = 4.0
    scores: dict[str, Range] = Field(default_factory=dict)
    application_id: str = ""
    decide_by: str = ""
    notes: str = ""

    def to_draft(self) -> OfferDraft:
        return OfferDraft(**self.model_dump())


class CriteriaIn(Strict):
    weights: dict[str, float] = Field(default_factory=dict)
    point_price: float = 0.0
    years: int = 3

    def to_criteria(self) -> Criteria:
        return Criteria(**self.model_dump())


class AskIn(Strict):
    what: str
    worth: float
    chance: float = 0.5


class PersonIn(Strict):
    name: str
    role: str = ""
    wants: str = ""
    alternative: str = ""
    interest: str = "high"
    influence: str = "high"


class SheetIn(Strict):
    asks: list[AskIn] = Field(default_factory=list)
    people: list[PersonIn] = Field(default_factory=list)
    walk_away: float | None = None
    confidence: float = 0.8

    def to_draft(self) -> SheetDraft:
        return SheetDraft(
            tuple(AskDraft(**each.model_dump()) for each in self.asks),
            tuple(StakeholderView(**each.model_dump()) for each in self.people),
            self.walk_away,
            self.confidence,
        )


class LetterIn(Strict):
    title: str = ""
    text: str = ""
    base: int = 0


class AgreedIn(Strict):
    text: str = ""
