"""Members of a workspace: founding it, inviting, changing roles, removing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from pilothouse.apps.workspace.models import Member, Role, User, Workspace
from pilothouse.apps.workspace.services.access import Access, get_access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.login import INVITATION_LIFE, make_login_token
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import clean_text


@dataclass(frozen=True)
class MemberView:
    """A member as the members page shows it."""

    public_id: str
    user_public_id: str
    name: str
    email: str
    role: Role
    since: datetime


def found_workspace(name: str, owner_name: str, owner_email: str) -> Access:
    """A new workspace with its first owner."""
    with transaction.atomic():
        user = _get_or_create_user(owner_name, owner_email)
        workspace = Workspace.objects.create(name=_parse_name(name, "a workspace"))
        Member.objects.create(workspace=workspace, user=user, role=Role.OWNER)
        access = get_access(user, workspace.pk)
        facts = {"name": workspace.name}
        record_act(access, "workspace.founded", "workspace", workspace.public_id, facts)
    return access


def rename_workspace(access: Access, name: str) -> None:
    """Give the workspace another name."""
    access.require(Role.OWNER, to="renaming the workspace")
    text = _parse_name(name, "a workspace")
    with transaction.atomic():
        workspace = Workspace.objects.get(pk=access.workspace_id)
        facts = {"from": workspace.name, "to": text}
        workspace.name = text
        workspace.save(update_fields=["name"])
        record_act(access, "workspace.renamed", "workspace", workspace.public_id, facts)


def list_members(access: Access) -> list[MemberView]:
    """All members, the oldest first."""
    members = (
        Member.objects.select_related("user")
        .filter(workspace_id=access.workspace_id)
        .order_by("pk")
    )
    return [_to_view(member) for member in members]


def invite_member(access: Access, name: str, email: str, role: str) -> tuple[MemberView, str]:
    """Add a person and give the one-time token of their invitation (valid seven days)."""
    access.require(Role.OWNER, to="inviting a member")
    with transaction.atomic():
        user = _get_or_create_user(name, email)
        if Member.objects.filter(workspace_id=access.workspace_id, user=user).exists():
            raise ConflictError("is a member already.", value=user.email)
        member = Member.objects.create(
            workspace_id=access.workspace_id, user=user, role=_parse_role(role)
        )
        token = make_login_token(user, INVITATION_LIFE)
        record_act(
            access,
            "member.invited",
            "member",
            member.public_id,
            {"role": role},
            personal=user.email,
        )
    return _to_view(member), token


def renew_invitation(access: Access, public_id: str) -> str:
    """A new one-time token for a member who lost the first."""
    access.require(Role.OWNER, to="renewing an invitation")
    member = _get_member(access, public_id)
    with transaction.atomic():
        token = make_login_token(member.user, INVITATION_LIFE)
        record_act(access, "member.invitation-renewed", "member", member.public_id, {})
    return token


def change_role(access: Access, public_id: str, role: str) -> MemberView:
    """Give a member another role; the last owner stays owner."""
    access.require(Role.OWNER, to="changing a role")
    with transaction.atomic():
        member = _get_member(access, public_id)
        new_role = _parse_role(role)
        if member.role == Role.OWNER and new_role != Role.OWNER:
            _keep_an_owner(access)
        facts = {"from": member.role, "to": new_role.value}
        member.role = new_role
        member.save(update_fields=["role"])
        record_act(access, "member.role-changed", "member", member.public_id, facts)
    return _to_view(member)


def remove_member(access: Access, public_id: str) -> None:
    """End a membership, with its tokens; what the person did stays in the ledger."""
    access.require(Role.OWNER, to="removing a member")
    with transaction.atomic():
        member = _get_member(access, public_id)
        if member.role == Role.OWNER:
            _keep_an_owner(access)
        record_act(access, "member.removed", "member", member.public_id, {"role": member.role})
        member.delete()


def _keep_an_owner(access: Access) -> None:
    # Two owners who demote each other at the same moment must not both succeed.
    Workspace.objects.select_for_update().get(pk=access.workspace_id)
    owners = Member.objects.filter(workspace_id=access.workspace_id, role=Role.OWNER).count()
    if owners < 2:
        raise ConflictError(
            "a workspace needs an owner and this is the last one.",
            remedy="Make another member owner first.",
        )


def _get_member(access: Access, public_id: str) -> Member:
    member = (
        Member.objects.select_related("user")
        .filter(workspace_id=access.workspace_id, public_id=public_id)
        .first()
    )
    if member is None:
        raise NotFoundError("there is no such member here.", value=public_id)
    return member


def _get_or_create_user(name: str, email: str) -> User:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise InvalidValueError("is not an e-mail address such as mira@example.org.", value=email)
    user, _ = User.objects.get_or_create(
        email=address, defaults={"name": _parse_name(name, "a person")}
    )
    return user


def _parse_name(name: str, whose: str) -> str:
    text = clean_text(name).strip()
    if not 1 <= len(text) <= 100:
        raise InvalidValueError(f"the name of {whose} has 1 to 100 characters.", value=name)
    return text


def _parse_role(role: str) -> Role:
    if role not in Role.values:
        raise InvalidValueError(f"a role is one of {', '.join(Role.values)}.", value=role)
    return Role(role)


def _to_view(member: Member) -> MemberView:
    return MemberView(
        public_id=member.public_id,
        user_public_id=member.user.public_id,
        name=member.user.name,
        email=member.user.email,
        role=Role(member.role),
        since=member.created_at,
    )
