"""The path home: six steps with their state from the record, and the one next act."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from pilothouse.apps.http import with_access
from pilothouse.apps.skills.services.addresses import page_url
from pilothouse.apps.skills.services.asking import list_asked_of_me
from pilothouse.apps.skills.services.decks import get_habits
from pilothouse.apps.skills.services.levels import read_levels
from pilothouse.apps.skills.services.path import HOW_CHOSEN, Path, PathStep, read_path
from pilothouse.apps.skills.services.reviews import close_days
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.products import list_products


@dataclass(frozen=True)
class Places:
    """The product at hand, and the real one for what counts with real people only."""

    product_id: str
    real_id: str

    def address(self, page: str, *, is_real: bool = False) -> str:
        """Where to do it; beginning a side project where something real is asked and missing."""
        if is_real and not self.real_id:
            return page_url("portfolio:project-new")
        return page_url(page, self.real_id if is_real else self.product_id)


@require_GET
@with_access
def home(request: HttpRequest, access: Access) -> HttpResponse:
    """The six steps, and what would help most now; days of cards that are over count first."""
    places = _find_places(access, request.session.get("product_id", ""))
    close_days(access, get_habits(access).day_of(timezone.now()))
    levels = read_levels(access)
    path = read_path(access, levels)
    held = [level for level in levels.values() if level.value]
    context = {
        "path": path,
        "steps": [_step(step, places) for step in path.steps],
        "next_url": _next_url(path, places),
        "how_chosen": HOW_CHOSEN,
        "asked": list_asked_of_me(access),
        "held": len(held),
        "acts": sum(level.acts for level in levels.values()),
        "greyed": sum(level.is_greyed for level in held),
    }
    return render(request, "skills/home.html", context)


def _find_places(access: Access, product_id: str) -> Places:
    real = [each.public_id for each in list_products(access) if not each.is_simulated]
    return Places(product_id, product_id if product_id in real else (real or [""])[0])


def _next_url(path: Path, places: Places) -> str:
    wanted = path.suggestion
    return places.address(wanted.act.page, is_real=wanted.is_real) if wanted else ""


def _step(step: PathStep, places: Places) -> dict[str, object]:
    return {
        "step": step,
        "url": places.address(step.page),
        "rules": [(rule, places.address(rule.page, is_real=rule.is_real)) for rule in step.rules],
    }
