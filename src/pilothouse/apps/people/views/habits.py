"""How the book is kept: the day, what is long ago, cadences of groups."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from pilothouse.apps.http import form_error, with_access
from pilothouse.apps.people.forms import cadence_choices, maybe_number
from pilothouse.apps.people.services.book import get_habits, set_habits
from pilothouse.apps.people.services.grouping import list_groupings
from pilothouse.apps.people.services.rhythms import list_groups, set_rhythm
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError, PilothouseError


@require_http_methods(["GET", "POST"])
@with_access
def habits(request: HttpRequest, access: Access) -> HttpResponse:
    """Settings of the book, and how often each group is to hear from one."""
    error = None
    if request.method == "POST":
        try:
            _save(request, access)
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            messages.success(request, "Saved")
            return redirect("people:habits")
    rows = [(group, [("", "no cadence"), *cadence_choices(group.days)[1:]])
            for group in list_groups(access)]  # fmt: skip
    values = request.POST if error else None
    context = {
        "habits": get_habits(access), "groups": rows, "error": error, "values": values,
        "groupings": list_groupings(access),
    }  # fmt: skip
    return render(request, "people/habits.html", context, status=400 if error else 200)


def _save(request: HttpRequest, access: Access) -> None:
    if "group" in request.POST:
        days = maybe_number("a cadence", request.POST.get("days", ""))
        set_rhythm(access, request.POST["group"], days)
        return
    days = maybe_number("a number of days", request.POST.get("stale_days", ""))
    if days is None:
        raise InvalidValueError("say after how many days.")
    set_habits(access, zone=request.POST.get("zone", ""), stale_days=days)
