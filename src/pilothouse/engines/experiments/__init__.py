"""Reading experiments: estimates, tests, checks and plans. Pure; usable without Django."""

from __future__ import annotations

from pilothouse.engines.experiments.analysis import (
    Analysis,
    AnalysisPlan,
    analyze_units,
    read_counts,
)
from pilothouse.engines.experiments.bayes import FLAT, Belief, Prior, read_bayesian
from pilothouse.engines.experiments.fisher import FisherTest, fisher_exact
from pilothouse.engines.experiments.means import compare_means, compare_ratios
from pilothouse.engines.experiments.multiplicity import (
    METHODS,
    Adjusted,
    adjust_p,
    adjust_readings,
)
from pilothouse.engines.experiments.plain import to_plain
from pilothouse.engines.experiments.proportions import compare_proportions, is_few
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
from pilothouse.engines.experiments.rules import PLANNED_UNITS, Asked, Margin, Rules, Verdict
from pilothouse.engines.experiments.samples import ArmCounts, ArmRatio, ArmSums
from pilothouse.engines.experiments.sizing import Size, describe_plan, mde_of, power_of, size_test
from pilothouse.engines.experiments.srm import SRM_ALARM, Srm, check_srm
from pilothouse.engines.experiments.strata import Stratum, compare_strata
from pilothouse.engines.experiments.summing import sum_arms, sum_ratios
from pilothouse.engines.experiments.units import (
    Exposure,
    RepeatedUnitError,
    UnitRows,
    clean_units,
)

__all__ = [
    "FLAT",
    "METHODS",
    "PLANNED_UNITS",
    "SRM_ALARM",
    "Adjusted",
    "Analysis",
    "AnalysisPlan",
    "ArmCounts",
    "ArmRatio",
    "ArmSums",
    "ArmValue",
    "Asked",
    "Belief",
    "Estimate",
    "Exposure",
    "FisherTest",
    "Margin",
    "MarginReading",
    "Prior",
    "Reading",
    "RepeatedUnitError",
    "Rules",
    "Size",
    "Srm",
    "Stratum",
    "UnitRows",
    "Verdict",
    "adjust_p",
    "adjust_readings",
    "analyze_units",
    "check_srm",
    "clean_units",
    "compare_means",
    "compare_proportions",
    "compare_quantiles",
    "compare_ratios",
    "compare_strata",
    "describe_plan",
    "fewest_units",
    "fisher_exact",
    "is_few",
    "mde_of",
    "power_of",
    "read_bayesian",
    "read_counts",
    "size_test",
    "sum_arms",
    "sum_ratios",
    "to_plain",
    "winsorise",
]
