from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.apps.roadmap.services.bets import list_bets
from pilothouse.apps.roadmap.services.load import find_overloads, measure_load
from pilothouse.apps.roadmap.services.quarters import list_quarters
from pilothouse.apps.roadmap.services.teams import (
    MAX_TEAMS,
    get_team,
    list_teams,
    save_team,
    set_capacity,
    set_team_deleted,
)
from pilothouse.apps.roadmap.views.reading import read_decimal, show_number
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.kernel.errors import (
    ConflictError,
    ForbiddenError,
    InvalidValueError,
    NotFoundError,
)

Q4, Q1, Q2 = date(2026, 10, 1), date(2027, 1, 1), date(2027, 4, 1)


def test_capacity_is_set_changed_and_forgotten(alice, product):
    web = save_team(alice, product, "Web").public_id
    assert set_capacity(alice, product, {web: {Q4: 20.0, Q1: 24.0}}) == 2
    assert set_capacity(alice, product, {web: {Q4: 20.0, Q1: 0.0}}) == 1
    assert dict(get_team(product, web).capacity) == {Q4: 20.0, Q1: 0.0}
    assert set_capacity(alice, product, {web: {Q4: None, Q2: None}}) == 1
    assert dict(list_teams(product)[0].capacity) == {Q1: 0.0}
    kinds = [act.kind for act in list_acts(alice)]
    assert kinds.count("team.capacity-set") == 3


@pytest.mark.parametrize("weeks", [-1.0, float("inf"), float("nan"), 1e9])
def test_bad_capacity_is_refused_whole(alice, product, weeks):
    web = save_team(alice, product, "Web").public_id
    with pytest.raises(InvalidValueError):
        set_capacity(alice, product, {web: {Q4: 1.0, Q1: weeks}})
    assert dict(get_team(product, web).capacity) == {}


def test_load_is_the_sum_of_efforts_in_a_quarter(alice, product, place):
    web, data = (save_team(alice, product, name).public_id for name in ("Web", "Data"))
    set_capacity(alice, product, {web: {Q4: 10.0, Q1: 10.0}})
    place("One", quarter=Q4, efforts={web: 6, data: 2})
    place("Two", quarter=Q4, efforts={web: 7}, status="done")
    place("Three", quarter=Q1, efforts={web: 10})
    place("Gone", quarter=Q1, efforts={web: 99}, status="dropped")
    place("Someday", efforts={web: 99})
    bets, teams = list_bets(product), list_teams(product)
    loads = measure_load(bets, teams, [Q4, Q1, Q2])
    assert [(each.used, each.available, each.over) for each in loads[web]] == [
        (13, 10, 3), (10, 10, 0), (0, None, 0),
    ]  # fmt: skip
    first = loads[data][0]
    assert (first.used, first.available, first.over) == (2, None, 0)
    assert [each.sentence for each in find_overloads(bets, teams, [Q4, Q1, Q2])] == [
        "Web in Q4 2026: 13 of 10 person-weeks, 3 too many"
    ]
    assert first.sentence == "Data in Q4 2026: 2 person-weeks, capacity not known"


def test_loads_add_up_to_all_efforts(alice, product, place):
    teams = [save_team(alice, product, f"Team {n}").public_id for n in range(3)]
    quarters = list_quarters(Q4, 4)
    for n in range(12):
        place(f"Bet {n}", quarter=quarters[n % 4], efforts={teams[n % 3]: n, teams[0]: 1})
    bets = list_bets(product)
    loads = measure_load(bets, list_teams(product), quarters)
    total = sum(load.used for row in loads.values() for load in row)
    assert total == sum(bet.effort or 0 for bet in bets)


def test_names_are_once_and_deleting_is_undone(alice, product):
    web = save_team(alice, product, "Web")
    with pytest.raises(ConflictError):
        save_team(alice, product, "Web")
    save_team(alice, product, "Website", public_id=web.public_id)
    assert get_team(product, web.public_id).name == "Website"
    set_team_deleted(alice, product, web.public_id, is_deleted=True)
    with pytest.raises(NotFoundError):
        get_team(product, web.public_id)
    with pytest.raises(NotFoundError):
        set_capacity(alice, product, {web.public_id: {Q4: 1.0}})
    set_team_deleted(alice, product, web.public_id, is_deleted=False)
    assert [team.name for team in list_teams(product)] == ["Website"]


def test_there_are_not_too_many_teams(alice, product):
    from pilothouse.apps.roadmap.models import Team

    made = [
        Team(product_id=product.id, name=f"T{n}", created_at=product.now) for n in range(MAX_TEAMS)
    ]
    Team.objects.bulk_create(made)
    with pytest.raises(ConflictError):
        save_team(alice, product, "One more")


def test_only_editors_change_teams(people, product):
    web = save_team(people.alice, product, "Web")
    bob = people.as_bob(Role.COMMENTER)
    with pytest.raises(ForbiddenError):
        save_team(bob, product, "Data")
    with pytest.raises(ForbiddenError):
        set_capacity(bob, product, {web.public_id: {Q4: 1.0}})


@given(value=st.floats(0, 1e9, allow_subnormal=False).map(lambda x: round(x, 2)))
def test_a_shown_number_is_read_again(value: float):
    assert read_decimal(show_number(value), "x") == pytest.approx(value)


@pytest.mark.parametrize("text", ["many", "1e", "--1", "9" * 31, "0x10"])
def test_no_number_is_refused(text: str):
    with pytest.raises(InvalidValueError):
        read_decimal(text, "a value")
