from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pilothouse.apps.backlog.services.items import ItemDraft, create_item
from pilothouse.apps.roadmap.services.bets import (
    BetDraft,
    create_bet,
    find_bets_of_item,
    get_bet,
    list_bets,
    set_bet_deleted,
    set_bet_status,
    update_bet,
)
from pilothouse.apps.roadmap.services.moves import list_moves
from pilothouse.apps.roadmap.services.outcomes import (
    OutcomeDraft,
    save_outcome,
    set_outcome_deleted,
)
from pilothouse.apps.roadmap.services.teams import save_team, set_team_deleted
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.ledger import list_acts, verify_ledger
from pilothouse.apps.workspace.services.search import search
from pilothouse.kernel.errors import ForbiddenError, InvalidValueError, NotFoundError
from tests.builders import make_product

Q4, Q1, Q3 = date(2026, 10, 1), date(2027, 1, 1), date(2027, 7, 1)


def kinds(alice) -> list[str]:
    return [act.kind for act in list_acts(alice) if act.object_kind == "bet"]


def test_a_bet_is_placed_found_and_told_to_the_ledger(alice, product, place):
    bet = place("Share  a dashboard", note=" why ", quarter=Q1, confidence=0.8, value=5)
    assert (bet.title, bet.note, bet.horizon, bet.quarter_name) == (
        "Share a dashboard", "why", "next", "Q1 2027",
    )  # fmt: skip
    assert bet.shown_confidence.percent == 67
    assert (bet.effort, bet.needs, bet.is_late) == (None, (), False)
    assert list_bets(product) == [bet]
    assert [hit.object_id for hit in search(alice, "dashboard")] == [bet.public_id]
    assert kinds(alice) == ["bet.placed"]
    assert verify_ledger(alice.workspace_id).is_whole


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""}, {"title": "x" * 201}, {"note": "x" * 4001}, {"horizon": "soon"},
        {"quarter": date(2027, 2, 1)}, {"quarter": date(1900, 1, 1)}, {"confidence": 1.01},
        {"confidence": -0.1}, {"confidence": float("nan")}, {"value": float("inf")},
        {"value": -1}, {"efforts": {"nobody": 3}}, {"status": "maybe"}, {"item_id": "x"},
        {"value_source": "luck"}, {"confidence": True},
    ],
)  # fmt: skip
def test_a_bad_part_is_refused(alice, product, changes):
    with pytest.raises(InvalidValueError):
        create_bet(alice, product, replace(BetDraft("Fine"), **changes))
    assert list_bets(product) == []


@pytest.mark.parametrize("part", ["outcome_id", "release_id", "item_id"])
def test_what_is_elsewhere_cannot_be_named(people, product, part):
    with pytest.raises(NotFoundError):
        create_bet(people.alice, product, BetDraft("Fine", **{part: "222222222222"}))


def test_only_editors_bet(people, product, place):
    bet = place("One")
    for role in (Role.VIEWER, Role.COMMENTER):
        bob = people.as_bob(role)
        with pytest.raises(ForbiddenError):
            create_bet(bob, product, BetDraft("Two"))
        with pytest.raises(ForbiddenError):
            update_bet(bob, product, bet.public_id, BetDraft("Two"))
        with pytest.raises(ForbiddenError):
            set_bet_deleted(bob, product, bet.public_id, is_deleted=True)
    assert [each.title for each in list_bets(product)] == ["One"]


def test_a_change_of_place_is_a_move(alice, product, place):
    bet = place("One", horizon="later", confidence=0.5)
    same, batch = update_bet(alice, product, bet.public_id, BetDraft("Uno", confidence=0.5))
    assert (same.title, batch) == ("Uno", "")
    moved, batch = update_bet(alice, product, bet.public_id, BetDraft("Uno", quarter=Q4))
    assert (moved.horizon, moved.quarter) == ("now", Q4)
    assert batch
    assert [move.after.words for move in list_moves(product, bet.public_id)] == ["now (Q4 2026)"]
    assert kinds(alice) == ["bet.changed", "bet.moved", "bet.changed", "bet.placed"]


def test_saving_the_same_tells_nothing(alice, product, place):
    bet = place("One")
    update_bet(alice, product, bet.public_id, BetDraft("One"))
    assert kinds(alice) == ["bet.placed"]


def test_a_status_is_set(alice, product, place):
    bet = place("One", confidence=0.4)
    done = set_bet_status(alice, product, bet.public_id, "done")
    assert (done.is_open, done.shown_confidence.band) == (False, "done")
    assert list_bets(product, only_open=True) == []
    assert (
        list_acts(alice)[0].facts == ({"name": "One", "before": "planned", "after": "done"})
        or list_acts(alice)[0].kind == "bet.status-changed"
    )
    with pytest.raises(InvalidValueError):
        set_bet_status(alice, product, bet.public_id, "gone")


def test_a_bet_is_deleted_and_comes_back(alice, product, place):
    bet = place("Dashboard")
    set_bet_deleted(alice, product, bet.public_id, is_deleted=True)
    assert list_bets(product) == []
    assert search(alice, "dashboard") == []
    with pytest.raises(NotFoundError):
        get_bet(product, bet.public_id)
    set_bet_deleted(alice, product, bet.public_id, is_deleted=False)
    assert list_bets(product) == [bet]
    assert len(search(alice, "dashboard")) == 1


def test_bets_of_another_product_are_not_there(alice, product, place):
    other = make_product(alice, "Other")
    bet = place("One")
    assert list_bets(other) == []
    with pytest.raises(NotFoundError):
        get_bet(other, bet.public_id)


def test_saving_does_not_forget_what_is_deleted_for_now(alice, product):
    outcome = save_outcome(alice, product, OutcomeDraft("More"))
    web, data = (save_team(alice, product, name).public_id for name in ("Web", "Data"))
    draft = BetDraft("One", outcome_id=outcome.public_id, efforts={web: 3, data: 2})
    bet = create_bet(alice, product, draft)
    set_outcome_deleted(alice, product, outcome.public_id, is_deleted=True)
    set_team_deleted(alice, product, data, is_deleted=True)
    assert get_bet(product, bet.public_id).outcome_id == ""
    update_bet(alice, product, bet.public_id, BetDraft("Uno", efforts={web: 4}))
    set_outcome_deleted(alice, product, outcome.public_id, is_deleted=False)
    back = get_bet(product, bet.public_id)
    assert (back.outcome_title, dict(back.efforts)) == ("More", {web: 4, data: 2})


def test_efforts_of_nothing_are_left_out(alice, product):
    web = save_team(alice, product, "Web").public_id
    bet = create_bet(alice, product, BetDraft("One", efforts={web: 0}))
    assert (dict(bet.efforts), bet.effort) == ({}, None)


def test_a_quarter_that_is_over_makes_a_bet_late(place):
    assert place("One", quarter=date(2026, 7, 1)).is_late
    assert not place("Two", quarter=date(2026, 7, 1), status="done").is_late
    assert not place("Three", quarter=Q4).is_late


def test_the_bets_of_an_item_are_found(alice, product, place):
    item = create_item(alice, product, ItemDraft(title="Item"))
    bet = place("One", item_id=item.public_id)
    place("Two")
    assert find_bets_of_item(product, item.public_id) == [bet]
