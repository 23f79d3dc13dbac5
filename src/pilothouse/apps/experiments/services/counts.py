"""Counts by hand: checked, kept with who entered them and when, never overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from pilothouse.apps.experiments.models import Counts, Look, MetricKind, Status
from pilothouse.apps.experiments.services.acts import record
from pilothouse.apps.experiments.services.brief import MAX_UNITS, Brief
from pilothouse.apps.experiments.services.rules import is_rule_met_by
from pilothouse.apps.experiments.services.views import ExperimentView, find_row, read_one
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import ConflictError, InvalidValueError
from pilothouse.kernel.texts import check_line


@dataclass(frozen=True)
class CountsDraft:
    """``units`` of each arm; ``metrics``: by key, for each arm ``{"conversions": n}`` or
    ``{"mean": x, "deviation": s}``. A metric that is not given is not known yet."""

    units: Sequence[int]
    metrics: Mapping[str, Sequence[Mapping[str, float]]] = field(default_factory=dict)
    note: str = ""


def enter_counts(
    access: Access, product: ProductView, public_id: str, draft: CountsDraft
) -> ExperimentView:
    """Enter counts; those entered before stay. Outcomes seen before the end are a look."""
    access.require(Role.EDITOR, to="entering counts")
    with transaction.atomic():
        row = find_row(product, public_id, lock=True)
        view = read_one(product, row)
        if not view.brief.is_by_hand:
            raise ConflictError("its numbers come from events.", value=view.name)
        if view.status in {Status.DRAFT, Status.CANCELLED}:
            raise ConflictError(
                "counts are entered once the brief is sealed.", value=view.status.label,
                remedy="Seal it first, so that it is seen to come before the data.",
            )  # fmt: skip
        body = _check(view.brief, draft)
        note = check_line("a note", draft.note)
        now = product.now
        Counts.objects.create(experiment=row, at=now, body=body, note=note, user_id=access.user_id)
        units = sum(body["units"])
        if body["metrics"] and view.stopped_at is None and not _may_look(view, units):
            Look.objects.create(
                experiment=row, at=now, why="outcomes entered before the end", units=units,
                by_rule=False, user_id=access.user_id,
            )  # fmt: skip
        facts = {"units": units, "metrics": sorted(body["metrics"])}
        record(access, product, "experiment.counted", row, facts)
    return read_one(product, row)


def _may_look(view: ExperimentView, units: int) -> bool:
    return is_rule_met_by(view, units)


def _check(brief: Brief, draft: CountsDraft) -> dict[str, Any]:
    if len(draft.units) != len(brief.arms):
        raise InvalidValueError(f"there are {len(brief.arms)} arms.", value=len(draft.units))
    units = [_whole("the units of an arm", each) for each in draft.units]
    kinds = dict(brief.metrics)
    metrics: dict[str, Any] = {}
    for key, cells in draft.metrics.items():
        metric = kinds.get(key)
        if metric is None or not metric.name:
            raise InvalidValueError("this experiment has no such metric.", value=key)
        if len(cells) != len(units):
            raise InvalidValueError(
                f"a metric has a count for each of {len(units)} arms.", value=metric.name
            )
        is_share = metric.kind == MetricKind.CONVERSION
        metrics[key] = [
            _check_hits(n, cell) if is_share else _check_mean(cell)
            for n, cell in zip(units, cells, strict=True)
        ]  # fmt: skip
    return {"units": units, "metrics": metrics}


def _check_hits(units: int, cell: Mapping[str, Any]) -> dict[str, float]:
    hits = _whole("the conversions of an arm", cell.get("conversions"))
    if hits > units:
        raise InvalidValueError(f"no more units convert than there are ({units:,}).", value=hits)
    return {"conversions": hits}


def _check_mean(cell: Mapping[str, Any]) -> dict[str, float]:
    mean = _number("the mean of an arm", cell.get("mean"))
    deviation = _number("the standard deviation of an arm", cell.get("deviation"))
    if deviation < 0:
        raise InvalidValueError("a standard deviation is zero or more.", value=deviation)
    return {"mean": mean, "deviation": deviation}


def _whole(what: str, given: Any) -> int:
    number = _number(what, given)
    if number != int(number) or not 0 <= number <= MAX_UNITS:
        raise InvalidValueError(f"{what}: a whole number of zero or more.", value=given)
    return int(number)


def _number(what: str, given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise InvalidValueError(f"{what} is missing, or no number.", value=given)
    if not abs(given) <= 1e12:  # not a number is not either
        raise InvalidValueError(f"{what} lies between -1e12 and 1e12.", value=given)
    return given
