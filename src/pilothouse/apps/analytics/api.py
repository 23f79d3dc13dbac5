"""Questions, metrics and sources for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from pilothouse.apps.analytics.services.answers import ask, take_inventory, to_json
from pilothouse.apps.analytics.services.events import count_deliveries
from pilothouse.apps.analytics.services.metrics import (
    MetricDraft,
    get_metric,
    list_metrics,
    save_metric,
    set_metric_deleted,
    to_metric_json,
)
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.analytics.services.readings import read_metrics, to_reading_json
from pilothouse.apps.analytics.services.streams import list_write_keys
from pilothouse.apps.http import api_product

router = Router()


class QuestionIn(Schema):
    """A question; which parts a definition has is told by the error for an unknown one."""

    model_config = ConfigDict(extra="forbid")

    kind: str
    definition: dict[str, Any] = Field(default_factory=dict)


class MetricIn(QuestionIn):
    name: str
    description: str = ""
    direction: str = "up"
    is_on_today: bool = True

    def to_draft(self) -> MetricDraft:
        question = parse_question(self.kind, self.definition)
        return MetricDraft(self.name, question, self.description, self.direction, self.is_on_today)


@router.post("questions", summary="Ask a trend, a funnel or retention")
def post_question(
    request: HttpRequest, product_id: Path[str], payload: QuestionIn
) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    return to_json(ask(product, parse_question(payload.kind, payload.definition)))


@router.get("inventory", summary="Events and properties that there are")
def get_inventory(request: HttpRequest, product_id: Path[str]) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    return asdict(take_inventory(product))


@router.get("metrics", summary="Saved metrics")
def get_metrics(request: HttpRequest, product_id: Path[str]) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    return {"metrics": [to_metric_json(metric) for metric in list_metrics(product)]}


@router.post("metrics", summary="Save a metric")
def post_metric(request: HttpRequest, product_id: Path[str], payload: MetricIn) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_metric_json(save_metric(access, product, payload.to_draft()))


@router.put("metrics/{metric_id}", summary="Change a metric")
def put_metric(
    request: HttpRequest, product_id: Path[str], metric_id: str, payload: MetricIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_metric_json(save_metric(access, product, payload.to_draft(), public_id=metric_id))


@router.delete("metrics/{metric_id}", summary="Delete a metric (it can be restored)")
def delete_metric(request: HttpRequest, product_id: Path[str], metric_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_metric_json(set_metric_deleted(access, product, metric_id, is_deleted=True))


@router.get("metrics/{metric_id}", summary="A metric with its answer")
def get_one_metric(request: HttpRequest, product_id: Path[str], metric_id: str) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    metric = get_metric(product, metric_id)
    return {"metric": to_metric_json(metric), "answer": to_json(ask(product, metric.question))}


@router.get("readings", summary="What the metrics say now, and what moved beyond noise")
def get_readings(request: HttpRequest, product_id: Path[str]) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    readings = read_metrics(product, list_metrics(product))
    return {"simulated": product.is_simulated, "readings": [to_reading_json(r) for r in readings]}


@router.get("sources", summary="Write keys and what clients sent in the last 30 days")
def get_sources(request: HttpRequest, product_id: Path[str]) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    delivery = count_deliveries(product, 30, timezone.now())
    return {
        "write_keys": [asdict(key) for key in list_write_keys(product)],
        "sent": delivery.sent,
        **asdict(delivery),
    }
