"""Where work was done: simulated, on one's own product, employed, as a volunteer, in study.

A simulated product is simulated for good. For a real one its owner says what it is; a later word
counts for later acts only, so that nothing done before can be made to look more real than it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from pilothouse.apps.portfolio.models import ContextKind, ProductContext
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import ActView, record_act
from pilothouse.kernel.errors import ConflictError, InvalidValueError

SIMULATED = "simulated"
NONE = "none"
LABELS = {SIMULATED: "Simulated", NONE: "No product", **dict(ContextKind.choices)}


@dataclass(frozen=True)
class ContextBook:
    """What each product was, from which act on; the oldest word first."""

    words: dict[str, tuple[tuple[int, str], ...]]

    def kind_of(self, act: ActView) -> str:
        """The context of an act: one of ``LABELS``."""
        if act.is_simulated:
            return SIMULATED
        return self.kind_at(act.product_id, act.sequence) if act.product_id else NONE

    def kind_at(self, product_id: str, sequence: int) -> str:
        """What a real product was at an act; its own product until somebody said otherwise."""
        kind = ContextKind.OWN.value
        for since, said in self.words.get(product_id, ()):
            if since <= sequence:
                kind = said
        return kind


def read_contexts(access: Access) -> ContextBook:
    """What was said of all products of the workspace; one query."""
    rows = ProductContext.objects.filter(product__workspace_id=access.workspace_id)
    words: dict[str, list[tuple[int, str]]] = {}
    for product_id, since, kind in rows.order_by("since_sequence").values_list(
        "product__public_id", "since_sequence", "kind"
    ):
        words.setdefault(product_id, []).append((since, kind))
    return ContextBook({key: tuple(said) for key, said in words.items()})


def declare_context(access: Access, product: ProductView, kind: str) -> str:
    """Say what a real product is, from this act on."""
    access.require(Role.OWNER, to="saying what a product is")
    if product.is_simulated:
        raise ConflictError("a simulated product stays simulated.", value=product.name)
    if kind not in ContextKind.values:
        raise InvalidValueError(f"a context is one of {', '.join(ContextKind.values)}.", value=kind)
    with transaction.atomic():
        act = record_act(
            access, "product.context-declared", "product", product.public_id,
            {"context": kind}, product=product,
        )  # fmt: skip
        ProductContext.objects.create(product_id=product.id, kind=kind, since_sequence=act.sequence)
    return kind


def label_contexts(kinds: Iterable[str]) -> str:
    """Contexts in words; simulated is said first.

    >>> label_contexts(["own_product", "simulated"])
    'Simulated and own product'
    """
    found = set(kinds)
    if len(found) > 1:
        found.discard(NONE)
    names = [LABELS[each] for each in LABELS if each in found]
    words = [name if place == 0 else name.lower() for place, name in enumerate(names)]
    return " and ".join(words)
