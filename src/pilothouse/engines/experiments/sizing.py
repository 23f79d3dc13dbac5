"""How many units a test needs, what it can find, and how likely it is to find it.

Two-sided power counts both tails, the standard error is that at the alternative. The test is the
absolute one, so a relative effect is that share of the baseline.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, sqrt
from typing import Any, Literal

from pilothouse.engines._numeric.tails import normal_critical, normal_tail
from pilothouse.engines.experiments.rules import Semantics
from pilothouse.engines.experiments.sequence import sequential_critical, tune
from pilothouse.kernel.errors import InvalidValueError

MOST_UNITS = 10**12
Look = Literal["once", "always"]


@dataclass(frozen=True)
class Plan:
    """What is being planned.

    ``baseline``: the control's proportion, or its mean where ``sd`` (of one unit) is given.
    ``arms``: with the control; each of the others is compared with it, at alpha over their number
    (Bonferroni). ``looks``: "once" at the end, or "always", the sequential interval tuned to the
    units of the two arms compared.
    """

    baseline: float
    sd: float | None = None
    alpha: float = 0.05
    arms: int = 2
    two_sided: bool = True
    looks: Look = "once"

    def __post_init__(self) -> None:
        if self.sd is None and not 0 < self.baseline < 1:
            raise InvalidValueError(
                "a baseline proportion lies between 0 and 1.", value=self.baseline,
                remedy="For a mean give sd too.",
            )  # fmt: skip
        if self.sd is not None and not 0 < self.sd < inf:
            raise InvalidValueError("a standard deviation is more than 0.", value=self.sd)
        if not 0 < self.alpha < 0.5:
            raise InvalidValueError("alpha lies between 0 and 0.5.", value=self.alpha)
        if not 2 <= self.arms <= 100:
            raise InvalidValueError("a test has 2 to 100 arms.", value=self.arms)
        if self.looks == "always" and not self.two_sided:
            raise InvalidValueError("a sequential plan is two-sided.", value="one-sided")

    @property
    def alpha_per_test(self) -> float:
        """What each comparison with the control may err."""
        return self.alpha / (self.arms - 1)


@dataclass(frozen=True)
class Size:
    """Units for a power. ``power``: what these units give, at least what was asked."""

    units_per_arm: int
    total_units: int
    baseline: float
    effect: float
    relative_effect: float | None
    power: float
    alpha_per_test: float
    semantics: Semantics


def size_test(
    baseline: float,
    *,
    mde_relative: float | None = None,
    mde_absolute: float | None = None,
    power: float = 0.8,
    alpha: float = 0.05,
    arms: int = 2,
    two_sided: bool = True,
    sd: float | None = None,
    looks: Look = "once",
) -> Size:
    """The fewest units per arm with which the effect is found with this power.

    >>> size_test(0.1, mde_relative=0.1).units_per_arm
    14749
    """
    plan = Plan(baseline, sd, alpha, arms, two_sided, looks)
    effect = _effect(plan, mde_relative, mde_absolute)
    if not plan.alpha_per_test < power < 1:
        raise InvalidValueError("power lies between alpha and 1.", value=power, remedy="Try 0.8.")
    units = _fewest(lambda n: _power(plan, effect, n) >= power)
    return Size(
        units_per_arm=units,
        total_units=units * arms,
        baseline=baseline,
        effect=effect,
        relative_effect=effect / abs(baseline) if baseline else None,
        power=_power(plan, effect, units),
        alpha_per_test=plan.alpha_per_test,
        semantics=semantics_of(plan),
    )


def power_of(
    baseline: float,
    units_per_arm: int,
    *,
    effect_relative: float | None = None,
    effect_absolute: float | None = None,
    alpha: float = 0.05,
    arms: int = 2,
    two_sided: bool = True,
    sd: float | None = None,
    looks: Look = "once",
) -> float:
    """The chance that a test with these units finds this effect.

    >>> round(power_of(0.1, 14749, effect_relative=0.1), 4)
    0.8
    """
    plan = Plan(baseline, sd, alpha, arms, two_sided, looks)
    return _power(
        plan, _effect(plan, effect_relative, effect_absolute), _check_units(units_per_arm)
    )


def mde_of(
    baseline: float,
    units_per_arm: int,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    arms: int = 2,
    two_sided: bool = True,
    sd: float | None = None,
    looks: Look = "once",
) -> float | None:
    """The smallest rise that is found with this power, in the unit of the baseline; None where even
    the largest possible one (to 100 %) is not.

    >>> round(mde_of(0.1, 14749), 4)
    0.01
    """
    plan = Plan(baseline, sd, alpha, arms, two_sided, looks)
    if not plan.alpha_per_test < power < 1:
        raise InvalidValueError("power lies between alpha and 1.", value=power, remedy="Try 0.8.")
    units = _check_units(units_per_arm)
    high = 1 - baseline if sd is None else sd
    while sd is not None and _power(plan, high, units) < power:
        high *= 2
    if _power(plan, high, units) < power:
        return None
    low = 0.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if _power(plan, middle, units) >= power else (middle, high)
    return high


def describe_plan(baseline: float, **asked: Any) -> dict[str, str]:
    """The rules behind a plan, by name; ``asked`` as for ``mde_of``."""
    asked.pop("power", None)
    return dict(semantics_of(Plan(baseline, **asked)))


def _effect(plan: Plan, relative: float | None, absolute: float | None) -> float:
    if (relative is None) == (absolute is None):
        raise InvalidValueError("an effect is given as relative or as absolute, one of the two.")
    if relative is not None and plan.baseline == 0:
        raise InvalidValueError("a share of a baseline of zero is zero.", remedy="Give absolute.")
    effect = absolute if absolute is not None else (relative or 0.0) * abs(plan.baseline)
    if effect == 0 or not abs(effect) < inf:
        raise InvalidValueError("an effect is a number other than 0.", value=effect)
    if plan.sd is None and not 0 <= plan.baseline + effect <= 1:
        raise InvalidValueError(
            "with the effect the proportion must lie between 0 and 1.",
            value=round(plan.baseline + effect, 10),
        )
    return effect


def _power(plan: Plan, effect: float, units: int) -> float:
    away = abs(effect) / sqrt(_unit_variance(plan, effect) / units)
    if plan.looks == "always":
        alpha, both = plan.alpha_per_test, 2 * units
        critical = sequential_critical(both, alpha, tune(alpha, both))
    else:
        sides = 2 if plan.two_sided else 1
        critical = normal_critical(plan.alpha_per_test / sides)
    other = normal_tail(critical + away) if plan.two_sided else 0.0
    return normal_tail(critical - away) + other


def _unit_variance(plan: Plan, effect: float) -> float:
    """Variance of the difference of two units, one of each arm."""
    if plan.sd is not None:
        return 2 * plan.sd**2
    changed = plan.baseline + effect
    return plan.baseline * (1 - plan.baseline) + changed * (1 - changed)


def _fewest(is_enough: Callable[[int], bool]) -> int:
    high = 2
    while not is_enough(high):
        high *= 2
        if high > MOST_UNITS:
            raise InvalidValueError(
                f"the effect needs more than {MOST_UNITS:,} units per arm.",
                remedy="Look for a larger effect.",
            )
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def _check_units(units: int) -> int:
    if units < 2:
        raise InvalidValueError("an arm has 2 units or more.", value=units)
    return units


def semantics_of(plan: Plan) -> Semantics:
    """The rules behind a plan, in words."""
    sides = "two-sided, both tails counted" if plan.two_sided else "one-sided"
    looks = {
        "once": "one look, at the end",
        "always": "sequential interval tuned to the units of the two arms that are compared; the "
        "power is that at the last unit, earlier looks add to it",
    }
    return (
        ("test", f"normal approximation, {sides}; standard error at the alternative"),
        (
            "alpha",
            f"{plan.alpha:g}"
            if plan.arms == 2
            else f"{plan.alpha:g} over {plan.arms - 1} comparisons with the control: "
            f"{plan.alpha_per_test:.4g} each (Bonferroni)",
        ),
        ("looks", looks[plan.looks]),
    )
