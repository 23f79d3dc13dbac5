"""Skills for programs. All of it is about the person whose token it is."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import ConfigDict

from pilothouse.apps.skills.cards_api import router as cards_router
from pilothouse.apps.skills.exercise_api import router as exercise_router
from pilothouse.apps.skills.guide_api import router as guide_router
from pilothouse.apps.skills.learn_api import router as learn_router
from pilothouse.apps.skills.services.asking import list_asked_of_me, list_my_requests
from pilothouse.apps.skills.services.competencies import list_competencies
from pilothouse.apps.skills.services.endorsements import list_endorsements
from pilothouse.apps.skills.services.evidence import list_evidence
from pilothouse.apps.skills.services.exports_case import to_case_json
from pilothouse.apps.skills.services.exports_record import to_xapi
from pilothouse.apps.skills.services.gap import list_gaps, to_gap_json
from pilothouse.apps.skills.services.levels import read_levels, to_level_json
from pilothouse.apps.skills.services.path import read_path, to_path_json
from pilothouse.apps.skills.services.ratings import RatingView, list_ratings, rate_self
from pilothouse.apps.skills.services.targets import (
    TargetDraft,
    TargetView,
    change_target,
    get_target,
    list_targets,
    save_target,
    set_target_deleted,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access

router = Router()
router.add_router("", learn_router)
router.add_router("", cards_router)
router.add_router("", exercise_router)
router.add_router("", guide_router)


class Strict(Schema):
    """Unknown fields are refused: a typing error must not pass silently."""

    model_config = ConfigDict(extra="forbid")


class RatingIn(Strict):
    competency: str
    level: int
    note: str = ""


class TargetIn(Strict):
    role: str = "pm"
    industry: str = "technology"
    name: str = ""
    posting: str = ""


class TargetPut(Strict):
    """The levels asked for, of C01 to C16; what is not named is not asked for."""

    required: dict[str, int]
    name: str | None = None


@router.get("competencies", summary="The sixteen competencies with their behaviours")
def get_competencies(request: HttpRequest) -> dict[str, Any]:
    del request
    return {"competencies": [asdict(each) for each in list_competencies()]}


@router.get("levels", summary="One's levels with what they rest on and what is missing")
def get_levels(request: HttpRequest) -> dict[str, Any]:
    titles = {each.id: each.title for each in list_competencies()}
    levels = read_levels(_reader(request))
    return {"levels": [to_level_json(level, titles) for level in levels.values()]}


@router.get("evidence", summary="One's evidence, the oldest first")
def get_evidence(request: HttpRequest, competency: Query[str] = "") -> dict[str, Any]:
    access = _reader(request)
    found = list_evidence(access, access.user_public_id)
    chosen = [each for each in found if competency in {"", each.competency}]
    return {"evidence": [_plain(asdict(each)) for each in chosen]}


@router.get("path", summary="The six steps, and the one next act")
def get_path(request: HttpRequest) -> dict[str, Any]:
    access = _reader(request)
    return to_path_json(read_path(access, read_levels(access)))


@router.get("ratings", summary="What one says of oneself, and what members say who were asked")
def get_ratings(request: HttpRequest) -> dict[str, Any]:
    ratings = list_ratings(_reader(request)).values()
    return {
        "ratings": [
            _rating_json(rating) for each in ratings for rating in (*each.own, *each.others)
        ]
    }


@router.post("ratings", summary="Rate oneself, 0 (not yet) to 4")
def post_rating(request: HttpRequest, payload: RatingIn) -> dict[str, Any]:
    rating = rate_self(_writer(request), payload.competency, payload.level, payload.note)
    return _rating_json(rating)


@router.get("targets", summary="Saved targets")
def get_targets(request: HttpRequest) -> dict[str, Any]:
    return {"targets": [_target_json(each) for each in list_targets(_reader(request))]}


@router.post("targets", summary="Save a role or a posting as a target")
def post_target(request: HttpRequest, payload: TargetIn) -> dict[str, Any]:
    return _target_json(save_target(_writer(request), TargetDraft(**payload.dict())))


@router.get("targets/{target_id}", summary="A target with its gaps, the heaviest first")
def get_one_target(request: HttpRequest, target_id: str) -> dict[str, Any]:
    access = _reader(request)
    target = get_target(access, target_id)
    gaps = [to_gap_json(each) for each in list_gaps(access, target_id)]
    return {**_target_json(target), "gaps": gaps}


@router.put("targets/{target_id}", summary="Change what a target asks")
def put_target(request: HttpRequest, target_id: str, payload: TargetPut) -> dict[str, Any]:
    changed = change_target(
        _writer(request), target_id, name=payload.name, required=payload.required
    )
    return _target_json(changed)


@router.delete("targets/{target_id}", summary="Delete a target (pages can restore it)")
def delete_target(request: HttpRequest, target_id: str) -> dict[str, Any]:
    return _target_json(set_target_deleted(_writer(request), target_id, is_deleted=True))


@router.get("endorsements", summary="One's links and endorsements")
def get_endorsements(request: HttpRequest) -> dict[str, Any]:
    found = list_endorsements(_reader(request))
    return {"endorsements": [_renamed(asdict(each)) for each in found]}


@router.get("requests", summary="What is asked of one and by one")
def get_requests(request: HttpRequest) -> dict[str, Any]:
    access = _reader(request)
    return {
        "asked_of_me": [_renamed(asdict(each)) for each in list_asked_of_me(access)],
        "mine": [_renamed(asdict(each)) for each in list_my_requests(access)],
    }


@router.get("exports/case", summary="The model as CASE 1.0")
def get_case(request: HttpRequest) -> dict[str, Any]:
    del request
    return to_case_json()


@router.get("exports/xapi", summary="One's evidence as xAPI 1.0.3 statements")
def get_xapi(request: HttpRequest) -> dict[str, Any]:
    return {"statements": to_xapi(_reader(request))}


def _reader(request: HttpRequest) -> Access:
    access: Access = request.auth  # type: ignore[attr-defined]
    return access


def _writer(request: HttpRequest) -> Access:
    """Pages let every role write what is its own; of tokens only those that may write."""
    access = _reader(request)
    access.require(Role.COMMENTER, to="writing with this token")
    return access


def _rating_json(rating: RatingView) -> dict[str, Any]:
    return _renamed(asdict(rating))


def _target_json(target: TargetView) -> dict[str, Any]:
    return _renamed(asdict(target))


def _renamed(body: dict[str, Any]) -> dict[str, Any]:
    return {"id": body.pop("public_id"), **_plain(body)}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value.isoformat() if isinstance(value, datetime) else value
