"""Looks at a result before the end: each is counted and shown, none is refused."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from pilothouse.apps.experiments.models import Look, Status
from pilothouse.apps.experiments.services.acts import record
from pilothouse.apps.experiments.services.judging import judge
from pilothouse.apps.experiments.services.measuring import measure
from pilothouse.apps.experiments.services.rules import is_rule_met_by
from pilothouse.apps.experiments.services.views import find_row, read_one
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import ConflictError
from pilothouse.kernel.texts import check_line


def look_at_result(
    access: Access, product: ProductView, public_id: str, why: str = ""
) -> dict[str, Any]:
    """The result as it stands while the experiment runs; the look is kept with its reason."""
    access.require(Role.COMMENTER, to="looking at a running experiment")
    with transaction.atomic():
        row = find_row(product, public_id, lock=True)
        view = read_one(product, row)
        if view.status != Status.RUNNING:
            raise ConflictError("only a running experiment is looked into.", value=view.name)
        measured = measure(product, view)
        if measured is None:
            raise ConflictError("nothing has been counted yet.", value=view.name)
        units, words = measured.judged, check_line("a reason", why)
        by_rule = is_rule_met_by(view, units)
        Look.objects.create(
            experiment=row, at=product.now, why=words, units=units, by_rule=by_rule,
            user_id=access.user_id,
        )  # fmt: skip
        facts = {"units": units, "by_rule": by_rule, "why": words}
        record(access, product, "experiment.looked-at", row, facts)
    return judge(read_one(product, row), measured)
