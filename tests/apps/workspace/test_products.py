"""Products: what a person decides about them, checked as a whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.apps.workspace.services.products import (
    ProductDraft,
    archive_product,
    get_product,
    list_products,
    set_clock,
    update_product,
)
from pilothouse.kernel.errors import ConflictError, InvalidValueError
from tests.builders import People, make_product

BAD = {
    "no name": {"name": "  "},
    "long name": {"name": "x" * 101},
    "only NUL": {"name": "\x00"},
    "zone": {"zone": "Mars/Olympus"},
    "zone path": {"zone": "../../etc/passwd"},
    "no zone": {"zone": ""},
    "week": {"week_start": 7},
    "week before": {"week_start": -1},
    "currency": {"currency": "EURO"},
    "currency sign": {"currency": "€€€"},
    "industry": {"industry": "mining"},
    "description": {"description": "x" * 2001},
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_draft_is_refused(people: People, case: str) -> None:
    with pytest.raises(InvalidValueError):
        make_product(people.alice, **{"name": "Beacon", **BAD[case]})
    assert list_products(people.alice) == []


def test_a_product_is_as_it_was_drafted(people: People) -> None:
    product = make_product(
        people.bob, " Be\u0301acon ", zone="Europe/Berlin", week_start=6, currency="eur",
        industry="education", description=" For\x00 ships ",
    )  # fmt: skip
    assert product == get_product(people.alice, product.public_id)
    assert (product.name, product.description) == ("Béacon", "For ships")
    assert (product.zone, product.week_start, product.currency) == ("Europe/Berlin", 6, "EUR")
    assert (product.world, product.is_simulated, product.is_archived) == ("real", False, False)


def test_names_are_taken_once_in_a_workspace(people: People) -> None:
    beacon = make_product(people.alice)
    make_product(people.charlie)
    other = make_product(people.alice, "Buoy")
    with pytest.raises(ConflictError, match="this name already"):
        make_product(people.alice)
    with pytest.raises(ConflictError, match="this name already"):
        update_product(people.alice, other.public_id, ProductDraft(name="Beacon"))
    assert update_product(people.alice, beacon.public_id, ProductDraft(name="Beacon")) == beacon


def test_a_change_records_what_changed_and_nothing_else(people: People) -> None:
    product = make_product(people.alice)
    update_product(people.bob, product.public_id, ProductDraft(name="Beacon", currency="EUR"))
    act = list_acts(people.alice)[0]
    assert (act.kind, act.facts) == ("product.changed", {"currency": ["USD", "EUR"]})
    update_product(people.bob, product.public_id, ProductDraft(name="Beacon", currency="EUR"))
    assert list_acts(people.alice)[0].sequence == act.sequence


def test_an_archived_product_leaves_the_list_and_comes_back(people: People) -> None:
    product = make_product(people.alice)
    assert archive_product(people.alice, product.public_id, is_archived=True).is_archived
    assert list_products(people.alice) == []
    assert [each.name for each in list_products(people.alice, with_archived=True)] == ["Beacon"]
    archive_product(people.alice, product.public_id, is_archived=False)
    assert list_products(people.alice) == [product]
    assert [act.kind for act in list_acts(people.alice, limit=2)] == [
        "product.restored",
        "product.archived",
    ]


def test_products_are_listed_by_name_and_workspace(people: People) -> None:
    for name in ("Beta", "Alpha"):
        make_product(people.alice, name)
    make_product(people.charlie, "Foreign")
    assert [product.name for product in list_products(people.bob)] == ["Alpha", "Beta"]


def test_only_a_simulated_products_clock_moves(people: People) -> None:
    moment = timezone.now() + timedelta(days=3)
    toy = make_product(people.alice, "Toy", world="simulated", clock=timezone.now())
    assert set_clock(people.alice, toy, moment).now == moment
    with pytest.raises(ConflictError, match="wall clock"):
        set_clock(people.alice, make_product(people.alice), moment)
