"""Side projects: beginning one, its stages, its people, its repository, how it ended."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pilothouse.apps.http import form_error, product_url, with_access
from pilothouse.apps.portfolio.models import ContextKind
from pilothouse.apps.portfolio.project_models import Ending
from pilothouse.apps.portfolio.services.contexts import LABELS, declare_context, read_contexts
from pilothouse.apps.portfolio.services.gates import next_stage_name, pass_stage, read_stages
from pilothouse.apps.portfolio.services.gitlog import FORMAT, list_commits, save_log
from pilothouse.apps.portfolio.services.journal import list_entries, list_retrospectives
from pilothouse.apps.portfolio.services.project_templates import get_template, list_templates
from pilothouse.apps.portfolio.services.projects import (
    ProjectDraft,
    ProjectView,
    adopt_product,
    begin_project,
    end_project,
    list_projects,
    read_collaborators,
    reopen_project,
    set_collaborators,
)
from pilothouse.apps.portfolio.views.opening import open_project
from pilothouse.apps.workspace.models import Industry, Role
from pilothouse.apps.workspace.services.access import Access, get_product
from pilothouse.apps.workspace.services.products import list_products
from pilothouse.kernel.errors import PilothouseError


@require_GET
@with_access
def projects(request: HttpRequest, access: Access) -> HttpResponse:
    """One's side projects."""
    context = {"projects": list_projects(access), "may_edit": access.may(Role.EDITOR)}
    return render(request, "portfolio/projects.html", context)


@require_http_methods(["GET", "POST"])
@with_access
def new(request: HttpRequest, access: Access) -> HttpResponse:
    """Begin one: a new product from a template, or one that is there."""
    error: PilothouseError | None = None
    data = request.POST
    names = ("name", "idea", "template", "context", "industry", "product")
    values = {name: data.get(name, "") for name in names}
    if request.method == "POST":
        try:
            made = _begin(access, values)
            messages.success(request, f"Begun: {made.name}")
            return redirect(made.url)
        except PilothouseError as refused:
            error = form_error(refused)
    mine = {project.product.public_id for project in list_projects(access)}
    others = [p for p in list_products(access) if not p.is_simulated and p.public_id not in mine]
    context = {
        "values": values,
        "templates": list_templates(),
        "contexts": ContextKind.choices,
        "industries": Industry.choices,
        "products": [("", "A new product"), *((p.public_id, p.name) for p in others)],
        "may_edit": access.may(Role.EDITOR),
        "error": error,
    }
    return render(request, "portfolio/project_new.html", context, status=400 if error else 200)


@require_GET
@with_access
def project(request: HttpRequest, access: Access, project_id: str) -> HttpResponse:
    """Where a project stands, what its stage asks for, its people and its latest lines."""
    return _page(request, access, project_id)


@require_POST
@with_access
def stage_pass(request: HttpRequest, access: Access, project_id: str, stage: str) -> HttpResponse:
    """Go on to the next stage."""
    reason = request.POST.get("why_without", "")
    try:
        view = pass_stage(access, project_id, stage, why_without=reason)
    except PilothouseError as error:
        refused = form_error(error)
        return _page(request, access, project_id, stage_error=refused, reason=reason)
    messages.success(request, f"Next: {view.stage_name}")
    return redirect(view.url)


@require_POST
@with_access
def people(request: HttpRequest, access: Access, project_id: str) -> HttpResponse:
    """Who helps."""
    typed = request.POST.get("people", "")
    try:
        view = set_collaborators(access, project_id, read_collaborators(typed))
    except PilothouseError as error:
        refused = form_error(error)
        return _page(request, access, project_id, people_error=refused, people=typed)
    messages.success(request, "Saved: who helps")
    return redirect(view.url)


