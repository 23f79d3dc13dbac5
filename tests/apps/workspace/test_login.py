"""One-time links and tokens let in whom they should, once, and nobody after that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pilothouse.apps.workspace.models import ApiToken, LoginLink, Role, User
from pilothouse.apps.workspace.services.local import make_local_login
from pilothouse.apps.workspace.services.login import (
    access_by_token,
    create_token,
    list_tokens,
    make_login_token,
    revoke_token,
    use_login_token,
)
from pilothouse.apps.workspace.services.members import (
    change_role,
    remove_member,
    renew_invitation,
)
from pilothouse.kernel.errors import InvalidValueError, NotFoundError
from tests.builders import People, member_id_of, user_of


def test_a_link_works_once(people: People) -> None:
    token = make_login_token(user_of(people.bob))
    assert use_login_token(token) == user_of(people.bob)
    with pytest.raises(InvalidValueError, match="used already"):
        use_login_token(token)


def test_an_old_link_does_not_work(people: People) -> None:
    token = make_login_token(user_of(people.bob), timedelta(seconds=-1))
    with pytest.raises(InvalidValueError, match="too old"):
        use_login_token(token)


@pytest.mark.parametrize("token", ["", "nothing", "é\x00", "x" * 10_000])
def test_an_invented_link_does_not_work(people: People, token: str) -> None:
    with pytest.raises(InvalidValueError):
        use_login_token(token)


def test_who_left_cannot_come_in(people: People) -> None:
    token = make_login_token(user_of(people.bob))
    User.objects.filter(pk=people.bob.user_id).update(is_active=False)
    with pytest.raises(InvalidValueError, match="left"):
        use_login_token(token)
    assert not LoginLink.objects.filter(user_id=people.bob.user_id).exclude(used_at=None).exists()


def test_only_digests_are_kept(people: People) -> None:
    token, secret = (
        make_login_token(user_of(people.bob)),
        create_token(people.bob, "x", is_read_only=True),
    )
    assert token not in str(list(LoginLink.objects.values_list()))
    assert secret not in str(list(ApiToken.objects.values_list()))


def test_a_renewed_invitation_lets_in(people: People) -> None:
    assert use_login_token(renew_invitation(people.alice, member_id_of(people.bob))) == user_of(
        people.bob
    )


def test_a_token_gives_its_members_access(people: People) -> None:
    assert access_by_token(create_token(people.bob, "x", is_read_only=False)) == people.bob


def test_a_reading_token_only_reads(people: People) -> None:
    access = access_by_token(create_token(people.alice, "x", is_read_only=True))
    assert (access.role, access.user_id) == (Role.VIEWER, people.alice.user_id)


def test_a_token_falls_with_the_role_and_the_membership(people: People) -> None:
    secret = create_token(people.bob, "x", is_read_only=False)
    change_role(people.alice, member_id_of(people.bob), "viewer")
    assert access_by_token(secret).role == Role.VIEWER
    remove_member(people.alice, member_id_of(people.bob))
    with pytest.raises(NotFoundError):
        access_by_token(secret)


def test_a_revoked_token_is_dead(people: People) -> None:
    secret = create_token(people.bob, "x", is_read_only=False)
    (token,) = list_tokens(people.bob)
    with pytest.raises(NotFoundError):
        revoke_token(people.alice, token.public_id)
    revoke_token(people.bob, token.public_id)
    with pytest.raises(NotFoundError):
        access_by_token(secret)
    with pytest.raises(NotFoundError):
        revoke_token(people.bob, token.public_id)
    assert list_tokens(people.bob) == []


def test_use_of_a_token_is_noted_once_a_minute(people: People, django_assert_num_queries) -> None:
    secret = create_token(people.bob, "x", is_read_only=False)
    access_by_token(secret)
    first = ApiToken.objects.get().last_used_at
    assert timezone.now() - first < timedelta(seconds=5)
    access_by_token(secret)
    assert ApiToken.objects.get().last_used_at == first


@pytest.mark.parametrize("name", ["", "  "])
def test_a_token_needs_a_name(people: People, name: str) -> None:
    with pytest.raises(InvalidValueError, match="needs a name"):
        create_token(people.bob, name, is_read_only=True)


@pytest.mark.parametrize("name", ["a\x00b", "\ud800", "x" * 5000])
def test_hostile_token_names_break_nothing(people: People, name: str) -> None:
    create_token(people.bob, name, is_read_only=True)
    assert 1 <= len(list_tokens(people.bob)[0].name) <= 100


def test_the_local_link_is_the_first_owners(people: People) -> None:
    email, token = make_local_login()
    assert email == "alice@example.org"
    assert use_login_token(token) == user_of(people.alice)
    assert make_local_login("BOB@example.org ")[0] == "bob@example.org"
    with pytest.raises(NotFoundError):
        make_local_login("dora@example.org")
