"""The expected result of a decision is a forecast like any other, so that it is scored.

It is made when the decision has an expected result, a probability of it and a review date. Changes
of the record follow it in the open: a new probability is a new estimate, new words a revision.
"""

from __future__ import annotations

from django.db import transaction

from pilothouse.apps.decisions.models import Decision, Forecast
from pilothouse.apps.decisions.services.forecasts import (
    ForecastDraft,
    create_forecast,
    edit_forecast,
    get_forecast,
    revise_estimate,
)
from pilothouse.apps.workspace.services.access import Access, ProductView

CRITERIA = "Judged at the review of the decision: did what was expected come?"


def follow_expectation(access: Access, product: ProductView, row: Decision) -> None:
    """Make the forecast of a decided record's expected result, or bring it up to date."""
    if not row.expected or row.probability is None or row.review_on is None:
        return
    with transaction.atomic():
        forecast = Forecast.objects.filter(
            decision=row, is_expectation=True, deleted_at=None
        ).first()
        if forecast is None:
            _make(access, product, row)
        elif forecast.resolved_at is None:
            _update(access, product, row, forecast.public_id)


def question_of(row: Decision) -> str:
    """The expected result as a question of one line."""
    line = " ".join(row.expected.split())
    return line if len(line) <= 300 else line[:299] + "…"


def _make(access: Access, product: ProductView, row: Decision) -> None:
    assert row.review_on is not None
    draft = ForecastDraft(
        question=question_of(row),
        resolve_by=row.review_on,
        probability=row.probability,
        criteria=CRITERIA,
        topics=tuple(row.topics),
        person=row.driver,
        decision_id=row.public_id,
        is_expectation=True,
    )
    create_forecast(access, product, draft)


def _update(access: Access, product: ProductView, row: Decision, public_id: str) -> None:
    changes = {"question": question_of(row), "resolve_by": row.review_on}
    edit_forecast(access, product, public_id, changes)
    latest = get_forecast(product, public_id).latest
    if latest is None or latest.probability != row.probability:
        revise_estimate(
            access, product, public_id, probability=row.probability, note="The record was changed."
        )
