"""Saved metrics: a question with an exact definition and a name, in a chosen order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from pilothouse.apps.analytics.models import Direction, Metric
from pilothouse.apps.analytics.services.questions import Question, parse_question
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import index_entry, remove_entry
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import canonical_json, clean_text, digest


@dataclass(frozen=True)
class MetricDraft:
    """What a person decides about a metric."""

    name: str
    question: Question
    description: str = ""
    direction: str = Direction.UP.value
    is_on_today: bool = True

    def checked(self) -> MetricDraft:
        """This draft with clean texts; raises ``InvalidValueError`` for the first bad part."""
        name = clean_text(self.name).strip()
        if not 1 <= len(name) <= 100:
            raise InvalidValueError("a metric's name has 1 to 100 characters.", value=self.name)
        description = clean_text(self.description).strip()
        if len(description) > 2000:
            raise InvalidValueError("a description has at most 2,000 characters.")
        if self.direction not in Direction.values:
            raise InvalidValueError(
                f"a direction is one of {', '.join(Direction.values)}.", value=self.direction
            )
        return MetricDraft(name, self.question, description, self.direction, self.is_on_today)


@dataclass(frozen=True)
class MetricView:
    """A saved metric."""

    public_id: str
    name: str
    description: str
    question: Question
    direction: str
    is_on_today: bool
    updated_at: datetime
    # Changes whenever the definition does: an act or a document can say which one it meant.
    definition_digest: str


def list_metrics(product: ProductView, *, only_on_today: bool = False) -> list[MetricView]:
    """The product's metrics in their order."""
    metrics = Metric.objects.filter(product_id=product.id, deleted_at=None)
    if only_on_today:
        metrics = metrics.filter(is_on_today=True)
    return [_to_view(metric) for metric in metrics.order_by("position", "pk")]


def get_metric(product: ProductView, public_id: str) -> MetricView:
    """A metric of the product by its public id."""
    return _to_view(_get(product, public_id))


def save_metric(
    access: Access, product: ProductView, draft: MetricDraft, *, public_id: str | None = None
) -> MetricView:
    """Create a metric, or change the one with ``public_id``."""
    access.require(Role.EDITOR, to="saving a metric")
    checked = draft.checked()
    with transaction.atomic():
        _refuse_taken_name(product, checked.name, public_id)
        metric = _get(product, public_id) if public_id else _new(access, product)
        metric.name = checked.name
        metric.description = checked.description
        metric.kind = checked.question.kind
        metric.definition = checked.question.definition
        metric.direction = checked.direction
        metric.is_on_today = checked.is_on_today
        metric.save()
        view = _to_view(metric)
        facts = {
            "name": view.name,
            "kind": view.question.kind,
            "definition": view.question.definition,
            "digest": view.definition_digest,
        }
        kind = "metric.changed" if public_id else "metric.defined"
        record_act(access, kind, "metric", view.public_id, facts, product=product)
        _index(product, view)
    return view


def set_metric_deleted(
    access: Access, product: ProductView, public_id: str, *, is_deleted: bool
) -> MetricView:
    """Delete a metric, or bring it back."""
    access.require(Role.EDITOR, to="deleting a metric")
    with transaction.atomic():
        metric = _get(product, public_id, with_deleted=True)
        if not is_deleted:
            _refuse_taken_name(product, metric.name, public_id)
        metric.deleted_at = timezone.now() if is_deleted else None
        metric.save(update_fields=["deleted_at"])
        view = _to_view(metric)
        kind = "metric.deleted" if is_deleted else "metric.restored"
        record_act(access, kind, "metric", public_id, {"name": view.name}, product=product)
        if is_deleted:
            remove_entry(product.workspace_id, "metric", public_id)
        else:
            _index(product, view)
    return view


def move_metric(access: Access, product: ProductView, public_id: str, *, by: int) -> None:
    """Move a metric up (negative) or down in the order."""
    access.require(Role.EDITOR, to="ordering metrics")
    with transaction.atomic():
        ids = [metric.public_id for metric in list_metrics(product)]
        place = ids.index(_get(product, public_id).public_id)
        ids.insert(max(0, min(len(ids) - 1, place + by)), ids.pop(place))
        for position, each in enumerate(ids):
            Metric.objects.filter(product_id=product.id, public_id=each).update(position=position)


def to_metric_json(metric: MetricView) -> dict[str, Any]:
    """A metric as the API and commands show it."""
    return {
        "id": metric.public_id,
        "name": metric.name,
        "description": metric.description,
        "kind": metric.question.kind,
        "definition": metric.question.definition,
        "definition_digest": metric.definition_digest,
        "direction": metric.direction,
        "is_on_today": metric.is_on_today,
    }


def _new(access: Access, product: ProductView) -> Metric:
    last = Metric.objects.filter(product_id=product.id).aggregate(last=Max("position"))["last"]
    return Metric(
        product_id=product.id, user_id=access.user_id, position=0 if last is None else last + 1
    )


def _get(product: ProductView, public_id: str, *, with_deleted: bool = False) -> Metric:
    metrics = Metric.objects.filter(product_id=product.id, public_id=public_id)
    if not with_deleted:
        metrics = metrics.filter(deleted_at=None)
    metric = metrics.first()
    if metric is None:
        raise NotFoundError("there is no such metric in this product.", value=public_id)
    return metric


def _refuse_taken_name(product: ProductView, name: str, public_id: str | None) -> None:
    taken = Metric.objects.filter(product_id=product.id, name=name, deleted_at=None)
    if taken.exclude(public_id=public_id or "").exists():
        raise ConflictError("there is a metric of this name already.", value=name)


def _index(product: ProductView, metric: MetricView) -> None:
    index_entry(
        product.workspace_id,
        kind="metric",
        object_id=metric.public_id,
        title=metric.name,
        body=metric.description,
        url=f"/p/{product.public_id}/analytics/metrics/{metric.public_id}/",
        product_id=product.id,
    )


def _to_view(metric: Metric) -> MetricView:
    definition: dict[str, Any] = metric.definition
    question = parse_question(metric.kind, definition)
    return MetricView(
        public_id=metric.public_id,
        name=metric.name,
        description=metric.description,
        question=question,
        direction=metric.direction,
        is_on_today=metric.is_on_today,
        updated_at=metric.updated_at,
        definition_digest=digest(canonical_json([metric.kind, question.definition]))[:12],
    )
