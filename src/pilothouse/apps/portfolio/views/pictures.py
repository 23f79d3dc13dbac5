"""Pictures for case studies."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import form_error, with_access
from pilothouse.apps.portfolio.services.pictures import (
    add_picture,
    list_pictures,
    read_picture,
    set_picture_deleted,
)
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError, PilothouseError


@require_http_methods(["GET", "POST"])
@with_access
def pictures(request: HttpRequest, access: Access) -> HttpResponse:
    """All pictures, and a place to add one."""
    error: PilothouseError | None = None
    if request.method == "POST":
        try:
            file = request.FILES.get("picture")
            if file is None:
                raise InvalidValueError("choose a picture: PNG, JPEG or WebP.")
            added = add_picture(access, file.chunks(), request.POST.get("alt", ""))
            messages.success(request, f"Added: {added.alt}")
            return redirect("portfolio:pictures")
        except PilothouseError as refused:
            error = form_error(refused)
    context = {
        "pictures": list_pictures(access), "error": error, "alt": request.POST.get("alt", ""),
    }  # fmt: skip
    return render(request, "portfolio/pictures.html", context, status=400 if error else 200)


@require_GET
@with_access
def picture(_request: HttpRequest, access: Access, picture_id: str) -> HttpResponse:
    """The picture itself."""
    media_type, data = read_picture(access, picture_id)
    return HttpResponse(data, content_type=media_type)


@require_POST
@with_access
def picture_act(request: HttpRequest, access: Access, picture_id: str, act: str) -> HttpResponse:
    """Delete or restore."""
    if act not in {"delete", "restore"}:
        raise Http404
    view = set_picture_deleted(access, picture_id, is_deleted=act == "delete")
    opposite = "restore" if act == "delete" else "delete"
    undo = reverse("portfolio:picture-act", args=[picture_id, opposite])
    words = "Deleted" if act == "delete" else "Restored"
    messages.success(request, f"{words}: {view.alt}", extra_tags=f"undo:{undo}")
    return redirect("portfolio:pictures")
