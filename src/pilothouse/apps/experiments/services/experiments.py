"""Experiments: the brief, its seal, amendments in the open, starting, stopping, calling off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from pilothouse.apps.experiments.models import Amendment, Experiment, Look, Readout, Status
from pilothouse.apps.experiments.services.acts import index, record
from pilothouse.apps.experiments.services.brief import (
    Brief,
    check_brief,
    digest_of,
    list_changes,
    to_plain,
)
from pilothouse.apps.experiments.services.judging import judge
from pilothouse.apps.experiments.services.measuring import count_exposed, measure
from pilothouse.apps.experiments.services.rules import is_rule_met_by
from pilothouse.apps.experiments.services.sizing import power_at, size_brief
from pilothouse.apps.experiments.services.views import (
    ExperimentView,
    find_row,
    read_one,
    read_rows,
    start_of_day,
    take_number,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.search import remove_entry
from pilothouse.kernel.errors import ConflictError, InvalidValueError
from pilothouse.kernel.texts import check_day, check_text

MAX_LISTED = 500


def save_brief(
    access: Access, product: ProductView, draft: Brief, *, public_id: str = "", reason: str = ""
) -> ExperimentView:
    """Write a brief down, or change the one of ``public_id``.

    A sealed brief is amended: with a reason, and with what it said before kept beside it.
    """
    access.require(Role.EDITOR, to="writing an experiment's brief")
    brief = check_brief(draft)
    with transaction.atomic():
        if not public_id:
            return _create(access, product, brief)
        row = find_row(product, public_id, lock=True)
        if row.sealed_at is not None:
            return _amend(access, product, row, brief, reason)
        changes = list_changes(row.brief, to_plain(brief))
        _fill(product, row, brief)
        row.save()
        if changes:
            parts = [change["field"] for change in changes]
            record(access, product, "experiment.changed", row, {"parts": parts})
        index(product, row)
    return read_one(product, row)


def seal(access: Access, product: ProductView, public_id: str) -> ExperimentView:
    """Freeze the brief with its digest and time. What was exposed by then is counted and said."""
    access.require(Role.EDITOR, to="sealing an experiment's brief")
    with transaction.atomic():
        row = find_row(product, public_id, lock=True)
        view = read_one(product, row)
        _need(view, Status.DRAFT, to="be sealed")
        if view.brief.gaps:
            raise InvalidValueError(
                f"a brief is sealed when it is whole; missing: {'; '.join(view.brief.gaps)}.",
                value=view.name,
                remedy="Fill it in and seal it then.",
            )
        row.status, row.sealed_at, row.sealed_digest = (
            Status.REGISTERED, product.now, digest_of(row.brief),
        )  # fmt: skip
        row.exposed_before = None if view.brief.is_by_hand else count_exposed(product, view.brief)
        row.updated_at = product.now
        row.save()
        record(access, product, "experiment.preregistered", row, _sealing_facts(view.brief, row))
    return read_one(product, row)


def start(
    access: Access, product: ProductView, public_id: str, *, first_day: date | None = None
) -> ExperimentView:
    """Exposures count from now on, or from the beginning of ``first_day``."""
    access.require(Role.EDITOR, to="starting an experiment")
    with transaction.atomic():
        row = find_row(product, public_id, lock=True)
        view = read_one(product, row)
        _need(view, Status.REGISTERED, to="be started", remedy="Seal its brief first.")
        row.started_at = _moment(product, first_day, "the first day")
        _move(product, row, Status.RUNNING)
        sealed = row.sealed_at
        facts = {
            "from": row.started_at.isoformat(),
            "before_sealing": sealed is not None and row.started_at < sealed,
        }
        record(access, product, "experiment.started", row, facts)
    return read_one(product, row)


def unstart(access: Access, product: ProductView, public_id: str) -> ExperimentView:
    """Take the start back, while nobody has looked and nothing was entered."""
    access.require(Role.EDITOR, to="taking a start back")
    with transaction.atomic():
        row = find_row(product, public_id, lock=True)
        view = read_one(product, row)
        _need(view, Status.RUNNING, to="have its start taken back")
        if view.looks or view.counts:
            raise ConflictError(
                "its numbers were seen already; it cannot have its start taken back.",
                value=view.name, remedy="Stop it, or cancel it.",
            )  # fmt: skip
        row.started_at = None
        _move(product, row, Status.REGISTERED)
        record(access, product, "experiment.start-undone", row, {})
    return read_one(product, row)


def stop(
    access: Access,
    product: ProductView,
    public_id: str,
    *,
    reason: str = "",
    day: date | None = None,
) -> ExperimentView:
    """No exposure counts from now on (or from the beginning of ``day``).

    Before its rule is met it needs a reason, which stays.
    """
    access.require(Role.EDITOR, to="stopping an experiment")
    with transaction.atomic():
        row = find_row(product, public_id, lock=True)
        view = read_one(product, row)
        _need(view, Status.RUNNING, to="be stopped")
        words = check_text("the reason", reason, 2000)
        at = _moment(product, day, "the last day")
        if row.started_at is not None and at < row.started_at:
            raise InvalidValueError("it does not end before it began.", value=at.date().isoformat())
        measured = measure(product, view)
        units = measured.judged if measured else 0
        is_met = bool(measured and judge(view, measured)["rule_met"])
        if not is_met and not words:
            raise InvalidValueError(
                "its stopping rule is not met; to end it early needs a reason.",
                value=view.name,
                remedy="Say why, or let it run.",
            )
        row.stopped_at, row.stop_reason = at, words
        _move(product, row, Status.STOPPED)
        facts = {"units": units, "rule_met": is_met, "reason": words}
        record(access, product, "experiment.stopped", row, facts)
    return read_one(product, row)


def resume(access: Access, product: ProductView, public_id: str) -> ExperimentView:
    """Let a stopped experiment run on. Its result lay open by then: that is a look."""
    access.require(Role.EDITOR, to="resuming an experiment")
    with transaction.atomic():
        row = find_row(product, public_id, lock=True)
        view = read_one(product, row)
        _need(view, Status.STOPPED, to="be resumed")
        measured = measure(product, view)
        units = measured.judged if measured else 0
        Look.objects.create(
            experiment=row, at=product.now, why="stopped, seen, and resumed", units=units,
            by_rule=is_rule_met_by(view, units), user_id=access.user_id,
        )  # fmt: skip
        row.stopped_at, row.stop_reason = None, ""
        _move(product, row, Status.RUNNING)
        record(access, product, "experiment.resumed", row, {"units": units})
    return read_one(product, row)


def cancel(access: Access, product: ProductView, public_id: str, reason: str) -> ExperimentView:
    """Call it off for a reason; it stays and says so."""
    access.require(Role.EDITOR, to="cancelling an experiment")
    with transaction.atomic():
        row = find_row(product, public_id, lock=True)
        if row.status in {Status.CANCELLED, Status.READ_OUT}:
            raise ConflictError(
                f"it is {Status(row.status).label.lower()}; it cannot be cancelled.", value=row.name
            )
        words = check_text("the reason", reason, 2000, least=1)
        row.status_before, row.stop_reason = row.status, words
        _move(product, row, Status.CANCELLED)
        record(access, product, "experiment.cancelled", row, {"reason": words})
    return read_one(product, row)


def reopen(access: Access, product: ProductView, public_id: str) -> ExperimentView:
    """Take the cancelling back."""
    access.require(Role.EDITOR, to="reopening an experiment")
    with transaction.atomic():
        row = find_row(product, public_id, lock=True)
        _need(read_one(product, row), Status.CANCELLED, to="be reopened")
        before = row.status_before or Status.DRAFT.value
        row.status_before = ""
        if before != Status.STOPPED:
            row.stop_reason = ""
        _move(product, row, Status(before))
        record(access, product, "experiment.reopened", row, {"status": before})
    return read_one(product, row)


def set_experiment_deleted(
    access: Access, product: ProductView, public_id: str, *, is_deleted: bool
) -> ExperimentView:
    """Delete an experiment, or bring it back."""
    access.require(Role.EDITOR, to="deleting an experiment")
    with transaction.atomic():
        row = find_row(product, public_id, with_deleted=True, lock=True)
        row.deleted_at = timezone.now() if is_deleted else None
        row.save(update_fields=["deleted_at"])
        kind = "experiment.deleted" if is_deleted else "experiment.restored"
        record(access, product, kind, row, {})
        if is_deleted:
            remove_entry(product.workspace_id, "experiment", public_id)
        else:
            index(product, row)
    return read_one(product, row)


def get_experiment(product: ProductView, public_id: str) -> ExperimentView:
    """One experiment, whole."""
    return read_one(product, find_row(product, public_id))


def list_experiments(
    product: ProductView, *, status: str = "", limit: int = MAX_LISTED
) -> list[ExperimentView]:
    """Experiments, the latest first."""
    rows = Experiment.objects.filter(product_id=product.id, deleted_at=None)
    if status in Status.values:
        rows = rows.filter(status=status)
    return read_rows(product, rows.order_by("-number")[:limit])


@dataclass(frozen=True)
class ExperimentKey:
    """As much of an experiment as a list of thousands needs to choose its page."""

    id: int
    status: str
    verdict: str


def list_keys(product: ProductView) -> list[ExperimentKey]:
    """All experiments in short, the latest first."""
    readouts = Readout.objects.filter(experiment=OuterRef("pk")).order_by("-number")
    rows = Experiment.objects.filter(product_id=product.id, deleted_at=None).order_by("-number")
    found = rows.annotate(verdict=Subquery(readouts.values("verdict")[:1]))
    return [
        ExperimentKey(pk, status, verdict or "")
        for pk, status, verdict in found.values_list("pk", "status", "verdict")
    ]


def read_keys(product: ProductView, keys: Sequence[ExperimentKey]) -> list[ExperimentView]:
    """The experiments of these keys, whole, the latest first."""
    rows = Experiment.objects.filter(pk__in=[key.id for key in keys]).order_by("-number")
    return read_rows(product, rows)


def name_experiments(product: ProductView) -> list[tuple[str, str]]:
    """(id, ``E7: name``) of all, the latest first: what a form offers to choose."""
    rows = Experiment.objects.filter(product_id=product.id, deleted_at=None)
    found = rows.order_by("-number").values_list("public_id", "number", "name")
    return [(public_id, f"E{number}: {name}") for public_id, number, name in found[:MAX_LISTED]]


def name_read_experiments(product: ProductView) -> list[tuple[str, str]]:
    """The same of those that were read out: only they can be quoted."""
    rows = Experiment.objects.filter(
        product_id=product.id, deleted_at=None, read_at__isnull=False
    ).order_by("-number")
    found = rows.values_list("public_id", "number", "name")
    return [(public_id, f"E{number}: {name}") for public_id, number, name in found[:MAX_LISTED]]


def _create(access: Access, product: ProductView, brief: Brief) -> ExperimentView:
    row = Experiment(
        product_id=product.id, user_id=access.user_id, number=take_number(product),
        created_at=product.now,
    )  # fmt: skip
    _fill(product, row, brief)
    row.save()
    record(access, product, "experiment.drafted", row, {"source": brief.source})
    index(product, row)
    return read_one(product, row)


def _amend(
    access: Access, product: ProductView, row: Experiment, brief: Brief, reason: str
) -> ExperimentView:
    after = to_plain(brief)
    changes = list_changes(row.brief, after)
    if not changes:
        return read_one(product, row)
    if row.status == Status.CANCELLED:
        raise ConflictError("a cancelled experiment is not amended.", value=row.name)
    words = check_text("the reason", reason, 2000)
    if not words:
        raise InvalidValueError(
            "a sealed brief is changed with a reason, which stays beside it.", value=row.name,
            remedy="Say why it changes.",
        )  # fmt: skip
    if brief.gaps:
        raise InvalidValueError(f"a sealed brief stays whole; missing: {'; '.join(brief.gaps)}.")
    Amendment.objects.create(
        experiment=row, at=product.now, reason=words, changes=changes, digest=digest_of(after),
        status=row.status, user_id=access.user_id,
    )  # fmt: skip
    _fill(product, row, brief)
    row.save()
    parts = [change["field"] for change in changes]
    facts = {"parts": parts, "reason": words, "status": row.status, "digest": digest_of(after)}
    record(access, product, "experiment.amended", row, facts)
    index(product, row)
    return read_one(product, row)


def _fill(product: ProductView, row: Experiment, brief: Brief) -> None:
    row.name, row.brief, row.updated_at = brief.name, to_plain(brief), product.now


def _move(product: ProductView, row: Experiment, status: Status) -> None:
    row.status, row.updated_at = status, product.now
    row.save()


def _need(view: ExperimentView, status: Status, *, to: str, remedy: str = "") -> None:
    if view.status != status:
        raise ConflictError(
            f"it is {view.status.label.lower()}; only what is {status.label.lower()} can {to}.",
            value=view.name,
            remedy=remedy,
        )


def _moment(product: ProductView, day: date | None, what: str) -> datetime:
    if check_day(what, day) is None:
        return product.now
    assert day is not None
    at = start_of_day(product.zone, day)
    if at > product.now:
        raise InvalidValueError(f"{what} has not come yet.", value=day.isoformat())
    return at


def _sealing_facts(brief: Brief, row: Experiment) -> Mapping[str, Any]:
    size = size_brief(brief)
    return {
        "digest": row.sealed_digest,
        "hypothesis": brief.hypothesis,
        "primary": brief.primary.name,
        "guardrails": len(brief.guardrails),
        "arms": len(brief.arms),
        "mde": brief.mde,
        "baseline": brief.baseline,
        "alpha": brief.alpha,
        # What the planned units really give, not what was wished for.
        "power": power_at(brief),
        "planned_units": size.planned if size else None,
        "rule": brief.rule,
        "source": brief.source,
        "exposed_before": row.exposed_before,
        "before_exposure": row.exposed_before == 0 if not brief.is_by_hand else None,
    }
