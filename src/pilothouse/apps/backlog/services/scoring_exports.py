"""Scores and surveys as plain files, for the export of a whole workspace."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pilothouse.apps.backlog.scoring_models import Score, Survey, SurveyAnswer
from pilothouse.apps.backlog.services.frameworks import get_weights
from pilothouse.apps.workspace.services.access import ProductView


def write_scores(products: Sequence[ProductView], folder: Path) -> int:
    """Write ``scores.json``: all scores, earlier and deleted ones too, surveys with answers."""
    bodies = [_to_json(product) for product in products]
    text = json.dumps({"products": bodies}, ensure_ascii=False, indent=1)
    (folder / "scores.json").write_text(text, encoding="utf-8")
    return sum(len(body["scores"]) + len(body["surveys"]) for body in bodies)


def _to_json(product: ProductView) -> dict[str, Any]:
    scores = Score.objects.filter(product_id=product.id).select_related("item", "user")
    return {
        "product": product.name,
        "simulated": product.is_simulated,
        "scorecard": get_weights(product),
        "scores": [_score_json(row) for row in scores.order_by("pk")],
        "surveys": _surveys_json(product),
    }


def _score_json(row: Score) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "item": row.item.number,
        "title": row.item.title,
        "framework": row.framework,
        "inputs": row.inputs,
        "note": row.note,
        "actuals": row.actuals,
        "by": row.user.name if row.user else "",
        "created_at": row.created_at.isoformat(),
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
    }


def _surveys_json(product: ProductView) -> list[dict[str, Any]]:
    answers: dict[int, list[dict[str, str]]] = {}
    rows = SurveyAnswer.objects.filter(survey__product_id=product.id).order_by("pk")
    for survey_id, *cells in rows.values_list(
        "survey_id", "subject", "first", "second", "segment", "respondent"
    ):
        names = ("subject", "first", "second", "segment", "respondent")
        answers.setdefault(survey_id, []).append(dict(zip(names, cells, strict=True)))
    return [
        {
            "id": row.public_id,
            "kind": row.kind,
            "name": row.name,
            "asked": row.asked,
            "created_at": row.created_at.isoformat(),
            "is_deleted": row.deleted_at is not None,
            "answers": answers.get(row.pk, []),
        }
        for row in Survey.objects.filter(product_id=product.id).order_by("pk")
    ]
