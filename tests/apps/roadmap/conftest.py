"""A product whose clock stands still, and bets in one line."""

from __future__ import annotations

from typing import Any, Protocol

import pytest

from pilothouse.apps.roadmap.services.bets import BetDraft, BetView, create_bet
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.makers import NOW
from tests.builders import People, make_product


class Place(Protocol):
    """Place a bet of Alice's product."""

    def __call__(self, title: str, **changes: Any) -> BetView: ...


@pytest.fixture
def alice(people: People) -> Access:
    return people.alice


@pytest.fixture
def product(alice: Access) -> ProductView:
    """A simulated product living on 23 November 2026, in the last quarter of that year."""
    return make_product(alice, world="simulated", clock=NOW)


@pytest.fixture
def place(alice: Access, product: ProductView) -> Place:
    def place_one(title: str, **changes: Any) -> BetView:
        return create_bet(alice, product, BetDraft(title, **changes))

    return place_one
