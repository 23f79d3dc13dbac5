"""Prioritisation: scores from uncertain inputs, and how sure their order is. Usable without Django.

Importing this loads NumPy only; Numba is loaded by the first long list.
"""

from __future__ import annotations

from pilothouse.engines.backlog.candidates import Candidate, Finding, read_candidate, settle
from pilothouse.engines.backlog.delay import delay_cost
from pilothouse.engines.backlog.flips import Flip, find_flips, point_score
from pilothouse.engines.backlog.frameworks import (
    FRAMEWORKS,
    PERIODS,
    Framework,
    Input,
    get_framework,
    scorecard,
)
from pilothouse.engines.backlog.information import MeasureFirst, expected_score, value_information
from pilothouse.engines.backlog.kano import KanoResult, classify, evaluate, kano
from pilothouse.engines.backlog.moscow import MoscowResult, check_musts
from pilothouse.engines.backlog.opportunity import (
    OpportunityResult,
    olsen_score,
    opportunity,
    ulwick_score,
)
from pilothouse.engines.backlog.quantities import (
    Quantity,
    choice,
    format_quantity,
    from_json,
    number,
    parse_quantity,
    spread,
    to_json,
)
from pilothouse.engines.backlog.ranking import DRAWS, Ranked, Ranking, rank

__all__ = [
    "DRAWS",
    "FRAMEWORKS",
    "PERIODS",
    "Candidate",
    "Finding",
    "Flip",
    "Framework",
    "Input",
    "KanoResult",
    "MeasureFirst",
    "MoscowResult",
    "OpportunityResult",
    "Quantity",
    "Ranked",
    "Ranking",
    "check_musts",
    "choice",
    "classify",
    "delay_cost",
    "evaluate",
    "expected_score",
    "find_flips",
    "format_quantity",
    "from_json",
    "get_framework",
    "kano",
    "number",
    "olsen_score",
    "opportunity",
    "parse_quantity",
    "point_score",
    "rank",
    "read_candidate",
    "scorecard",
    "settle",
    "spread",
    "to_json",
    "ulwick_score",
    "value_information",
]
