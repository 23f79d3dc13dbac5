"""Scores of forecasts and calibration. Pure; usable without Django. Loads NumPy only."""

from __future__ import annotations

from pilothouse.engines.decisions.bins import BINS, Bin, bin_of, expected_hits, make_bins
from pilothouse.engines.decisions.calibration import (
    ENOUGH,
    Calibration,
    Murphy,
    Skill,
    calibrate,
    calibrate_groups,
    decompose,
    log_baseline,
    spiegelhalter_z,
)
from pilothouse.engines.decisions.plain import to_plain
from pilothouse.engines.decisions.ranges import (
    LEVELS,
    Coverage,
    Range,
    RangeScore,
    measure_coverage,
    pinball,
    score_range,
)
from pilothouse.engines.decisions.scores import (
    Forecast,
    brier,
    check_probability,
    clipped_log_loss,
    log_loss,
    weigh_brier,
)

__all__ = [
    "BINS",
    "ENOUGH",
    "LEVELS",
    "Bin",
    "Calibration",
    "Coverage",
    "Forecast",
    "Murphy",
    "Range",
    "RangeScore",
    "Skill",
    "bin_of",
    "brier",
    "calibrate",
    "calibrate_groups",
    "check_probability",
    "clipped_log_loss",
    "decompose",
    "expected_hits",
    "log_baseline",
    "log_loss",
    "make_bins",
    "measure_coverage",
    "pinball",
    "score_range",
    "spiegelhalter_z",
    "to_plain",
    "weigh_brier",
]
