"""Offers and what their person compares them by. Private to their person."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.jobs.models import Offer, OfferSettings
from pilothouse.apps.jobs.services.finding import index_offer
from pilothouse.apps.jobs.services.own_rows import APPLICATIONS, OwnRows
from pilothouse.apps.jobs.services.texts import read_coming_day
from pilothouse.apps.portfolio.services.texts import check_body, check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.jobs.offers import OfferTerms
from pilothouse.kernel.errors import ConflictError, InvalidValueError

MONEY: Mapping[str, str] = {
    "base": "Salary a year",
    "bonus": "Bonus a year",
    "equity": "Equity, in all",
    "benefits": "Benefits a year",
    "once": "Paid once",
    "costs": "Costs to you a year",
}
MAX_OFFERS, MAX_CRITERIA, MOST_MONEY, MOST_YEARS = 50, 12, 1e9, 10
ROWS = OwnRows(Offer, "offer", "offer", "offer", ("application",))
Pair = tuple[float, float]


@dataclass(frozen=True)
class OfferDraft:
    """What a person enters: a range for each kind of money, chances in 0..1, scores in 0..10."""

    name: str
    currency: str
    money: Mapping[str, Pair]
    bonus_chance: float = 1.0
    equity_chance: float = 1.0
    vest_years: float = 4.0
    scores: Mapping[str, Pair] = field(default_factory=dict)
    application_id: str = ""
    decide_by: str = ""
    notes: str = ""


@dataclass(frozen=True)
class Criteria:
    """Weights of one's own values, the price of a point a year, and the years looked at."""

    weights: Mapping[str, float] = field(default_factory=dict)
    point_price: float = 0.0
    years: int = 3


@dataclass(frozen=True)
class OfferView:
    """An offer as its person sees it."""

    id: int
    public_id: str
    name: str
    currency: str
    money: Mapping[str, Pair]
    bonus_chance: float
    equity_chance: float
    vest_years: float
    scores: Mapping[str, Pair]
    application_id: str
    decide_by: date | None
    notes: str
    asks: tuple[Mapping[str, Any], ...]
    people: tuple[Mapping[str, str], ...]
    walk_away: float | None
    confidence: float
    agreed_text: str
    agreed_at: datetime | None
    is_deleted: bool

    @property
    def terms(self) -> OfferTerms:
        """The offer as the engine takes it."""
        return OfferTerms(
            key=self.public_id,
            **{name: self.money.get(name, (0.0, 0.0)) for name in MONEY},
            bonus_chance=self.bonus_chance,
            equity_chance=self.equity_chance,
            vest_years=self.vest_years,
            scores=self.scores,
        )

    @property
    def url(self) -> str:
        return reverse("jobs:offer", args=[self.public_id])


def list_offers(access: Access) -> list[OfferView]:
    """One's offers, the newest first; one query."""
    rows = ROWS.kept_of(access).select_related("application").order_by("-pk")
    return [to_view(row) for row in rows[:MAX_OFFERS]]


def get_offer(access: Access, public_id: str) -> OfferView:
    """One of one's offers; 404 for everybody else's."""
    return to_view(ROWS.get(access, public_id))


def save_offer(access: Access, draft: OfferDraft, public_id: str = "") -> OfferView:
    """Write an offer down, or anew."""
    values = _check(access, draft)
    with transaction.atomic():
        if public_id:
            row = ROWS.get(access, public_id, lock=True)
            for name, value in values.items():
                setattr(row, name, value)
            row.save(update_fields=list(values))
            record_act(access, "offer.changed", "offer", public_id, {})
        else:
            if ROWS.kept_of(access).count() >= MAX_OFFERS:
                raise ConflictError(f"at most {MAX_OFFERS} offers.", remedy="Delete one first.")
            row = Offer.objects.create(
                workspace_id=access.workspace_id, user_id=access.user_id,
                created_at=timezone.now(), **values,
            )  # fmt: skip
            record_act(access, "offer.entered", "offer", row.public_id, {})
        index_offer(row)
    return get_offer(access, row.public_id)


def set_offer_deleted(access: Access, public_id: str, *, is_deleted: bool) -> OfferView:
    """Throw an offer away, or bring it back."""

    def index(_access: Access, row: Offer) -> None:
        index_offer(row)

    return to_view(ROWS.set_deleted(access, public_id, is_deleted=is_deleted, index=index))


def read_criteria(access: Access) -> Criteria:
    """What one compares offers by."""
    row = OfferSettings.objects.filter(
        workspace_id=access.workspace_id, user_id=access.user_id
    ).first()
    return Criteria(row.criteria, row.point_price, row.years) if row else Criteria()


