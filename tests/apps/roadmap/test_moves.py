from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilothouse.apps.roadmap.services.bets import get_bet, list_bets, set_bet_deleted
from pilothouse.apps.roadmap.services.moves import (
    list_moves,
    list_recent_moves,
    move_bet,
    place_bets,
    summarise_moves,
    undo_moves,
)
from pilothouse.apps.roadmap.services.quarters import list_quarters
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.kernel.errors import (
    ConflictError,
    ForbiddenError,
    InvalidValueError,
    NotFoundError,
)

Q4, Q1, Q3 = date(2026, 10, 1), date(2027, 1, 1), date(2027, 7, 1)


def places(product) -> list[tuple[str, date | None]]:
    return [(bet.horizon, bet.quarter) for bet in list_bets(product)]


def test_several_bets_move_as_one_act_and_back(alice, product, place):
    one, two, three = place("One", quarter=Q4), place("Two"), place("Three", horizon="next")
    wanted = {one.public_id: None, two.public_id: Q1, three.public_id: None}
    batch = place_bets(alice, product, wanted, "the best plan")
    assert batch.moved == 3
    assert places(product) == [("later", None), ("next", Q1), ("later", None)]
    act = list_acts(alice)[0]
    assert (act.kind, len(act.facts["moves"])) == ("bet.moved", 3)
    assert undo_moves(alice, product, batch.public_id).moved == 3
    assert places(product) == [("now", Q4), ("later", None), ("next", None)]
    assert list_acts(alice)[0].kind == "bet.move-undone"


def test_a_batch_is_undone_once(alice, product, place):
    bet = place("One")
    batch = move_bet(alice, product, bet.public_id, horizon="now")
    undo_moves(alice, product, batch.public_id)
    with pytest.raises(ConflictError):
        undo_moves(alice, product, batch.public_id)
    with pytest.raises(NotFoundError):
        undo_moves(alice, product, "222222222222")


def test_undo_leaves_what_moved_on(alice, product, place):
    one, two = place("One"), place("Two")
    batch = place_bets(alice, product, {one.public_id: Q4, two.public_id: Q4}, "plan")
    move_bet(alice, product, two.public_id, quarter=Q3)
    assert undo_moves(alice, product, batch.public_id).moved == 1
    assert places(product) == [("later", None), ("later", Q3)]


def test_undo_leaves_what_moved_on_without_a_quarter(alice, product, place):
    bet = place("One")
    batch = move_bet(alice, product, bet.public_id, horizon="now")
    move_bet(alice, product, bet.public_id, horizon="next")
    assert undo_moves(alice, product, batch.public_id).moved == 0
    assert places(product) == [("next", None)]


def test_undo_knows_a_quarter_that_came_nearer(alice, product, place):
    bet = place("One", horizon="next")
    batch = move_bet(alice, product, bet.public_id, quarter=Q1)
    later = replace(product, clock=product.now + timedelta(days=60))
    assert undo_moves(alice, later, batch.public_id).moved == 1
    assert places(later) == [("next", None)]


def test_no_move_is_no_act(alice, product, place):
    bet = place("One", quarter=Q1)
    before = len(list_acts(alice))
    assert move_bet(alice, product, bet.public_id, horizon="next").moved == 0
    assert place_bets(alice, product, {bet.public_id: Q1}, "same").moved == 0
    assert len(list_acts(alice)) == before
    assert places(product) == [("next", Q1)]


def test_a_horizon_takes_a_quarter_away_that_says_otherwise(alice, product, place):
    bet = place("One", quarter=Q1)
    move_bet(alice, product, bet.public_id, horizon="later")
    assert places(product) == [("later", None)]


def test_a_bet_is_put_above_another(alice, product, place):
    one, two, three = place("One"), place("Two"), place("Three")
    move_bet(alice, product, three.public_id, horizon="later", before=one.public_id)
    assert [bet.title for bet in list_bets(product)] == ["Three", "One", "Two"]
    move_bet(alice, product, three.public_id, horizon="later", before=two.public_id)
    assert [bet.title for bet in list_bets(product)] == ["One", "Three", "Two"]
    move_bet(alice, product, one.public_id, horizon="later")
    assert [bet.title for bet in list_bets(product)] == ["Three", "Two", "One"]


def test_bad_places_are_refused(alice, product, place):
    bet = place("One")
    with pytest.raises(InvalidValueError):
        move_bet(alice, product, bet.public_id, horizon="soon")
    with pytest.raises(InvalidValueError):
        place_bets(alice, product, {bet.public_id: date(2027, 1, 2)}, "x")
    with pytest.raises(NotFoundError):
        place_bets(alice, product, {bet.public_id: Q1, "222222222222": Q1}, "x")
    assert places(product) == [("later", None)]


def test_only_editors_move(people, product, place):
    bet = place("One")
    batch = move_bet(people.alice, product, bet.public_id, horizon="now")
    bob = people.as_bob(Role.COMMENTER)
    with pytest.raises(ForbiddenError):
        move_bet(bob, product, bet.public_id, horizon="next")
    with pytest.raises(ForbiddenError):
        undo_moves(bob, product, batch.public_id)


def test_history_is_told_in_one_line(alice, product, place):
    bet = place("One", horizon="next")
    assert summarise_moves(list_moves(product, bet.public_id), product.now) == ""
    move_bet(alice, product, bet.public_id, horizon="later")
    found = list_moves(product, bet.public_id)
    assert summarise_moves(found, product.now) == "was next, is later"
    move_bet(alice, product, bet.public_id, quarter=Q1)
    batch = move_bet(alice, product, bet.public_id, horizon="later")
    found = list_moves(product, bet.public_id)
    line = "was next (Q1 2027), is later; 3 moves in 60 days"
    assert summarise_moves(found, product.now) == line
    assert summarise_moves(list_recent_moves(product)[bet.public_id], product.now) == line
    undo_moves(alice, product, batch.public_id)
    found = list_moves(product, bet.public_id)
    assert summarise_moves(found, product.now) == "was later, is next (Q1 2027); 2 moves in 60 days"
    assert [move.is_undone for move in found] == [True, False, False]


def test_old_moves_are_not_recent(alice, product, place):
    bet = place("One")
    move_bet(alice, product, bet.public_id, horizon="now")
    after = replace(product, clock=product.now + timedelta(days=61))
    assert list_recent_moves(after) == {}
    assert summarise_moves(list_moves(after, bet.public_id), after.now) == "was later, is now"


def test_moves_of_deleted_bets_do_not_come_back(alice, product, place):
    bet = place("One")
    batch = move_bet(alice, product, bet.public_id, horizon="now")
    set_bet_deleted(alice, product, bet.public_id, is_deleted=True)
    assert list_recent_moves(product) == {}
    assert undo_moves(alice, product, batch.public_id).moved == 0


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["now", "next", "later", 0, 1, 3]), max_size=6))
def test_undoing_everything_backwards_restores_the_start(alice, product, place, steps):
    bet = place("One", quarter=Q1)
    quarters = list_quarters(product.now.date(), 4)
    batches = []
    for step in steps:
        wish = {"horizon": step} if isinstance(step, str) else {"quarter": quarters[step]}
        batches.append(move_bet(alice, product, bet.public_id, **wish).public_id)
    for batch in reversed([each for each in batches if each]):
        undo_moves(alice, product, batch)
    after = get_bet(product, bet.public_id)
    assert (after.horizon, after.quarter) == ("next", Q1)
