"""Three standing people and things to give them, in one line each.

Alice owns a workspace, Bob is a member of it in any role, Charlie is a stranger with another one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pilothouse.apps.workspace.models import Member, Role, User
from pilothouse.apps.workspace.services.access import Access, ProductView, get_access
from pilothouse.apps.workspace.services.captures import CaptureView, create_capture
from pilothouse.apps.workspace.services.members import found_workspace, invite_member
from pilothouse.apps.workspace.services.products import ProductDraft, create_product


@dataclass(frozen=True)
class People:
    """The three accesses. ``as_bob`` gives Bob another role for one question."""

    alice: Access
    bob: Access
    charlie: Access

    def as_bob(self, role: Role) -> Access:
        return replace(self.bob, role=role)


def make_lighthouse(bob_role: Role = Role.EDITOR) -> Access:
    """Alice's access to her workspace, the only one there is, with Bob as a member."""
    alice = found_workspace("Lighthouse", "Alice", "alice@example.org")
    invite_member(alice, "Bob", "bob@example.org", bob_role.value)
    return alice


def make_people(bob_role: Role = Role.EDITOR) -> People:
    """Alice (owner) and Bob (``bob_role``) in one workspace, Charlie in another."""
    alice = make_lighthouse(bob_role)
    charlie = found_workspace("Elsewhere", "Charlie", "charlie@example.org")
    return People(alice, get_access(User.objects.get(email="bob@example.org")), charlie)


def user_of(access: Access) -> User:
    """The row of whoever holds ``access``, as a request carries it."""
    return User.objects.get(pk=access.user_id)


def member_id_of(access: Access) -> str:
    """The public id of the membership behind ``access``."""
    return Member.objects.get(workspace_id=access.workspace_id, user_id=access.user_id).public_id


def make_product(access: Access, name: str = "Beacon", **changes: Any) -> ProductView:
    """A real product; ``world`` and ``clock`` may be given like any field of the draft."""
    outside = {key: changes.pop(key) for key in ("world", "clock") if key in changes}
    return create_product(access, ProductDraft(name=name, **changes), **outside)


def make_capture(
    access: Access, text: str = "Ask about the onboarding", **changes: Any
) -> CaptureView:
    """A captured thought."""
    return create_capture(access, text, **changes)
