"""A reading: estimates with intervals and p, and the verdict that follows from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pilothouse.engines._numeric.tails import student_critical
from pilothouse.engines.experiments.contrasts import Bounds, Contrast, two_sided
from pilothouse.engines.experiments.rules import Margin, Rules, Semantics, Verdict
from pilothouse.engines.experiments.sequence import sequential_critical, sequential_p, tune

AT_ZERO = "the control is zero: there is nothing that a lift could be a share of"
UNBOUNDED = (
    "the control's mean is too near to zero for its noise: no bounded interval of the lift exists"
)


@dataclass(frozen=True)
class Estimate:
    """An estimate with its interval and the two-sided p-value of "no difference"."""

    estimate: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class ArmValue:
    """An arm with what was measured on it; ``value`` None: it has no units."""

    name: str
    units: int
    value: float | None


@dataclass(frozen=True)
class MarginReading:
    """Whether the interval keeps within a margin. ``p``: one-sided, the larger of two for
    equivalence, None where the scale has no interval; held when it is at most half of alpha.
    """

    margin: Margin
    is_held: bool
    p: float | None


@dataclass(frozen=True)
class Reading:
    """Treatment against control.

    ``absolute``: treatment less control; None where it has no variance to be judged by.
    ``relative``: the same as a share of the control's size, with ``relative_reason`` where it is
    None. ``sequential`` and ``sequential_relative`` hold however often one looks; None, with
    ``sequential_reason``, where no such interval is known. ``reason``: why a verdict is "too few".
    """

    control: ArmValue
    treatment: ArmValue
    absolute: Estimate | None
    relative: Estimate | None
    relative_reason: str
    sequential: Estimate | None
    sequential_relative: Estimate | None
    sequential_reason: str
    method: str
    verdict: Verdict
    reason: str
    margin: MarginReading | None
    rules: Rules
    semantics: Semantics
    contrast: Contrast | None = field(default=None, repr=False, compare=False)

    @property
    def level(self) -> float:
        """The level of the intervals."""
        return self.rules.level


@dataclass(frozen=True)
class Findings:
    """What a method hands over for a reading of it, the control first.

    ``too_few``: why no verdict can be given, if so. ``no_sequence``: why there is no sequential
    reading, if so.
    """

    arms: tuple[ArmValue, ArmValue]
    contrast: Contrast | None
    method: str
    semantics: Semantics
    too_few: str = ""
    no_sequence: str = ""


@dataclass(frozen=True)
class _Test:
    """A critical value, and the p-value of a touch."""

    critical: float
    p: Callable[[float], float]


def make_reading(found: Findings, rules: Rules) -> Reading:
    """All of a reading from one contrast."""
    contrast = found.contrast
    if contrast is None:
        return _without(found, rules)
    if found.no_sequence and rules.decide_by == "sequential":
        return _without(found, rules, found.no_sequence)
    fixed, sequence = _fixed_test(contrast, rules.alpha), None
    if not found.no_sequence:
        units = found.arms[0].units + found.arms[1].units
        sequence = _sequential_test(units, contrast, rules, rules.alpha)
    deciding = fixed if rules.decide_by == "fixed" or sequence is None else sequence
    relative, why = _relative(contrast, fixed)
    always, why_not = _relative(contrast, sequence) if sequence else (None, found.no_sequence)
    margin = _read_margin(contrast, deciding, rules)
    return Reading(
        control=found.arms[0],
        treatment=found.arms[1],
        absolute=_absolute(contrast, fixed),
        relative=relative,
        relative_reason=why,
        sequential=_absolute(contrast, sequence) if sequence else None,
        sequential_relative=always,
        sequential_reason=why_not,
        method=found.method,
        verdict=_judge(found, contrast, deciding, margin, rules),
        reason=found.too_few,
        margin=margin,
        rules=rules,
        semantics=found.semantics + _semantics(rules, has_sequence=sequence is not None),
        contrast=contrast,
    )


def _without(found: Findings, rules: Rules, why: str = "") -> Reading:
    return Reading(
        found.arms[0], found.arms[1], None, None, why or found.too_few, None, None,
        found.no_sequence or why or found.too_few, found.method, Verdict.TOO_FEW,
        why or found.too_few, None, rules, found.semantics + _semantics(rules, has_sequence=False),
    )  # fmt: skip


def intervals_at(reading: Reading, level: float) -> tuple[Estimate, Estimate | None]:
    """Absolute and relative intervals at another level, of the test that gives the verdict."""
    contrast = reading.contrast
    assert contrast is not None, "a reading without a contrast has no interval"
    if reading.rules.decide_by == "sequential":
        units = reading.control.units + reading.treatment.units
        test = _sequential_test(units, contrast, reading.rules, 1 - level)
    else:
        test = _fixed_test(contrast, 1 - level)
    return _absolute(contrast, test), _relative(contrast, test)[0]


def _fixed_test(contrast: Contrast, alpha: float) -> _Test:
    critical = student_critical(alpha / 2, contrast.df)
    return _Test(critical, lambda touch: two_sided(touch, contrast.df))


def _sequential_test(units: int, contrast: Contrast, rules: Rules, alpha: float) -> _Test:
    fixed, rho = _fixed_test(contrast, alpha), tune(rules.alpha, rules.planned)
    # With a handful of units Student's t reaches further than the sequence, which is asymptotic.
    reach = max(fixed.critical, sequential_critical(units, alpha, rho))
    return _Test(reach, lambda touch: max(fixed.p(touch), sequential_p(touch, units, rho)))


def _absolute(contrast: Contrast, test: _Test) -> Estimate:
    low, high = contrast.absolute_at(test.critical)
    return Estimate(contrast.difference, low, high, test.p(contrast.touch))


def _relative(contrast: Contrast, test: _Test) -> tuple[Estimate | None, str]:
    if contrast.lift is None:
        return None, AT_ZERO
    bounds = contrast.relative_at(test.critical)
    if bounds is None:
        return None, UNBOUNDED
    return Estimate(contrast.lift, *bounds, test.p(contrast.touch)), ""


def _judge(
    found: Findings, contrast: Contrast, test: _Test, margin: MarginReading | None, rules: Rules
) -> Verdict:
    if found.too_few:
        return Verdict.TOO_FEW
    low, high = contrast.absolute_at(test.critical)
    is_held = margin is not None and margin.is_held
    return verdict_of(int(low > 0) - int(high < 0), rules, is_margin_held=is_held)


def verdict_of(side: int, rules: Rules, *, is_margin_held: bool) -> Verdict:
    """The verdict on an interval above zero (side 1), below it (-1) or on both sides (0)."""
    kind = rules.margin.kind if rules.margin and is_margin_held else None
    good = -side if rules.lower_is_better else side
    if kind == "equivalence":
        return Verdict.EQUIVALENT
    if good > 0:
        return Verdict.BETTER
    if kind == "non-inferiority":
        return Verdict.NOT_WORSE
    return Verdict.WORSE if good < 0 else Verdict.UNCLEAR


def keeps_margin(bounds: Bounds | None, rules: Rules) -> bool:
    """Whether an interval on the margin's scale keeps within the margin."""
    if rules.margin is None or bounds is None:
        return False
    size = rules.margin.size
    needs_low, needs_high = _sides(rules)
    return (bounds[0] > -size or not needs_low) and (bounds[1] < size or not needs_high)


