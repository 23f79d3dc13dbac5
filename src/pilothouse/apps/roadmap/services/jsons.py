"""Bets, outcomes, teams and releases as the API and commands show them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pilothouse.apps.roadmap.services.audiences import ToldBet
from pilothouse.apps.roadmap.services.bets import BetView
from pilothouse.apps.roadmap.services.outcomes import OutcomeView
from pilothouse.apps.roadmap.services.releases import ReleaseView
from pilothouse.apps.roadmap.services.shares import ShareView
from pilothouse.apps.roadmap.services.teams import TeamView


def to_bet_json(bet: BetView) -> dict[str, Any]:
    """A bet; ``confidence_now`` is the stated confidence after its fall with distance."""
    return {
        "id": bet.public_id,
        "title": bet.title,
        "note": bet.note,
        "item_id": bet.item_id,
        "outcome_id": bet.outcome_id,
        "release_id": bet.release_id,
        "horizon": bet.horizon,
        "quarter": bet.quarter.isoformat() if bet.quarter else None,
        "quarters_away": bet.distance,
        "efforts": dict(bet.efforts),
        "value": bet.value,
        "value_source": bet.value_source,
        "confidence": bet.confidence,
        "confidence_now": bet.shown_confidence.share,
        "band": bet.shown_confidence.band,
        "status": bet.status,
        "needs": list(bet.needs),
        "is_late": bet.is_late,
        "url": bet.url,
    }


def to_outcome_json(outcome: OutcomeView) -> dict[str, Any]:
    """An outcome."""
    plain = asdict(outcome)
    due = outcome.due.isoformat() if outcome.due else None
    return {"id": plain.pop("public_id"), **plain, "due": due}


def to_team_json(team: TeamView) -> dict[str, Any]:
    """A team; ``capacity`` is person-weeks by first day of quarter."""
    capacity = {day.isoformat(): weeks for day, weeks in sorted(team.capacity.items())}
    return {"id": team.public_id, "name": team.name, "colour": team.colour, "capacity": capacity}


def to_release_json(release: ReleaseView) -> dict[str, Any]:
    """A release."""
    return {
        "id": release.public_id,
        "name": release.name,
        "planned_on": release.planned_on.isoformat() if release.planned_on else None,
        "released_on": release.released_on.isoformat() if release.released_on else None,
        "slip_days": release.slip_days,
        "notes": release.notes,
        "url": release.url,
    }


def to_told_json(bet: ToldBet) -> dict[str, Any]:
    """A bet as an audience is told it."""
    return {
        "id": bet.bet_id,
        "title": bet.title,
        "text": bet.text,
        "horizon": bet.horizon,
        "quarter": bet.quarter_name,
        "band": bet.confidence.band,
        "confidence_now": bet.confidence.share,
        "status": bet.status,
        "outcome": bet.outcome_title,
        "is_withheld": bet.is_withheld,
        "findings": [asdict(finding) for finding in bet.findings],
    }


def to_share_json(share: ShareView) -> dict[str, Any]:
    """A secret link without its secret."""
    plain = asdict(share)
    return {
        "id": plain.pop("public_id"),
        **plain,
        "created_at": share.created_at.isoformat(),
        "expires_at": share.expires_at.isoformat() if share.expires_at else None,
    }
