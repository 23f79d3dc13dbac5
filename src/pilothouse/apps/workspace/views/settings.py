"""Settings of the workspace and of this person; backups."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse import __version__
from pilothouse.apps.http import form_error, with_access
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.backups import find_backup, list_backups, start_backup
from pilothouse.apps.workspace.services.login import create_token, list_tokens, revoke_token
from pilothouse.apps.workspace.services.members import rename_workspace
from pilothouse.kernel.errors import PilothouseError


@require_http_methods(["GET", "POST"])
@with_access
def settings_page(request: HttpRequest, access: Access) -> HttpResponse:
    """Name of the workspace, API tokens, and where everything is kept."""
    error, secret = None, ""
    if request.method == "POST":
        try:
            secret = _change(request, access)
            if not secret:
                return redirect("workspace:settings")
        except PilothouseError as refused:
            error = form_error(refused)
    context = {
        "tokens": list_tokens(access),
        "secret": secret,
        "error": error,
        "facts": _facts(),
        "may_rename": access.may(Role.OWNER),
        "values": request.POST if error else {},
    }
    return render(request, "workspace/settings.html", context, status=400 if error else 200)


@require_POST
@with_access
def token_revoke(request: HttpRequest, access: Access, token_id: str) -> HttpResponse:
    """End a token."""
    revoke_token(access, token_id)
    messages.success(request, "The token no longer works.")
    return redirect("workspace:settings")


@require_http_methods(["GET", "POST"])
@with_access
def backups(request: HttpRequest, access: Access) -> HttpResponse:
    """The backups there are; a new one is a job."""
    if request.method == "POST":
        job = start_backup(access)
        return redirect("workspace:job-detail", job.public_id)
    context = {"backups": list_backups(access), "data": settings.CONFIGURATION.data}
    return render(request, "workspace/backups.html", context)


@require_GET
@with_access
def backup_download(_request: HttpRequest, access: Access, name: str) -> HttpResponseBase:
    """Save a backup elsewhere."""
    path = find_backup(access, name)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


def _change(request: HttpRequest, access: Access) -> str:
    given = request.POST
    if "workspace_name" in given:
        rename_workspace(access, given["workspace_name"])
        messages.success(request, "Saved.")
        return ""
    return create_token(
        access, given.get("token_name", ""), is_read_only=given.get("rights") != "write"
    )


def _facts() -> list[tuple[str, Any]]:
    return [
        ("Version", __version__),
        ("Data folder", settings.CONFIGURATION.data),
        ("Database", "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"),
        ("Leaves this machine", "nothing, unless you send it"),
    ]
