"""How far outcomes are: what their metrics say now, beside the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pilothouse.apps.analytics.services.metrics import list_metrics
from pilothouse.apps.analytics.services.readings import Reading, read_metrics
from pilothouse.apps.roadmap.services.outcomes import OutcomeView
from pilothouse.apps.workspace.services.access import ProductView


@dataclass(frozen=True)
class Progress:
    """An outcome with its metric's latest reading; None where no metric tells.

    ``is_met`` is None while it cannot be known: no target, no value, or a metric of which neither
    way is good.
    """

    outcome: OutcomeView
    reading: Reading | None
    is_metric_gone: bool
    is_met: bool | None

    @property
    def value(self) -> float | None:
        """The latest value of the metric."""
        return self.reading.latest.value if self.reading and self.reading.latest else None


def read_progress(product: ProductView, outcomes: Sequence[OutcomeView]) -> list[Progress]:
    """The progress of outcomes over one reading of their metrics."""
    wanted = {outcome.metric_id for outcome in outcomes if outcome.metric_id}
    metrics = [each for each in list_metrics(product) if each.public_id in wanted] if wanted else []
    readings = {each.metric.public_id: each for each in read_metrics(product, metrics)}
    return [_judge(outcome, readings.get(outcome.metric_id)) for outcome in outcomes]


def _judge(outcome: OutcomeView, reading: Reading | None) -> Progress:
    is_gone = bool(outcome.metric_id) and reading is None
    plain = Progress(outcome, reading, is_gone, None)
    if reading is None or plain.value is None or outcome.target is None:
        return plain
    if reading.metric.direction == "up":
        return Progress(outcome, reading, is_gone, plain.value >= outcome.target)
    if reading.metric.direction == "down":
        return Progress(outcome, reading, is_gone, plain.value <= outcome.target)
    return plain
