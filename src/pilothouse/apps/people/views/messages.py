"""Messages: begun from one's own work, checked, called sent and answered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.http import form_error, safe_next, with_access
from pilothouse.apps.people.forms import maybe_day, read_message
from pilothouse.apps.people.models import Channel, Purpose
from pilothouse.apps.people.services.contacts import get_contact
from pilothouse.apps.people.services.evidence import list_offers
from pilothouse.apps.people.services.outreach import (
    OutreachView,
    begin_outreach,
    check_outreach,
    get_outreach,
    mail_address,
    mark_answered,
    mark_sent,
    save_outreach,
    set_outreach_deleted,
)
from pilothouse.apps.people.views.pages import UNDO
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import PilothouseError


@require_http_methods(["GET", "POST"])
@with_access
def message_new(request: HttpRequest, access: Access, contact_id: str) -> HttpResponse:
    """Choose what a message is for and what it offers; it begins with what is known."""
    contact = get_contact(access, contact_id)
    error = None
    if request.method == "POST":
        try:
            view = begin_outreach(access, contact_id, read_message(request.POST))
            return redirect(view.url)
        except PilothouseError as refused:
            error = form_error(refused)
    text = request.GET.get("q", "")
    context = {
        "contact": contact, "error": error, "purposes": Purpose.choices, "text": text,
        "purpose": request.POST.get("purpose") or request.GET.get("purpose", "offer"),
        "channels": Channel.choices, "offers": list_offers(access, text),
        "chosen": request.POST.getlist("evidence"),
    }  # fmt: skip
    return render(request, "people/message_new.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
@with_access
def message(request: HttpRequest, access: Access, message_id: str) -> HttpResponse:
    """A message with its checks."""
    view = get_outreach(access, message_id)
    if request.method == "POST":
        try:
            save_outreach(access, message_id, read_message(request.POST))
        except PilothouseError as refused:
            return _page(request, access, view, form_error(refused))
        messages.success(request, "Saved; the checks are of this text.")
        return redirect(view.url)
    return _page(request, access, view)


def _page(
    request: HttpRequest, access: Access, view: OutreachView, error: Any = None
) -> HttpResponse:
    contact = get_contact(access, view.contact_id, with_deleted=True)
    chosen = [each["key"] for each in view.evidence]
    values = request.POST if error else view
    offers = list_offers(access)
    known = {offer.key for offer in offers}
    context = {
        "view": view, "contact": contact, "values": values, "error": error,
        "checks": check_outreach(access, view), "mail": mail_address(view, contact),
        "purposes": Purpose.choices, "channels": Channel.choices, "chosen": chosen,
        "offers": offers, "others": [each for each in view.evidence if each["key"] not in known],
    }  # fmt: skip
    return render(request, "people/message.html", context, status=400 if error else 200)


@require_POST
@with_access
def message_act(request: HttpRequest, access: Access, message_id: str, act: str) -> HttpResponse:
    """Say that it was sent or answered; throw it away, or bring it back."""
    try:
        if act == "sent":
            view = mark_sent(
                access, message_id, on=maybe_day("the day", request.POST.get("on", ""))
            )
            messages.success(request, "Sent: it counts as contact. An answer may come within days.")
            return redirect(view.url)
        view, words, opposite = _do(access, message_id, act)
    except PilothouseError as error:
        view = get_outreach(access, message_id)
        return _page(request, access, view, form_error(error))
    undo = reverse("people:message-act", args=[message_id, opposite])
    messages.success(request, words, extra_tags=UNDO + undo)
    fallback = view.contact_url if act == "delete" else view.url
    return redirect(safe_next(request, fallback))


def _do(access: Access, message_id: str, act: str) -> tuple[OutreachView, str, str]:
    """What was done: the message, words for it, the act that undoes it."""
    if act in {"answered", "unanswered"}:
        view = mark_answered(access, message_id, is_answered=act == "answered")
        opposite = "unanswered" if act == "answered" else "answered"
        return view, "Answered: write the talk down while it is fresh.", opposite
    if act in {"delete", "restore"}:
        view = set_outreach_deleted(access, message_id, is_deleted=act == "delete")
        words = "The message is thrown away." if act == "delete" else "The message is back."
        return view, words, "restore" if act == "delete" else "delete"
    raise Http404
