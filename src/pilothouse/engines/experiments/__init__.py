"""Reading experiments: estimates, tests, checks and plans. Pure; usable without Django."""

from __future__ import annotations

from pilothouse.engines.experiments.bayes import FLAT, Belief, Prior, read_bayesian
from pilothouse.engines.experiments.means import compare_means, compare_ratios
from pilothouse.engines.experiments.multiplicity import (
    METHODS,
    Adjusted,
    adjust_p,
    adjust_readings,
)
from pilothouse.engines.experiments.plain import to_plain
from pilothouse.engines.experiments.proportions import compare_proportions
from pilothouse.engines.experiments.quantiles import (
    compare_quantiles,
    fewest_units,
    winsorise,
)
from pilothouse.engines.experiments.readings import (
    ArmValue,
    Estimate,
    MarginReading,
    Reading,
)
from pilothouse.engines.experiments.rules import PLANNED_UNITS, Margin, Rules, Verdict
from pilothouse.engines.experiments.samples import ArmCounts, ArmRatio, ArmSums
from pilothouse.engines.experiments.sizing import Size, mde_of, power_of, size_test
from pilothouse.engines.experiments.srm import SRM_ALARM, Srm, check_srm
from pilothouse.engines.experiments.strata import Stratum, compare_strata

__all__ = [
    "FLAT",
    "METHODS",
    "PLANNED_UNITS",
    "SRM_ALARM",
    "Adjusted",
    "ArmCounts",
    "ArmRatio",
    "ArmSums",
    "ArmValue",
    "Belief",
    "Estimate",
    "Margin",
    "MarginReading",
    "Prior",
    "Reading",
    "Rules",
    "Size",
    "Srm",
    "Stratum",
    "Verdict",
    "adjust_p",
    "adjust_readings",
    "check_srm",
    "compare_means",
    "compare_proportions",
    "compare_quantiles",
    "compare_ratios",
    "compare_strata",
    "fewest_units",
    "mde_of",
    "power_of",
    "read_bayesian",
    "size_test",
    "to_plain",
    "winsorise",
]
