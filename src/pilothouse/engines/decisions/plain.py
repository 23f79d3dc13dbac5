"""A calibration as plain values that JSON holds: the same for commands and for the API."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pilothouse.engines.decisions.calibration import Calibration, log_baseline


def to_plain(result: Calibration) -> dict[str, Any]:
    """Scores, bins, Murphy's parts, baseline and skill, with the rules behind them."""
    skill = result.skill
    return {
        "n": result.n,
        "too_few": result.is_too_few,
        "brier": result.brier,
        "brier_interval": _pair(result.brier_low, result.brier_high),
        "log_score": result.log_score,
        "log_score_infinite": result.infinite,
        "base_rate": asdict(result.base_rate),
        "mean_forecast": result.mean_forecast,
        "bins": [asdict(each) for each in result.bins],
        "murphy": asdict(result.murphy) if result.murphy else None,
        "baseline": {
            "brier": skill.baseline if skill else None,
            "log_score": log_baseline(result.base_rate),
        },
        "skill": skill.value if skill else None,
        "skill_interval": _pair(skill.low, skill.high) if skill else None,
        "spiegelhalter_z": result.z,
        "semantics": dict(result.semantics),
    }


def _pair(low: float | None, high: float | None) -> list[float] | None:
    return None if low is None or high is None else [low, high]
