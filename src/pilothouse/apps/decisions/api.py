"""Decisions and forecasts for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Router

from pilothouse.apps.decisions.bodies import (
    CauseChangeIn,
    CauseIn,
    DecisionIn,
    DissentIn,
    EndIn,
    EstimateIn,
    ForecastIn,
    PreMortemIn,
    ResolutionIn,
    ReviewIn,
    WordingIn,
)
from pilothouse.apps.decisions.services import forecasts as forecasts_service
from pilothouse.apps.decisions.services.decisions import (
    get_decision,
    list_decisions,
    reverse_decision,
    save_decision,
    set_decision_deleted,
    supersede_decision,
)
from pilothouse.apps.decisions.services.jsons import (
    to_decision_json,
    to_forecast_json,
    to_premortem_json,
)
from pilothouse.apps.decisions.services.premortems import (
    CauseDraft,
    add_cause,
    change_cause,
    create_premortem,
    get_premortem,
    judge_cause,
    list_premortems,
)
from pilothouse.apps.decisions.services.resolving import (
    ResolutionDraft,
    look_at_sources,
    reopen_forecast,
    resolve_by_hand,
)
from pilothouse.apps.decisions.services.reviews import ReviewDraft, add_dissent, review_decision
from pilothouse.apps.decisions.services.track_record import (
    read_track_record,
    to_track_record_json,
)
from pilothouse.apps.http import api_product
from pilothouse.apps.workspace.models import Role

router = Router()


@router.get("records", summary="Decision records; status may also be due")
def get_records(request: HttpRequest, product_id: Path[str], status: str = "") -> dict[str, Any]:
    _, product = api_product(request, product_id)
    found = list_decisions(product, status=status, due=status == "due")
    return {
        "simulated": product.is_simulated,
        "decisions": [to_decision_json(each) for each in found],
    }


@router.post("records", summary="Write a decision down")
def post_record(request: HttpRequest, product_id: Path[str], payload: DecisionIn) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_decision_json(save_decision(access, product, payload.to_draft()))


@router.get("records/{decision_id}", summary="A decision record with its forecasts")
def get_record(request: HttpRequest, product_id: Path[str], decision_id: str) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    decision = get_decision(product, decision_id)
    own = forecasts_service.list_forecasts(product, decision_id=decision_id)
    return {
        "simulated": product.is_simulated,
        **to_decision_json(decision),
        "forecasts": [to_forecast_json(each) for each in own],
    }


@router.put("records/{decision_id}", summary="Change a decision; what it said before is kept")
def put_record(
    request: HttpRequest, product_id: Path[str], decision_id: str, payload: DecisionIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    saved = save_decision(access, product, payload.to_draft(), public_id=decision_id)
    return to_decision_json(saved)


@router.delete("records/{decision_id}", summary="Delete a decision (it can be restored)")
def delete_record(request: HttpRequest, product_id: Path[str], decision_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_decision_json(set_decision_deleted(access, product, decision_id, is_deleted=True))


@router.post("records/{decision_id}/reviews", summary="Look back at a decision")
def post_review(
    request: HttpRequest, product_id: Path[str], decision_id: str, payload: ReviewIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    draft = ReviewDraft(**payload.model_dump())
    return to_decision_json(review_decision(access, product, decision_id, draft))


@router.post("records/{decision_id}/dissent", summary="Note who disagreed, and why")
def post_dissent(
    request: HttpRequest, product_id: Path[str], decision_id: str, payload: DissentIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_decision_json(add_dissent(access, product, decision_id, payload.who, payload.why))


@router.post("records/{decision_id}/ends", summary="Reverse a decision, or say what replaced it")
def post_end(
    request: HttpRequest, product_id: Path[str], decision_id: str, payload: EndIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    if payload.by:
        return to_decision_json(supersede_decision(access, product, decision_id, payload.by))
    return to_decision_json(reverse_decision(access, product, decision_id))


@router.get("forecasts", summary="Forecasts with their history and scores")
def get_forecasts(
    request: HttpRequest,
    product_id: Path[str],
    state: str = "",
    person: str = "",
    topic: str = "",
) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    found = forecasts_service.list_forecasts(product, state=state, person=person, topic=topic)
    return {
        "simulated": product.is_simulated,
        "forecasts": [to_forecast_json(each) for each in found],
    }


@router.post("forecasts", summary="Make a forecast")
def post_forecast(
    request: HttpRequest, product_id: Path[str], payload: ForecastIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_forecast_json(forecasts_service.create_forecast(access, product, payload.to_draft()))


@router.get("forecasts/{forecast_id}", summary="A forecast")
def get_one_forecast(
    request: HttpRequest, product_id: Path[str], forecast_id: str
) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    forecast = forecasts_service.get_forecast(product, forecast_id)
    return {"simulated": product.is_simulated, **to_forecast_json(forecast)}


@router.put("forecasts/{forecast_id}", summary="Change the wording; the old one is kept")
def put_forecast(
    request: HttpRequest, product_id: Path[str], forecast_id: str, payload: WordingIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    changes = payload.model_dump(exclude_none=True)
    changed = forecasts_service.edit_forecast(access, product, forecast_id, changes)
    return to_forecast_json(changed)


@router.post("forecasts/{forecast_id}/looks", summary="Have its source read now")
def post_look(request: HttpRequest, product_id: Path[str], forecast_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    access.require(Role.COMMENTER, to="having a source read")
    forecasts_service.get_forecast(product, forecast_id)
    look_at_sources(product, public_id=forecast_id, force=True)
    return to_forecast_json(forecasts_service.get_forecast(product, forecast_id))


@router.delete("forecasts/{forecast_id}", summary="Delete a forecast (it can be restored)")
def delete_forecast(
    request: HttpRequest, product_id: Path[str], forecast_id: str
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    deleted = forecasts_service.set_forecast_deleted(access, product, forecast_id, is_deleted=True)
    return to_forecast_json(deleted)


@router.post("forecasts/{forecast_id}/estimates", summary="Say something else")
def post_estimate(
    request: HttpRequest, product_id: Path[str], forecast_id: str, payload: EstimateIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    revised = forecasts_service.revise_estimate(
        access, product, forecast_id,
        probability=payload.probability, said=payload.to_range(), note=payload.note,
    )  # fmt: skip
    return to_forecast_json(revised)


@router.post("forecasts/{forecast_id}/resolutions", summary="Say what came, or correct it")
def post_resolution(
    request: HttpRequest, product_id: Path[str], forecast_id: str, payload: ResolutionIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    draft = ResolutionDraft(**payload.model_dump())
    return to_forecast_json(resolve_by_hand(access, product, forecast_id, draft))


@router.delete("forecasts/{forecast_id}/resolutions", summary="Take the resolution back")
def delete_resolution(
    request: HttpRequest, product_id: Path[str], forecast_id: str
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    access.require(Role.EDITOR, to="reopening a forecast")
    forecast = forecasts_service.get_forecast(product, forecast_id)
    if forecast.resolution is not None:
        forecast = reopen_forecast(access, product, forecast_id)
    return to_forecast_json(forecast)


@router.get("track-record", summary="Scores, calibration, Murphy's parts, by person and topic")
def get_track_record(
    request: HttpRequest,
    product_id: Path[str],
    word: str = "last",
    person: str = "",
    topic: str = "",
) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    look_at_sources(product)
    record = read_track_record(product, word=word, person=person, topic=topic)
    return to_track_record_json(product, record)


@router.get("premortems", summary="Pre-mortems")
def get_premortems(request: HttpRequest, product_id: Path[str]) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    found = list_premortems(product)
    return {
        "simulated": product.is_simulated,
        "premortems": [to_premortem_json(each) for each in found],
    }


@router.post("premortems", summary="Begin a pre-mortem")
def post_premortem(
    request: HttpRequest, product_id: Path[str], payload: PreMortemIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    begun = create_premortem(
        access, product, payload.title,
        story=payload.story, judge_on=payload.judge_on, decision_id=payload.decision,
    )  # fmt: skip
    return to_premortem_json(begun)


@router.get("premortems/{premortem_id}", summary="A pre-mortem with its causes")
def get_one_premortem(
    request: HttpRequest, product_id: Path[str], premortem_id: str
) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    return {
        "simulated": product.is_simulated,
        **to_premortem_json(get_premortem(product, premortem_id)),
    }


@router.post("premortems/{premortem_id}/causes", summary="Add a cause")
def post_cause(
    request: HttpRequest, product_id: Path[str], premortem_id: str, payload: CauseIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    draft = CauseDraft(**payload.model_dump())
    return to_premortem_json(add_cause(access, product, premortem_id, draft))


@router.put("premortems/{premortem_id}/causes/{cause_id}", summary="Weigh a cause, or judge it")
def put_cause(
    request: HttpRequest,
    product_id: Path[str],
    premortem_id: str,
    cause_id: str,
    payload: CauseChangeIn,
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    draft = CauseDraft(**payload.model_dump(exclude={"came_true"}))
    view = change_cause(access, product, premortem_id, cause_id, draft)
    if "came_true" in payload.model_fields_set:
        view = judge_cause(access, product, premortem_id, cause_id, came_true=payload.came_true)
    return to_premortem_json(view)