def _sides(rules: Rules) -> tuple[bool, bool]:
    """Which ends of the margin matter: the lower one, the upper one."""
    if rules.margin is None or rules.margin.kind == "equivalence":
        return True, True
    return not rules.lower_is_better, rules.lower_is_better


def _read_margin(contrast: Contrast, test: _Test, rules: Rules) -> MarginReading | None:
    margin = rules.margin
    if margin is None:
        return None
    bounds = bounds_on(contrast, margin.scale, test.critical)
    if bounds is None:
        return MarginReading(margin, is_held=False, p=None)
    ends = zip((-margin.size, margin.size), _sides(rules), strict=True)
    p = max(_one_sided(contrast, margin, end, test) for end, matters in ends if matters)
    return MarginReading(margin, keeps_margin(bounds, rules), p)


def bounds_on(contrast: Contrast, scale: str, critical: float) -> Bounds | None:
    """The interval on a scale, absolute or relative."""
    if scale == "absolute":
        return contrast.absolute_at(critical)
    return None if contrast.lift is None else contrast.relative_at(critical)


def _one_sided(contrast: Contrast, margin: Margin, end: float, test: _Test) -> float:
    """p of "the difference lies at or beyond this end", by where the interval reaches it."""
    estimate = contrast.difference if margin.scale == "absolute" else contrast.lift
    assert estimate is not None

    def is_short(critical: float) -> bool:
        bounds = bounds_on(contrast, margin.scale, critical)
        return bounds is not None and not bounds[0] <= end <= bounds[1]

    low, high = 0.0, 1.0
    while is_short(high) and high < 1e6:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if is_short(middle) else (low, middle)
    tail = test.p(low) / 2
    is_within = (estimate > end) == (end < 0)
    return tail if is_within else 1 - tail


def _semantics(rules: Rules, *, has_sequence: bool) -> Semantics:
    told = [
        ("level", f"{rules.level:g}, two-sided"),
        (
            "relative",
            "share of the control's size; its interval is of the same test as the absolute one, "
            "so that both exclude no difference or none does",
        ),
        ("direction", "lower is better" if rules.lower_is_better else "higher is better"),
    ]
    if has_sequence:
        origin = "as planned" if rules.planned_units else "the default, as nothing was planned"
        told.append(
            (
                "sequential",
                f"asymptotic confidence sequence, tightest at {rules.planned:,} units of both arms "
                f"({origin}); holds however often one looks",
            )
        )
    if rules.margin:
        told.append(("margin", _margin_words(rules.margin)))
    told.append(("verdict by", f"the {rules.decide_by} interval"))
    return tuple(told)


def _margin_words(margin: Margin) -> str:
    size = f"{margin.size:.4g}" if margin.scale == "absolute" else f"{margin.size * 100:.4g} %"
    if margin.kind == "equivalence":
        return f"equivalent if the whole {margin.scale} interval lies within ± {size}"
    return f"not worse if the {margin.scale} interval ends less than {size} on the worse side"
