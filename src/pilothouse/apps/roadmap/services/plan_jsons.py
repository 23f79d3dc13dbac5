"""The best plan as the API and commands show it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pilothouse.apps.roadmap.services.planning import PlanView
from pilothouse.apps.roadmap.services.planning_answers import Answer
from pilothouse.apps.workspace.services.access import ProductView


def to_plan_json(product: ProductView, plan: PlanView) -> dict[str, Any]:
    """A plan with all its rows; ``answer`` None while it is searched for."""
    return {
        "id": plan.public_id,
        "simulated": product.is_simulated,
        "state": plan.job.state if plan.job else "found" if plan.answer else "gone",
        "message": plan.job.message if plan.job else "",
        "quarters": list(plan.quarters),
        "seconds": plan.seconds,
        "keep": list(plan.keep),
        "notes": list(plan.notes),
        "left_out": [{"title": title, "why": why} for title, why in plan.left_out],
        "is_taken": plan.is_taken,
        "is_stale": plan.is_stale,
        "answer": None if plan.answer is None else _answer_json(plan.answer),
    }


def _answer_json(answer: Answer) -> dict[str, Any]:
    plain = asdict(answer)
    return {
        **{k: plain[k] for k in ("value", "bound", "gap", "is_best", "was_stopped", "method")},
        "seconds": answer.seconds,
        "own": {"value": answer.own_value, "violations": list(answer.violations)},
        "bets": plain["rows"],
        "teams": [
            {"team": team, "quarters": [asdict(load) for load in loads]}
            for team, loads in answer.teams
        ],
        "semantics": dict(answer.semantics),
    }
