"""A product whose clock the tests turn, and things to decide and forecast in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from pilothouse.apps.analytics.services.metrics import MetricDraft, MetricView, save_metric
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.decisions.services.decisions import DecisionDraft, OptionDraft
from pilothouse.apps.decisions.services.forecast_views import ForecastView
from pilothouse.apps.decisions.services.forecasts import ForecastDraft, create_forecast
from pilothouse.apps.workspace.models import Product
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.builders import make_product

UTC = timezone.utc
# A Monday, noon.
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = NOW.date()


def make_dated(access: Access, now: datetime = NOW, **changes: Any) -> ProductView:
    """A product that lives at ``now``."""
    return make_product(access, clock=now, **changes)


def turn(product: ProductView, *, days: float = 0, to: datetime | None = None) -> ProductView:
    """The same product later; its row too, so that pages see it."""
    clock = to or product.now + timedelta(days=days)
    Product.objects.filter(pk=product.id).update(clock=clock)
    return replace(product, clock=clock)


def day(offset: int) -> date:
    """A day counted from today."""
    return TODAY + timedelta(days=offset)


def make_metric(
    access: Access, product: ProductView, kind: str = "trend", **definition: Any
) -> MetricView:
    """A metric; by default how often "opened" happens in a day."""
    question = parse_question(kind, definition or {"event": "opened"})
    return save_metric(access, product, MetricDraft("Opened", question))


def forecast(
    access: Access, product: ProductView, probability: float = 0.7, **changes: Any
) -> ForecastView:
    """A forecast of yes or no, a week ahead."""
    draft = ForecastDraft("It rains", day(7), probability=probability)
    return create_forecast(access, product, replace(draft, **changes))


DECISION = DecisionDraft(
    title="Price by usage",
    context="Seats are shared.",
    options=(
        OptionDraft("By usage", "fair", "harder to foresee", "6 weeks", is_chosen=True),
        OptionDraft("By seat", "known", "people share logins"),
    ),
    reasons="It grows with value.",
    expected="Churn of small teams is below 4 % in April.",
    probability=0.65,
    review_on=day(60),
    door="two-way",
    driver="Ann",
    approver="Bo",
    contributors=("Cy", "Di"),
    informed=("Ed",),
    topics=("pricing",),
    is_decided=True,
)
