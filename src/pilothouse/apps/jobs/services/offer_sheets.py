"""Offers beside each other, and the negotiation of one: its cut line, who is at the table.

People at the table are the stakeholders of Decide's negotiation sheets: the same fields, the same
advice. The deals differ: there a date, a scope and people are traded; here things asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.jobs.services.finding import index_offer
from pilothouse.apps.jobs.services.offers import (
    ROWS,
    Criteria,
    OfferView,
    check_amount,
    check_chance,
    get_offer,
    list_offers,
    read_criteria,
)
from pilothouse.apps.portfolio.services.texts import check_body, check_line
from pilothouse.apps.roadmap.services.negotiations import MOST_STAKEHOLDERS, StakeholderView
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.jobs.offers import (
    AskSheet,
    OfferAsk,
    OfferComparison,
    OfferFigures,
    OfferTerms,
    compare_offers,
    weigh_asks,
)
from pilothouse.kernel.errors import InvalidValueError

# The same draws each time: figures must not tremble when a page is loaded again.
_SEED = 20_261
MOST_ASKS = 20


@dataclass(frozen=True)
class OfferGroup:
    """The offers of one currency, compared; the best by its middle first."""

    currency: str
    offers: tuple[OfferView, ...]
    comparison: OfferComparison
    criteria: Criteria

    @property
    def rows(self) -> tuple[tuple[OfferView, OfferFigures, tuple[float | None, ...]], ...]:
        """Each offer with its figures and how likely it is better than each of the others."""
        figures = {each.key: each for each in self.comparison.figures}
        return tuple(
            (
                offer,
                figures[offer.public_id],
                tuple(
                    self.comparison.better.get((offer.public_id, other.public_id))
                    for other in self.offers
                ),
            )
            for offer in self.offers
        )


@dataclass(frozen=True)
class AskDraft:
    """Something asked for: its worth a year in the offer's currency, the chance of a yes (0..1)."""

    what: str
    worth: float
    chance: float = 0.5


@dataclass(frozen=True)
class SheetDraft:
    """The sheet as a person writes it. ``walk_away`` None: against the best other offer."""

    asks: Sequence[AskDraft] = ()
    people: Sequence[StakeholderView] = ()
    walk_away: float | None = None
    confidence: float = 0.8


@dataclass(frozen=True)
class OfferSheet:
    """A sheet with what follows. ``reason`` tells why there are no figures."""

    offer: OfferView
    draft: SheetDraft
    against: str
    sheet: AskSheet | None
    reason: str


def compare_all(access: Access) -> list[OfferGroup]:
    """One's offers by currency; money of two currencies is never put beside each other."""
    criteria = read_criteria(access)
    groups: dict[str, list[OfferView]] = {}
    for offer in list_offers(access):
        groups.setdefault(offer.currency, []).append(offer)
    return [_compare(currency, each, criteria) for currency, each in sorted(groups.items())]


def read_sheet(access: Access, public_id: str) -> OfferSheet:
    """The negotiation of an offer, against its walk-away or the best other offer."""
    offer = get_offer(access, public_id)
    return weigh_sheet(access, offer, _to_draft(offer))


def weigh_sheet(access: Access, offer: OfferView, draft: SheetDraft) -> OfferSheet:
    """What follows from a draft, kept or not yet kept."""
    criteria = read_criteria(access)
    others = [
        each
        for each in list_offers(access)
        if each.currency == offer.currency and each.public_id != offer.public_id
    ]
    alternative: OfferTerms | float
    if draft.walk_away is not None:
        alternative, against = draft.walk_away, f"{draft.walk_away:,.0f} {offer.currency} a year"
    elif others:
        best = _compare(offer.currency, others, criteria).offers[0]
        alternative, against = best.terms, best.name
    else:
        reason = (
            "Nothing to hold it against: enter another offer in this currency, or the amount a "
            "year below which you walk away."
        )
        return OfferSheet(offer, draft, "", None, reason)
    asks = [OfferAsk(each.what, each.worth, each.chance) for each in draft.asks]
    sheet = weigh_asks(
        offer.terms, alternative, asks, _make_rng(), weights=criteria.weights,
        point_price=criteria.point_price, years=criteria.years, confidence=draft.confidence,
    )  # fmt: skip
    return OfferSheet(offer, draft, against, sheet, "")


