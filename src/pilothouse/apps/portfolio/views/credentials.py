"""Credentials: the list, one of them, its files, revoking, keys."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from pilothouse.apps.http import download, form_error, with_access
from pilothouse.apps.portfolio.services.credential_files import (
    FORMS,
    write_credential,
    zip_all,
    zip_published,
)
from pilothouse.apps.portfolio.services.credential_pictures import (
    page_address,
    profile_link,
    site_of,
)
from pilothouse.apps.portfolio.services.credentials import (
    get_credential,
    issue_bundle,
    list_credentials,
    revoke_credential,
)
from pilothouse.apps.portfolio.services.endorsing import (
    add_endorsement,
    list_endorsements,
    set_endorsement_deleted,
)
from pilothouse.apps.portfolio.services.keys import list_keys, make_key
from pilothouse.apps.portfolio.views.credential_forms import read_file
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.portfolio.badges import HONEST_WORDS
from pilothouse.kernel.errors import PilothouseError


@require_GET
@with_access
def credentials(request: HttpRequest, access: Access) -> HttpResponse:
    """All that the person has signed, and the keys."""
    return _list(request, access)


@require_POST
@with_access
def bundle(request: HttpRequest, access: Access) -> HttpResponse:
    """Sign chosen badges as one record."""
    chosen = request.POST.getlist("badge")[:100]
    try:
        made = issue_bundle(
            access, chosen, name=request.POST.get("name", ""),
            holder=request.POST.get("holder", ""),
        )  # fmt: skip
    except PilothouseError as error:
        return _list(request, access, error=form_error(error), chosen=chosen)
    messages.success(request, f"Signed: {made.name}")
    return redirect(made.url)


@require_GET
@with_access
def credential(request: HttpRequest, access: Access, credential_id: str) -> HttpResponse:
    """One credential with its files and what others signed about it."""
    return _page(request, access, credential_id)


@require_GET
@with_access
def credential_file(
    request: HttpRequest, access: Access, credential_id: str, form: str
) -> HttpResponse:
    """One of its files."""
    del request
    view = get_credential(access, credential_id)
    return download(*write_credential(view, form))


@require_GET
@with_access
def credential_picture(request: HttpRequest, access: Access, credential_id: str) -> HttpResponse:
    """The picture for the page itself."""
    del request
    view = get_credential(access, credential_id)
    _, body, content_type = write_credential(view, "svg")
    response = HttpResponse(body, content_type=content_type)
    response["Content-Security-Policy"] = "default-src 'none'"
    return response


@require_POST
@with_access
def revoke(request: HttpRequest, access: Access, credential_id: str) -> HttpResponse:
    """Take a credential back."""
    try:
        view = revoke_credential(access, credential_id, request.POST.get("reason", ""))
    except PilothouseError as error:
        return _page(request, access, credential_id, revoke_error=form_error(error))
    messages.success(request, f"Revoked: {view.name}")
    return redirect(view.url)


@require_POST
@with_access
def endorsements(request: HttpRequest, access: Access, credential_id: str) -> HttpResponse:
    """Keep what somebody else signed about this badge."""
    try:
        kept = add_endorsement(access, credential_id, read_file(request, "file", "text"))
    except PilothouseError as error:
        return _page(request, access, credential_id, endorse_error=form_error(error))
    messages.success(request, f"Kept: the endorsement by {kept.endorser_name or 'a key'}")
    return redirect("portfolio:credential", credential_id)


@require_POST
@with_access
def endorsement_act(
    request: HttpRequest, access: Access, endorsement_id: str, act: str
) -> HttpResponse:
    """Hide an endorsement or bring it back."""
    if act not in {"delete", "restore"}:
        raise Http404
    is_deleted = act == "delete"
    badge_id = set_endorsement_deleted(access, endorsement_id, is_deleted=is_deleted)
    opposite = "restore" if is_deleted else "delete"
    undo = reverse("portfolio:endorsement-act", args=[endorsement_id, opposite])
    words = "Hidden" if is_deleted else "Restored"
    messages.success(request, f"{words}: an endorsement", extra_tags=f"undo:{undo}")
    return redirect("portfolio:credential", badge_id)


@require_POST
@with_access
def key_new(request: HttpRequest, access: Access) -> HttpResponse:
    """A new key; the one before signs no more."""
    make_key(access)
    messages.success(request, "A new key signs from now on")
    return redirect("portfolio:credentials")


@require_GET
@with_access
def published(request: HttpRequest, access: Access) -> HttpResponse:
    """Lists of revocations and verifier's pages, as a zip for one's site."""
    del request
    return download("credentials.zip", zip_published(access), "application/zip")


@require_GET
@with_access
def everything(request: HttpRequest, access: Access) -> HttpResponse:
    """All that the person signed or was given, as files."""
    del request
    return download("all-credentials.zip", zip_all(access), "application/zip")


def _list(request: HttpRequest, access: Access, **more: Any) -> HttpResponse:
    found = list_credentials(access)
    context = {
        "credentials": found,
        "badges": [each for each in found if each.kind == "badge" and not each.revoked_at],
        "keys": list_keys(access),
        "has_site": any(each.list_url for each in found),
        "honest_words": HONEST_WORDS,
        "typed": request.POST,
        **more,
    }
    status = 400 if "error" in more else 200
    return render(request, "portfolio/credentials.html", context, status=status)


def _page(request: HttpRequest, access: Access, credential_id: str, **errors: Any) -> HttpResponse:
    view = get_credential(access, credential_id)
    document = json.loads(view.document)
    context = {
        "credential": view,
        "pretty": json.dumps(document, indent=2, ensure_ascii=False),
        "forms": [form for form in FORMS.values() if view.kind == "badge" or form.name != "png"],
        "endorsements": list_endorsements(access, credential_id),
        "profile_link": profile_link(view),
        "page_address": page_address(view),
        "site": site_of(view),
        "description": document.get("description", ""),
        "comment": document["credentialSubject"].get("endorsementComment", ""),
        "typed": request.POST,
        **errors,
    }
    return render(request, "portfolio/credential.html", context, status=400 if errors else 200)
