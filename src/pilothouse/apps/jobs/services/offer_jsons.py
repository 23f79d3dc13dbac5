"""Offers as the API, commands and exports show them."""

from __future__ import annotations

from typing import Any

from pilothouse.apps.jobs.services.offers import OfferView


def to_offer_json(offer: OfferView) -> dict[str, Any]:
    """An offer with its ranges."""
    return {
        "id": offer.public_id,
        "name": offer.name,
        "currency": offer.currency,
        "money": {name: list(ends) for name, ends in offer.money.items()},
        "bonus_chance": offer.bonus_chance,
        "equity_chance": offer.equity_chance,
        "vest_years": offer.vest_years,
        "scores": {name: list(ends) for name, ends in offer.scores.items()},
        "application": offer.application_id or None,
        "decide_by": offer.decide_by.isoformat() if offer.decide_by else None,
        "notes": offer.notes,
        "asks": [dict(each) for each in offer.asks],
        "walk_away": offer.walk_away,
        "confidence": offer.confidence,
        "agreed_text": offer.agreed_text,
        "agreed_at": offer.agreed_at.isoformat() if offer.agreed_at else None,
        "url": offer.url,
    }
