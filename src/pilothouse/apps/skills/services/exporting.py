"""What the export of a workspace holds of skills. Ratings, notes and postings are a person's own:
they are in that person's own export and in no other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pilothouse.apps.skills.models import ActReview, Endorsement
from pilothouse.apps.skills.services.evidence import strength_of
from pilothouse.apps.skills.services.exports_case import to_case_json
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.apps.workspace.services.export import write_csv


def write_skills(products: Sequence[ProductView], folder: Path) -> int:
    """The model, reviews and endorsements without words; how many of the latter two."""
    target = folder / "skills"
    target.mkdir(exist_ok=True)
    text = json.dumps(to_case_json(), ensure_ascii=False, indent=1)
    (target / "competencies.case.json").write_text(text + "\n", encoding="utf-8")
    workspaces = {product.workspace_id for product in products}
    return _write_reviews(workspaces, target) + _write_endorsements(workspaces, target)


def _write_reviews(workspaces: set[int], folder: Path) -> int:
    rows = ActReview.objects.filter(workspace_id__in=workspaces).order_by("pk")
    return write_csv(
        folder / "reviews.csv",
        ("act", "competency", "behaviour", "shown", "at"),
        (
            (row.sequence, row.competency, row.behaviour, row.is_shown, row.at.isoformat())
            for row in rows
        ),
    )


def _write_endorsements(workspaces: set[int], folder: Path) -> int:
    rows = Endorsement.objects.filter(workspace_id__in=workspaces).exclude(used_at=None)
    return write_csv(
        folder / "endorsements.csv",
        ("competency", "relation", "strength", "acts", "at", "hidden"),
        (
            (
                row.competency, row.relation, int(strength_of(row.relation)),
                " ".join(str(each) for each in row.endorsed),
                row.used_at.isoformat() if row.used_at else "", row.hidden_at is not None,
            )
            for row in rows.order_by("pk")
        ),
    )  # fmt: skip