def save_criteria(access: Access, criteria: Criteria) -> Criteria:
    """Say what one compares offers by."""
    if len(criteria.weights) > MAX_CRITERIA:
        raise InvalidValueError(
            f"at most {MAX_CRITERIA} values of one's own.", value=len(criteria.weights)
        )
    weights = {
        check_line("a value of your own", name, 60, least=1): _number("a weight", weight, 0, 100)
        for name, weight in criteria.weights.items()
    }
    if criteria.years not in range(1, MOST_YEARS + 1):
        raise InvalidValueError(f"years are 1 to {MOST_YEARS}.", value=criteria.years)
    price = _number("what a point is worth a year", criteria.point_price, 0, MOST_MONEY)
    values = {"criteria": weights, "point_price": price, "years": criteria.years}
    with transaction.atomic():
        OfferSettings.objects.update_or_create(
            workspace_id=access.workspace_id, user_id=access.user_id, defaults=values
        )
    return Criteria(weights, price, criteria.years)


def to_view(row: Offer) -> OfferView:
    """The row as the frozen value that screens show."""
    terms = row.terms
    return OfferView(
        id=row.pk,
        public_id=row.public_id,
        name=row.name,
        currency=row.currency,
        money={name: _pair(terms["money"].get(name, (0, 0))) for name in MONEY},
        bonus_chance=terms["bonus_chance"],
        equity_chance=terms["equity_chance"],
        vest_years=terms["vest_years"],
        scores={name: _pair(ends) for name, ends in row.scores.items()},
        application_id=row.application.public_id if row.application else "",
        decide_by=row.decide_by,
        notes=row.notes,
        asks=tuple(row.asks),
        people=tuple(row.people),
        walk_away=row.walk_away,
        confidence=row.confidence,
        agreed_text=row.agreed_text,
        agreed_at=row.agreed_at,
        is_deleted=row.deleted_at is not None,
    )


def check_amount(what: str, amount: float) -> float:
    """An amount of money that can be reckoned with."""
    return _number(what, amount, 0, MOST_MONEY)


def check_chance(what: str, chance: float) -> float:
    """A chance in 0..1; errors speak in percent, as it is typed."""
    if not 0 <= chance <= 1:
        raise InvalidValueError(f"{what} lies between 0 and 100 %.", value=f"{chance * 100:.4g} %")
    return float(chance)


def _check(access: Access, draft: OfferDraft) -> dict[str, Any]:
    unknown = set(draft.money) - set(MONEY)
    if unknown:
        raise InvalidValueError("an offer has no such money.", value=sorted(unknown)[0])
    money = {
        name: _check_range(MONEY[name], draft.money.get(name, (0.0, 0.0)), MOST_MONEY)
        for name in MONEY
    }
    scores = {
        check_line("a value of your own", name, 60, least=1): _check_range(name, ends, 10)
        for name, ends in list(draft.scores.items())[: MAX_CRITERIA + 1]
    }
    application = APPLICATIONS.get(access, draft.application_id) if draft.application_id else None
    currency = draft.currency.strip().upper()
    if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
        raise InvalidValueError(
            "a currency is its three-letter code, such as EUR.", value=draft.currency
        )
    return {
        "name": check_line("a name", draft.name, 200, least=1),
        "currency": currency,
        "terms": {
            "money": money,
            "bonus_chance": check_chance("the chance of the bonus", draft.bonus_chance),
            "equity_chance": check_chance("the chance of the equity", draft.equity_chance),
            "vest_years": _number("the years of vesting", draft.vest_years, 0.25, 20),
        },
        "scores": scores,
        "application": application,
        "decide_by": read_coming_day("the day to decide by", draft.decide_by),
        "notes": check_body("notes", draft.notes, 5_000),
    }


def _check_range(what: str, ends: Pair, most: float) -> list[float]:
    low, high = (_number(what, end, 0, most) for end in ends)
    if low > high:
        raise InvalidValueError(
            f"{what}: a range goes from its lower end to its higher one.",
            value=f"{low:g} to {high:g}",
        )
    return [low, high]


def _number(what: str, value: float, least: float, most: float) -> float:
    if not math.isfinite(value) or not least <= value <= most:
        raise InvalidValueError(
            f"{what} is a number from {least:g} to {most:,.0f}.", value=f"{value:g}"
        )
    return float(value)


def _pair(ends: Any) -> Pair:
    return float(ends[0]), float(ends[1])
