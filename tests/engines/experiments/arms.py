"""Arms for tests: drawn, made of values, and mirrored."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from pilothouse.engines.experiments import ArmCounts, ArmRatio, ArmSums, Estimate, Reading


@st.composite
def counts(draw: st.DrawFn, most: int = 5_000) -> tuple[ArmCounts, ArmCounts]:
    pair = []
    for name in "AB":
        units = draw(st.integers(1, most))
        pair.append(ArmCounts(name, units, draw(st.integers(0, units))))
    return pair[0], pair[1]


@st.composite
def sums(draw: st.DrawFn) -> tuple[ArmSums, ArmSums]:
    """Two arms of drawn values with a covariate."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    base = draw(st.sampled_from([-20.0, -1.0, 0.0, 0.3, 5.0, 300.0]))
    pair = []
    for name in "AB":
        n = draw(st.integers(12, 200))
        x = rng.normal(2, 1, n)
        pair.append(arm_of(name, base + x + rng.normal(draw(st.floats(-1, 1)), 1, n), x))
    return pair[0], pair[1]


def arm_of(name: str, y: np.ndarray, x: np.ndarray | None = None) -> ArmSums:
    if x is None:
        return ArmSums(name, len(y), float(y.sum()), float(y @ y))
    return ArmSums(
        name, len(y), float(y.sum()), float(y @ y), float(x.sum()), float(x @ x), float(x @ y)
    )


def ratio_of(name: str, *columns: np.ndarray) -> ArmRatio:
    table = np.array(columns, dtype=float)
    products = table @ table.T
    return ArmRatio(
        name,
        table.shape[1],
        tuple(map(float, table.sum(axis=1))),
        tuple(tuple(map(float, row)) for row in products),
    )


def scaled(arm: ArmSums, factor: float) -> ArmSums:
    return replace(
        arm,
        total=arm.total * factor,
        total_squares=arm.total_squares * factor**2,
        cross=None if arm.cross is None else arm.cross * factor,
    )


def side(found: Estimate) -> int:
    """-1, 0 or 1: on which side of zero the interval lies."""
    return int(found.low > 0) - int(found.high < 0)


def readings_agree(reading: Reading) -> bool:
    """Whether intervals, absolute and relative, and p say the same, fixed and sequential."""
    alpha = reading.rules.alpha
    for absolute, relative in (
        (reading.absolute, reading.relative),
        (reading.sequential, reading.sequential_relative),
    ):
        if absolute is None:
            continue
        # On the very edge rounding decides.
        if abs(absolute.p - alpha) > 1e-9 * alpha and (absolute.p < alpha) != bool(side(absolute)):
            return False
        if relative and (side(relative) != side(absolute) or relative.p != absolute.p):
            return False
    return True
