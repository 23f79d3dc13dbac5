"""The ledger: reading, verifying, exporting, removing personal data."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from pilothouse.apps.http import download, read_number, with_access
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import (
    list_acts,
    remove_personal,
    to_act_json,
    verify_ledger,
)

PAGE = 50


@require_GET
@with_access
def ledger(request: HttpRequest, access: Access) -> HttpResponse:
    """Acts, the newest first; ``?verify=yes`` checks the chain."""
    before = read_number(request.GET.get("before", ""))
    acts = list_acts(access, before=before, limit=PAGE + 1)
    context = {
        "acts": acts[:PAGE],
        "older": acts[PAGE - 1].sequence if len(acts) > PAGE else None,
        "verification": verify_ledger(access.workspace_id) if "verify" in request.GET else None,
        "may_forget": access.may(Role.OWNER),
    }
    return render(request, "workspace/ledger.html", context)


@require_GET
@with_access
def ledger_export(_request: HttpRequest, access: Access) -> HttpResponse:
    """The whole ledger, a JSON object a line."""
    lines: list[str] = []
    before: int | None = None
    while acts := list_acts(access, before=before, limit=1000):
        lines += [json.dumps(to_act_json(act), ensure_ascii=False) for act in acts]
        before = acts[-1].sequence
    body = "\n".join(reversed(lines)) + "\n"
    return download("ledger.jsonl", body.encode(), "application/jsonl")


@require_POST
@with_access
def ledger_forget(request: HttpRequest, access: Access, sequence: int) -> HttpResponse:
    """Remove the personal data of an act; the chain stays whole."""
    remove_personal(access, sequence)
    messages.success(request, f"The personal data of act {sequence} is gone. The chain holds.")
    return redirect("workspace:ledger")
