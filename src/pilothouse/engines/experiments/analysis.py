"""An experiment from the rows of its units: each treatment against the control, and the checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Unpack

import numpy as np

from pilothouse.engines.experiments.means import compare_means, compare_ratios
from pilothouse.engines.experiments.multiplicity import Adjusted, Method, adjust_readings
from pilothouse.engines.experiments.proportions import compare_proportions
from pilothouse.engines.experiments.quantiles import CAP_FROM_DATA, compare_quantiles, winsorise
from pilothouse.engines.experiments.readings import Reading
from pilothouse.engines.experiments.rules import Asked, Semantics
from pilothouse.engines.experiments.samples import ArmCounts
from pilothouse.engines.experiments.srm import Srm, check_srm
from pilothouse.engines.experiments.strata import Stratum, compare_strata
from pilothouse.engines.experiments.summing import sum_arms, sum_ratios
from pilothouse.engines.experiments.units import Exposure, Repeated, UnitRows, clean_units
from pilothouse.kernel.errors import InvalidValueError

Kind = Literal["auto", "proportion", "mean"]
# Names under which the control is found if it is not named.
CONTROL_NAMES = ("control", "baseline", "a", "0", "off", "false")
MOST_ARMS = 50
_SRM_RULE = ("SRM", "chi-squared over arms with weight; alarm under p 0.001")


@dataclass(frozen=True)
class AnalysisPlan:
    """How an experiment is read.

    ``control`` empty: the arm with a usual name of a control, else the first by name. ``weights``:
    meant shares by arm, equal where empty. ``kind`` auto: a metric of nothing but 0 and 1 is a
    proportion. ``quantile`` in 0..1; ``cap`` or ``cap_percentile`` winsorise. ``correction``: over
    the treatments, where there are several.
    """

    control: str = ""
    weights: Mapping[str, float] = field(default_factory=dict)
    kind: Kind = "auto"
    quantile: float | None = None
    cap: float | None = None
    cap_percentile: float | None = None
    cuped: bool = True
    repeated: Repeated = "refuse"
    correction: Method = "holm"
    asked: Asked = field(default_factory=Asked)


@dataclass(frozen=True)
class Analysis:
    """Readings of all treatments against the control, with SRM and multiple exposures.

    ``adjusted`` is empty with one treatment, where nothing is to be corrected.
    """

    control: str
    arms: tuple[tuple[str, int], ...]
    readings: tuple[Reading, ...]
    adjusted: tuple[Adjusted, ...]
    srm: Srm
    exposure: Exposure
    semantics: Semantics


def analyze_units(rows: UnitRows, plan: AnalysisPlan = AnalysisPlan()) -> Analysis:
    """Read an experiment from one row a unit."""
    _check(rows, plan)
    control = _control_of(rows.arms, plan.control)
    kept, exposure = clean_units(rows, plan.repeated)
    counts = np.bincount(kept.arm, minlength=len(rows.arms))
    readings, told = _read_all(kept, control, plan)
    return Analysis(
        control=rows.arms[control],
        arms=tuple((name, int(n)) for name, n in zip(rows.arms, counts, strict=True)),
        readings=readings,
        adjusted=adjust_readings(readings, plan.correction) if len(readings) > 1 else (),
        srm=check_srm([int(n) for n in counts], _weights(rows.arms, plan.weights)),
        exposure=exposure,
        semantics=(*told, *_rules_of(rows, plan, control)),
    )


def read_counts(
    counts: Sequence[ArmCounts],
    *,
    weights: Mapping[str, float] | None = None,
    correction: Method = "holm",
    **asked: Unpack[Asked],
) -> Analysis:
    """The same from conversions and units of each arm, the control first."""
    names = tuple(each.name for each in counts)
    if len(counts) < 2:
        raise InvalidValueError("there are two arms or more.", value=", ".join(names))
    if len(set(names)) < len(names):
        raise InvalidValueError("each arm has its own name.", value=", ".join(names))
    readings = tuple(compare_proportions(counts[0], each, **asked) for each in counts[1:])
    units = [each.units for each in counts]
    return Analysis(
        control=names[0],
        arms=tuple(zip(names, units, strict=True)),
        readings=readings,
        adjusted=adjust_readings(readings, correction) if len(readings) > 1 else (),
        srm=check_srm(units, _weights(names, weights or {})),
        exposure=Exposure(
            sum(units), 0, alarm=False, examples=(), rows_left_out=0, repeated_rows=0
        ),
        semantics=(_SRM_RULE,),
    )


def _check(rows: UnitRows, plan: AnalysisPlan) -> None:
    if not len(rows):
        raise InvalidValueError("there are no rows.", remedy="Give one row for each unit.")
    if len(rows.arms) < 2:
        raise InvalidValueError(
            "an experiment has two arms or more.", value=", ".join(rows.arms),
            remedy="Check the column of the arm.",
        )  # fmt: skip
    if len(rows.arms) > MOST_ARMS:
        raise InvalidValueError(
            f"an experiment has at most {MOST_ARMS} arms.", value=f"{len(rows.arms):,} arms",
            remedy="Check the column of the arm.",
        )  # fmt: skip
    _check_ways(rows, plan)


def _check_ways(rows: UnitRows, plan: AnalysisPlan) -> None:
    """Refuse what cannot be asked together, rather than leave a part of it out."""
    ways = {
        "a quantile": plan.quantile is not None,
        "a ratio": rows.denominator is not None,
        "strata": rows.stratum is not None,
    }
    asked = [name for name, is_asked in ways.items() if is_asked]
    if len(asked) > 1:
        raise InvalidValueError("one of these at a time.", value=" and ".join(asked))
    is_capped = plan.cap is not None or plan.cap_percentile is not None
    if is_capped and (plan.quantile is not None or rows.denominator is not None):
        raise InvalidValueError("a cap is for means.", value=asked[0])
    if plan.quantile is not None and rows.pre is not None:
        raise InvalidValueError("values from before do not help a quantile.", value="pre")
    if (rows.pre_denominator is None) != (rows.pre is None) and rows.denominator is not None:
        raise InvalidValueError("a ratio has both its parts from before, or none.")


def _control_of(arms: tuple[str, ...], wanted: str) -> int:
    if wanted:
        if wanted not in arms:
            raise InvalidValueError(
                "there is no such arm.", value=wanted, remedy=f"There are {', '.join(arms)}."
            )
        return arms.index(wanted)
    lowered = [name.lower() for name in arms]
    known = [lowered.index(name) for name in CONTROL_NAMES if name in lowered]
    return known[0] if known else arms.index(min(arms))


def _weights(arms: tuple[str, ...], weights: Mapping[str, float]) -> list[float] | None:
    if not weights:
        return None
    unknown = [name for name in weights if name not in arms]
    if unknown:
        raise InvalidValueError(
            "there is no such arm to weigh.", value=unknown[0],
            remedy=f"There are {', '.join(arms)}.",
        )  # fmt: skip
    missing = [name for name in arms if name not in weights]
    if missing:
        raise InvalidValueError("each arm has a weight, or none.", value=missing[0])
    return [weights[name] for name in arms]


def _read_all(
    rows: UnitRows, control: int, plan: AnalysisPlan
) -> tuple[tuple[Reading, ...], Semantics]:
    others = [place for place in range(len(rows.arms)) if place != control]
    rows, told = _capped(rows, plan)
    if plan.quantile is not None:
        values = [(n, rows.metric[rows.arm == a]) for a, n in enumerate(rows.arms)]
        found = [
            compare_quantiles(values[control], values[b], plan.quantile, **plan.asked)
            for b in others
        ]
    elif rows.denominator is not None:
        columns = [rows.metric, rows.denominator]
        if rows.pre is not None and rows.pre_denominator is not None:
            columns += [rows.pre, rows.pre_denominator]
        ratios = sum_ratios(rows.arms, rows.arm, columns)
        found = [
            compare_ratios(ratios[control], ratios[b], cuped=plan.cuped, **plan.asked)
            for b in others
        ]
    elif rows.stratum is not None:
        found = _read_strata(rows, control, others, plan)
    else:
        found = _read_values(rows, control, others, plan)
    return tuple(found), told


def _capped(rows: UnitRows, plan: AnalysisPlan) -> tuple[UnitRows, Semantics]:
    if plan.cap is None and plan.cap_percentile is None:
        return rows, ()
    values, cap = winsorise(rows.metric, cap=plan.cap, percentile=plan.cap_percentile)
    told: Semantics = (("winsorised", f"values above {cap:.6g} count as that"),)
    return replace(rows, metric=values), told + (() if plan.cap is not None else (CAP_FROM_DATA,))


def _read_values(
    rows: UnitRows, control: int, others: list[int], plan: AnalysisPlan
) -> list[Reading]:
    pre = rows.pre if plan.cuped else None
    if pre is None and _is_proportion(rows, plan):
        units = np.bincount(rows.arm, minlength=len(rows.arms))
        hits = np.bincount(rows.arm, rows.metric, len(rows.arms))
        counts = [ArmCounts(n, int(units[a]), int(hits[a])) for a, n in enumerate(rows.arms)]
        return [compare_proportions(counts[control], counts[b], **plan.asked) for b in others]
    sums = sum_arms(rows.arms, rows.arm, rows.metric, pre)
    return [compare_means(sums[control], sums[b], **plan.asked) for b in others]


def _is_proportion(rows: UnitRows, plan: AnalysisPlan) -> bool:
    if plan.kind == "mean":
        return False
    is_binary = bool(((rows.metric == 0) | (rows.metric == 1)).all())
    if plan.kind == "proportion" and not is_binary:
        wrong = rows.metric[(rows.metric != 0) & (rows.metric != 1)][0]
        raise InvalidValueError("a proportion is of values 0 and 1.", value=float(wrong))
    return is_binary


def _read_strata(
    rows: UnitRows, control: int, others: list[int], plan: AnalysisPlan
) -> list[Reading]:
    assert rows.stratum is not None
    arms = len(rows.arms)
    cells = rows.stratum.astype(np.int64) * arms + rows.arm
    names = [arm for _ in rows.strata for arm in rows.arms]
    sums = sum_arms(names, cells, rows.metric, rows.pre if plan.cuped else None)

    def strata(treatment: int) -> list[Stratum]:
        return [
            Stratum(name, sums[s * arms + control], sums[s * arms + treatment])
            for s, name in enumerate(rows.strata)
        ]

    return [compare_strata(strata(b), **plan.asked) for b in others]


def _rules_of(rows: UnitRows, plan: AnalysisPlan, control: int) -> Semantics:
    how = "as asked" if plan.control else "by its name, as none was asked for"
    told = [
        ("control", f"{rows.arms[control]}, {how}"),
        ("multiple exposure", "units seen in several arms are left out; alarm over 1 % of them"),
        _SRM_RULE,
    ]
    if plan.repeated == "sum":
        told.append(("repeated rows", "of a unit in its arm are added up"))
    return tuple(told)
