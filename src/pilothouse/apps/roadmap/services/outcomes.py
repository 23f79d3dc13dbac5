"""Outcomes: what shall be different, and the metric that tells whether it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from pilothouse.apps.analytics.services.metrics import get_metric
from pilothouse.apps.roadmap.models import Outcome
from pilothouse.apps.roadmap.services.checks import (
    MAX_VALUE,
    check_day,
    check_number,
    check_reference,
    check_text,
    check_title,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import index_entry, remove_entry
from pilothouse.kernel.errors import NotFoundError


@dataclass(frozen=True)
class OutcomeDraft:
    """What a person decides about an outcome. ``target`` is in the unit of the metric."""

    title: str
    why: str = ""
    metric_id: str = ""
    target: float | None = None
    target_text: str = ""
    due: date | None = None

    def checked(self) -> OutcomeDraft:
        """This draft with clean parts; raises ``InvalidValueError`` for the first bad one."""
        return replace(
            self,
            title=check_title(self.title, "an outcome's title"),
            why=check_text(self.why, "the reason of an outcome", 4000),
            metric_id=check_reference(self.metric_id, "a metric"),
            target=check_number(self.target, "a target", low=-MAX_VALUE),
            target_text=check_text(self.target_text, "a target in words", 200),
            due=check_day(self.due, "the day of an outcome"),
        )


@dataclass(frozen=True)
class OutcomeView:
    """An outcome. ``metric_id`` is empty where no metric tells."""

    public_id: str
    title: str
    why: str
    metric_id: str
    target: float | None
    target_text: str
    due: date | None
    created_at: datetime
    url: str


def list_outcomes(product: ProductView) -> list[OutcomeView]:
    """The product's outcomes in their order; one query."""
    outcomes = Outcome.objects.filter(product_id=product.id, deleted_at=None)
    return [to_outcome_view(product, each) for each in outcomes.order_by("position", "pk")]


def get_outcome(product: ProductView, public_id: str) -> OutcomeView:
    """An outcome of the product by its public id."""
    return to_outcome_view(product, find_outcome(product, public_id))


def save_outcome(
    access: Access, product: ProductView, draft: OutcomeDraft, *, public_id: str | None = None
) -> OutcomeView:
    """Create an outcome, or change the one with ``public_id``."""
    access.require(Role.EDITOR, to="saving an outcome")
    checked = draft.checked()
    with transaction.atomic():
        outcome = find_outcome(product, public_id) if public_id else _new(product)
        # A metric that was deleted since may stay named; a new one must exist.
        if checked.metric_id and checked.metric_id != outcome.metric_id:
            get_metric(product, checked.metric_id)
        for name, value in vars(checked).items():
            setattr(outcome, name, value)
        outcome.save()
        view = to_outcome_view(product, outcome)
        facts = {
            "name": view.title,
            "metric": view.metric_id,
            "target": view.target,
            "due": view.due and view.due.isoformat(),
        }
        kind = "outcome.changed" if public_id else "outcome.created"
        record_act(access, kind, "outcome", view.public_id, facts, product=product)
        _index(product, view)
    return view


def set_outcome_deleted(
    access: Access, product: ProductView, public_id: str, *, is_deleted: bool
) -> OutcomeView:
    """Delete an outcome, or bring it back; its bets stay and find it again."""
    access.require(Role.EDITOR, to="deleting an outcome")
    with transaction.atomic():
        outcome = find_outcome(product, public_id, with_deleted=True)
        outcome.deleted_at = product.now if is_deleted else None
        outcome.save(update_fields=["deleted_at"])
        view = to_outcome_view(product, outcome)
        kind = "outcome.deleted" if is_deleted else "outcome.restored"
        record_act(access, kind, "outcome", public_id, {"name": view.title}, product=product)
        if is_deleted:
            remove_entry(product.workspace_id, "outcome", public_id)
        else:
            _index(product, view)
    return view


def find_outcome(product: ProductView, public_id: str, *, with_deleted: bool = False) -> Outcome:
    """The row of an outcome; raises ``NotFoundError``."""
    outcomes = Outcome.objects.filter(product_id=product.id, public_id=public_id)
    if not with_deleted:
        outcomes = outcomes.filter(deleted_at=None)
    outcome = outcomes.first()
    if outcome is None:
        raise NotFoundError("there is no such outcome in this product.", value=public_id)
    return outcome


def to_outcome_view(product: ProductView, outcome: Outcome) -> OutcomeView:
    """The row as the frozen value that crosses app borders."""
    return OutcomeView(
        public_id=outcome.public_id,
        title=outcome.title,
        why=outcome.why,
        metric_id=outcome.metric_id,
        target=outcome.target,
        target_text=outcome.target_text,
        due=outcome.due,
        created_at=outcome.created_at,
        url=f"/p/{product.public_id}/roadmap/outcomes/{outcome.public_id}/",
    )


def _new(product: ProductView) -> Outcome:
    last = Outcome.objects.filter(product_id=product.id).aggregate(last=Max("position"))["last"]
    place = 0 if last is None else last + 1
    return Outcome(product_id=product.id, position=place, created_at=product.now)


def _index(product: ProductView, outcome: OutcomeView) -> None:
    index_entry(
        product.workspace_id,
        kind="outcome",
        object_id=outcome.public_id,
        title=outcome.title,
        body=outcome.why,
        url=outcome.url,
        product_id=product.id,
    )
