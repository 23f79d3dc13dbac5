"""What was counted, arm by arm: from the product's events, or from counts that somebody entered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pilothouse.apps.experiments.models import MetricKind
from pilothouse.apps.experiments.services.brief import Brief, Metric, to_plain
from pilothouse.apps.experiments.services.views import ExperimentView
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.times import TimeRange, parse_window, to_us

if TYPE_CHECKING:
    from pilothouse.engines.analytics.exposures import ExposureQuery
    from pilothouse.engines.analytics.log import EventLog

Rules = tuple[tuple[str, str], ...]
FOREVER_US = 1 << 61


@dataclass(frozen=True)
class Cell:
    """A metric in one arm: units that count, their sum and sum of squares (conversions: 0 or 1)."""

    units: int
    immature: int
    total: float
    total_squares: float


@dataclass(frozen=True)
class Measured:
    """All arms as counted at ``as_of``. ``units``: exposed units of each arm, whatever their age.

    ``cells`` by the metric's key; a metric without numbers is not in it. ``rules``: how it was
    counted, in words.
    """

    as_of: datetime
    units: tuple[int, ...]
    crossed: int
    early: int
    elsewhere: int
    before_sealing: int | None
    cells: Mapping[str, tuple[Cell, ...]]
    rules: Rules
    is_by_hand: bool = False

    @property
    def exposed(self) -> int:
        return sum(self.units)

    @property
    def judged(self) -> int:
        """Units of the primary metric whose window is closed; by hand all that were entered."""
        if self.is_by_hand:
            return self.exposed
        return sum(cell.units for cell in self.cells.get("primary", ()))


def measure(
    product: ProductView, view: ExperimentView, log: EventLog | None = None
) -> Measured | None:
    """What was counted up to now; None where nothing was yet."""
    if view.brief.is_by_hand:
        return measure_by_hand(view)
    if view.started_at is None:
        return None
    return measure_events(product, view, log)


def measure_kept(product: ProductView, view: ExperimentView) -> Measured | None:
    """The same from what is kept beside the index, for pages that are opened all the time."""
    if view.brief.is_by_hand or view.started_at is None:
        return measure(product, view)
    from pilothouse.apps.analytics.services.answers import pack_fresh
    from pilothouse.apps.analytics.services.kept import keep

    def count() -> dict[str, Any]:
        return _to_kept(measure_events(product, view))

    stream_id, ends = pack_fresh(product), [view.started_at, view.stopped_at]
    parts = [to_plain(view.brief), *(each and each.isoformat() for each in ends)]
    return _from_kept(keep(stream_id, f"experiment-{view.public_id}", product, parts, count), view)


def measure_events(
    product: ProductView, view: ExperimentView, log: EventLog | None = None
) -> Measured:
    """One pass over the exposures and each metric's events."""
    from pilothouse.apps.analytics.services.answers import open_log
    from pilothouse.engines.analytics.exposures import measure_exposures

    events = open_log(product) if log is None else log
    query = query_for(view, product.now)
    found = measure_exposures(events, query)
    cells = {
        key: tuple(Cell(a.units, a.immature, a.total, a.total_squares) for a in arms)
        for (key, _), arms in zip(measured_metrics(view.brief), found.outcomes, strict=True)
    }
    return Measured(
        as_of=product.now,
        units=found.units,
        crossed=found.crossed,
        early=found.early,
        elsewhere=found.elsewhere,
        before_sealing=found.before_sealing,
        cells=cells,
        rules=_event_rules(view.brief),
    )


def count_exposed(product: ProductView, brief: Brief) -> int:
    """Units that have been exposed already, to any arm: what sealing must own up to."""
    if len(brief.arms) < 2 or not brief.exposure_event or not brief.arm_property:
        return 0
    from pilothouse.apps.analytics.services.answers import open_log
    from pilothouse.engines.analytics.exposures import ExposureQuery, measure_exposures
    from pilothouse.engines.analytics.queries import Selector

    arms = tuple(arm.value for arm in brief.arms)
    query = ExposureQuery(Selector(brief.exposure_event), brief.arm_property, arms, ())
    found = measure_exposures(open_log(product), query)
    return sum(found.units) + found.crossed


