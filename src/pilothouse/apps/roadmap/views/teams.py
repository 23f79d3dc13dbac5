"""Teams, and the person-weeks each has in the quarters to come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.http import form_error, product_url, with_product
from pilothouse.apps.roadmap.services.bets import list_bets
from pilothouse.apps.roadmap.services.load import measure_load
from pilothouse.apps.roadmap.services.quarters import (
    list_quarters,
    name_quarter,
    parse_quarter,
    today_of,
)
from pilothouse.apps.roadmap.services.teams import (
    list_teams,
    save_team,
    set_capacity,
    set_team_deleted,
)
from pilothouse.apps.roadmap.views.reading import read_decimal, show_number
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import PilothouseError

QUARTERS = 6
FIELD = "capacity-"


@require_http_methods(["GET", "POST"])
@with_product
def teams(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """The teams with their capacity; makes a team, or saves all capacities."""
    if request.method == "GET":
        return _show(request, access, product)
    access.require(Role.EDITOR, to="changing teams")
    try:
        if "name" in request.POST:
            team = save_team(access, product, request.POST["name"])
            undo = product_url("roadmap:team-act", product, team.public_id, "delete")
            messages.success(request, f"Made: {team.name}", extra_tags=f"undo:{undo}")
        else:
            set_capacity(access, product, _read_capacity(request.POST))
            messages.success(request, "Capacity saved.")
    except PilothouseError as error:
        return _show(request, access, product, request.POST, form_error(error))
    return redirect("roadmap:teams", product.public_id)


@require_POST
@with_product
def team_act(
    request: HttpRequest, access: Access, product: ProductView, team_id: str, act: str
) -> HttpResponse:
    """Rename, delete or restore a team."""
    if act == "rename":
        try:
            team = save_team(access, product, request.POST.get("name", ""), public_id=team_id)
        except PilothouseError as error:
            return _show(request, access, product, request.POST, form_error(error))
        messages.success(request, f"Saved: {team.name}")
    elif act in {"delete", "restore"}:
        team = set_team_deleted(access, product, team_id, is_deleted=act == "delete")
        opposite = "restore" if act == "delete" else "delete"
        undo = product_url("roadmap:team-act", product, team_id, opposite)
        words = "Deleted" if act == "delete" else "Restored"
        messages.success(request, f"{words}: {team.name}", extra_tags=f"undo:{undo}")
    else:
        raise Http404
    return redirect("roadmap:teams", product.public_id)


def _show(
    request: HttpRequest,
    access: Access,
    product: ProductView,
    typed: Mapping[str, str] | None = None,
    error: PilothouseError | None = None,
) -> HttpResponse:
    quarters = list_quarters(today_of(product), QUARTERS)
    found = list_teams(product)
    loads = measure_load(list_bets(product), found, quarters)
    rows = [(team, [_cell(load, typed or {}) for load in loads[team.public_id]]) for team in found]
    context = {
        "rows": rows,
        "columns": [
            {"label": "Team"},
            *({"label": name_quarter(day), "number": True} for day in quarters),
        ],
        "error": error,
        "typed_name": (typed or {}).get("name", ""),
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "roadmap/teams.html", context, status=400 if error else 200)


def _cell(load: Any, typed: Mapping[str, str]) -> dict[str, Any]:
    name = f"{FIELD}{load.team.public_id}-{load.quarter.isoformat()}"
    return {
        "name": name,
        "label": f"{load.team.name}, {name_quarter(load.quarter)}",
        "value": typed.get(name, show_number(load.available)),
        "load": load,
    }


def _read_capacity(given: Mapping[str, str]) -> dict[str, dict[date, float | None]]:
    capacity: dict[str, dict[date, float | None]] = {}
    for field in given:
        if not field.startswith(FIELD):
            continue
        team_id, _, day = field.removeprefix(FIELD).partition("-")
        quarter = parse_quarter(day)
        if quarter is not None:
            weeks = read_decimal(given[field], "a capacity in person-weeks")
            capacity.setdefault(team_id, {})[quarter] = weeks
    return capacity