@require_http_methods(["GET", "POST"])
@with_access
def ending(request: HttpRequest, access: Access, project_id: str) -> HttpResponse:
    """Grow or stop, and the page of that result."""
    view = open_project(request, access, project_id)
    error: PilothouseError | None = None
    data = request.POST
    if request.method == "POST":
        try:
            if data.get("do") == "reopen":
                reopen_project(access, project_id)
                return redirect(view.url)
            end_project(
                access, project_id, data.get("ending", ""),
                why=data.get("why", ""), learned=data.get("learned", ""),
            )  # fmt: skip
            messages.success(request, "Written down: how it ended")
            return redirect("portfolio:project-ending", project_id)
        except PilothouseError as refused:
            error = form_error(refused)
    entries = list_entries(access, view)
    context = {
        "project": view,
        "endings": Ending.choices,
        "values": {name: data.get(name, "") for name in ("ending", "why", "learned")},
        "entries": [entry for entry in entries if entry.is_failure],
        "retrospectives": list_retrospectives(access, view),
        "stages": read_stages(access, view),
        "error": error,
    }
    return render(request, "portfolio/project_ending.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
@with_access
def repository(request: HttpRequest, access: Access, project_id: str) -> HttpResponse:
    """The log of the repository, from a text. The server runs no git."""
    view = open_project(request, access, project_id)
    error: PilothouseError | None = None
    typed = request.POST.get("log", "")
    if request.method == "POST":
        try:
            count = save_log(access, project_id, typed, source="text")
            messages.success(request, f"New commits: {count}")
            return redirect("portfolio:project-git", project_id)
        except PilothouseError as refused:
            error = form_error(refused)
    total, commits = list_commits(view)
    context = {
        "project": view, "commits": commits, "total": total, "format": FORMAT, "typed": typed,
        "error": error,
    }  # fmt: skip
    return render(request, "portfolio/project_git.html", context, status=400 if error else 200)


@require_POST
@with_access
def context(request: HttpRequest, access: Access, product_id: str) -> HttpResponse:
    """Say what a product is, from now on."""
    product = get_product(access, product_id)
    mine = [p for p in list_projects(access) if p.product.id == product.id]
    try:
        kind = declare_context(access, product, request.POST.get("context", ""))
    except PilothouseError as error:
        refused = form_error(error)
        if mine:
            return _page(request, access, mine[0].public_id, context_error=refused)
        messages.error(request, refused.sentence)
        return render(
            request, "portfolio/projects.html",
            {"projects": list_projects(access), "may_edit": True}, status=400,
        )  # fmt: skip
    messages.success(request, f"{product.name}, from now on: {LABELS[kind]}")
    return redirect(mine[0].url if mine else "portfolio:projects")


def _begin(access: Access, values: dict[str, str]) -> ProjectView:
    if values["product"]:
        product = get_product(access, values["product"])
        return adopt_product(access, product, values["idea"])
    return begin_project(
        access,
        ProjectDraft(
            values["name"], values["idea"], values["template"] or "app",
            values["context"] or ContextKind.OWN.value, values["industry"] or "technology",
        ),
    )  # fmt: skip


def _page(request: HttpRequest, access: Access, project_id: str, **more: Any) -> HttpResponse:
    view = open_project(request, access, project_id)
    stages = read_stages(access, view)
    people_typed = more.pop("people", None)
    shown = "\n".join(f"{c.name}: {c.part}".rstrip(": ") for c in view.collaborators)
    kind = read_contexts(access).kind_at(view.product.public_id, 2**62)
    data = {
        "project": view,
        "stages": stages,
        "here": next(stage for stage in stages if stage.state == "here"),
        "asks": [
            (each, _address(each.ask.page, view))
            for each in next(s for s in stages if s.state == "here").asked
        ],
        "next_name": next_stage_name(view),
        "entries": list_entries(access, view)[:5],
        "commits": list_commits(view, 5),
        "template": get_template(view.template),
        "people": shown if people_typed is None else people_typed,
        "contexts": ContextKind.choices,
        "context_kind": kind,
        "context_label": LABELS[kind],
        "is_owner": access.may(Role.OWNER),
        **more,
    }
    status = 400 if any(name.endswith("_error") for name in more) else 200
    return render(request, "portfolio/project.html", data, status=status)


def _address(page: str, project: ProjectView) -> str:
    if ":" not in page:
        return reverse(f"portfolio:{page}", args=[project.public_id])
    try:
        return product_url(page, project.product)
    except NoReverseMatch:
        return project.url
