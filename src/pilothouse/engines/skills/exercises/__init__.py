"""Exercises with endless variants: a kind and a seed in, a case with its worked answer out.

Pure. Kinds that need another engine or content live in ``apps/skills/services/exercise_kinds``.
"""

from __future__ import annotations

from pilothouse.engines.skills.exercises import (
    kinds_judging,
    kinds_mixes,
    kinds_money,
    kinds_rates,
    kinds_tests,
    kinds_work,
)
from pilothouse.engines.skills.exercises.grading import Grade, Mark, grade, read_faults
from pilothouse.engines.skills.exercises.model import LEVELS, Exercise, Kind, make_exercise

OWN_KINDS: tuple[Kind, ...] = (
    *kinds_rates.KINDS,
    *kinds_mixes.KINDS,
    *kinds_tests.KINDS,
    *kinds_money.KINDS,
    *kinds_work.KINDS,
    *kinds_judging.KINDS,
)

__all__ = [
    "LEVELS",
    "OWN_KINDS",
    "Exercise",
    "Grade",
    "Kind",
    "Mark",
    "grade",
    "make_exercise",
    "read_faults",
]