def save_sheet(access: Access, public_id: str, draft: SheetDraft) -> OfferSheet:
    """Keep the sheet of an offer."""
    checked = _check(draft)
    with transaction.atomic():
        row = ROWS.get(access, public_id, lock=True)
        row.asks = [asdict(each) for each in checked.asks]
        row.people = [asdict(each) for each in checked.people]
        row.walk_away, row.confidence = checked.walk_away, checked.confidence
        row.save(update_fields=["asks", "people", "walk_away", "confidence"])
        index_offer(row)
        facts = {"asks": len(checked.asks)}
        record_act(access, "offer.negotiation-prepared", "offer", public_id, facts)
    return read_sheet(access, public_id)


def agree(access: Access, public_id: str, text: str) -> OfferView:
    """Write down what was agreed, in words, or with none take that back.

    The ranges are changed on the offer itself.
    """
    words = check_body("what was agreed", text, 5_000)
    with transaction.atomic():
        row = ROWS.get(access, public_id, lock=True)
        row.agreed_text, row.agreed_at = words, timezone.now() if words else None
        row.save(update_fields=["agreed_text", "agreed_at"])
        index_offer(row)
        kind = "offer.agreed" if words else "offer.reopened"
        record_act(access, kind, "offer", public_id, {})
    return get_offer(access, public_id)


def to_group_json(group: OfferGroup) -> dict[str, object]:
    """A comparison for programs."""
    return {
        "currency": group.currency,
        "years": group.criteria.years,
        "weights": dict(group.criteria.weights),
        "point_price": group.criteria.point_price,
        "standard_error": group.comparison.error,
        "offers": [
            {
                "id": offer.public_id, "name": offer.name, "money": list(figures.money),
                "score": list(figures.score) if figures.score else None,
                "total": list(figures.total),
                "better_than": _better_of(group.comparison.better, offer.public_id),
            }
            for offer, figures, _ in group.rows
        ],
    }  # fmt: skip


def to_sheet_json(sheet: OfferSheet) -> dict[str, object]:
    """A negotiation for programs."""
    weighed = sheet.sheet
    return {
        "id": sheet.offer.public_id,
        "against": sheet.against or None,
        "reason": sheet.reason or None,
        "confidence": sheet.draft.confidence,
        "enough_at": weighed.enough_at if weighed else None,
        "expected": weighed.expected if weighed else None,
        "lines": [
            {"granted": each.ask.what if each.ask else None, "p_better": each.chance_better}
            for each in (weighed.lines if weighed else ())
        ],
    }


def _compare(currency: str, offers: Sequence[OfferView], criteria: Criteria) -> OfferGroup:
    result = compare_offers(
        [each.terms for each in offers], criteria.weights, _make_rng(),
        point_price=criteria.point_price, years=criteria.years,
    )  # fmt: skip
    middle = {each.key: each.total[1] for each in result.figures}
    ordered = sorted(offers, key=lambda each: -middle[each.public_id])
    return OfferGroup(currency, tuple(ordered), result, criteria)


def _make_rng() -> Any:
    import numpy as np

    return np.random.default_rng(_SEED)


def _better_of(better: Mapping[tuple[str, str], float], key: str) -> dict[str, float]:
    return {other: chance for (one, other), chance in better.items() if one == key}


def _to_draft(offer: OfferView) -> SheetDraft:
    return SheetDraft(
        tuple(AskDraft(**each) for each in offer.asks),
        tuple(StakeholderView(**each) for each in offer.people),
        offer.walk_away,
        offer.confidence,
    )


def _check(draft: SheetDraft) -> SheetDraft:
    if len(draft.asks) > MOST_ASKS:
        raise InvalidValueError(f"at most {MOST_ASKS} things are asked for.", value=len(draft.asks))
    if len(draft.people) > MOST_STAKEHOLDERS:
        raise InvalidValueError(
            f"at most {MOST_STAKEHOLDERS} people are at the table.", value=len(draft.people)
        )
    if not 0.5 <= draft.confidence <= 0.99:
        raise InvalidValueError("how sure you want to be lies between 50 and 99 %.",
                                value=f"{draft.confidence * 100:g} %")  # fmt: skip
    return SheetDraft(
        tuple(
            AskDraft(
                check_line("what is asked for", each.what, 200, least=1),
                check_amount(f"the worth of {each.what[:40]}", each.worth),
                check_chance(f"the chance of {each.what[:40]}", each.chance),
            )
            for each in draft.asks
        ),
        tuple(each.checked() for each in draft.people),
        None if draft.walk_away is None else check_amount("the walk-away", draft.walk_away),
        draft.confidence,
    )