def query_for(view: ExperimentView, now: datetime) -> ExposureQuery:
    """The engine's query of an experiment that was started."""
    from pilothouse.engines.analytics.exposures import ExposureQuery, Outcome
    from pilothouse.engines.analytics.queries import Selector

    brief, start, now_us = view.brief, view.started_at, to_us(now)
    assert start is not None
    end_us = now_us if view.stopped_at is None else min(now_us, to_us(view.stopped_at))
    return ExposureQuery(
        exposure=Selector(brief.exposure_event),
        property=brief.arm_property,
        arms=tuple(arm.value for arm in brief.arms),
        outcomes=tuple(
            Outcome(
                Selector(metric.event),
                metric.kind,  # type: ignore[arg-type]
                parse_window(metric.window),
                metric.property,
            )
            for _, metric in measured_metrics(brief)
        ),
        range=TimeRange(to_us(start), max(to_us(start), end_us)),
        as_of_us=now_us,
        sealed_us=to_us(view.sealed_at) if view.sealed_at else None,
    )


def measured_metrics(brief: Brief) -> list[tuple[str, Metric]]:
    """The metrics that can be counted: those with a name and, by events, an event."""
    return [
        (key, metric)
        for key, metric in brief.metrics
        if metric.name and (brief.is_by_hand or metric.event)
    ]


def measure_by_hand(view: ExperimentView) -> Measured | None:
    """The counts entered last."""
    if not view.counts:
        return None
    entered = view.counts[-1]
    units = tuple(int(n) for n in entered.body["units"])
    if len(units) != len(view.brief.arms):
        return None  # the arms were amended since
    cells = {
        key: tuple(
            _cell(metric, n, cell)
            for n, cell in zip(units, entered.body["metrics"][key], strict=True)
        )
        for key, metric in measured_metrics(view.brief)
        if len(entered.body["metrics"].get(key, ())) == len(units)
    }  # fmt: skip
    who = entered.person or "nobody known"
    rules = (
        ("counted", f"by hand, entered {entered.at:%Y-%m-%d %H:%M} UTC by {who}"),
        ("not checked", "exposures, windows and units seen in two arms: only who counted knows"),
    )
    return Measured(
        as_of=entered.at, units=units, crossed=0, early=0, elsewhere=0, before_sealing=None,
        cells=cells, rules=rules, is_by_hand=True,
    )  # fmt: skip


def _cell(metric: Metric, units: int, given: Mapping[str, Any]) -> Cell:
    if metric.kind == MetricKind.CONVERSION:
        hits = float(given["conversions"])
        return Cell(units, 0, hits, hits)
    mean, deviation = float(given["mean"]), float(given["deviation"])
    # Σx² from the sample's standard deviation, whose sum of squares is over n - 1.
    return Cell(units, 0, mean * units, deviation**2 * max(0, units - 1) + mean**2 * units)


def _to_kept(measured: Measured) -> dict[str, Any]:
    kept = asdict(measured)
    return kept | {"as_of": measured.as_of.isoformat()}


def _from_kept(kept: Mapping[str, Any], view: ExperimentView) -> Measured:
    cells = {key: tuple(Cell(**each) for each in arms) for key, arms in kept["cells"].items()}
    parts = {
        "as_of": datetime.fromisoformat(kept["as_of"]),
        "units": tuple(kept["units"]),
        "cells": cells,
        "rules": _event_rules(view.brief),
    }
    return Measured(**{**kept, **parts})


def _event_rules(brief: Brief) -> Rules:
    return (
        ("unit", "a person of the events (an actor)"),
        ("exposure", f"the first {brief.exposure_event} whose {brief.arm_property} names an arm"),
        ("crossed", "a unit seen in two arms is left out of all of them, and counted"),
        ("early", "a unit exposed before the start is left out, and counted"),
        ("outcomes", "events after the exposure, within the metric's window, its edge included"),
        ("immature", "a unit whose window has not closed is left out of that metric, and counted"),
    )
