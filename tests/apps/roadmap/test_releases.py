from __future__ import annotations

from datetime import date

import pytest

from pilothouse.apps.roadmap.services.releases import (
    ReleaseDraft,
    get_release,
    list_releases,
    save_release,
    set_release_deleted,
    set_released,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.kernel.errors import (
    ConflictError,
    ForbiddenError,
    InvalidValueError,
    NotFoundError,
)

PLANNED = date(2026, 11, 20)


@pytest.fixture
def winter(alice, product):
    return save_release(alice, product, ReleaseDraft("Winter", PLANNED, "notes"))


def test_a_release_goes_out_and_comes_back(alice, product, winter):
    out = set_released(alice, product, winter.public_id, released_on=date(2026, 11, 23))
    assert (out.is_released, out.slip_days, out.early_days) == (True, 3, 0)
    act = list_acts(alice)[0]
    assert (act.kind, act.facts["released_on"], act.facts["slip_days"]) == (
        "release.released", "2026-11-23", 3,
    )  # fmt: skip
    back = set_released(alice, product, winter.public_id, released_on=None)
    assert (back.released_on, back.slip_days) == (None, None)
    assert list_acts(alice)[0].kind == "release.taken-back"


def test_early_is_no_slip(alice, product, winter):
    out = set_released(alice, product, winter.public_id, released_on=date(2026, 11, 18))
    assert (out.slip_days, out.early_days) == (-2, 2)


def test_nothing_goes_out_on_a_day_to_come(alice, product, winter):
    with pytest.raises(InvalidValueError):
        set_released(alice, product, winter.public_id, released_on=date(2026, 11, 24))
    assert get_release(product, winter.public_id).released_on is None


def test_those_to_come_stand_first(alice, product, winter):
    save_release(alice, product, ReleaseDraft("Someday"))
    save_release(alice, product, ReleaseDraft("Spring", date(2027, 3, 1)))
    old = save_release(alice, product, ReleaseDraft("Old", date(2026, 1, 1)))
    set_released(alice, product, old.public_id, released_on=date(2026, 1, 2))
    assert [each.name for each in list_releases(product)] == ["Winter", "Spring", "Someday", "Old"]


def test_moving_the_day_is_told(alice, product, winter):
    save_release(
        alice, product, ReleaseDraft("Winter", date(2026, 12, 1)), public_id=winter.public_id
    )
    facts = list_acts(alice)[0].facts
    assert (facts["planned_before"], facts["planned_on"]) == ("2026-11-20", "2026-12-01")


def test_names_are_once_and_deleting_is_undone(alice, product, winter):
    with pytest.raises(ConflictError):
        save_release(alice, product, ReleaseDraft("Winter"))
    set_release_deleted(alice, product, winter.public_id, is_deleted=True)
    with pytest.raises(NotFoundError):
        get_release(product, winter.public_id)
    again = save_release(alice, product, ReleaseDraft("Winter"))
    with pytest.raises(ConflictError):
        set_release_deleted(alice, product, winter.public_id, is_deleted=False)
    set_release_deleted(alice, product, again.public_id, is_deleted=True)
    assert set_release_deleted(alice, product, winter.public_id, is_deleted=False) == winter


@pytest.mark.parametrize(
    "draft",
    [
        ReleaseDraft(""),
        ReleaseDraft("x" * 101),
        ReleaseDraft("x", date(1900, 1, 1)),
        ReleaseDraft("x", None, "x" * 10_001),
    ],
)
def test_a_bad_release_is_refused(alice, product, draft):
    with pytest.raises(InvalidValueError):
        save_release(alice, product, draft)


def test_only_editors_release(people, product, winter):
    bob = people.as_bob(Role.COMMENTER)
    with pytest.raises(ForbiddenError):
        set_released(bob, product, winter.public_id, released_on=PLANNED)
