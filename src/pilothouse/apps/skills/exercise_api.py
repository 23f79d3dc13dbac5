"""What programs may ask of exercises: always those of the person whose token it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from pilothouse.apps.skills.services.exercise_kinds import LARGEST_SEED, get_exercise
from pilothouse.apps.skills.services.exercises import (
    check_answers,
    fresh_seed,
    get_attempt,
    list_attempts,
    list_practices,
    list_records,
    suggest_next,
)
from pilothouse.apps.skills.services.exercises_json import (
    to_attempt_json,
    to_exercise_json,
    to_record_json,
)
from pilothouse.apps.skills.services.plans_goals import list_aims
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access

router = Router()


class Strict(Schema):
    """Unknown fields are refused: a typing error must not pass silently."""

    model_config = ConfigDict(extra="forbid")


class VariantParameters(Schema):
    kind: str
    seed: int | None = Field(None, ge=0, le=LARGEST_SEED)
    difficulty: int = Field(1, ge=1, le=3)


class AttemptIn(Strict):
    """``answers`` are texts by key of question, as they would be typed: 12.4%, B, A C, C B A."""

    kind: str
    seed: int = Field(ge=0, le=LARGEST_SEED)
    difficulty: int = Field(ge=1, le=3)
    answers: dict[str, str]
    seconds: int | None = Field(None, ge=0, le=86_400)


class AttemptParameters(Schema):
    kind: str = ""
    limit: int = Field(50, ge=1, le=500)
    offset: int = Field(0, ge=0, le=1_000_000)


def _reads(request: HttpRequest) -> Access:
    access: Access = request.auth  # type: ignore[attr-defined]
    return access


@router.get("exercises", summary="All kinds of exercises, with how they went, and what is next")
def get_exercises(request: HttpRequest, competency: str = "") -> dict[str, Any]:
    access = _reads(request)
    practices = list_practices(access, competency)
    suggested = suggest_next(practices, timezone.now(), list_aims(access))
    return {
        "next": {"kind": suggested.key, "difficulty": suggested.difficulty,
                 "reason": suggested.reason},
        "kinds": [to_record_json(each) for each in list_records(practices)],
    }  # fmt: skip


@router.get("exercises/attempts", summary="Your attempts, the newest first")
def get_attempts(request: HttpRequest, asked: Query[AttemptParameters]) -> dict[str, Any]:
    found = list_attempts(_reads(request), kind=asked.kind, start=asked.offset, limit=asked.limit)
    return {"attempts": [to_attempt_json(each) for each in found]}


@router.get("exercises/attempts/{attempt_id}", summary="One attempt with its worked answer")
def get_one_attempt(request: HttpRequest, attempt_id: Path[str]) -> dict[str, Any]:
    return to_attempt_json(get_attempt(_reads(request), attempt_id))


@router.get("exercises/variant", summary="A variant, without its answers")
def get_variant(request: HttpRequest, asked: Query[VariantParameters]) -> dict[str, Any]:
    access = _reads(request)
    seed = asked.seed if asked.seed is not None else fresh_seed(access, asked.kind)
    return to_exercise_json(get_exercise(asked.kind, seed, asked.difficulty))


@router.post("exercises/attempts", summary="Answer a variant")
def post_attempt(request: HttpRequest, body: AttemptIn) -> dict[str, Any]:
    access = _reads(request)
    # A token that only reads has the rights of a viewer; it may not answer either.
    access.require(Role.COMMENTER, to="answering exercises by a program")
    view = check_answers(
        access, body.kind, body.seed, body.difficulty, body.answers, seconds=body.seconds
    )
    return to_attempt_json(view)
