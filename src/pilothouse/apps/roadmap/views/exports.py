"""The roadmap as files: a page to choose one, and the files."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pilothouse.apps.http import download, with_product
from pilothouse.apps.roadmap.models import Audience
from pilothouse.apps.roadmap.services.bets import list_bets
from pilothouse.apps.roadmap.services.exports import FORMATS, KINDS, OUTWARD, export_roadmap
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import InvalidValueError

# Shown inside the page as a picture; everything else is saved.
INLINE = {"svg", "png"}


@require_GET
@with_product
def exports(request: HttpRequest, _access: Access, product: ProductView) -> HttpResponse:
    """Which file, drawn how, for whom."""
    audience, error = _read_audience(request)
    kind = request.GET.get("kind", "board")
    context = {
        "audiences": Audience.choices,
        "audience": audience,
        "is_outward": audience in OUTWARD,
        "kinds": KINDS,
        "kind": kind if kind in dict(KINDS) else "board",
        "formats": [(key, form.name, form.is_drawn) for key, form in FORMATS.items()],
        "total": len(list_bets(product)),
        "error": error,
    }
    return render(request, "roadmap/plan_exports.html", context, status=400 if error else 200)


@require_GET
@with_product
def export(
    request: HttpRequest, _access: Access, product: ProductView, kind: str, extension: str
) -> HttpResponse:
    """The file."""
    audience = request.GET.get("audience") or Audience.TEAM.value
    file = export_roadmap(product, extension, kind=kind, audience=audience)
    response = download(file.name, file.body, file.content_type)
    if extension in INLINE and request.GET.get("show"):
        response["Content-Disposition"] = "inline"
    return response


def _read_audience(request: HttpRequest) -> tuple[str, InvalidValueError | None]:
    audience = request.GET.get("audience") or Audience.TEAM.value
    if audience in Audience.values:
        return audience, None
    return Audience.TEAM.value, InvalidValueError(
        f"an audience is {', '.join(Audience.values)}.", value=audience
    )
