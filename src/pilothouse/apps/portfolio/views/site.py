"""The site: what it says about its person, building it, taking it away as a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import download, form_error, with_access
from pilothouse.apps.portfolio.services.building import BUILD, start_build
from pilothouse.apps.portfolio.services.profiles import (
    ProfileView,
    get_profile,
    read_links,
    save_profile,
)
from pilothouse.apps.portfolio.services.publishing import list_published
from pilothouse.apps.portfolio.services.site import (
    list_publications,
    publish_site,
    read_publication,
    to_zip,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import PilothouseError


@require_http_methods(["GET", "POST"])
@with_access
def site(request: HttpRequest, access: Access) -> HttpResponse:
    """Profile, what is published, and the builds."""
    if request.method == "GET":
        return _page(request, access, _values(get_profile(access)))
    data = request.POST
    names = ("name", "headline", "about", "base_url")
    typed = {name: data.get(name, "") for name in names} | {"links": data.get("links", "")}
    try:
        profile = ProfileView(**{n: typed[n] for n in names}, links=read_links(typed["links"]))
        save_profile(access, profile)
    except PilothouseError as error:
        return _page(request, access, typed, form_error(error))
    messages.success(request, "Saved: what the site says about you")
    return redirect("portfolio:site")


@require_POST
@with_access
def build(request: HttpRequest, access: Access) -> HttpResponse:
    """Build the site: as a job for whoever may start one, else at once."""
    if access.may(Role.EDITOR):
        job = start_build(access)
        messages.success(request, f"Begun: {BUILD}")
        return redirect("workspace:job-detail", job.public_id)
    made = publish_site(access)
    messages.success(request, f"Built: {made.pages} pages")
    return redirect("portfolio:site")


@require_GET
@with_access
def site_download(_request: HttpRequest, access: Access, publication_id: str) -> HttpResponse:
    """A build as one archive."""
    publication, files = read_publication(access, publication_id)
    name = f"portfolio-{publication.built_at:%Y%m%d-%H%M}.zip"
    return download(name, to_zip(files, publication.built_at), "application/zip")


def _values(profile: ProfileView) -> dict[str, str]:
    lines = [f"{link.title} {link.url}" for link in profile.links]
    return {
        "name": profile.name, "headline": profile.headline, "about": profile.about,
        "base_url": profile.base_url, "links": "\n".join(lines),
    }  # fmt: skip


def _page(
    request: HttpRequest,
    access: Access,
    values: dict[str, Any],
    error: PilothouseError | None = None,
) -> HttpResponse:
    context = {
        "values": values,
        "published": list_published(access),
        "publications": list_publications(access)[:10],
        "error": error,
    }
    return render(request, "portfolio/site.html", context, status=400 if error else 200)
