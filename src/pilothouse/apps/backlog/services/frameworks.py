"""The frameworks of a product: those of everyone, and its own scorecard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from pilothouse.apps.backlog.scoring_models import Scorecard
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.backlog import FRAMEWORKS, Framework, get_framework
from pilothouse.engines.backlog.frameworks import SCORECARD
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text

MOSCOW = "moscow"
DEFAULT_WEIGHTS: Mapping[str, float] = {"value": 3.0, "strategic fit": 2.0, "risk": -1.0}
MAX_CRITERIA = 12
# Words that mean something else in the inputs of a score.
_RESERVED = frozenset({"box", "reach_period"})


def framework_choices() -> list[tuple[str, str]]:
    """Key and title of all, those that make a ranking first."""
    choices = [(each.key, each.title) for each in FRAMEWORKS.values()]
    return [*choices, (SCORECARD, "Weighted scorecard"), (MOSCOW, "MoSCoW")]


def product_framework(product: ProductView, key: str) -> Framework:
    """The framework called ``key`` with the weights of this product."""
    return get_framework(key, get_weights(product) if key == SCORECARD else None)


def get_weights(product: ProductView) -> dict[str, float]:
    """The criteria of the product's scorecard in their order."""
    row = Scorecard.objects.filter(product_id=product.id).first()
    if row is None:
        return dict(DEFAULT_WEIGHTS)
    return {str(name): float(weight) for name, weight in row.weights}


def set_weights(access: Access, product: ProductView, weights: Mapping[str, Any]) -> Framework:
    """Set the criteria of the scorecard; scores lack what a new criterion asks until given."""
    access.require(Role.EDITOR, to="changing the scorecard")
    checked = _check(weights)
    framework = get_framework(SCORECARD, checked)
    with transaction.atomic():
        Scorecard.objects.update_or_create(
            product_id=product.id,
            # Pairs, since JSON of a database may forget the order of names.
            defaults={"weights": list(checked.items()), "updated_at": product.now},
        )
        facts = {"name": "Scorecard", "weights": checked}
        record_act(access, "scorecard.changed", "scorecard", "", facts, product=product)
    return framework


def parse_weights(text: str) -> dict[str, str]:
    """Weights as a person writes them, one ``criterion = weight`` a line."""
    weights = {}
    for line in text.splitlines():
        if line.strip():
            name, mark, weight = line.rpartition("=")
            if not mark:
                raise InvalidValueError(
                    "a criterion is written with its weight.", value=line, remedy="value = 3"
                )
            weights[name.strip()] = weight.strip()
    return weights


def _check(weights: Mapping[str, Any]) -> dict[str, float]:
    if not 1 <= len(weights) <= MAX_CRITERIA:
        raise InvalidValueError(
            f"a scorecard has 1 to {MAX_CRITERIA} criteria.", value=len(weights)
        )
    checked: dict[str, float] = {}
    for name, weight in weights.items():
        key = " ".join(clean_text(str(name)).lower().split())
        if not 1 <= len(key) <= 40 or key in _RESERVED or key in checked:
            raise InvalidValueError("criteria have names of 1 to 40 characters.", value=name)
        try:
            checked[key] = float(weight)
        except (TypeError, ValueError):
            raise InvalidValueError("a weight is a number.", value=f"{name} = {weight}") from None
        if not abs(checked[key]) <= 1000:
            raise InvalidValueError("a weight lies between -1000 and 1000.", value=weight)
    return checked
