"""Delivery for programs: forecast, flow, negotiations, promises."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from pilothouse.apps.http import api_product
from pilothouse.apps.roadmap.services.flow import read_flow, to_flow_json
from pilothouse.apps.roadmap.services.forecasts import (
    ForecastQuestion,
    ask_forecast,
    to_forecast_json,
)
from pilothouse.apps.roadmap.services.negotiation_sheets import (
    AgreedPromise,
    Agreement,
    agree,
    read_sheet,
    to_sheet_json,
)
from pilothouse.apps.roadmap.services.negotiations import (
    NegotiationDraft,
    NegotiationView,
    StakeholderView,
    get_negotiation,
    list_negotiations,
    save_negotiation,
    set_negotiation_deleted,
)
from pilothouse.apps.roadmap.services.promise_views import score_promises, to_promise_json
from pilothouse.apps.roadmap.services.promises import (
    PromiseDraft,
    get_promise,
    list_changes,
    list_promises,
    make_promise,
    renegotiate_promise,
    set_promise_deleted,
    settle_promise,
)
from pilothouse.apps.roadmap.services.quarters import today_of
from pilothouse.apps.workspace.services.access import ProductView

router = Router()


class ForecastIn(Schema):
    """A question; what is left out is as on the page."""

    model_config = ConfigDict(extra="forbid")

    kinds: list[str] = Field(default_factory=list)
    window_weeks: int = 12
    scope: str = "ready"
    items: int | None = None
    by: date | None = None
    start_weeks: int = 0
    capacity: float = 1.0
    split_rate: float = 0.0
    urgent: list[str] = Field(default_factory=list)
    method: str = "throughput"

    def to_question(self) -> ForecastQuestion:
        values = self.model_dump()
        values |= {"kinds": tuple(self.kinds), "urgent": tuple(self.urgent)}
        return ForecastQuestion(**values)


class StakeholderIn(Schema):
    model_config = ConfigDict(extra="forbid")

    name: str
    role: str = ""
    wants: str = ""
    alternative: str = ""
    interest: str = "high"
    influence: str = "high"


class NegotiationIn(Schema):
    model_config = ConfigDict(extra="forbid")

    title: str
    due: date
    note: str = ""
    item_ids: list[str] = Field(default_factory=list)
    extra_items: int = 0
    kinds: list[str] = Field(default_factory=list)
    window_weeks: int = 12
    confidence: float = 0.85
    team_size: int = 5
    joins_after: int = 2
    ramp_up_weeks: int = 8
    early_share: float = 0.25
    drag: float = 0.5
    later_share: float = 0.9
    delay_cost: float | None = None
    person_cost: float | None = None
    stakeholders: list[StakeholderIn] = Field(default_factory=list)

    def to_draft(self) -> NegotiationDraft:
        people = tuple(StakeholderView(**each.model_dump()) for each in self.stakeholders)
        values = self.model_dump(exclude={"stakeholders"})
        values |= {"item_ids": tuple(self.item_ids), "kinds": tuple(self.kinds)}
        return NegotiationDraft(**values, stakeholders=people)


class PromiseIn(Schema):
    model_config = ConfigDict(extra="forbid")

    what: str
    to: str
    due: date
    role: str = ""
    probability: float | None = None

    def to_draft(self) -> PromiseDraft:
        return PromiseDraft(self.what, self.to, self.due, self.role, self.probability)


class AgreedPromiseIn(Schema):
    """``items``: the first so many of the scope; left out, as many as the deal has."""

    model_config = ConfigDict(extra="forbid")

    what: str
    to: str
    due: date
    role: str = ""
    items: int | None = None


class AgreementIn(Schema):
    model_config = ConfigDict(extra="forbid")

    deal: str
    text: str = ""
    promises: list[AgreedPromiseIn]


class PromiseChangeIn(Schema):
    """Either a ``state`` (kept, broken, open), or another ``due`` or ``what`` with a reason."""

    model_config = ConfigDict(extra="forbid")

    state: str = ""
    on: date | None = None
    what: str = ""
    due: date | None = None
    reason: str = ""


def _whole(product: ProductView, view: NegotiationView) -> dict[str, Any]:
    sheet = read_sheet(product, view.draft)
    return {
        "id": view.public_id,
        "title": view.title,
        "agreed": view.agreed_deal or None,
        "agreed_text": view.agreed_text,
        "stakeholders": [{**vars(p), "stance": p.stance} for p in view.draft.stakeholders],
        "url": view.url,
        **to_sheet_json(sheet),
    }


@router.post("forecast", summary="When are how many items done, from the product's own history")
def post_forecast(
    request: HttpRequest, product_id: Path[str], payload: ForecastIn
) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    return to_forecast_json(ask_forecast(product, payload.to_question()))


@router.get("flow", summary="Ageing work, cycle times, Little's law")
def get_flow(request: HttpRequest, product_id: Path[str], window_weeks: int = 12) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    return to_flow_json(read_flow(product, window_weeks=window_weeks))


@router.get("negotiations", summary="Negotiation sheets")
def get_negotiations(request: HttpRequest, product_id: Path[str]) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    rows = [
        {
            "id": view.public_id,
            "title": view.title,
            "due": view.draft.due.isoformat(),
            "agreed": view.agreed_deal or None,
            "promises": view.promises,
            "url": view.url,
        }
        for view in list_negotiations(product)
    ]
    return {"simulated": product.is_simulated, "negotiations": rows}


@router.post("negotiations", summary="Begin a negotiation sheet")
def post_negotiation(
    request: HttpRequest, product_id: Path[str], payload: NegotiationIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return _whole(product, save_negotiation(access, product, payload.to_draft()))


@router.get("negotiations/{negotiation_id}", summary="A sheet with its options and cut line")
def get_one_negotiation(
    request: HttpRequest, product_id: Path[str], negotiation_id: str
) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    return _whole(product, get_negotiation(product, negotiation_id))


@router.put("negotiations/{negotiation_id}", summary="Change a sheet")
def put_negotiation(
    request: HttpRequest, product_id: Path[str], negotiation_id: str, payload: NegotiationIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    view = save_negotiation(access, product, payload.to_draft(), public_id=negotiation_id)
    return _whole(product, view)


@router.delete("negotiations/{negotiation_id}", summary="Delete a sheet (it can be restored)")
def delete_negotiation(
    request: HttpRequest, product_id: Path[str], negotiation_id: str
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    view = set_negotiation_deleted(access, product, negotiation_id, is_deleted=True)
    return {"id": view.public_id, "deleted": True}


@router.post("negotiations/{negotiation_id}/agreement", summary="Agree; it becomes promises")
def post_agreement(
    request: HttpRequest, product_id: Path[str], negotiation_id: str, payload: AgreementIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    promises = tuple(
        AgreedPromise(each.what, each.to, each.due, each.role, each.items)
        for each in payload.promises
    )
    agreement = Agreement(payload.deal, payload.text, promises)
    view, made = agree(access, product, negotiation_id, agreement)
    return {**_whole(product, view), "promises": [to_promise_json(each) for each in made]}


@router.get("promises", summary="Promises, and how they turned out")
def get_promises(request: HttpRequest, product_id: Path[str]) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    every = list_promises(product, open_only=False)
    score = score_promises(every, today_of(product))
    return {
        "simulated": product.is_simulated,
        "promises": [to_promise_json(each) for each in every],
        "kept_as_first_made": vars(score.kept),
        "brier": score.brier,
        "score": score.sentence,
    }


@router.post("promises", summary="Promise something")
def post_promise(request: HttpRequest, product_id: Path[str], payload: PromiseIn) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_promise_json(make_promise(access, product, payload.to_draft()))


@router.get("promises/{promise_id}", summary="A promise with its history")
def get_one_promise(request: HttpRequest, product_id: Path[str], promise_id: str) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    changes = [{**vars(each), "act": each.act.value} for each in list_changes(product, promise_id)]
    return {**to_promise_json(get_promise(product, promise_id)), "history": changes}


@router.post("promises/{promise_id}/changes", summary="Keep, break, reopen or renegotiate")
def post_promise_change(
    request: HttpRequest, product_id: Path[str], promise_id: str, payload: PromiseChangeIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    if payload.state:
        view = settle_promise(
            access, product, promise_id, payload.state, on=payload.on, reason=payload.reason
        )
        return to_promise_json(view)
    before = get_promise(product, promise_id)
    view = renegotiate_promise(
        access,
        product,
        promise_id,
        due=payload.due or before.due,
        what=payload.what or before.what,
        reason=payload.reason,
    )
    return to_promise_json(view)


@router.delete("promises/{promise_id}", summary="Delete a promise (it can be restored)")
def delete_promise(request: HttpRequest, product_id: Path[str], promise_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_promise_json(set_promise_deleted(access, product, promise_id, is_deleted=True))
