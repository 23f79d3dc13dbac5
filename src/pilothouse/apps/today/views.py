"""The home page: the day in its four blocks."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from pilothouse.apps.analytics.services.answers import take_inventory
from pilothouse.apps.http import form_error, read_number, with_product
from pilothouse.apps.people.services.attention import read_networking
from pilothouse.apps.today.services.briefing import prepare_briefing, today_of
from pilothouse.apps.today.services.days import MAX_FOCUS, get_day, reflect, set_focus
from pilothouse.apps.workspace.models import CaptureKind, Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import PilothouseError


@require_GET
@with_product
def home(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Today."""
    return _page(request, access, product)


@require_POST
@with_product
def focus(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Choose what the day is for, or tick it off."""
    texts = request.POST.getlist("text")
    places = [read_number(place) for place in request.POST.getlist("done")]
    done = [place for place in places if place is not None]
    try:
        set_focus(access, product, today_of(product), texts, done)
    except PilothouseError as error:
        return _page(request, access, product, {"error": form_error(error), "focus_texts": texts})
    messages.success(request, "The focus is set.")
    return redirect("today:home", product.public_id)


@require_POST
@with_product
def reflection(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Write the evening's reflection."""
    text = request.POST.get("reflection", "")
    try:
        reflect(access, product, today_of(product), text)
    except PilothouseError as error:
        return _page(
            request, access, product, {"error": form_error(error), "reflection_text": text}
        )
    messages.success(request, "Written. The ledger keeps that you reflected, not what.")
    return redirect("today:home", product.public_id)


def _page(
    request: HttpRequest,
    access: Access,
    product: ProductView,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    day = get_day(access, product, today_of(product))
    given = extra or {}
    texts = given.get("focus_texts") or [each.text for each in day.focus]
    done = [each.is_done for each in day.focus]
    lines = [
        {
            "place": place,
            "text": texts[place] if place < len(texts) else "",
            "is_done": done[place] if place < len(done) else False,
        }
        for place in range(MAX_FOCUS)
    ]
    briefing = prepare_briefing(access, product)
    waiting = Counter(capture.kind for capture in (*briefing.due, *briefing.inbox))
    context = {
        "briefing": briefing,
        "networking": read_networking(access, product, briefing.day),
        "heard": [(kind, waiting[kind]) for kind in CaptureKind if kind != CaptureKind.NOTE],
        "day": day,
        "focus_lines": lines,
        "reflection_text": day.reflection,
        "inventory": take_inventory(product),
        "may_write": access.may(Role.COMMENTER),
        **given,
    }
    return render(request, "today/home.html", context, status=400 if given.get("error") else 200)
