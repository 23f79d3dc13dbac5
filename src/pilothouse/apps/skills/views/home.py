"""The path home: six steps with their state from the record, and the one next act."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pilothouse.apps.http import with_access
from pilothouse.apps.skills.services.addresses import page_url
from pilothouse.apps.skills.services.asking import list_asked_of_me
from pilothouse.apps.skills.services.levels import read_levels
from pilothouse.apps.skills.services.path import HOW_CHOSEN, Path, PathStep, read_path
from pilothouse.apps.workspace.services.access import Access


@require_GET
@with_access
def home(request: HttpRequest, access: Access) -> HttpResponse:
    """The six steps, and what would help most now."""
    product_id = request.session.get("product_id", "")
    levels = read_levels(access)
    path = read_path(access, levels)
    held = [level for level in levels.values() if level.value]
    context = {
        "path": path,
        "steps": [_step(step, product_id) for step in path.steps],
        "next_url": _next_url(path, product_id),
        "how_chosen": HOW_CHOSEN,
        "asked": list_asked_of_me(access),
        "held": len(held),
        "acts": sum(level.acts for level in levels.values()),
        "greyed": sum(level.is_greyed for level in held),
    }
    return render(request, "skills/home.html", context)


def _next_url(path: Path, product_id: str) -> str:
    return page_url(path.suggestion.act.page, product_id) if path.suggestion else ""


def _step(step: PathStep, product_id: str) -> dict[str, object]:
    return {
        "step": step,
        "url": page_url(step.page, product_id),
        "rules": [(rule, page_url(rule.page, product_id)) for rule in step.rules],
    }
