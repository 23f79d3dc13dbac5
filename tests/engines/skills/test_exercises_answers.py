"""Every generator against answers worked out a second time, over 210 variants of each kind."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pilothouse.engines.skills.exercises import LEVELS, OWN_KINDS, make_exercise
from pilothouse.engines.skills.exercises.kinds_tests import PEEKING, Z
from tests.engines.skills.exercise_checks import check_answers, check_kind
from tests.engines.skills.exercise_oracles import ORACLES

SEEDS = range(70)


def test_every_kind_has_an_oracle():
    assert {kind.key for kind in OWN_KINDS} == set(ORACLES)


@pytest.mark.parametrize("kind", OWN_KINDS, ids=lambda kind: kind.key)
def test_answers_agree_with_a_second_way_from_what_is_shown(kind):
    for difficulty in LEVELS:
        for seed in SEEDS:
            exercise = make_exercise(kind, seed, difficulty)
            check_answers(exercise, ORACLES[kind.key](exercise.case))


@pytest.mark.parametrize("kind", OWN_KINDS, ids=lambda kind: kind.key)
def test_variants_are_sound_and_differ(kind):
    check_kind(kind, range(30))


def test_false_alarms_of_repeated_looks_agree_with_numerical_integration():
    """The density of the running sum, cut at the limits of each look, on a fine grid."""
    grid = np.linspace(-14, 14, 2801)
    step = grid[1] - grid[0]
    jump = np.exp(-(grid**2) / 2) / math.sqrt(2 * math.pi)
    for looks, known in PEEKING.items():
        density = jump.copy()
        for look in range(1, looks + 1):
            if look > 1:
                density = np.convolve(density, jump, mode="same") * step
            density[np.abs(grid) > Z * math.sqrt(look)] = 0
        assert 1 - density.sum() * step == pytest.approx(known, abs=0.003)
