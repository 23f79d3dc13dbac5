"""The workspace for programs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import ConfigDict

from pilothouse.apps.workspace.services.access import Access, ProductView, get_product
from pilothouse.apps.workspace.services.captures import create_capture, list_open_captures
from pilothouse.apps.workspace.services.ledger import list_acts, verify_ledger
from pilothouse.apps.workspace.services.products import (
    ProductDraft,
    create_product,
    list_products,
    update_product,
)
from pilothouse.apps.workspace.services.search import search_everything

router = Router()


class StrictSchema(Schema):
    """Unknown fields are refused: a typing error must not pass silently."""

    model_config = ConfigDict(extra="forbid")


class ProductIn(StrictSchema):
    name: str
    description: str = ""
    zone: str = "UTC"
    week_start: int = 0
    currency: str = "USD"
    industry: str = "technology"


class CaptureIn(StrictSchema):
    text: str
    kind: str = "note"
    due: date | None = None
    product_id: str | None = None


def access_of(request: HttpRequest) -> Access:
    """The access that the token gave."""
    return request.auth  # type: ignore[attr-defined]


def to_product_json(product: ProductView) -> dict[str, Any]:
    """A product as the API shows it: no internal numbers."""
    body = asdict(product)
    for internal in ("id", "workspace_id"):
        del body[internal]
    body["id"] = body.pop("public_id")
    return body


@router.get("me", summary="Who the token stands for")
def get_me(request: HttpRequest) -> dict[str, Any]:
    access = access_of(request)
    return {
        "name": access.user_name,
        "role": access.role.value,
        "workspace": access.workspace_name,
    }


@router.get("products", summary="The products of the workspace")
def get_products(request: HttpRequest) -> dict[str, Any]:
    return {"products": [to_product_json(product) for product in list_products(access_of(request))]}


@router.post("products", summary="Create a real product")
def post_product(request: HttpRequest, payload: ProductIn) -> dict[str, Any]:
    draft = ProductDraft(**payload.dict())
    return to_product_json(create_product(access_of(request), draft))


@router.get("products/{product_id}", summary="One product")
def get_one_product(request: HttpRequest, product_id: str) -> dict[str, Any]:
    return to_product_json(get_product(access_of(request), product_id))


@router.put("products/{product_id}", summary="Change a product")
def put_product(request: HttpRequest, product_id: str, payload: ProductIn) -> dict[str, Any]:
    draft = ProductDraft(**payload.dict())
    return to_product_json(update_product(access_of(request), product_id, draft))


@router.get("captures", summary="Captured thoughts that wait")
def get_captures(request: HttpRequest) -> dict[str, Any]:
    captures = list_open_captures(access_of(request))
    return {
        "captures": [
            {
                "id": capture.public_id,
                "kind": capture.kind.value,
                "text": capture.text,
                "due": capture.due,
                "created_at": capture.created_at,
            }
            for capture in captures
        ]
    }


@router.post("captures", summary="Capture a thought")
def post_capture(request: HttpRequest, payload: CaptureIn) -> dict[str, Any]:
    access = access_of(request)
    product = get_product(access, payload.product_id) if payload.product_id else None
    capture = create_capture(
        access, payload.text, kind=payload.kind, due=payload.due, product=product
    )
    return {"id": capture.public_id, "kind": capture.kind.value, "due": capture.due}


@router.get("ledger", summary="Acts, the newest first")
def get_ledger(
    request: HttpRequest, before: int | None = None, limit: int = Query(50, ge=1, le=500)
) -> dict[str, Any]:
    acts = list_acts(access_of(request), before=before, limit=limit)
    return {"acts": [asdict(act) for act in acts]}


@router.get("ledger/verification", summary="Check the whole chain")
def get_verification(request: HttpRequest) -> dict[str, Any]:
    return asdict(verify_ledger(access_of(request).workspace_id))


@router.get("search", summary="Search everything")
def get_search(request: HttpRequest, q: str, limit: int = 20) -> dict[str, Any]:
    hits = search_everything(access_of(request), q, limit=max(1, min(limit, 100)))
    return {"hits": [asdict(hit) for hit in hits]}
