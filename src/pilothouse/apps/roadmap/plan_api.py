"""The best plan and the roadmap's files for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Schema
from pydantic import ConfigDict

from pilothouse.apps.http import api_product, download
from pilothouse.apps.roadmap.models import Audience
from pilothouse.apps.roadmap.services.exports import export_roadmap
from pilothouse.apps.roadmap.services.plan_jsons import to_plan_json
from pilothouse.apps.roadmap.services.planning import (
    DEFAULT_QUARTERS,
    DEFAULT_SECONDS,
    PlanDraft,
    find_latest_plan,
    get_plan,
    start_plan,
    take_over,
)

router = Router()


class PlanIn(Schema):
    """What to plan; ``keep`` None keeps the bets in progress where they stand."""

    model_config = ConfigDict(extra="forbid")

    quarters: int = DEFAULT_QUARTERS
    seconds: int = DEFAULT_SECONDS
    keep: list[str] | None = None


@router.get("plan", summary="The latest best plan")
def get_latest_plan(request: HttpRequest, product_id: Path[str]) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    found = find_latest_plan(access, product)
    return {"plan": to_plan_json(product, found) if found else None}


@router.post("plan", summary="Look for the best plan")
def post_plan(request: HttpRequest, product_id: Path[str], payload: PlanIn) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    keep = None if payload.keep is None else tuple(payload.keep)
    draft = PlanDraft(payload.quarters, payload.seconds, keep)
    return to_plan_json(product, start_plan(access, product, draft))


@router.get("plan/{plan_id}", summary="A best plan")
def get_one_plan(request: HttpRequest, product_id: Path[str], plan_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_plan_json(product, get_plan(access, product, plan_id))


@router.post("plan/{plan_id}/take", summary="Take a plan over: move the bets there")
def post_take(request: HttpRequest, product_id: Path[str], plan_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    batch = take_over(access, product, plan_id)
    return {"id": batch.public_id, "label": batch.label, "moved": batch.moved}


@router.get("exports/{kind}.{extension}", summary="The roadmap as a file", response={200: None})
def get_export(
    request: HttpRequest, product_id: Path[str], kind: str, extension: str,
    audience: str = Audience.TEAM.value,
) -> HttpResponse:  # fmt: skip
    _, product = api_product(request, product_id)
    file = export_roadmap(product, extension, kind=kind, audience=audience)
    return download(file.name, file.body, file.content_type)
