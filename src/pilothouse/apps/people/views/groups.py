"""Everybody of a filter put into a group, and out of it again."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from pilothouse.apps.http import form_error, read_number, with_access
from pilothouse.apps.people.forms import read_wanted
from pilothouse.apps.people.services.grouping import put_in_group, undo_grouping
from pilothouse.apps.people.services.listing import Wanted
from pilothouse.apps.people.views.pages import UNDO
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import PilothouseError


@require_POST
@with_access
def grouping_new(request: HttpRequest, access: Access) -> HttpResponse:
    """Put all that the filter shows into a group, if it still shows as many as were seen."""
    wanted, into = read_wanted(request.POST), request.POST.get("into", "")
    # A number that is none fits no filter: nothing is done by mistake.
    expected = read_number(request.POST.get("expected", ""))
    try:
        made, look = put_in_group(
            access, wanted, into, now=timezone.now(), expected=-1 if expected is None else expected
        )
    except PilothouseError as refused:
        messages.error(request, form_error(refused).sentence)
        return redirect(_address(wanted, into))
    undo = reverse("people:grouping-undo", args=[made.public_id])
    people = "1 person is" if made.people == 1 else f"{made.people:,} people are"
    rest = f"; {look.already:,} already were" if look.already else ""
    full = f"; {look.full:,} are in too many groups" if look.full else ""
    words = f"{people} in {made.word} now{rest}{full}."
    messages.success(request, words, extra_tags=UNDO + undo)
    return redirect(_address(wanted))


@require_POST
@with_access
def grouping_undo(request: HttpRequest, access: Access, grouping_id: str) -> HttpResponse:
    """Take those out again who came into a group so."""
    try:
        view, gone = undo_grouping(access, grouping_id, now=timezone.now())
    except PilothouseError as refused:
        messages.error(request, form_error(refused).sentence)
    else:
        people = "1 person is" if gone == 1 else f"{gone:,} people are"
        messages.success(request, f"{people} out of {view.word} again.")
    return redirect("people:habits")


def _address(wanted: Wanted, into: str = "") -> str:
    names = {"q": wanted.text, "group": wanted.group, "topic": wanted.topic,
             "relation": wanted.relation, "company": wanted.company, "state": wanted.state,
             "linked": wanted.linked, "sort": wanted.sort, "into": into}  # fmt: skip
    given = {name: value for name, value in names.items() if value}
    return f"{reverse('people:home')}?{urlencode(given, errors='replace')}"
