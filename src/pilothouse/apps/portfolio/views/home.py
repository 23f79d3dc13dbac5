"""The first pages of portfolio: pieces of work, writing, and what a member published."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from pilothouse.apps.http import with_access
from pilothouse.apps.portfolio.services.kinds import get_form, list_forms
from pilothouse.apps.portfolio.services.publishing import get_shared
from pilothouse.apps.portfolio.services.site_text import render_site_text
from pilothouse.apps.portfolio.services.studies import list_studies
from pilothouse.apps.workspace.services.access import Access


@require_GET
@with_access
def home(request: HttpRequest, access: Access) -> HttpResponse:
    """Case studies, failures and teardowns."""
    studies = [study for study in list_studies(access) if study.kind != "note"]
    forms = [form for form in list_forms() if form.key != "note"]
    return render(request, "portfolio/home.html", {"studies": studies, "forms": forms})


@require_GET
@with_access
def writing(request: HttpRequest, access: Access) -> HttpResponse:
    """Notes for the site's feed."""
    return render(request, "portfolio/writing.html", {"notes": list_studies(access, kind="note")})


@require_GET
@with_access
def published(request: HttpRequest, access: Access, study_id: str) -> HttpResponse:
    """What a member published, for the other members."""
    content, author = get_shared(access, study_id)
    numbers = {note["key"]: note["number"] for note in content["notes"]}
    sections = [
        # Safe: the parser escapes, HTML is off, links are checked.
        (part["title"], SafeString(render_site_text(part["text"], numbers, {})))
        for part in content["sections"]
    ]
    context = {
        "content": content, "author": author, "sections": sections,
        "form": get_form(content["kind"]),
    }  # fmt: skip
    return render(request, "portfolio/published.html", context)
