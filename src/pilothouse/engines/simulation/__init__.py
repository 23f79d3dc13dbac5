"""A simulated product: people who find it, use it, pay for it and leave, as a function of a seed.

Usable alone: ``build_pack`` a mapping, ``simulate`` it, read ``metrics`` and ``events``.
"""

from pilothouse.engines.simulation.batch import Coded, EventBatch
from pilothouse.engines.simulation.changes import KINDS, Change
from pilothouse.engines.simulation.pack import Pack
from pilothouse.engines.simulation.parameter import Parameter
from pilothouse.engines.simulation.reading import build_pack
from pilothouse.engines.simulation.records import DayMetrics
from pilothouse.engines.simulation.run import MODEL_VERSION, SimulationRun, Snapshot, simulate
from pilothouse.engines.simulation.theory import (
    retention_curve,
    survival_curve,
    without_covariates,
)

__all__ = [
    "KINDS",
    "MODEL_VERSION",
    "Change",
    "Coded",
    "DayMetrics",
    "EventBatch",
    "Pack",
    "Parameter",
    "SimulationRun",
    "Snapshot",
    "build_pack",
    "retention_curve",
    "simulate",
    "survival_curve",
    "without_covariates",
]
