"""What whoever holds the data folder may do without logging in: the commands' door."""

from __future__ import annotations

from dataclasses import dataclass

from pilothouse.apps.workspace.models import Member, Role, User, Workspace
from pilothouse.apps.workspace.services.access import Access, get_access
from pilothouse.apps.workspace.services.ledger import Verification, verify_ledger
from pilothouse.apps.workspace.services.login import make_login_token
from pilothouse.kernel.errors import NotFoundError


@dataclass(frozen=True)
class WorkspaceLedger:
    """A workspace and the outcome of checking its chain."""

    workspace: str
    verification: Verification


def verify_ledgers() -> list[WorkspaceLedger]:
    """Check the chain of every workspace, the oldest first."""
    workspaces = Workspace.objects.order_by("pk")
    return [WorkspaceLedger(each.name, verify_ledger(each.pk)) for each in workspaces]


def list_owner_accesses() -> list[Access]:
    """For every workspace the access of its first owner, the oldest workspace first."""
    owners = Member.objects.select_related("user").filter(role=Role.OWNER)
    first = {member.workspace_id: member for member in owners.order_by("-pk")}
    return [get_access(first[pk].user, pk) for pk in sorted(first)]


def make_local_login(email: str = "") -> tuple[str, str]:
    """E-mail address and one-time token of a person; without an address of the first owner."""
    if email:
        user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    else:
        accesses = list_owner_accesses()
        user = User.objects.get(pk=accesses[0].user_id) if accesses else None
    if user is None:
        raise NotFoundError(
            "there is no such person in this data folder.",
            value=email or None,
            remedy="List them with: pilothouse workspace members",
        )
    return user.email, make_login_token(user)
