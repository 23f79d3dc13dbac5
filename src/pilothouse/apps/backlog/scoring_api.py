"""Scores, ranking and surveys for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from pilothouse.apps.backlog.services.frameworks import MOSCOW, get_weights, set_weights
from pilothouse.apps.backlog.services.items import get_item
from pilothouse.apps.backlog.services.ranking import (
    MAX_TOP,
    RankingQuery,
    apply_ranking,
    check_moscow,
    rank_items,
    to_moscow_json,
    to_ranking_json,
)
from pilothouse.apps.backlog.services.scores import (
    list_scores,
    save_actuals,
    save_score,
    set_score_ended,
    to_score_json,
)
from pilothouse.apps.backlog.services.surveys import (
    add_answers,
    create_survey,
    evaluate_survey,
    list_surveys,
    set_survey_deleted,
    to_results_json,
    to_survey_json,
)
from pilothouse.apps.http import api_product
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.engines.backlog import get_framework

router = Router()


class Strict(Schema):
    """Unknown fields are refused: a typing error must not pass silently."""

    model_config = ConfigDict(extra="forbid")


class ScoreIn(Strict):
    """Inputs are texts as typed (``1000..4000/quarter``, ``80%``) or stored quantities."""

    framework: str
    inputs: dict[str, Any]
    note: str = ""


class ActualsIn(Strict):
    actuals: dict[str, Any]


class WeightsIn(Strict):
    weights: dict[str, float]


class RankingIn(Strict):
    framework: str = "rice"
    kinds: list[str] = Field(default_factory=list)
    statuses: list[str] = Field(default_factory=list)


class RankingParameters(Schema):
    """``kind`` and ``status`` may be several, with commas."""

    framework: str = "rice"
    kind: str = ""
    status: str = ""
    top: int | None = Field(None, ge=1, le=MAX_TOP)


class SurveyIn(Strict):
    kind: str
    name: str
    asked: str = ""


class AnswersIn(Strict):
    """Rows by column name, as in the template."""

    rows: list[dict[str, str]]


@router.get("items/{item_id}/scores", summary="All scores of an item, earlier ones too")
def get_item_scores(
    request: HttpRequest, product_id: Path[str], item_id: Path[str]
) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    get_item(product, item_id)
    return {"scores": [to_score_json(each) for each in list_scores(product, item_id)]}


@router.post("items/{item_id}/scores", summary="Score an item")
def post_score(
    request: HttpRequest, product_id: Path[str], item_id: Path[str], body: ScoreIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    view = save_score(access, product, item_id, body.framework, body.inputs, note=body.note)
    return to_score_json(view)


@router.delete("items/{item_id}/scores/{score_id}", summary="Take a score back")
def delete_score(
    request: HttpRequest, product_id: Path[str], item_id: Path[str], score_id: Path[str]
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_score_json(set_score_ended(access, product, item_id, score_id, is_ended=True))


@router.put("items/{item_id}/scores/{score_id}/actuals", summary="Say what came true")
def put_actuals(
    request: HttpRequest,
    product_id: Path[str],
    item_id: Path[str],
    score_id: Path[str],
    body: ActualsIn,
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_score_json(save_actuals(access, product, item_id, score_id, body.actuals))


@router.get("ranking", summary="Scored items by score, with intervals")
def get_ranking(
    request: HttpRequest, product_id: Path[str], asked: Query[RankingParameters]
) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    query = RankingQuery(asked.framework, _split(asked.kind), _split(asked.status), asked.top)
    if asked.framework == MOSCOW:
        return to_moscow_json(product, check_moscow(product, query))
    return to_ranking_json(product, rank_items(product, query))


@router.post("ranking/apply", summary="Put the backlog in the order of a ranking")
def post_ranking_apply(
    request: HttpRequest, product_id: Path[str], body: RankingIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    query = RankingQuery(body.framework, tuple(body.kinds), tuple(body.statuses))
    batch = apply_ranking(access, product, query)
    return {"batch": batch.public_id if batch else None, "moved": batch.items if batch else 0}


@router.get("scorecard", summary="The criteria of the weighted scorecard")
def get_scorecard(request: HttpRequest, product_id: Path[str]) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    return _scorecard_json(product)


@router.put("scorecard", summary="Set the criteria of the weighted scorecard")
def put_scorecard(request: HttpRequest, product_id: Path[str], body: WeightsIn) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    set_weights(access, product, body.weights)
    return _scorecard_json(product)


@router.get("surveys", summary="Surveys, the newest first")
def get_surveys(request: HttpRequest, product_id: Path[str]) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    return {"surveys": [to_survey_json(view) for view in list_surveys(product)]}


@router.post("surveys", summary="Make a survey")
def post_survey(request: HttpRequest, product_id: Path[str], body: SurveyIn) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_survey_json(create_survey(access, product, body.kind, body.name, body.asked))


@router.get("surveys/{survey_id}", summary="What a survey says")
def get_survey_results(
    request: HttpRequest,
    product_id: Path[str],
    survey_id: Path[str],
    segment: Query[str] = "",
    method: Query[str] = "ulwick",
) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    results = evaluate_survey(product, survey_id, segment=segment, method=method)
    return to_results_json(product, results)


@router.post("surveys/{survey_id}/answers", summary="Add answers")
def post_answers(
    request: HttpRequest, product_id: Path[str], survey_id: Path[str], body: AnswersIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    added = add_answers(access, product, survey_id, body.rows)
    return {
        "added": added.added,
        "known": added.known,
        "left_out": [{"line": line, "reason": reason} for line, reason in added.left_out],
        "left_out_count": added.left_out_count,
    }


@router.delete("surveys/{survey_id}", summary="Delete a survey")
def delete_survey(
    request: HttpRequest, product_id: Path[str], survey_id: Path[str]
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    set_survey_deleted(access, product, survey_id, is_deleted=True)
    return {"id": survey_id, "is_deleted": True}


def _split(text: str) -> tuple[str, ...]:
    return tuple(each for each in text.split(",") if each)


def _scorecard_json(product: ProductView) -> dict[str, Any]:
    weights = get_weights(product)
    return {"weights": weights, "formula": get_framework("scorecard", weights).formula}
