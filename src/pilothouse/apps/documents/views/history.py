"""Versions of a document: the list, what changed between two, going back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from pilothouse.apps.documents.services.documents import get_document
from pilothouse.apps.documents.services.rendering import render_document
from pilothouse.apps.documents.services.versions import (
    VersionView,
    compare_texts,
    get_version,
    list_versions,
    restore_version,
)
from pilothouse.apps.http import read_number, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView


@require_GET
@with_product
def versions(
    request: HttpRequest, access: Access, product: ProductView, document_id: str
) -> HttpResponse:
    """All versions, and the comparison of two: at first of the last with the one before."""
    view = get_document(product, document_id)
    found = list_versions(product, document_id)
    after = read_number(request.GET.get("to", "")) or view.version
    before = read_number(request.GET.get("from", "")) or max(after - 1, 1)
    first, second = (get_version(product, document_id, number) for number in (before, after))
    context = {
        "document": view,
        "versions": found,
        "before": first,
        "after": second,
        "options": [(each.number, _name(each)) for each in found],
        "comparison": compare_texts(first.body, second.body),
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "documents/versions.html", context)


def _name(version: VersionView) -> str:
    return f"{version.number} · {version.at:%Y-%m-%d %H:%M} · {version.user_name or 'somebody'}"


@require_GET
@with_product
def version(
    request: HttpRequest, access: Access, product: ProductView, document_id: str, number: str
) -> HttpResponse:
    """What a document said in one version, with its numbers as they stand now."""
    view = get_document(product, document_id)
    found = get_version(product, document_id, read_number(number) or 0)
    context = {
        "document": view,
        "version": found,
        "text": render_document(product, found.body).html,
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "documents/version.html", context)


@require_POST
@with_product
def version_restore(
    request: HttpRequest, access: Access, product: ProductView, document_id: str, number: str
) -> HttpResponse:
    """Make an earlier version the newest again."""
    view = restore_version(access, product, document_id, read_number(number) or 0)
    messages.success(request, f"Version {number} stands again, as version {view.version}.")
    return redirect(view.url)
