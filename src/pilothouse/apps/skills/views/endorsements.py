"""Links for endorsers, what they said, and the page behind a link, outside of login."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.http import form_error, read_number, with_access
from pilothouse.apps.skills.models import Relation
from pilothouse.apps.skills.services.competencies import IDS, list_competencies
from pilothouse.apps.skills.services.endorsements import (
    LinkDraft,
    Said,
    create_link,
    list_endorsements,
    open_link,
    revoke_link,
    say_kind,
    set_hidden,
    use_link,
)
from pilothouse.apps.skills.services.evidence import read_record, to_evidence_views
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError, NotFoundError, PilothouseError

MAX_OFFERED = 60


@require_http_methods(["GET", "POST"])
@with_access
def endorsements(request: HttpRequest, access: Access) -> HttpResponse:
    """One's links and endorsements; a POST makes a link, which is shown this once."""
    error, link = None, ""
    typed = request.POST if request.method == "POST" else request.GET
    if request.method == "POST":
        try:
            _, token = create_link(access, _read_link(request.POST))
            link = request.build_absolute_uri(reverse("skills:endorse", args=[token]))
        except PilothouseError as refused:
            error = form_error(refused)
    chosen = typed.get("competency", "")
    chosen = chosen if chosen in IDS else "C01"
    context = {
        "endorsements": list_endorsements(access),
        "competencies": [(each.id, f"{each.id} {each.title}") for each in list_competencies()],
        "chosen": chosen,
        "acts": _offers(access, chosen),
        "picked": set(typed.getlist("act")),
        "typed": {} if link else typed,
        "days": typed.get("days", "30"),
        "error": error,
        "link": link,
    }
    return render(request, "skills/endorsements.html", context, status=400 if error else 200)


def _offers(access: Access, competency: str) -> list[tuple[str, str, Any]]:
    """One's acts of a competency, the newest first; those of others may be named by number."""
    record = read_record(access)
    views = {
        each.sequence: each for each in to_evidence_views(access, record, record.of(competency))
    }
    newest = sorted(views, reverse=True)[:MAX_OFFERED]
    return [
        (str(key), f"{views[key].title} ({say_kind(views[key].act_kind).lower()})", views[key].at)
        for key in newest
    ]


def _read_link(given: Any) -> LinkDraft:
    days = read_number(given.get("days", ""))
    sequences = [read_number(each) for each in given.getlist("act")]
    if given.get("competency") not in IDS:
        raise InvalidValueError("choose a competency.", value=given.get("competency") or None)
    if days is None:
        raise InvalidValueError("how long a link works is a number of days.")
    if None in sequences:
        raise InvalidValueError("choose acts of your own.")
    return LinkDraft(
        label=given.get("label", ""),
        competency=given["competency"],
        sequences=tuple(each for each in sequences if each is not None),
        ask=given.get("ask", ""),
        days=days,
    )


@require_POST
@with_access
def endorsement_act(
    request: HttpRequest, access: Access, endorsement_link_id: str, act: str
) -> HttpResponse:
    """End a link, hide what came of it, or show it again."""
    if act == "revoke":
        revoke_link(access, endorsement_link_id)
        messages.success(request, "The link works no more.")
    elif act in {"hide", "show"}:
        set_hidden(access, endorsement_link_id, is_hidden=act == "hide")
        undo = reverse("skills:endorsement-act", args=[endorsement_link_id, "show"])
        tags = f"undo:{undo}" if act == "hide" else ""
        messages.success(
            request, "Hidden: it counts no more." if act == "hide" else "Shown.", extra_tags=tags
        )
    else:
        raise Http404
    return redirect("skills:endorsements")


@require_http_methods(["GET", "POST"])
def endorse(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a link: outside of login, works once."""
    try:
        opened = open_link(token)
    except NotFoundError as error:
        raise Http404 from error
    if request.method == "GET":
        return _public(request, opened)
    try:
        use_link(token, _read_said(request.POST))
    except NotFoundError as error:
        raise Http404 from error
    except PilothouseError as error:
        return _public(request, opened, error=form_error(error))
    return _sealed(render(request, "skills/endorsed.html", {"person": opened.person}))


def _read_said(given: Any) -> Said:
    numbers = [read_number(each) for each in given.getlist("act")]
    return Said(
        name=given.get("name", ""),
        relation=given.get("relation", ""),
        comment=given.get("comment", ""),
        sequences=tuple(each for each in numbers if each is not None),
        is_sincere=given.get("sincere") == "yes",
    )


def _public(request: HttpRequest, opened: Any, error: Any = None) -> HttpResponse:
    context = {
        "link": opened,
        "relations": [("", "Choose"), *Relation.choices],
        "typed": request.POST,
        "picked": set(request.POST.getlist("act")),
        "error": error,
    }
    return _sealed(render(request, "skills/endorse.html", context, status=400 if error else 200))


def _sealed(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    # The address is the key: with the site's own policy, same-origin, it does not travel on to
    # others. With no-referrer a browser would send the form as from nowhere, and it be refused.
    return response
