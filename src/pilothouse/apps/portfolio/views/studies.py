"""One piece of work: writing it, compiling, hiding words, previewing what leaves, its versions."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import download, form_error, read_number, with_access
from pilothouse.apps.portfolio.forms import (
    read_redactions,
    read_study,
    show_study,
    show_typed,
)
from pilothouse.apps.portfolio.models import Confidentiality
from pilothouse.apps.portfolio.services.compiling import check_study, compile_and_record
from pilothouse.apps.portfolio.services.drafts import draft_pdf
from pilothouse.apps.portfolio.services.kinds import Form, get_form, list_forms
from pilothouse.apps.portfolio.services.pictures import list_pictures
from pilothouse.apps.portfolio.services.publishing import (
    Preview,
    preview_study,
    publish_study,
    unpublish_study,
)
from pilothouse.apps.portfolio.services.studies import (
    StudyView,
    create_study,
    get_study,
    get_version,
    list_versions,
    restore_version,
    save_study,
    set_redactions,
    set_study_deleted,
)
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import InvalidValueError, NotFoundError, PilothouseError

_ACTS = {"compile", "unpublish", "delete", "restore"}


@require_http_methods(["GET", "POST"])
@with_access
def new(request: HttpRequest, access: Access) -> HttpResponse:
    """Begin a piece in one of the forms."""
    kind = request.POST.get("kind") or request.GET.get("kind") or "case-study"
    product = request.POST.get("product") or request.GET.get("product", "")
    error: PilothouseError | None = None
    if request.method == "POST":
        try:
            form = get_form(kind)
            made = create_study(access, kind, read_study(form, request.POST))
            messages.success(request, f"Begun: {made.title}")
            return redirect(_first_page(made, product))
        except PilothouseError as refused:
            error = form_error(refused)
    context = {
        "forms": list_forms(), "kind": kind, "about": product[:12],
        "values": show_typed(request.POST), "error": error,
    }  # fmt: skip
    return render(request, "portfolio/study_new.html", context, status=400 if error else 200)


def _first_page(made: StudyView, product: str) -> str:
    """Of a piece about a product the first thing is to choose among its acts."""
    if not (product and made.form.takes_acts):
        return made.url
    choosing = reverse("portfolio:study-evidence", args=[made.public_id])
    return f"{choosing}?{urlencode({'product': product})}"


@require_http_methods(["GET", "POST"])
@with_access
def study(request: HttpRequest, access: Access, study_id: str) -> HttpResponse:
    """The text beside its evidence, with what does not compile yet."""
    view = get_study(access, study_id)
    if request.method == "GET":
        return _page(request, access, study_id, show_study(view))
    base = read_number(request.POST.get("base", "")) or 0
    try:
        saved = save_study(access, study_id, read_study(view.form, request.POST), base=base)
    except PilothouseError as error:
        typed = show_typed(request.POST, view.form)
        return _page(request, access, study_id, typed, form_error(error))
    if request.POST.get("do") == "compile":
        return _compile(request, access, study_id)
    messages.success(request, f"Saved: version {saved.version}")
    return redirect(saved.url)


@require_POST
@with_access
def study_act(request: HttpRequest, access: Access, study_id: str, act: str) -> HttpResponse:
    """Compile, unpublish, delete or restore."""
    if act not in _ACTS:
        raise Http404
    if act == "compile":
        get_study(access, study_id)
        return _compile(request, access, study_id)
    if act == "unpublish":
        view = unpublish_study(access, study_id)
        messages.success(request, f"Later builds leave it out: {view.title}")
        return redirect(view.url)
    is_deleted = act == "delete"
    try:
        view = set_study_deleted(access, study_id, is_deleted=is_deleted)
    except PilothouseError as error:
        refused = form_error(error)
        return _page(request, access, study_id, show_study(get_study(access, study_id)), refused)
    undo = reverse("portfolio:study-act", args=[study_id, "restore" if is_deleted else "delete"])
    words = "Deleted" if is_deleted else "Restored"
    messages.success(request, f"{words}: {view.title}", extra_tags=f"undo:{undo}")
    return redirect("portfolio:home" if is_deleted else view.url)


@require_http_methods(["GET", "POST"])
@with_access
def preview(request: HttpRequest, access: Access, study_id: str) -> HttpResponse:
    """All that would leave, and the button that lets it."""
    if request.method == "GET":
        return _preview(request, preview_study(access, study_id))
    try:
        view = publish_study(access, study_id, request.POST.get("seen", ""))
    except PilothouseError as error:
        refused = form_error(error)
        return _preview(request, preview_study(access, study_id), refused)
    messages.success(request, f"Published with the next build: {view.title}")
    return redirect("portfolio:site")


@require_POST
@with_access
def redactions(request: HttpRequest, access: Access, study_id: str) -> HttpResponse:
    """Which words are hidden and what stands in their place."""
    try:
        set_redactions(access, study_id, read_redactions(request.POST))
    except PilothouseError as error:
        refused = form_error(error)
        return _preview(request, preview_study(access, study_id), refused, request.POST)
    messages.success(request, "Saved: what is hidden")
    return redirect("portfolio:study-preview", study_id)


@require_GET
@with_access
def pdf(_request: HttpRequest, access: Access, study_id: str) -> HttpResponse:
    """The preview as a PDF, with hidden words replaced."""
    view = get_study(access, study_id)
    return download(f"{view.kind}.pdf", draft_pdf(access, study_id), "application/pdf")


@require_GET
@with_access
def versions(request: HttpRequest, access: Access, study_id: str) -> HttpResponse:
    """What it said before."""
    context = {"study": get_study(access, study_id), "versions": list_versions(access, study_id)}
    return render(request, "portfolio/study_versions.html", context)


@require_http_methods(["GET", "POST"])
@with_access
def version(request: HttpRequest, access: Access, study_id: str, number: str) -> HttpResponse:
    """One version; posting makes the study say it again."""
    wanted = read_number(number)
    if wanted is None:
        raise NotFoundError("there is no such version.", value=number)
    if request.method == "POST":
        view = restore_version(access, study_id, wanted)
        messages.success(request, f"It says again what version {wanted} said")
        return redirect(view.url)
    view = get_study(access, study_id)
    found = get_version(access, study_id, wanted)
    texts = [(part.title, found.content["sections"].get(part.key, "")) for part in _form(view.kind)]
    context = {"study": view, "version": found, "texts": texts}
    return render(request, "portfolio/study_version.html", context)


def _form(kind: str) -> Any:
    return get_form(kind).sections


def _compile(request: HttpRequest, access: Access, study_id: str) -> HttpResponse:
    try:
        compiled = compile_and_record(access, study_id)
    except InvalidValueError as error:
        return _page(request, access, study_id, show_study(get_study(access, study_id)), error)
    claims = len(compiled.compilation.claims)
    messages.success(request, f"It compiles: {claims} claims, each with evidence")
    return redirect(compiled.study.url)


def _page(
    request: HttpRequest,
    access: Access,
    study_id: str,
    values: dict[str, Any],
    error: PilothouseError | None = None,
) -> HttpResponse:
    view = get_study(access, study_id)
    form: Form = view.form
    context = {
        "study": view,
        "form": form,
        "values": values,
        "parts": [(part, values["sections"].get(part.key, "")) for part in form.sections],
        "compiled": check_study(access, view),
        "pictures": list_pictures(access),
        "confidentialities": Confidentiality.choices,
        "error": error,
    }
    return render(request, "portfolio/study.html", context, status=400 if error else 200)


def _preview(
    request: HttpRequest,
    found: Preview,
    error: PilothouseError | None = None,
    typed: Any = None,
) -> HttpResponse:
    rows = [(each.words, each.instead) for each in found.study.redactions]
    if typed is not None:
        rows = list(zip(typed.getlist("words"), typed.getlist("instead"), strict=False))
    context = {
        "preview": found, "study": found.study, "error": error,
        "rows": [*rows, ("", ""), ("", "")],
    }  # fmt: skip
    return render(request, "portfolio/study_preview.html", context, status=400 if error else 200)
