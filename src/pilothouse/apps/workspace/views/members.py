"""Members: list, invite, change roles, remove."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.http import form_error, with_access
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.members import (
    change_role,
    invite_member,
    list_members,
    remove_member,
    renew_invitation,
)
from pilothouse.kernel.errors import PilothouseError

ROLE_HELP = {
    Role.OWNER: "everything, members and archives included",
    Role.EDITOR: "products, metrics, imports",
    Role.COMMENTER: "captures and comments",
    Role.VIEWER: "reads",
}


@require_http_methods(["GET", "POST"])
@with_access
def members(request: HttpRequest, access: Access) -> HttpResponse:
    """The members; owners invite here. An invitation's link is shown once."""
    values: Any = {"role": Role.EDITOR.value}
    error, link = None, ""
    if request.method == "POST":
        values = request.POST
        try:
            given = [values.get(part, "") for part in ("name", "email", "role")]
            member, token = invite_member(access, *given)
            link = _link(request, token)
            values = {"role": Role.EDITOR.value}
            messages.success(request, f"{member.name} is invited.")
        except PilothouseError as refused:
            error = form_error(refused)
    return _page(request, access, {"values": values, "error": error, "link": link})


@require_POST
@with_access
def member_role(request: HttpRequest, access: Access, member_id: str) -> HttpResponse:
    """Give a member another role."""
    member = change_role(access, member_id, request.POST.get("role", ""))
    messages.success(request, f"{member.name} is {member.role.label.lower()} now.")
    return redirect("workspace:members")


@require_POST
@with_access
def member_invite(request: HttpRequest, access: Access, member_id: str) -> HttpResponse:
    """A fresh link for a member who lost the first."""
    link = _link(request, renew_invitation(access, member_id))
    return _page(request, access, {"values": {"role": Role.EDITOR.value}, "link": link})


@require_POST
@with_access
def member_remove(request: HttpRequest, access: Access, member_id: str) -> HttpResponse:
    """End a membership."""
    remove_member(access, member_id)
    messages.success(request, "The member was removed. What they did stays in the ledger.")
    return redirect("workspace:members")


def _link(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("workspace:login-by-link", args=[token]))


def _page(request: HttpRequest, access: Access, context: dict[str, Any]) -> HttpResponse:
    roles = [(role.value, f"{role.label}: {ROLE_HELP[role]}") for role in Role]
    everything = {
        "members": list_members(access),
        "roles": roles,
        "short_roles": Role.choices,
        "may_manage": access.may(Role.OWNER),
        **context,
    }
    status = 400 if context.get("error") else 200
    return render(request, "workspace/members.html", everything, status=status)
