"""How many units a brief needs: computed from its baseline, smallest change, alpha and power."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from pilothouse.apps.experiments.models import Direction, Rule
from pilothouse.apps.experiments.services.brief import Brief
from pilothouse.kernel.errors import PilothouseError


@dataclass(frozen=True)
class BriefSize:
    """What a brief needs. ``needed``: units of all arms together; ``planned``: what is planned,
    as computed unless the brief says otherwise; ``days`` at the brief's traffic.

    ``power``: what the planned units give. ``found``: the smallest relative change that they find.
    """

    per_arm: int
    needed: int
    planned: int
    days: float | None
    weeks: int | None
    power: float
    found: float | None
    rules: tuple[tuple[str, str], ...]


def size_brief(brief: Brief) -> BriefSize | None:
    """The size of a brief; None while baseline, change or arms are missing.

    InvalidValueError where no number of units could find the change.
    """
    if not _has_enough(brief):
        return None
    from pilothouse.engines.experiments import mde_of, size_test

    found = size_test(
        _baseline(brief), mde_relative=_effect(brief), power=brief.power, **_plan(brief)
    )
    # Arms of unequal shares: the smallest comparison must be large enough.
    needed = math.ceil(found.units_per_arm * 2 / _least_pair(brief))
    planned = brief.planned_units or needed
    least = _least_arm(brief, planned)
    mde = mde_of(_baseline(brief), least, power=brief.power, **_plan(brief)) if least >= 2 else None
    return BriefSize(
        per_arm=found.units_per_arm,
        needed=needed,
        planned=planned,
        days=planned / brief.traffic if brief.traffic else None,
        weeks=math.ceil(planned / brief.traffic / 7) if brief.traffic else None,
        power=power_at(brief) or 0.0,
        found=None if mde is None else mde / abs(_baseline(brief)),
        rules=found.semantics,
    )


def planned_total(brief: Brief) -> int | None:
    """The planned units of all arms together; None where none is planned or computed."""
    if brief.planned_units:
        return brief.planned_units
    try:
        size = size_brief(brief)
    except PilothouseError:
        return None
    return size.needed if size else None


def planned_pair(brief: Brief, place: int) -> int | None:
    """The planned units of the control and of the arm at ``place`` together."""
    total = planned_total(brief)
    if total is None:
        return None
    weights = [arm.weight for arm in brief.arms]
    return max(1, round(total * (weights[0] + weights[place]) / sum(weights)))


def power_at(brief: Brief) -> float | None:
    """The chance that the planned units find the smallest change worth finding."""
    total = brief.planned_units
    if not _has_enough(brief):
        return None
    from pilothouse.engines.experiments import power_of, size_test

    if total is None:
        return size_test(
            _baseline(brief), mde_relative=_effect(brief), power=brief.power, **_plan(brief)
        ).power
    least = _least_arm(brief, total)
    if least < 2:
        return 0.0
    return power_of(_baseline(brief), least, effect_relative=_effect(brief), **_plan(brief))


def _has_enough(brief: Brief) -> bool:
    needed = [brief.baseline, brief.mde, *([] if brief.is_share else [brief.deviation])]
    return len(brief.arms) >= 2 and all(each is not None for each in needed)


def _plan(brief: Brief) -> dict[str, Any]:
    return {
        "alpha": brief.alpha,
        "arms": len(brief.arms),
        "sd": None if brief.is_share else brief.deviation,
        "looks": "always" if brief.rule == Rule.SEQUENTIAL else "once",
    }


def _baseline(brief: Brief) -> float:
    assert brief.baseline is not None
    return brief.baseline


def _effect(brief: Brief) -> float:
    """The change with its sign: a fall where less is better."""
    assert brief.mde is not None
    return -brief.mde if brief.primary.direction == Direction.DOWN else brief.mde


def _least_pair(brief: Brief) -> float:
    """Twice the harmonic mean of the shares of the control and the smallest other arm.

    Two arms of n units each tell as much as a and b units with 2ab / (a + b) = n.
    """
    weights = [arm.weight for arm in brief.arms]
    shares = [weight / sum(weights) for weight in weights]
    control, other = shares[0], min(shares[1:])
    return 4 * control * other / (control + other)


def _least_arm(brief: Brief, total: int) -> int:
    """Units of each arm of an equal comparison that tells as much as the weakest of these."""
    return int(min(total * _least_pair(brief) / 2, 10**12))
