"""What a backlog item lends to a bet made from it: title, and its RICE score as a first value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pilothouse.apps.backlog.services.items import ItemView, get_item
from pilothouse.apps.backlog.services.scores import list_scores
from pilothouse.apps.workspace.services.access import ProductView

# RICE counts effort in person-months; a month has 365.25 / 12 / 7 weeks.
WEEKS_A_MONTH = 365.25 / 12 / 7


@dataclass(frozen=True)
class Loan:
    """What an item says: its RICE score, confidence (0..1) and effort where it was scored."""

    item: ItemView
    rice: float | None
    confidence: float | None
    person_weeks: float | None


def read_loan(product: ProductView, item_id: str) -> Loan:
    """What the item lends; raises ``NotFoundError`` when it is not in this product."""
    item = get_item(product, item_id)
    scores = [each for each in list_scores(product, item_id) if each.is_current]
    score = next((each for each in scores if each.framework == "rice"), None)
    if score is None:
        return Loan(item, None, None, None)
    months = middle_of(score.inputs, "effort")
    return Loan(
        item=item,
        rice=score.score,
        confidence=_share(middle_of(score.inputs, "confidence")),
        person_weeks=None if months is None else round(months * WEEKS_A_MONTH, 1),
    )


def middle_of(inputs: Mapping[str, Any], name: str) -> float | None:
    """An input as one number: a range counts as its geometric middle, as its score does."""
    given = inputs.get(name)
    if isinstance(given, Mapping):
        low, high = given.get("low"), given.get("high")
        if not isinstance(low, int | float) or not isinstance(high, int | float):
            return None
        return float((low * high) ** 0.5) if low > 0 and high > 0 else (low + high) / 2
    return float(given) if isinstance(given, int | float) else None


def _share(confidence: float | None) -> float | None:
    if confidence is None:
        return None
    # Scales differ: 80 and 0.8 both mean eighty in a hundred.
    share = confidence / 100 if confidence > 1 else confidence
    return share if 0 <= share <= 1 else None
