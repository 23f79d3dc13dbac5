from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.apps.roadmap.services.bets import get_bet, list_bets, set_bet_status
from pilothouse.apps.roadmap.services.dependencies import (
    add_dependency,
    find_breaches,
    find_path,
    remove_dependency,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.kernel.errors import ConflictError, ForbiddenError, NotFoundError
from tests.builders import make_product

Q4, Q1 = date(2026, 10, 1), date(2027, 1, 1)


def test_a_need_is_added_once_and_taken_away(alice, product, place):
    one, two = place("One"), place("Two")
    add_dependency(alice, product, one.public_id, two.public_id)
    add_dependency(alice, product, one.public_id, two.public_id)
    assert get_bet(product, one.public_id).needs == (two.public_id,)
    remove_dependency(alice, product, one.public_id, two.public_id)
    remove_dependency(alice, product, one.public_id, two.public_id)
    assert get_bet(product, one.public_id).needs == ()
    kinds = [act.kind for act in list_acts(alice)][:2]
    assert kinds == ["bet.dependency-removed", "bet.dependency-added"]


def test_a_circle_is_refused_and_named(alice, product, place):
    one, two, three = place("One"), place("Two"), place("Three")
    add_dependency(alice, product, one.public_id, two.public_id)
    add_dependency(alice, product, two.public_id, three.public_id)
    with pytest.raises(ConflictError) as refused:
        add_dependency(alice, product, three.public_id, one.public_id)
    assert refused.value.value == "Three → One → Two → Three"
    with pytest.raises(ConflictError, match="One → One"):
        add_dependency(alice, product, one.public_id, one.public_id)
    assert get_bet(product, three.public_id).needs == ()


def test_bets_of_others_are_not_there(people, product, place):
    elsewhere = make_product(people.alice, "Other")
    one, two = place("One"), place("Two")
    with pytest.raises(NotFoundError):
        add_dependency(people.alice, elsewhere, one.public_id, two.public_id)
    with pytest.raises(ForbiddenError):
        add_dependency(people.as_bob(Role.COMMENTER), product, one.public_id, two.public_id)


@pytest.mark.parametrize(
    ("bet", "needs", "is_broken"),
    [
        ({"quarter": Q4}, {"quarter": Q4}, False),
        ({"quarter": Q1}, {"quarter": Q4}, False),
        ({"quarter": Q4}, {"quarter": Q1}, True),
        ({"horizon": "now"}, {"horizon": "next"}, True),
        ({"horizon": "next"}, {"horizon": "now"}, False),
        ({"quarter": Q1}, {"horizon": "later"}, True),
        ({"horizon": "later"}, {"quarter": Q1}, False),
        ({"quarter": Q4}, {"quarter": Q1, "status": "done"}, False),
        ({"quarter": Q1}, {"quarter": Q4, "status": "dropped"}, True),
        ({"quarter": Q4, "status": "done"}, {"quarter": Q1}, False),
    ],
)
def test_a_bet_stands_not_before_what_it_needs(alice, product, place, bet, needs, is_broken):
    first, second = place("One", **bet), place("Two", **needs)
    add_dependency(alice, product, first.public_id, second.public_id)
    found = find_breaches(list_bets(product))
    assert bool(found) == is_broken
    assert all("One" in each.sentence and "Two" in each.sentence for each in found)


def test_dropping_what_is_needed_is_seen(alice, product, place):
    one, two = place("One"), place("Two")
    add_dependency(alice, product, one.public_id, two.public_id)
    assert find_breaches(list_bets(product)) == []
    set_bet_status(alice, product, two.public_id, "dropped")
    assert [each.sentence for each in find_breaches(list_bets(product))] == [
        "One needs Two, which was dropped."
    ]


@given(
    edges=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=20),
    start=st.integers(0, 6),
    goal=st.integers(0, 6),
)
def test_a_path_is_found_exactly_when_there_is_one(edges, start, goal):
    needs: dict[str, list[str]] = {}
    for a, b in edges:
        needs.setdefault(str(a), []).append(str(b))
    reached, before = {start}, set()
    while reached != before:
        before = set(reached)
        reached |= {b for a, b in edges if a in reached}
    path = find_path(needs, str(start), str(goal))
    assert bool(path) == (goal in reached)
    if path:
        assert (path[0], path[-1]) == (str(start), str(goal))
        assert all(b in needs[a] for a, b in pairwise(path))
