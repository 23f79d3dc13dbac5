"""The list of documents, and beginning a new one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from pilothouse.apps.documents.models import DocumentKind, DocumentStatus
from pilothouse.apps.documents.services.claims import count_claims
from pilothouse.apps.documents.services.documents import (
    DocumentDraft,
    create_document,
    list_documents,
    list_folders,
)
from pilothouse.apps.documents.services.templates import get_template, list_templates
from pilothouse.apps.experiments.services.experiments import get_experiment
from pilothouse.apps.experiments.services.views import ExperimentView
from pilothouse.apps.experiments.services.writing import write_brief
from pilothouse.apps.http import form_error, product_url, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.captures import get_capture, set_capture_done
from pilothouse.apps.workspace.services.links import ObjectRef, add_link
from pilothouse.kernel.errors import PilothouseError

ROWS = 100
BRIEF = "experiment-brief"
MAX_LISTED = 5_000
KINDS = [("", "any kind"), *DocumentKind.choices]
STATUSES = [("", "all but archived"), *DocumentStatus.choices]


@require_GET
@with_product
def home(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Documents with how their numbers stand."""
    asked = {name: request.GET.get(name, "") for name in ("q", "kind", "status", "folder")}
    only_stale = request.GET.get("stale") == "yes"
    counts = count_claims(product)
    documents = list_documents(
        product,
        kind=asked["kind"],
        status=asked["status"],
        folder=asked["folder"] or None,
        text=asked["q"],
        with_bodies=False,
        limit=MAX_LISTED,
    )
    rows = [_row(document, counts.get(document.public_id, {})) for document in documents]
    if only_stale:
        rows = [row for row in rows if row["unsound"]]
    context = {
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "asked": asked,
        "only_stale": only_stale,
        "is_filtered": only_stale or any(asked.values()),
        "kinds": KINDS,
        "statuses": STATUSES,
        "folders": [("", "any folder"), *((name, name) for name in list_folders(product))],
        "templates": list_templates(),
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "documents/home.html", context)


def _row(document: Any, states: Mapping[str, int]) -> dict[str, Any]:
    return {
        "document": document,
        "claims": sum(states.values()),
        "stale": states.get("stale", 0),
        "broken": states.get("broken", 0),
        "unsound": states.get("stale", 0) + states.get("broken", 0),
    }


@require_http_methods(["GET", "POST"])
@with_product
def document_new(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Begin a document from a template, from nothing, or from a captured thought."""
    access.require(Role.EDITOR, to="writing a document")
    given = request.POST if request.method == "POST" else request.GET
    names = ("title", "folder", "template", "capture", "experiment")
    values = {name: given.get(name, "") for name in names}
    if request.method == "POST":
        try:
            document = _begin(access, product, values)
        except PilothouseError as error:
            return _show_new(request, access, product, values, form_error(error))
        messages.success(request, f"Begun: {document.title}")
        return redirect(product_url("documents:edit", product, document.public_id))
    return _show_new(request, access, product, values, None)


def _begin(access: Access, product: ProductView, values: Mapping[str, str]) -> Any:
    template = get_template(values["template"]) if values["template"] else None
    capture = get_capture(access, values["capture"]) if values["capture"] else None
    experiment = _experiment(product, values)
    body = template.body if template else ""
    if experiment and template and template.key == BRIEF:
        body = write_brief(experiment)
    if capture:
        quote = "\n".join(f"> {line}" for line in capture.text.splitlines())
        body = f"{quote}\n\n{body}"
    draft = DocumentDraft(
        title=values["title"],
        body=body,
        kind=template.kind if template else DocumentKind.NOTE,
        folder=values["folder"],
        template=template.key if template else "",
    )
    document = create_document(access, product, draft)
    if experiment:
        here = ObjectRef("document", document.public_id)
        add_link(access, product, here, ObjectRef("experiment", experiment.public_id))
    if capture and not capture.is_done:
        set_capture_done(access, capture.public_id, is_done=True)
    return document


def _experiment(product: ProductView, values: Mapping[str, str]) -> ExperimentView | None:
    """The experiment that a document is begun from, if it is from one."""
    return get_experiment(product, values["experiment"]) if values["experiment"] else None


def _show_new(
    request: HttpRequest,
    access: Access,
    product: ProductView,
    values: dict[str, str],
    error: PilothouseError | None,
) -> HttpResponse:
    capture = get_capture(access, values["capture"]) if values["capture"] else None
    if capture and not values["title"]:
        values["title"] = capture.title
    experiment = _experiment(product, values)
    if experiment and not values["title"]:
        values["title"] = experiment.name
    context = {
        "values": values,
        "capture": capture,
        "experiment": experiment,
        "templates": list_templates(),
        "chosen": next((t for t in list_templates() if t.key == values["template"]), None),
        "folders": list_folders(product),
        "error": error,
    }
    return render(request, "documents/new.html", context, status=400 if error else 200)
