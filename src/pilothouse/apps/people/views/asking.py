"""What is next, the questions that a book answers, and the power-interest grid."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from pilothouse.apps.http import with_access
from pilothouse.apps.people.services.asking import (
    FORMER,
    list_due,
    list_former,
    list_to_meet,
    read_grid,
    who_knows,
)
from pilothouse.apps.people.services.balances import list_balances, read_balance
from pilothouse.apps.people.services.book import get_habits
from pilothouse.apps.people.services.events import list_meetings, thin_out
from pilothouse.apps.people.services.favours import list_favours
from pilothouse.apps.people.services.known import list_known_at
from pilothouse.apps.people.services.listing import Wanted, list_contacts
from pilothouse.apps.people.services.outreach import list_outreach, list_waiting
from pilothouse.apps.people.services.talks import list_follow_ups
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.links import ObjectRef, list_linked_ids
from pilothouse.apps.workspace.services.products import list_products

# Whom one met is asked for so long after an event.
JUST_BEEN = timedelta(days=3)


@require_GET
@with_access
def next_steps(request: HttpRequest, access: Access) -> HttpResponse:
    """Whom to write to, what was promised, whom to thank, who has not answered."""
    today = get_habits(access).today(timezone.now())
    due, count = list_due(access, today, limit=20)
    meetings = list_meetings(access, today - JUST_BEEN, days=14 + JUST_BEEN.days)
    follow_ups = list_follow_ups(access, today)
    context = {
        "today": today, "due": due, "due_count": count,
        "follow_ups": follow_ups, "promised": len(follow_ups),
        "unthanked": list_favours(access, only_unthanked=True),
        "asked": list_favours(access, state="asked"),
        "waiting": list_waiting(access, today), "drafts": list_outreach(access, state="draft"),
        "meetings": thin_out([each for each in meetings if each.start.date() >= today])[:5],
        "been": [each for each in meetings if each.start.date() < today and each.is_untold],
        "to_meet": list_to_meet(access, today), "balance": read_balance(access),
    }  # fmt: skip
    return render(request, "people/next.html", context)


@require_GET
@with_access
def ask(request: HttpRequest, access: Access) -> HttpResponse:
    """Who knows about, who is there, whom have I not thanked, who is far."""
    about, company = request.GET.get("about", ""), request.GET.get("company", "")
    stale = list_contacts(access, Wanted(state="stale", sort="-tie"), limit=20)
    former, former_count = list_former(access)
    context = {
        "about": about, "company": company,
        "knowing": who_knows(access, about) if about.strip() else [],
        "known": list_known_at(access, company),
        "unthanked": list_favours(access, only_unthanked=True),
        "stale": stale, "habits": get_habits(access), "balances": list_balances(access),
        "former": former, "former_count": former_count,
        "former_kinds": [(each.value, each.label) for each in FORMER],
    }  # fmt: skip
    return render(request, "people/ask.html", context)


@require_GET
@with_access
def grid(request: HttpRequest, access: Access) -> HttpResponse:
    """Stakeholders by power and interest; of one product, where chosen."""
    products = list_products(access)
    chosen = request.GET.get("product", "")
    product = next((each for each in products if each.public_id == chosen), None)
    ids = (
        list_linked_ids(access, "contact", ObjectRef("product", product.public_id))
        if product
        else None
    )
    context = {
        "cells": read_grid(access, ids), "chosen": chosen if product else "",
        "choices": [(each.public_id, each.name) for each in products],
    }  # fmt: skip
    return render(request, "people/grid.html", context)
