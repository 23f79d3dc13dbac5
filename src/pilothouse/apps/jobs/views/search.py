"""The whole search: its funnel and its history."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from pilothouse.apps.http import csv_response, download, form_error, read_number, with_access
from pilothouse.apps.jobs.services.applications import list_applications
from pilothouse.apps.jobs.services.briefs import list_briefs
from pilothouse.apps.jobs.services.calendars import write_calendar
from pilothouse.apps.jobs.services.funnels import read_funnel
from pilothouse.apps.jobs.services.histories import (
    HEADER,
    Period,
    list_history_rows,
    page_history,
    read_period,
    to_application_json,
)
from pilothouse.apps.jobs.services.search_settings import SettingsView, save_settings
from pilothouse.apps.jobs.services.texts import today
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

SETTINGS = ("ghost_days", "expected_talks", "expected_offers")


@require_http_methods(["GET", "POST"])
@with_access
def funnel(request: HttpRequest, access: Access) -> HttpResponse:
    """Is my resume or my interview the problem? A POST saves what it is judged by."""
    error: PilothouseError | None = None
    if request.method == "POST":
        try:
            save_settings(access, _read_settings(request))
            messages.success(request, "Saved; everything was reckoned anew.")
            return redirect("jobs:funnel")
        except PilothouseError as refused:
            error = form_error(refused)
    view = read_funnel(access)
    shown = {
        "ghost_days": str(view.settings.ghost_days),
        "expected_talks": f"{view.settings.expected_talks * 100:g}",
        "expected_offers": f"{view.settings.expected_offers * 100:g}",
    }
    typed = {name: request.POST.get(name, shown[name]) for name in SETTINGS}
    context = {"view": view, "typed": typed, "error": error}
    return render(request, "jobs/funnel.html", context, status=400 if error else 200)


@require_GET
@with_access
def history(request: HttpRequest, access: Access) -> HttpResponse:
    """Every stage of every application, of a period or of all time; "all" is for the printer."""
    period, error = Period(), None
    given = {name: request.GET.get(name, "") for name in ("from", "to")}
    try:
        period = read_period(given["from"], given["to"])
    except PilothouseError as refused:
        error = refused
    is_whole = bool(request.GET.get("all"))
    found = page_history(access, period, request.GET.get("page"), is_whole=is_whole)
    context = {
        "found": found, "given": given, "today": today(), "error": error, "is_whole": is_whole,
        "query": urlencode({name: value for name, value in given.items() if value}),
    }  # fmt: skip
    return render(request, "jobs/history.html", context, status=400 if error else 200)


@require_GET
@with_access
def history_file(request: HttpRequest, access: Access, kind: str) -> HttpResponse:
    """The same as CSV, everything as JSON, or the next actions as a calendar."""
    if kind == "csv":
        period = read_period(request.GET.get("from", ""), request.GET.get("to", ""))
        return csv_response("job-search.csv", HEADER, list_history_rows(access, period))
    if kind == "json":
        body = [to_application_json(each) for each in list_applications(access)]
        text = json.dumps({"applications": body}, ensure_ascii=False, indent=1)
        return download("job-search.json", text.encode(), "application/json")
    if kind == "ics":
        data = write_calendar(list_briefs(access), timezone.now())
        return download("job-search.ics", data, "text/calendar; charset=utf-8")
    raise Http404


def _read_settings(request: HttpRequest) -> SettingsView:
    days = read_number(request.POST.get("ghost_days", ""))
    if days is None:
        raise InvalidValueError("days are a whole number.", value=request.POST.get("ghost_days"))
    return SettingsView(
        days,
        _read_share(request.POST.get("expected_talks", "")),
        _read_share(request.POST.get("expected_offers", "")),
    )


def _read_share(text: str) -> float:
    """A share that was typed in percent."""
    try:
        share = float(text.replace(",", ".").removesuffix("%")) / 100
    except ValueError:
        share = float("nan")
    if not 0 < share < 1:
        raise InvalidValueError("a share lies between 0 and 100 %.", value=text)
    return share
