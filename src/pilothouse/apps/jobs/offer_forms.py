"""Forms of offers and letters: what was typed, as drafts and back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from pilothouse.apps.jobs.services.offer_sheets import AskDraft, SheetDraft
from pilothouse.apps.jobs.services.offers import MONEY, Criteria, OfferDraft, OfferView
from pilothouse.apps.roadmap.services.negotiations import StakeholderView
from pilothouse.kernel.errors import InvalidValueError

MAX_DIGITS = 30
PEOPLE_PARTS = ("name", "role", "wants", "alternative", "interest", "influence")
PLAIN = ("name", "currency", "bonus_chance", "equity_chance", "vest_years", "application_id",
         "decide_by", "notes")  # fmt: skip


def read_number(text: str, what: str, default: float = 0.0) -> float:
    """A number such as 12.5 or 60,000; ``default`` for an empty field."""
    given = text.strip().replace(",", "").replace("\u202f", "").replace(" ", "")
    if not given:
        return default
    try:
        number = float(given) if len(given) <= MAX_DIGITS else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InvalidValueError(f"{what} is a number, such as 12.5.", value=text)
    return number


def read_offer(data: QueryDict, criteria: Sequence[str]) -> OfferDraft:
    """An offer as its form sends it; a range with one end only is that one number."""
    money = {name: _read_range(data, f"{name}-", words) for name, words in MONEY.items()}
    scores = {
        name: _read_range(data, f"score-{place}-", name)
        for place, name in enumerate(criteria)
        if data.get(f"score-{place}-low", "").strip()
    }
    return OfferDraft(
        name=data.get("name", ""),
        currency=data.get("currency", ""),
        money=money,
        bonus_chance=_percent(data, "bonus_chance", "the chance of the bonus"),
        equity_chance=_percent(data, "equity_chance", "the chance of the equity"),
        vest_years=read_number(data.get("vest_years", ""), "the years of vesting", 4),
        scores=scores,
        application_id=data.get("application_id", ""),
        decide_by=data.get("decide_by", ""),
        notes=data.get("notes", ""),
    )


def show_offer(offer: OfferView | None, criteria: Sequence[str]) -> dict[str, Any]:
    """An offer as its form shows it; an empty form without one."""
    if offer is None:
        return _rows({}, {}, criteria) | {"bonus_chance": "100", "equity_chance": "50",
                                          "vest_years": "4", "currency": "EUR"}  # fmt: skip
    money = {name: tuple(map(_show, ends)) for name, ends in offer.money.items() if any(ends)}
    scores = {name: tuple(map(_show, ends)) for name, ends in offer.scores.items()}
    return _rows(money, scores, criteria) | {
        "name": offer.name, "currency": offer.currency,
        "bonus_chance": _show(offer.bonus_chance * 100),
        "equity_chance": _show(offer.equity_chance * 100),
        "vest_years": _show(offer.vest_years), "application_id": offer.application_id,
        "decide_by": offer.decide_by.isoformat() if offer.decide_by else "", "notes": offer.notes,
    }  # fmt: skip


def show_typed(data: QueryDict, criteria: Sequence[str]) -> dict[str, Any]:
    """What was typed, for a form that is shown again."""
    money = {n: (data.get(f"{n}-low", ""), data.get(f"{n}-high", "")) for n in MONEY}
    scores = {
        name: (data.get(f"score-{place}-low", ""), data.get(f"score-{place}-high", ""))
        for place, name in enumerate(criteria)
    }
    return _rows(money, scores, criteria) | {name: data.get(name, "") for name in PLAIN}


def read_criteria_form(data: QueryDict) -> Criteria:
    """Values of one's own with weights: rows without a name go."""
    pairs = zip(data.getlist("criterion"), data.getlist("weight"), strict=False)
    weights = {
        " ".join(name.split()): read_number(weight, f"the weight of {name[:40]}", 1)
        for name, weight in pairs
        if name.strip()
    }
    years = read_number(data.get("years", ""), "years", 3)
    if years != int(years):
        raise InvalidValueError("years are a whole number.", value=data.get("years"))
    price = read_number(data.get("point_price", ""), "what a point is worth a year")
    return Criteria(weights, price, int(years))


def read_sheet_form(data: QueryDict) -> SheetDraft:
    """The sheet of a negotiation: empty rows go."""
    asks = [
        AskDraft(
            what,
            read_number(worth, f"the worth of {what[:40]}"),
            read_number(chance.removesuffix("%"), f"the chance of {what[:40]}", 50) / 100,
        )
        for what, worth, chance in zip(
            data.getlist("ask"), data.getlist("worth"), data.getlist("chance"), strict=False
        )
        if what.strip()
    ]
    columns = [data.getlist(f"s-{part}") for part in PEOPLE_PARTS]
    people = [
        StakeholderView(**dict(zip(PEOPLE_PARTS, row, strict=True)))
        for row in zip(*columns, strict=False)
    ]
    away = data.get("walk_away", "")
    return SheetDraft(
        tuple(asks),
        tuple(each for each in people if any((each.name, each.role, each.wants))),
        read_number(away, "the walk-away") if away.strip() else None,
        read_number(data.get("confidence", "").removesuffix("%"), "how sure", 80) / 100,
    )


def _rows(
    money: Mapping[str, Any], scores: Mapping[str, Any], criteria: Sequence[str]
) -> dict[str, Any]:
    return {
        "money": [(name, words, *money.get(name, ("", ""))) for name, words in MONEY.items()],
        "scores": [
            (place, name, *scores.get(name, ("", ""))) for place, name in enumerate(criteria)
        ],
    }


def _read_range(data: QueryDict, prefix: str, what: str) -> tuple[float, float]:
    low = read_number(data.get(f"{prefix}low", ""), what)
    return low, read_number(data.get(f"{prefix}high", ""), what, low)


def _percent(data: QueryDict, name: str, what: str) -> float:
    return read_number(data.get(name, "").removesuffix("%"), what, 100) / 100


def _show(number: float) -> str:
    return f"{number:.12g}"
