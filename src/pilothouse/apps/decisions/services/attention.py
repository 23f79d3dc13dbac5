"""What Today must show of decisions: reviews and forecasts that are due, and what just came."""

from __future__ import annotations

from datetime import date, timedelta

from pilothouse.apps.decisions.models import Decision, Forecast, Outcome, PreMortem, Status
from pilothouse.apps.decisions.services.forecast_views import (
    ForecastView,
    forecast_url,
    is_open,
    read_forecasts,
)
from pilothouse.apps.decisions.services.premortems import premortem_url
from pilothouse.apps.decisions.services.texts import start_of_day
from pilothouse.apps.decisions.services.views import decision_url
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.attention import Attention

MOST = 6


def list_attention(access: Access, product: ProductView, today: date) -> list[Attention]:
    """Reviews due, forecasts to resolve, fears to judge, what resolved since yesterday."""
    del access  # everybody may read it
    return [
        *_reviews(product, today),
        *_forecasts(product, today),
        *_premortems(product, today),
        *_resolved(product, today),
    ]


def _reviews(product: ProductView, today: date) -> list[Attention]:
    rows = Decision.objects.filter(
        product_id=product.id, deleted_at=None, status=Status.DECIDED, review_on__lte=today
    ).order_by("review_on", "pk")
    return [
        Attention(
            "decision", f"Look back at D{row.number}: {row.title}",
            decision_url(product, row.public_id) + "#review", row.review_on, is_warning=True,
        )
        for row in rows[:MOST]
    ]  # fmt: skip


def _forecasts(product: ProductView, today: date) -> list[Attention]:
    rows = Forecast.objects.filter(
        is_open(), product_id=product.id, resolve_by__lte=today
    ).order_by("resolve_by", "pk")
    found = []
    for row in rows[:MOST]:
        # A source that still waits for the day to end needs nobody.
        if row.source_kind and row.resolve_by >= today:
            continue
        why = f" ({row.waiting_for})" if row.waiting_for else ""
        sentence = f"What came of F{row.number}: {row.question}{why}"
        url = forecast_url(product, row.public_id)
        found.append(Attention("forecast", sentence, url, row.resolve_by, is_warning=True))
    return found


def _premortems(product: ProductView, today: date) -> list[Attention]:
    rows = PreMortem.objects.filter(
        product_id=product.id, deleted_at=None, judge_on__lte=today,
        causes__came_true=None, causes__deleted_at=None, causes__isnull=False,
    ).distinct().order_by("judge_on", "pk")  # fmt: skip
    return [
        Attention(
            "premortem", f"Which fears came true: {row.title}",
            premortem_url(product, row.public_id), row.judge_on,
        )
        for row in rows[:MOST]
    ]  # fmt: skip


def _resolved(product: ProductView, today: date) -> list[Attention]:
    since = start_of_day(product, today - timedelta(days=1))
    rows = Forecast.objects.filter(
        product_id=product.id, deleted_at=None, resolved_at__gte=since
    ).order_by("-resolved_at", "-pk")[:MOST]
    return [
        Attention("forecast", _describe(each), each.url)
        for each in read_forecasts(product, rows, today)
    ]


def _describe(forecast: ForecastView) -> str:
    came = forecast.resolution
    words = {Outcome.YES: "came true", Outcome.NO: "did not come true", Outcome.VOID: "is void"}
    end = words.get(came.outcome, "is resolved") if came else "is resolved"
    judged = forecast.judgement
    score = f" (Brier {judged.brier:.2f})" if judged and judged.brier is not None else ""
    said = (
        f", said at {judged.probability:.0%}" if judged and judged.probability is not None else ""
    )
    return f"{forecast.ref} {end}{said}{score}: {forecast.question}"
