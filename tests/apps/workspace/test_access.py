"""Who may do what, and that strangers learn nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import (
    Access,
    get_access,
    get_product,
    list_accesses,
    open_product,
)
from pilothouse.apps.workspace.services.captures import (
    create_capture,
    set_capture_deleted,
    set_capture_done,
)
from pilothouse.apps.workspace.services.export import export_workspace
from pilothouse.apps.workspace.services.ledger import list_acts, remove_personal
from pilothouse.apps.workspace.services.login import create_token, revoke_token
from pilothouse.apps.workspace.services.members import (
    change_role,
    invite_member,
    remove_member,
    renew_invitation,
)
from pilothouse.apps.workspace.services.products import (
    ProductDraft,
    archive_product,
    create_product,
    update_product,
)
from pilothouse.kernel.errors import ForbiddenError, NotFoundError
from tests.builders import People, make_capture, make_product, member_id_of, user_of

Use = Callable[[Access, People], object]
DRAFT = ProductDraft(name="Another")
# What each use case needs; ``first_product`` and the like are looked up by their owner.
NEEDS: dict[str, tuple[Role, Use]] = {
    "create product": (Role.EDITOR, lambda a, p: create_product(a, DRAFT)),
    "update product": (Role.EDITOR, lambda a, p: update_product(a, first_product(p), DRAFT)),
    "archive product": (
        Role.OWNER,
        lambda a, p: archive_product(a, first_product(p), is_archived=True),
    ),
    "invite": (Role.OWNER, lambda a, p: invite_member(a, "Dora", "dora@example.org", "viewer")),
    "renew": (Role.OWNER, lambda a, p: renew_invitation(a, member_id_of(p.bob))),
    "change role": (Role.OWNER, lambda a, p: change_role(a, member_id_of(p.bob), "viewer")),
    "remove": (Role.OWNER, lambda a, p: remove_member(a, member_id_of(p.bob))),
    "capture": (Role.COMMENTER, lambda a, p: create_capture(a, "A thought")),
    "tick off": (Role.COMMENTER, lambda a, p: set_capture_done(a, first_capture(p), is_done=True)),
    "delete": (
        Role.COMMENTER,
        lambda a, p: set_capture_deleted(a, first_capture(p), is_deleted=True),
    ),
    "forget": (Role.OWNER, lambda a, p: remove_personal(a, 2)),
    "reading token": (Role.VIEWER, lambda a, p: create_token(a, "script", is_read_only=True)),
    "writing token": (Role.COMMENTER, lambda a, p: create_token(a, "script", is_read_only=False)),
}
RANKED = [Role.VIEWER, Role.COMMENTER, Role.EDITOR, Role.OWNER]


def first_product(people: People) -> str:
    return make_product(people.alice).public_id


def first_capture(people: People) -> str:
    return make_capture(people.alice).public_id


@pytest.mark.parametrize("use", NEEDS)
@pytest.mark.parametrize("role", RANKED)
def test_each_role_may_do_what_it_may(people: People, use: str, role: Role) -> None:
    needed, call = NEEDS[use]
    if RANKED.index(role) >= RANKED.index(needed):
        call(people.as_bob(role), people)
    else:
        with pytest.raises(ForbiddenError, match=f"needs the role {needed.value}"):
            call(people.as_bob(role), people)


@pytest.mark.parametrize(
    "use", [name for name in NEEDS if name not in {"create product", "invite", "capture", "forget",
                                                   "reading token", "writing token"}]
)  # fmt: skip
def test_strangers_learn_nothing(people: People, use: str) -> None:
    before = len(list_acts(people.charlie))
    with pytest.raises(NotFoundError):
        NEEDS[use][1](people.charlie, people)
    assert len(list_acts(people.charlie)) == before


def test_a_product_opens_for_members_only(people: People) -> None:
    product = make_product(people.alice)
    access, view = open_product(user_of(people.bob), product.public_id)
    assert (access, view) == (people.bob, product)
    with pytest.raises(NotFoundError):
        open_product(user_of(people.charlie), product.public_id)
    with pytest.raises(NotFoundError):
        get_product(people.charlie, product.public_id)
    with pytest.raises(NotFoundError):
        open_product(user_of(people.bob), "nothing")


def test_a_user_has_an_access_to_each_workspace(people: People) -> None:
    invite_member(people.charlie, "Alice", "ALICE@example.org ", "viewer")
    user = user_of(people.alice)
    assert [access.role for access in list_accesses(user)] == [Role.OWNER, Role.VIEWER]
    assert get_access(user).workspace_id == people.alice.workspace_id
    assert get_access(user, people.charlie.workspace_id).role == Role.VIEWER
    with pytest.raises(NotFoundError):
        get_access(user_of(people.bob), people.charlie.workspace_id)


def test_the_clock_of_a_product(people: People) -> None:
    assert abs(make_product(people.alice).now - timezone.now()) < timedelta(seconds=5)
    moment = timezone.now() - timedelta(days=900)
    assert make_product(people.alice, "Toy", world="simulated", clock=moment).now == moment


def test_only_owners_export(people: People, tmp_path) -> None:
    with pytest.raises(ForbiddenError):
        export_workspace(people.bob, tmp_path / "x", events_dir=tmp_path)
    with pytest.raises(NotFoundError):
        revoke_token(people.charlie, "nothing")
