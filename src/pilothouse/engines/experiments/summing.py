"""From values of units to the sums of their arms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.experiments.samples import ArmRatio, ArmSums

Values = NDArray[np.float64]
Codes = NDArray[Any]
# From here on compiled sums save more than loading the compiler's results costs.
COMPILED_FROM = 3_000_000
_CHUNK = 500_000


def sum_arms(
    names: Sequence[str], arm: Codes, y: Values, x: Values | None = None
) -> tuple[ArmSums, ...]:
    """The sums of each arm; ``arm`` holds the place of each unit's arm in ``names``.

    >>> a, b = sum_arms("AB", np.array([0, 1, 1]), np.array([3.0, 4.0, 6.0]))
    >>> a.about + a.total / a.units, b.about + b.total / b.units
    (3.0, 5.0)
    """
    # Near the middle of the values few digits are lost to their squares.
    about, pre_about = _middle(y), _middle(x) if x is not None else 0.0
    add = _compiled if len(y) >= COMPILED_FROM else _plain
    # Sums beyond all numbers are told by the arms themselves.
    with np.errstate(over="ignore", invalid="ignore"):
        table = add(arm, y, x, (about, pre_about), len(names))
    return tuple(
        _sums(name, [float(each) for each in row], about, pre_about)
        for name, row in zip(names, table, strict=True)
    )


def _sums(name: str, row: list[float], about: float, pre_about: float) -> ArmSums:
    units, total, squares, *pre = row
    if not pre:
        return ArmSums(name, int(units), total, squares, about=about)
    x, x_squares, cross = pre
    return ArmSums(
        name, int(units), total, squares, x, x_squares, cross, about=about, pre_about=pre_about
    )


def sum_ratios(names: Sequence[str], arm: Codes, columns: Sequence[Values]) -> tuple[ArmRatio, ...]:
    """The same for ratios: columns are numerator and denominator, then both from before."""
    count, order = len(names), range(len(columns))
    units = np.bincount(arm, minlength=count)
    with np.errstate(over="ignore", invalid="ignore"):
        totals = [np.bincount(arm, c, count) for c in columns]
        products = [[np.bincount(arm, c * d, count) for d in columns] for c in columns]
    return tuple(
        ArmRatio(
            name,
            int(units[a]),
            tuple(float(totals[i][a]) for i in order),
            tuple(tuple(float(products[i][j][a]) for j in order) for i in order),
        )
        for a, name in enumerate(names)
    )


def _middle(values: Values) -> float:
    """The mean of the first thousand: near enough."""
    return float(values[:1000].mean()) if len(values) else 0.0


def _plain(
    arm: Codes, y: Values, x: Values | None, about: tuple[float, float], count: int
) -> Values:
    v = y - about[0]
    weights = [None, v, v * v]
    if x is not None:
        w = x - about[1]
        weights += [w, w * w, v * w]
    return np.stack([np.bincount(arm, each, count) for each in weights], axis=1)


def _compiled(
    arm: Codes, y: Values, x: Values | None, about: tuple[float, float], count: int
) -> Values:
    from pilothouse.engines._numeric.parallel import run_chunks
    from pilothouse.engines.experiments import _kernels

    def work(chunk: int) -> Values:
        first, last = chunk * _CHUNK, min((chunk + 1) * _CHUNK, len(y))
        found: Values = _kernels.sum_pairs(arm, y, pre, *about, first, last, count)
        return found

    # Without a covariate y stands in its place: reading it twice costs nothing.
    pre = y if x is None else x
    table: Values = np.sum(run_chunks(work, -(-len(y) // _CHUNK)), axis=0)
    return table if x is not None else table[:, :3]
