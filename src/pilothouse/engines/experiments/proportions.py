"""Two proportions: Welch's test for many conversions, Wilson's limits for few."""

from __future__ import annotations

from typing import Unpack

from pilothouse.engines.experiments.contrasts import (
    Contrast,
    CountContrast,
    LinearContrast,
    two_sided,
)
from pilothouse.engines.experiments.readings import ArmValue, Findings, Reading, make_reading
from pilothouse.engines.experiments.rules import Asked, Rules
from pilothouse.engines.experiments.samples import ArmCounts
from pilothouse.engines.experiments.welch import welch_df

# With fewer conversions, or fewer without, in an arm the normal approximation is not trusted.
FEW_COUNTS = 10

MANY = "Welch's t on proportions, relative by Fieller"
FEW = "Newcombe's hybrid score interval (Wilson), relative by Donner and Zou, p by inverting it"


def compare_proportions(
    control: ArmCounts, treatment: ArmCounts, **asked: Unpack[Asked]
) -> Reading:
    """Read the conversion of a treatment against that of a control.

    >>> reading = compare_proportions(ArmCounts("A", 1000, 100), ArmCounts("B", 1000, 130))
    >>> round(reading.absolute.estimate, 3), round(reading.relative.estimate, 2)
    (0.03, 0.3)
    >>> round(reading.absolute.p, 4), reading.verdict.value
    (0.0354, 'treatment better')
    """
    rules = Rules(**asked)
    arms = _arm(control), _arm(treatment)
    if not (control.units and treatment.units):
        names = [a.name or "an arm" for a in (control, treatment) if not a.units]
        why = f"no units in {' and '.join(names)}"
        return make_reading(Findings(arms, None, FEW, (), why), rules)
    counts = CountContrast(
        control.conversions, control.units, treatment.conversions, treatment.units
    )
    if not is_few(control, treatment):
        words = f"both arms have {FEW_COUNTS} conversions or more and as many without"
        found = Findings(arms, _linear(counts), MANY, (("method", f"{MANY}; {words}"),))
        return make_reading(found, rules)
    words = f"an arm has under {FEW_COUNTS} conversions, or under {FEW_COUNTS} without"
    why = _why_too_few(counts, rules)
    return make_reading(Findings(arms, counts, FEW, (("method", f"{FEW}; {words}"),), why), rules)


def is_few(*arms: ArmCounts) -> bool:
    """Whether conversions, or those without, are so few that the method for few counts is used."""
    return any(min(a.conversions, a.units - a.conversions) < FEW_COUNTS for a in arms)


def _arm(arm: ArmCounts) -> ArmValue:
    return ArmValue(arm.name, arm.units, arm.conversions / arm.units if arm.units else None)


def _linear(counts: CountContrast) -> LinearContrast:
    a, b = counts.control, counts.treatment
    of_control, of_treatment = a * (1 - a) / counts.control_units, b * (1 - b) / counts.units
    return LinearContrast(
        difference=b - a,
        variance=of_control + of_treatment,
        base=a,
        base_variance=of_control,
        covariance=-of_control,
        df=welch_df((of_control, counts.control_units), (of_treatment, counts.units)),
    )


def _why_too_few(counts: CountContrast, rules: Rules) -> str:
    """Why no outcome with so few conversions could tell the arms apart, if so."""
    hits, units = counts.control_conversions + counts.conversions, counts.units
    rare = min(hits, counts.control_units + units - hits)
    if rare > min(counts.control_units, units):
        return ""
    extremes: list[Contrast] = [
        CountContrast(0, counts.control_units, rare, units),
        CountContrast(rare, counts.control_units, 0, units),
    ]
    if any(two_sided(each.touch, each.df) <= rules.alpha for each in extremes):
        return ""
    what = "conversion" if rare == hits else "missed conversion"
    return (
        f"{rare} {what}{'' if rare == 1 else 's'} in both arms together: even all of them in one "
        "arm would not tell the arms apart"
    )
