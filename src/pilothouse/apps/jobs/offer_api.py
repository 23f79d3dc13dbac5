"""Offers for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Router

from pilothouse.apps.jobs.offer_bodies import AgreedIn, CriteriaIn, OfferIn, SheetIn
from pilothouse.apps.jobs.posting_api import to_reader, to_writer
from pilothouse.apps.jobs.services import offer_sheets, offers
from pilothouse.apps.jobs.services.offer_jsons import to_offer_json

router = Router()


@router.get("offers", summary="My offers with their ranges")
def get_offers(request: HttpRequest) -> dict[str, Any]:
    return {"offers": [to_offer_json(each) for each in offers.list_offers(to_reader(request))]}


@router.post("offers", summary="Enter an offer")
def post_offer(request: HttpRequest, payload: OfferIn) -> dict[str, Any]:
    return to_offer_json(offers.save_offer(to_writer(request), payload.to_draft()))


@router.get("offers/comparison", summary="My offers compared: figures, and who beats whom")
def get_comparison(request: HttpRequest) -> dict[str, Any]:
    groups = offer_sheets.compare_all(to_reader(request))
    return {"groups": [offer_sheets.to_group_json(each) for each in groups]}


@router.put("offers/criteria", summary="What offers are compared by")
def put_criteria(request: HttpRequest, payload: CriteriaIn) -> dict[str, Any]:
    saved = offers.save_criteria(to_writer(request), payload.to_criteria())
    return {"weights": dict(saved.weights), "point_price": saved.point_price, "years": saved.years}


@router.get("offers/{offer_id}", summary="An offer")
def get_offer(request: HttpRequest, offer_id: Path[str]) -> dict[str, Any]:
    return to_offer_json(offers.get_offer(to_reader(request), offer_id))


@router.put("offers/{offer_id}", summary="Write an offer anew")
def put_offer(request: HttpRequest, offer_id: Path[str], payload: OfferIn) -> dict[str, Any]:
    return to_offer_json(offers.save_offer(to_writer(request), payload.to_draft(), offer_id))


@router.delete("offers/{offer_id}", summary="Delete an offer (it can be restored)")
def delete_offer(request: HttpRequest, offer_id: Path[str]) -> dict[str, Any]:
    access = to_writer(request)
    return to_offer_json(offers.set_offer_deleted(access, offer_id, is_deleted=True))


@router.get("offers/{offer_id}/negotiation", summary="Where the cut line of its asks lies")
def get_negotiation(request: HttpRequest, offer_id: Path[str]) -> dict[str, Any]:
    return offer_sheets.to_sheet_json(offer_sheets.read_sheet(to_reader(request), offer_id))


@router.put("offers/{offer_id}/negotiation", summary="What is asked for, and against what")
def put_negotiation(request: HttpRequest, offer_id: Path[str], payload: SheetIn) -> dict[str, Any]:
    access = to_writer(request)
    return offer_sheets.to_sheet_json(offer_sheets.save_sheet(access, offer_id, payload.to_draft()))


@router.put("offers/{offer_id}/agreed", summary="What was agreed, in words; empty takes it back")
def put_agreed(request: HttpRequest, offer_id: Path[str], payload: AgreedIn) -> dict[str, Any]:
    return to_offer_json(offer_sheets.agree(to_writer(request), offer_id, payload.text))


@router.post("offers/{offer_id}/restore", summary="Bring a deleted offer back")
def post_restore(request: HttpRequest, offer_id: Path[str]) -> dict[str, Any]:
    access = to_writer(request)
    return to_offer_json(offers.set_offer_deleted(access, offer_id, is_deleted=False))
