"""Members come, change and go; a workspace is never without an owner."""

from __future__ import annotations

import pytest

from pilothouse.apps.workspace.models import Role, User
from pilothouse.apps.workspace.services.ledger import list_acts, verify_ledger
from pilothouse.apps.workspace.services.login import use_login_token
from pilothouse.apps.workspace.services.members import (
    change_role,
    found_workspace,
    invite_member,
    list_members,
    remove_member,
)
from pilothouse.kernel.errors import ConflictError, InvalidValueError
from tests.builders import People, member_id_of


def test_founding_makes_an_owner_and_an_act(db: None) -> None:
    access = found_workspace("  Lighthouse ", "Alice", " Alice@Example.org")
    assert (access.workspace_name, access.role) == ("Lighthouse", Role.OWNER)
    assert [member.email for member in list_members(access)] == ["alice@example.org"]
    assert [act.kind for act in list_acts(access)] == ["workspace.founded"]


def test_an_invited_person_comes_in_by_the_token(people: People) -> None:
    member, token = invite_member(people.alice, "Dora", "dora@example.org", "commenter")
    assert (member.name, member.role) == ("Dora", Role.COMMENTER)
    assert use_login_token(token).email == "dora@example.org"
    assert [each.name for each in list_members(people.alice)] == ["Alice", "Bob", "Dora"]


def test_the_address_of_the_invited_is_personal(people: People) -> None:
    invite_member(people.alice, "Dora", "dora@example.org", "viewer")
    act = list_acts(people.alice)[0]
    assert act.personal == "dora@example.org"
    assert "dora" not in str(act.facts)


def test_nobody_is_invited_twice(people: People) -> None:
    with pytest.raises(ConflictError, match="member already"):
        invite_member(people.alice, "Bob", "BOB@example.org", "viewer")


def test_one_person_may_be_in_two_workspaces(people: People) -> None:
    invite_member(people.charlie, "Robert", "bob@example.org", "viewer")
    assert User.objects.filter(email="bob@example.org").count() == 1


@pytest.mark.parametrize(
    "email", ["", "x", "a@b", "a b@example.org", "a\x00@example.org", "é" * 300]
)
def test_a_bad_address_is_refused(people: People, email: str) -> None:
    with pytest.raises(InvalidValueError):
        invite_member(people.alice, "Dora", email, "viewer")


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "\x00"])
def test_a_bad_name_is_refused(people: People, name: str) -> None:
    with pytest.raises(InvalidValueError, match="1 to 100 characters"):
        invite_member(people.alice, name, "dora@example.org", "viewer")
    with pytest.raises(InvalidValueError, match="1 to 100 characters"):
        found_workspace(name, "Dora", "dora@example.org")


@pytest.mark.parametrize("name", ["a\x00b", "a\ud800b", "e\u0301"])
def test_hostile_names_are_cleaned_everywhere(db: None, name: str) -> None:
    access = found_workspace(name, name, "dora@example.org")
    assert "\x00" not in access.workspace_name + access.user_name
    assert verify_ledger(access.workspace_id).is_whole


@pytest.mark.parametrize("role", ["", "god", "OWNER", "Owner"])
def test_an_unknown_role_is_refused(people: People, role: str) -> None:
    with pytest.raises(InvalidValueError, match="a role is one of"):
        change_role(people.alice, member_id_of(people.bob), role)


def test_the_last_owner_stays(people: People) -> None:
    own = member_id_of(people.alice)
    with pytest.raises(ConflictError, match="last one"):
        change_role(people.alice, own, "editor")
    with pytest.raises(ConflictError, match="last one"):
        remove_member(people.alice, own)
    change_role(people.alice, own, "owner")
    change_role(people.alice, member_id_of(people.bob), "owner")
    remove_member(people.alice, own)
    assert [member.role for member in list_members(people.bob)] == [Role.OWNER]


def test_a_role_change_is_an_act(people: People) -> None:
    change_role(people.alice, member_id_of(people.bob), "viewer")
    act = list_acts(people.alice)[0]
    assert (act.kind, act.facts) == ("member.role-changed", {"from": "editor", "to": "viewer"})


def test_who_is_removed_is_gone_but_the_acts_stay(people: People) -> None:
    before = len(list_acts(people.alice))
    remove_member(people.alice, member_id_of(people.bob))
    assert [member.name for member in list_members(people.alice)] == ["Alice"]
    assert len(list_acts(people.alice)) == before + 1
