"""How readings of experiments are printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pilothouse.engines.experiments import (
    Adjusted,
    Analysis,
    ArmCounts,
    ArmValue,
    Estimate,
    Prior,
    Reading,
    fisher_exact,
    is_few,
    read_bayesian,
    to_plain,
)
from pilothouse.kernel.intervals import wilson

if TYPE_CHECKING:
    from pilothouse.stores.files.units import UnitFile

Format = Callable[[float], str]


def to_answer(
    analysis: Analysis, prior: Prior | None, counts: Sequence[ArmCounts] = ()
) -> dict[str, Any]:
    """The answer as plain values; with a prior a belief for each comparison beside it, and Fisher's
    test where counts are few.
    """
    answer = to_plain(analysis)
    for place, (each, reading) in enumerate(
        zip(answer["comparisons"], analysis.readings, strict=True)
    ):
        if prior:
            belief = read_bayesian(reading, prior)
            each["belief"] = to_plain(belief) if belief else None
        if counts and is_few(counts[0], counts[place + 1]):
            test = fisher_exact(counts[0], counts[place + 1])
            each["fisher"] = {"p": test.p, "mid_p": test.mid_p}
    if len(analysis.readings) == 1:
        answer |= {k: v for k, v in answer["comparisons"][0].items() if k in {"belief", "fisher"}}
    return answer


def exposure_names(found: UnitFile, analysis: Analysis) -> list[str]:
    """What the file calls units that were seen in several arms."""
    return [found.label(each) for each in analysis.exposure.examples]


def describe(analysis: Analysis, answer: dict[str, Any], *, is_rate: bool = False) -> Iterator[str]:
    """An analysis in lines for a person."""
    yield from _checks(analysis, answer)
    is_rate = is_rate or "proportion" in analysis.readings[0].method
    for place, reading in enumerate(analysis.readings):
        yield ""
        yield from _reading(reading, is_rate=is_rate)
        yield from _asides(answer["comparisons"][place])
        if analysis.adjusted:
            yield from _corrected(analysis.adjusted[place], _points if is_rate else _plain)
    yield ""
    for name, rule in answer["semantics"].items():
        yield f"{name}: {rule}"


def _checks(analysis: Analysis, answer: dict[str, Any]) -> Iterator[str]:
    srm, exposure = analysis.srm, analysis.exposure
    arms = ", ".join(f"{name} {units:,}" for name, units in analysis.arms)
    if srm.alarm:
        stray = f", {srm.stray:,} units in arms without weight" if srm.stray else ""
        yield f"! Sample ratio mismatch (p {_p(srm.p)}{stray}): something is broken; do not decide."
    yield f"Units: {arms}; shares as meant: p {_p(srm.p)}"
    if exposure.multiple:
        names = ", ".join(map(str, answer["exposure"]["examples"]))
        mark = "! " if exposure.alarm else ""
        yield (
            f"{mark}{exposure.multiple:,} of {exposure.units:,} units were in several arms and are "
            f"left out, such as {names}"
        )
    if exposure.repeated_rows:
        yield f"{exposure.repeated_rows:,} more rows of the same units were added up"
    if answer.get("source", {}).get("dropped"):
        yield f"{answer['source']['dropped']:,} rows with an empty cell were dropped, as asked"


def _reading(reading: Reading, *, is_rate: bool) -> Iterator[str]:
    show = _points if is_rate else _plain
    arms = " against ".join(_arm(each, is_rate) for each in (reading.treatment, reading.control))
    yield f"{arms}: {reading.verdict}" + (f" ({reading.reason})" if reading.reason else "")
    if reading.absolute:
        yield f"  absolute    {_line(reading.absolute, show)}"
    if reading.relative:
        yield f"  relative    {_line(reading.relative, _percent)}"
    elif reading.absolute:
        yield f"  relative    none: {reading.relative_reason}"
    if reading.sequential:
        yield f"  sequential  {_line(reading.sequential, show)}"
    if reading.margin:
        held = "held" if reading.margin.is_held else "not shown"
        p = "" if reading.margin.p is None else f", one-sided p {_p(reading.margin.p)}"
        yield f"  margin      {reading.margin.margin.kind} {held}{p}"


def _corrected(found: Adjusted, show: Format) -> Iterator[str]:
    if found.absolute:
        span = _span(found.absolute, show)
        yield f"  corrected   p {_p(found.absolute.p)}, {span}: {found.verdict}"


def _asides(comparison: dict[str, Any]) -> Iterator[str]:
    if fisher := comparison.get("fisher"):
        yield f"  Fisher      p {_p(fisher['p'])}, mid-p {_p(fisher['mid_p'])}"
    if "belief" in comparison and comparison["belief"] is None:
        yield "  belief      none: the control is zero, or nothing varies"
    if belief := comparison.get("belief"):
        yield (
            f"  belief      {belief['estimate']:+.2%} ({belief['low']:+.2%} to "
            f"{belief['high']:+.2%}), chance to win {belief['chance_to_win']:.1%}"
        )


def _arm(arm: ArmValue, is_rate: bool) -> str:
    if arm.value is None:
        return f"{arm.name} (no units)" if not arm.units else f"{arm.name} (n {arm.units:,})"
    if not is_rate:
        return f"{arm.name} {arm.value:.6g} (n {arm.units:,})"
    rate = wilson(round(arm.value * arm.units), arm.units)
    return f"{arm.name} {arm.value:.2%} ({rate.low:.2%} to {rate.high:.2%}, n {arm.units:,})"


def _line(found: Estimate, show: Format) -> str:
    return f"{show(found.estimate)} ({_span(found, show)}), p {_p(found.p)}"


def _span(found: Estimate, show: Format) -> str:
    return f"{show(found.low)} to {show(found.high)}"


def _plain(value: float) -> str:
    return f"{value:+.4g}"


def _percent(value: float) -> str:
    return f"{value:+.2%}"


def _points(value: float) -> str:
    return f"{100 * value:+.2f} points"


def _p(p: float) -> str:
    return f"{p:.4f}" if p >= 0.001 else f"{p:.2g}"
