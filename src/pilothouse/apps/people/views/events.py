"""Events: what is coming, one event with whom one met there, calendars in and out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.http import download, form_error, with_access
from pilothouse.apps.people.forms import maybe_number
from pilothouse.apps.people.services.book import get_habits
from pilothouse.apps.people.services.calendars import (
    export_ics,
    list_sources,
    remove_source,
    take_in_ics,
)
from pilothouse.apps.people.services.events import (
    EventDraft,
    EventView,
    Meeting,
    change_event,
    close_visit,
    create_event,
    find_meeting,
    get_event,
    list_meetings,
    list_met,
    list_past,
    list_times,
    meet,
    plan_visit,
    set_event_deleted,
    thin_out,
)
from pilothouse.apps.people.services.feeds import read_calendar
from pilothouse.apps.people.services.listing import Wanted, list_contacts
from pilothouse.apps.people.views.pages import UNDO
from pilothouse.apps.portfolio.services.texts import read_day
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.people.recurrence import DAYS, say_rule
from pilothouse.kernel.errors import InvalidValueError, NotFoundError, PilothouseError

RULES = (
    ("", "once"), ("FREQ=DAILY", "every day"), ("FREQ=WEEKLY", "every week"),
    ("FREQ=WEEKLY;INTERVAL=2", "every two weeks"), ("FREQ=MONTHLY", "every month on this day"),
    ("weekday", "every month on this weekday, such as the first Thursday"),
    ("FREQ=YEARLY", "every year"),
)  # fmt: skip
MAX_CHOICES = 500
PAST = timedelta(days=366)


@require_http_methods(["GET", "POST"])
@with_access
def events(request: HttpRequest, access: Access) -> HttpResponse:
    """What is coming; a new event."""
    habits = get_habits(access)
    today = habits.today(timezone.now())
    values: Any = {"day": today.isoformat(), "zone": habits.zone, "minutes": "60", "at": "18:00"}
    error = None
    if request.method == "POST":
        values = request.POST
        try:
            view = create_event(access, read_event(request.POST))
            return redirect(view.page_url)
        except PilothouseError as refused:
            error = form_error(refused)
    context = {
        "meetings": thin_out(list_meetings(access, today)), "past": list_past(access, today),
        "values": values, "error": error,
        "rules": _rules(values.get("rule", "")), "sources": list_sources(access),
    }  # fmt: skip
    return render(request, "people/events.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
@with_access
def event(request: HttpRequest, access: Access, event_id: str) -> HttpResponse:
    """An event and one time of it."""
    view = get_event(access, event_id)
    values, error = show_event(view), None
    if request.method == "POST":
        values = request.POST
        try:
            change_event(access, event_id, read_event(request.POST))
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            messages.success(request, "Saved")
            return redirect(view.page_url)
    return event_page(request, access, view, values, error)


def event_page(
    request: HttpRequest, access: Access, view: EventView, values: Any, error: Any = None
) -> HttpResponse:
    """The page of an event, with what was refused where something was."""
    today = get_habits(access).today(timezone.now())
    coming = list_times(access, view.public_id, today, days=366)[:8]
    past = list_times(access, view.public_id, today - PAST, days=PAST.days - 1)[-8:][::-1]
    meeting = _chosen(request, access, view, coming or past)
    people = list_contacts(access, Wanted(), limit=MAX_CHOICES)
    context = {
        "event": view, "values": values, "error": error, "coming": coming, "past": past,
        "meeting": meeting,
        "met": list_met(access, view.public_id, meeting.slot) if meeting else [],
        "rules": _rules(values.get("rule", "")),
        # A part of a large book would be no choice: there the name is typed.
        "people": [("", "somebody new"), *((p.public_id, p.name) for p in people.lines)]
        if people.total <= MAX_CHOICES
        else [],
    }  # fmt: skip
    return render(request, "people/event.html", context, status=400 if error else 200)


def _chosen(
    request: HttpRequest, access: Access, view: EventView, coming: list[Meeting]
) -> Meeting | None:
    """The time that was asked for, else the next one, else the last or the first."""
    slot = request.GET.get("at") or request.POST.get("slot") or ""
    if slot:
        try:
            return find_meeting(access, view.public_id, slot)
        except NotFoundError:
            pass
    if coming:
        return coming[0]
    first = view.series.start.date()
    return next(iter(list_times(access, view.public_id, first, days=1)), None)


@require_POST
@with_access
def event_act(request: HttpRequest, access: Access, event_id: str, act: str) -> HttpResponse:
    """Goals of one time, whom one met, how it was; take an event out, or back in."""
    if act in {"delete", "restore"}:
        view = set_event_deleted(access, event_id, is_deleted=act == "delete")
        opposite = "restore" if act == "delete" else "delete"
        undo = reverse("people:event-act", args=[event_id, opposite])
        words = f"Out: {view.title}" if act == "delete" else f"Back: {view.title}"
        messages.success(request, words, extra_tags=UNDO + undo)
        return redirect("people:events" if act == "delete" else view.page_url)
    if act not in {"plan", "close", "meet"}:
        raise Http404
    view = get_event(access, event_id)
    slot = request.POST.get("slot", "")
    try:
        words = _at(request, access, event_id, slot, act)
    except NotFoundError:
        raise
    except PilothouseError as error:
        return event_page(request, access, view, show_event(view), form_error(error))
    messages.success(request, words)
    return redirect(f"{view.page_url}?at={slot}" if slot else view.page_url)


def _at(request: HttpRequest, access: Access, event_id: str, slot: str, act: str) -> str:
    given = request.POST
    if act == "plan":
        plan_visit(access, event_id, slot, goals=given.get("goals", ""))
        return "Your goals are written down."
    if act == "close":
        went = given.get("went") == "yes"
        close_visit(access, event_id, slot, went=went, learned=given.get("learned", ""))
        return "Written down." if went else "Written down: you did not go."
    talk = meet(
        access, event_id, slot, contact_id=given.get("contact", ""), name=given.get("name", ""),
        text=given.get("text", ""),
    )  # fmt: skip
    return f"Met. To hear from you by {talk.follow_up_on:%-d %B}."


@require_http_methods(["GET", "POST"])
@with_access
def calendar(request: HttpRequest, access: Access) -> HttpResponse:
    """Calendars in and out: a file, or an address that is read when the button is pressed."""
    if request.method == "GET":
        return download("people.ics", export_ics(access, timezone.now()), "text/calendar")
    try:
        if source := request.POST.get("remove", ""):
            count = remove_source(access, source)
            words = "event is" if count == 1 else "events are"
            messages.success(request, f"{count:,} {words} out.")
        else:
            _take_in(request, access)
    except PilothouseError as refused:
        messages.error(request, form_error(refused).sentence)
    return redirect("people:events")


def _take_in(request: HttpRequest, access: Access) -> None:
    given, address = request.FILES.get("file"), request.POST.get("address", "").strip()
    if given is not None:
        result = take_in_ics(access, given.read(), given.name or "calendar")
    elif address:
        result = read_calendar(access, address)
    else:
        raise InvalidValueError("choose a file, or give an address.")
    words = (
        f"Read: {result.created:,} new, {result.changed:,} changed, {result.same:,} as they were."
    )
    messages.success(request, words)
    for problem in result.problems[:5]:
        messages.warning(request, problem)


def read_event(data: Any) -> EventDraft:
    """An event as its form sends it."""
    minutes = maybe_number("a length in minutes", data.get("minutes", ""))
    day, rule = read_day("the day", data.get("day", "")), data.get("rule", "")
    if rule == "weekday":
        rule = f"FREQ=MONTHLY;BYDAY={(day.day - 1) // 7 + 1}{DAYS[day.weekday()]}"
    return EventDraft(
        title=data.get("title", ""),
        day=day,
        at=data.get("at", ""),
        minutes=60 if minutes is None else minutes,
        zone=data.get("zone", "") or "UTC",
        place=data.get("place", ""),
        url=data.get("url", ""),
        notes=data.get("notes", ""),
        goals=data.get("goals", ""),
        rule=rule,
    )


def show_event(view: EventView) -> dict[str, Any]:
    """An event as its form shows it."""
    series = view.series
    return {
        "title": view.title, "day": series.start.date().isoformat(),
        "at": "" if series.is_all_day else f"{series.start:%H:%M}",
        "minutes": int(series.length.total_seconds() // 60),
        "zone": series.zone.key if series.zone else "", "place": view.place, "url": view.url,
        "notes": view.notes, "goals": view.goals, "rule": view.rule,
    }  # fmt: skip


def _rules(rule: str) -> tuple[tuple[str, str], ...]:
    known = {value for value, _ in RULES}
    return RULES if rule in known else (*RULES, (rule, _say(rule)[:80]))


def _say(rule: str) -> str:
    try:
        return say_rule(rule)
    except InvalidValueError:
        return rule
