"""The map of sixteen competencies by four levels, and one competency with its acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from pilothouse.apps.http import form_error, read_number, with_access
from pilothouse.apps.skills.services.act_reviews import list_act_reviews
from pilothouse.apps.skills.services.addresses import page_url
from pilothouse.apps.skills.services.competencies import (
    Competency,
    get_competency,
    list_competencies,
)
from pilothouse.apps.skills.services.endorsements import list_endorsements, say_kind
from pilothouse.apps.skills.services.evidence import EvidenceView
from pilothouse.apps.skills.services.levels import LevelView, get_level, read_levels
from pilothouse.apps.skills.services.people import list_others
from pilothouse.apps.skills.services.ratings import (
    NAMES,
    Ratings,
    get_ratings,
    list_ratings,
    rate_self,
    tell_difference,
)
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.skills import STRENGTHS, Level, Rule, Strength, tell_level, tell_missing
from pilothouse.kernel.errors import PilothouseError

LEVELS = [(str(number), f"{number} {name}") for number, name in enumerate(NAMES)]
MAX_ROWS = 200


@dataclass(frozen=True)
class Cell:
    """One level of one competency on the map: ``held``, ``greyed``, ``next`` or ``open``."""

    level: int
    state: str
    words: str


@require_GET
@with_access
def skill_map(request: HttpRequest, access: Access) -> HttpResponse:
    """All levels, each with the acts it rests on."""
    levels, ratings = read_levels(access), list_ratings(access)
    rows = [
        _row(each, levels[each.id], ratings.get(each.id, Ratings())) for each in list_competencies()
    ]
    context = {
        "rows": rows,
        "has_any": any(level.has_evidence for level in levels.values()),
        "others": list_others(access),
    }
    return render(request, "skills/map.html", context)


def _row(competency: Competency, level: Level, ratings: Ratings) -> dict[str, Any]:
    own = ratings.latest
    return {
        "competency": competency,
        "level": level,
        "cells": [_cell(rule, level) for rule in level.rules],
        "words": tell_level(level),
        "own": own,
        "difference": own.level - (level.value or 0) if own and level.value else None,
        "others": ratings.latest_others,
    }


def _cell(rule: Rule, level: Level) -> Cell:
    held, current = level.value or 0, level.current or 0
    if rule.level <= held:
        state = "held" if rule.level <= current else "greyed"
        age = "" if state == "held" else ", by acts older than 24 months"
        return Cell(rule.level, state, f"Level {rule.level} {rule.name}: held{age}")
    if rule.level == held + 1 and level.has_evidence:
        return Cell(rule.level, "next", f"Level {rule.level}: {'; '.join(tell_missing(rule))}")
    return Cell(rule.level, "open", f"Level {rule.level}: not held")


@require_http_methods(["GET", "POST"])
@with_access
def competency(request: HttpRequest, access: Access, kind: str) -> HttpResponse:
    """One competency: behaviours, acts, what is missing, ratings; a POST rates oneself."""
    found = get_competency(kind)
    if request.method == "GET":
        return _page(request, access, found)
    typed = request.POST.get("level", "")
    level, note = read_number(typed), request.POST.get("note", "")
    try:
        rating = rate_self(access, kind, -1 if level is None else level, note)
    except PilothouseError as error:
        return _page(request, access, found, error=form_error(error))
    messages.success(request, f"Rated yourself: {rating.level_name}")
    return redirect("skills:competency", kind)


def _page(
    request: HttpRequest,
    access: Access,
    found: Competency,
    error: PilothouseError | None = None,
) -> HttpResponse:
    view, ratings = get_level(access, found.id), get_ratings(access, found.id)
    product_id = request.session.get("product_id", "")
    context = {
        "competency": found,
        "view": view,
        "level": view.level,
        "next_level": min((view.value or 0) + 1, len(found.levels)),
        "steps": _steps(found, view, product_id),
        "evidence": _lines(view)[:MAX_ROWS],
        "ratings": ratings,
        "difference": _difference(ratings, view),
        "others": [(each, tell_difference(each, view.value)) for each in ratings.latest_others],
        "reviews": list_act_reviews(access, found.id),
        "endorsements": [
            each
            for each in list_endorsements(access, found.id)
            if each.state in {"received", "hidden"}
        ],
        "members": list_others(access),
        "own_acts": _choices(view),
        "levels": LEVELS,
        "chosen": request.POST.get("level") or _latest(ratings),
        "note": request.POST.get("note", ""),
        "error": error,
    }
    return render(request, "skills/competency.html", context, status=400 if error else 200)


def _latest(ratings: Ratings) -> str:
    return str(ratings.latest.level) if ratings.latest else ""


def _difference(ratings: Ratings, view: LevelView) -> str:
    return tell_difference(ratings.latest, view.value) if ratings.latest else ""


def _steps(found: Competency, view: LevelView, product_id: str) -> list[dict[str, Any]]:
    held = view.value or 0
    return [
        {
            "level": each,
            "rule": rule,
            "needs": [(need, f"{need.have:.4g} of {need.of:.4g}") for need in rule.needs],
            "is_held": each.level <= held,
            # Done with real people, it need not be shown in simulated worlds too.
            "is_implied": each.level < held and not rule.is_met,
            "is_next": each.level == held + 1,
            "acts": [(act, page_url(act.page, product_id)) for act in each.acts],
        }
        for each, rule in zip(found.levels, view.level.rules, strict=True)
    ]


def _lines(view: LevelView) -> list[dict[str, Any]]:
    """One line for each act, the newest first: its strongest evidence, and all that it shows."""
    by_act: dict[int, list[EvidenceView]] = {}
    for each in view.evidence:
        by_act.setdefault(each.sequence, []).append(each)
    return [_line(view, by_act[sequence]) for sequence in sorted(by_act, reverse=True)]


def _line(view: LevelView, found: list[EvidenceView]) -> dict[str, Any]:
    strongest = max(found, key=lambda each: each.strength)
    return {
        "line": strongest,
        "says": [each.says or say_kind(each.act_kind) for each in found],
        "lacks": found[0].lacks if strongest is found[0] else (),
        "score": next((each.score for each in found if each.score is not None), None),
        "strength": STRENGTHS[Strength(strongest.strength)],
        "counts": strongest.sequence in view.level.sequences,
        "is_greyed": strongest.sequence in view.level.greyed,
    }


def _choices(view: LevelView) -> list[tuple[str, str]]:
    """One's acts to have reviewed: each once, the newest first."""
    named: dict[int, EvidenceView] = {each.sequence: each for each in view.evidence}
    newest = sorted(named, reverse=True)[:50]
    return [
        (str(key), f"{named[key].title[:60]} ({say_kind(named[key].act_kind).lower()})")
        for key in newest
    ]
