"""Decisions, forecasts and pre-mortems as the API, commands and exports show them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from pilothouse.apps.decisions.services.forecast_views import EstimateView, ForecastView
from pilothouse.apps.decisions.services.premortems import PreMortemView
from pilothouse.apps.decisions.services.resolving import score_facts
from pilothouse.apps.decisions.services.views import DecisionView


def to_decision_json(decision: DecisionView) -> dict[str, Any]:
    """A decision record."""
    return {
        "id": decision.public_id,
        "ref": decision.ref,
        "title": decision.title,
        "status": decision.status.value,
        "context": decision.context,
        "options": [asdict(option) for option in decision.options],
        "reasons": decision.reasons,
        "expected": decision.expected,
        "probability": decision.probability,
        "review_on": plain(decision.review_on),
        "review_due": decision.is_due,
        "door": decision.door.value,
        "driver": decision.driver,
        "approver": decision.approver,
        "contributors": list(decision.contributors),
        "informed": list(decision.informed),
        "topics": list(decision.topics),
        "dissent": [plain(asdict(each)) for each in decision.dissents],
        "reviews": [plain(asdict(each)) for each in decision.reviews],
        "superseded_by": decision.superseded_by,
        "gaps": list(decision.gaps),
        "created_at": plain(decision.created_at),
        "decided_at": plain(decision.decided_at),
        "url": decision.url,
    }


def to_forecast_json(forecast: ForecastView) -> dict[str, Any]:
    """A forecast with its history and score."""
    resolution = forecast.resolution
    return {
        "id": forecast.public_id,
        "ref": forecast.ref,
        "kind": forecast.kind.value,
        "question": forecast.question,
        "criteria": forecast.criteria,
        "unit": forecast.unit,
        "topics": list(forecast.topics),
        "person": forecast.person,
        "resolve_by": plain(forecast.resolve_by),
        "state": forecast.state,
        "source_kind": forecast.source_kind,
        "source": dict(forecast.source),
        "source_words": forecast.source_words,
        "waiting_for": forecast.waiting_for,
        "decision": forecast.decision_id,
        "estimates": [_estimate(each) for each in forecast.estimates],
        "resolution": plain(asdict(resolution)) if resolution else None,
        "corrections": [plain(asdict(r)) for r in forecast.resolutions if not r.is_current],
        "changes": [plain(asdict(each)) for each in forecast.revisions],
        "score": score_facts(forecast) if resolution else None,
        "created_at": plain(forecast.created_at),
        "url": forecast.url,
    }


def to_premortem_json(premortem: PreMortemView) -> dict[str, Any]:
    """A pre-mortem with its causes."""
    return {
        "id": premortem.public_id,
        "title": premortem.title,
        "story": premortem.story,
        "judge_on": plain(premortem.judge_on),
        "decision": premortem.decision_id,
        "causes": [{**asdict(cause), "weight": cause.weight} for cause in premortem.causes],
        "judged": premortem.judged,
        "came_true": premortem.came_true,
        "url": premortem.url,
    }


def _estimate(each: EstimateView) -> dict[str, Any]:
    return {
        "at": plain(each.at),
        "probability": each.probability,
        "range": each.range.to_json() if each.range else None,
        "note": each.note,
        "person": each.person,
        "is_late": each.is_late,
    }


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
