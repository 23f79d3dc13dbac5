"""Levels of competencies from acts, and gaps to a target. Pure; usable without Django."""

from __future__ import annotations

from pilothouse.engines.skills.gap import Gap, Mention, find_gaps, find_mentions
from pilothouse.engines.skills.levels import FRESH_MONTHS, gather_cases, rate_level, rate_levels
from pilothouse.engines.skills.levels_mapping import (
    Act,
    ActRule,
    Check,
    match_act,
    match_acts,
    vouch_act,
)
from pilothouse.engines.skills.levels_rules import (
    ENOUGH_SCORE,
    apply_rules,
    months_before,
    whole_months,
)
from pilothouse.engines.skills.levels_types import (
    Case,
    Context,
    Evidence,
    Level,
    Need,
    Rule,
    Spread,
    Strength,
)
from pilothouse.engines.skills.levels_words import STRENGTHS, tell_level, tell_missing, tell_need

__all__ = [
    "ENOUGH_SCORE",
    "FRESH_MONTHS",
    "STRENGTHS",
    "Act",
    "ActRule",
    "Case",
    "Check",
    "Context",
    "Evidence",
    "Gap",
    "Level",
    "Mention",
    "Need",
    "Rule",
    "Spread",
    "Strength",
    "apply_rules",
    "find_gaps",
    "find_mentions",
    "gather_cases",
    "match_act",
    "match_acts",
    "months_before",
    "rate_level",
    "rate_levels",
    "tell_level",
    "tell_missing",
    "tell_need",
    "vouch_act",
    "whole_months",
]
