"""Readouts: a result is read, kept as it was with its digest, and never changed."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from pilothouse.apps.experiments.models import Readout, Status
from pilothouse.apps.experiments.services.acts import index, record
from pilothouse.apps.experiments.services.judging import Result, judge
from pilothouse.apps.experiments.services.measuring import measure
from pilothouse.apps.experiments.services.rules import may_see_result
from pilothouse.apps.experiments.services.verdicts import harmed_guardrails, primary_of
from pilothouse.apps.experiments.services.views import (
    ExperimentView,
    ReadoutView,
    find_row,
    read_one,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import ConflictError, NotFoundError
from pilothouse.kernel.ids import canonical_json, digest
from pilothouse.kernel.texts import check_text


def read_result(product: ProductView, view: ExperimentView) -> Result | None:
    """The result, where it lies open to be seen without being a look; else None."""
    measured = measure(product, view)
    if measured is None or not may_see_result(view, measured.judged):
        return None
    return judge(view, measured)


def save_readout(
    access: Access, product: ProductView, public_id: str, *, learned: str = ""
) -> ExperimentView:
    """Read the result out: a snapshot with its digest. Read again it is followed, not changed."""
    access.require(Role.EDITOR, to="reading an experiment out")
    with transaction.atomic():
        row = find_row(product, public_id, lock=True)
        view = read_one(product, row)
        if view.status not in {Status.STOPPED, Status.READ_OUT}:
            raise ConflictError(
                f"it is {view.status.label.lower()}; only what is stopped is read out.",
                value=view.name, remedy="Stop it first.",
            )  # fmt: skip
        measured = measure(product, view)
        if measured is None or not measured.judged or "primary" not in measured.cells:
            raise ConflictError(
                "there is nothing to read yet.", value=view.name,
                remedy="Enter counts, or wait until the window of the first units has closed.",
            )  # fmt: skip
        result = judge(view, measured)
        body = canonical_json(result)
        readout = Readout.objects.create(
            experiment=row, number=len(view.readouts) + 1, at=product.now, body=body.decode(),
            digest=digest(body), verdict=result["verdict"], by_rule=result["by_rule"],
            learned=check_text("what was learned", learned), user_id=access.user_id,
        )  # fmt: skip
        row.status, row.read_at, row.updated_at = Status.READ_OUT, product.now, product.now
        row.save(update_fields=["status", "read_at", "updated_at"])
        record(access, product, "experiment.read-out", row, _facts(result, readout))
        index(product, row)
    return read_one(product, row)


def find_readout(view: ExperimentView, number: str) -> ReadoutView:
    """A readout by its number as it stands in an address; NotFoundError where there is none."""
    for readout in view.readouts:
        if str(readout.number) == number:
            return readout
    raise NotFoundError("this experiment has no such readout.", value=number)


def _facts(result: Result, readout: Readout) -> dict[str, Any]:
    comparisons = primary_of(result).get("comparisons") or [{}]
    srm = result["srm"]
    return {
        "readout": readout.number,
        "digest": readout.digest,
        "verdict": result["verdict"],
        "null": result["is_null"],
        "units": result["units"],
        "relative": comparisons[0].get("relative"),
        "srm_checked": srm is not None,
        "srm_alarm": bool(srm and srm["alarm"]),
        "rule_met": result["rule_met"],
        "by_rule": result["by_rule"],
        "peeks": result["peeks"],
        "guardrails_harmed": len(harmed_guardrails(result)),
        "source": result["source"],
    }
