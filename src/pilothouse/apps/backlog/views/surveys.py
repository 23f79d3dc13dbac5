"""Surveys: made, answered, read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.backlog.scoring_models import SurveyKind
from pilothouse.apps.backlog.services.surveys import (
    AddedAnswers,
    add_answers,
    create_survey,
    evaluate_survey,
    list_surveys,
    parse_table,
    read_upload,
    remove_upload,
    set_survey_deleted,
    survey_template,
)
from pilothouse.apps.http import csv_response, form_error, product_url, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.engines.backlog.kano import CATEGORIES
from pilothouse.engines.backlog.opportunity import METHODS
from pilothouse.kernel.errors import PilothouseError


@require_http_methods(["GET", "POST"])
@with_product
def surveys(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """The surveys there are; a new one."""
    error = None
    if request.method == "POST":
        given = request.POST
        try:
            view = create_survey(
                access, product, given.get("kind", ""), given.get("name", ""),
                given.get("asked", ""),
            )  # fmt: skip
            return redirect("backlog:survey", product.public_id, view.public_id)
        except PilothouseError as refused:
            error = form_error(refused)
    context = {
        "surveys": list_surveys(product),
        "kinds": SurveyKind.choices,
        "typed": request.POST if error else {},
        "error": error,
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "backlog/surveys.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
@with_product
def survey(
    request: HttpRequest, access: Access, product: ProductView, survey_id: str
) -> HttpResponse:
    """What a survey says; more answers."""
    error = None
    if request.method == "POST":
        try:
            added = add_answers(access, product, survey_id, parse_table(_answers_of(request)))
            _tell(request, product, survey_id, added)
            return redirect("backlog:survey", product.public_id, survey_id)
        except PilothouseError as refused:
            error = form_error(refused)
    results = evaluate_survey(
        product, survey_id,
        segment=request.GET.get("segment", ""), method=request.GET.get("method", "ulwick"),
    )  # fmt: skip
    context: dict[str, Any] = {
        "results": results,
        "survey": results.survey,
        "categories": CATEGORIES,
        "methods": [(each, each.capitalize()) for each in METHODS],
        "typed": request.POST.get("answers", "") if error else "",
        "error": error,
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "backlog/survey.html", context, status=400 if error else 200)


@require_POST
@with_product
def survey_act(
    request: HttpRequest, access: Access, product: ProductView, survey_id: str, act: str
) -> HttpResponse:
    """Delete or restore a survey; take the answers of one file out again."""
    if act in {"delete", "restore"}:
        set_survey_deleted(access, product, survey_id, is_deleted=act == "delete")
        opposite, words = ("restore", "Deleted") if act == "delete" else ("delete", "Restored")
        undo = product_url("backlog:survey-act", product, survey_id, opposite)
        messages.success(request, f"{words}: a survey", extra_tags=f"undo:{undo}")
        return redirect("backlog:surveys", product.public_id)
    if act.startswith("remove-"):
        count = remove_upload(access, product, survey_id, act.removeprefix("remove-"))
        messages.success(request, f"{count} answers are out again.")
        return redirect("backlog:survey", product.public_id, survey_id)
    raise Http404


@require_GET
@with_product
def template(
    _request: HttpRequest, _access: Access, _product: ProductView, survey_kind: str
) -> HttpResponse:
    """A file of answers to fill in."""
    header, rows = survey_template(survey_kind)
    return csv_response(f"{survey_kind} answers.csv", header, rows)


def _answers_of(request: HttpRequest) -> str:
    file = request.FILES.get("file")
    if file is not None:
        return read_upload(file.chunks(2**20))
    return str(request.POST.get("answers", ""))


def _tell(request: HttpRequest, product: ProductView, survey_id: str, added: AddedAnswers) -> None:
    words = f"Added: {added.added:,} answers"
    if added.known:
        words += f"; {added.known:,} were there already"
    undo = product_url("backlog:survey-act", product, survey_id, f"remove-{added.upload}")
    messages.success(request, words, extra_tags=f"undo:{undo}" if added.added else "")
    if added.left_out_count:
        lines = "; ".join(f"line {line}: {reason}" for line, reason in added.left_out[:5])
        messages.warning(request, f"{added.left_out_count:,} left out: {lines}")
