"""Scores of items: what is believed about them, with every earlier belief kept."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from pilothouse.apps.backlog.models import Item
from pilothouse.apps.backlog.scoring_models import Score
from pilothouse.apps.backlog.services.frameworks import MOSCOW, product_framework
from pilothouse.apps.backlog.services.rows import find_row
from pilothouse.apps.backlog.services.score_inputs import (
    read_actuals,
    read_inputs,
    shown_inputs,
    to_candidate,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.backlog import Finding, Framework, get_framework, rank
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import clean_text

MAX_NOTE = 2000
# For all that a product shows, so that two pages never tell two intervals.
DRAWS, SEED = 10_000, 1


@dataclass(frozen=True)
class ScoreView:
    """A score. ``inputs`` as stored, ``texts`` as typed, by input; None where none can be made.

    ``low``..``high`` is the 90 % interval of ``score``. ``is_current`` is False for a belief that
    was replaced or taken back.
    """

    public_id: str
    item_id: str
    framework: str
    title: str
    inputs: dict[str, Any]
    texts: tuple[tuple[str, str, str], ...]
    note: str
    actuals: dict[str, float]
    user_name: str
    created_at: datetime
    ended_at: datetime | None
    score: float | None
    low: float | None
    high: float | None
    findings: tuple[Finding, ...]

    @property
    def is_current(self) -> bool:
        return self.ended_at is None


def get_scores(product: ProductView, public_ids: Collection[str]) -> dict[str, ScoreView]:
    """The newest score in force of each item, by the item's public id; MoSCoW aside."""
    rows = current_scores(product).filter(item__public_id__in=set(public_ids))
    newest = {row.item.public_id: row for row in rows.exclude(framework=MOSCOW).order_by("pk")}
    views = to_score_views(product, list(newest.values()))
    return {view.item_id: view for view in views}


def list_scores(
    product: ProductView, item_id: str, *, only_current: bool = False
) -> list[ScoreView]:
    """The scores of an item, those in force first, then the newest."""
    rows = _scores(product).filter(item__public_id=item_id).order_by("-pk")
    if only_current:
        rows = rows.filter(ended_at=None)
    return sorted(to_score_views(product, list(rows)), key=lambda view: not view.is_current)


def save_score(
    access: Access,
    product: ProductView,
    item_id: str,
    framework: str,
    cells: Mapping[str, Any],
    *,
    note: str = "",
) -> ScoreView:
    """Say what is believed of an item; what was believed before is kept.

    ``cells``: texts or stored quantities by input, ``reach_period`` for a reach, ``box`` and
    ``effort`` for MoSCoW. Raises InvalidValueError for what no score can be made of.
    """
    access.require(Role.EDITOR, to="scoring an item")
    note = clean_text(note).strip()
    if len(note) > MAX_NOTE:
        raise InvalidValueError(f"a note has up to {MAX_NOTE} characters.", value=len(note))
    inputs = read_inputs(product, framework, cells)
    with transaction.atomic():
        item = find_row(product, item_id)
        # The row of the item is the lock: a score is in force once.
        Item.objects.select_for_update().get(pk=item.pk)
        current = current_scores(product).filter(item=item, framework=framework).first()
        if current is not None and current.inputs == inputs and current.note == note:
            return to_score_views(product, [current])[0]
        if current is not None:
            Score.objects.filter(pk=current.pk).update(ended_at=product.now)
        row = Score.objects.create(
            product_id=product.id, item=item, user_id=access.user_id, framework=framework,
            inputs=inputs, note=note, created_at=product.now,
        )  # fmt: skip
        view = to_score_views(product, [row])[0]
        facts = {"name": item.title, "framework": framework, "inputs": inputs, "score": view.score}
        record_act(access, "score.given", "item", item.public_id, facts, product=product)
    return view


def set_score_ended(
    access: Access, product: ProductView, item_id: str, score_id: str, *, is_ended: bool
) -> ScoreView:
    """Take a score back, or put it in force again."""
    access.require(Role.EDITOR, to="taking a score back")
    with transaction.atomic():
        item = find_row(product, item_id)
        Item.objects.select_for_update().get(pk=item.pk)
        row = _find(product, item_id, score_id)
        others = current_scores(product).filter(item=item, framework=row.framework)
        if not is_ended and others.exclude(pk=row.pk).exists():
            raise ConflictError(
                "a newer score is in force.", value=row.framework, remedy="Take that back first."
            )
        row.ended_at = (row.ended_at or product.now) if is_ended else None
        row.save(update_fields=["ended_at"])
        kind = "score.taken-back" if is_ended else "score.restored"
        facts = {"name": item.title, "framework": row.framework}
        record_act(access, kind, "item", item.public_id, facts, product=product)
    return to_score_views(product, [row])[0]


def save_actuals(
    access: Access, product: ProductView, item_id: str, score_id: str, cells: Mapping[str, Any]
) -> ScoreView:
    """Say what came true of a score's inputs: numbers, in the units of the score."""
    access.require(Role.EDITOR, to="saying what came true")
    with transaction.atomic():
        row = _find(product, item_id, score_id)
        row.actuals = read_actuals(product, row.framework, cells)
        row.save(update_fields=["actuals"])
        facts = {"name": row.item.title, "framework": row.framework, "actuals": row.actuals}
        record_act(access, "score.came-true", "item", item_id, facts, product=product)
    return to_score_views(product, [row])[0]


def current_scores(product: ProductView) -> QuerySet[Score]:
    """Rows in force, of items that are not deleted."""
    return _scores(product).filter(ended_at=None, item__deleted_at=None)


def to_score_views(product: ProductView, rows: Sequence[Score]) -> list[ScoreView]:
    """Rows as views; one computation for each framework among them."""
    made: dict[int, ScoreView] = {}
    for key in dict.fromkeys(row.framework for row in rows):
        group = [row for row in rows if row.framework == key]
        framework = None if key == MOSCOW else product_framework(product, key)
        for row, view in zip(group, _group_views(group, framework), strict=True):
            made[row.pk] = view
    return [made[row.pk] for row in rows]


def to_score_json(view: ScoreView) -> dict[str, Any]:
    """A score as programs see it."""
    return {
        "id": view.public_id,
        "item_id": view.item_id,
        "framework": view.framework,
        "inputs": view.inputs,
        "note": view.note,
        "actuals": view.actuals,
        "score": view.score,
        "low": view.low,
        "high": view.high,
        "by": view.user_name,
        "created_at": view.created_at.isoformat(),
        "ended_at": view.ended_at.isoformat() if view.ended_at else None,
        "findings": [
            {"input": f.input, "rule": f.rule, "message": f.message, "remedy": f.remedy}
            for f in view.findings
        ],
    }


def _group_views(rows: Sequence[Score], framework: Framework | None) -> list[ScoreView]:
    if framework is None:
        return [_to_view(row, None, None, ()) for row in rows]
    weights = tuple((each.key, each.weight) for each in framework.inputs)
    made = [
        _one_score(
            framework.key, weights, row.item.public_id, row.item.title, json.dumps(row.inputs)
        )
        for row in rows
    ]
    return [_to_view(row, framework, *one) for row, one in zip(rows, made, strict=True)]


Interval = tuple[float, float, float]


@lru_cache(maxsize=4096)
def _one_score(
    key: str, weights: tuple[tuple[str, float], ...], item_id: str, title: str, inputs: str
) -> tuple[Interval | None, tuple[Finding, ...]]:
    """A score by itself: a reach keeps its period, and the draws are those of the ranking."""
    framework = get_framework(key, dict(weights))
    candidate = to_candidate(item_id, title, json.loads(inputs), framework)
    ranking = rank([candidate], framework, draws=DRAWS, seed=SEED)
    row, findings = ranking.rows[0], tuple(each for each in ranking.findings if each.key)
    if row.score is None or row.low is None or row.high is None:
        return None, findings
    return (row.score, row.low, row.high), findings


def _to_view(
    row: Score, framework: Framework | None, made: Interval | None, findings: tuple[Finding, ...]
) -> ScoreView:
    score, low, high = made or (None, None, None)
    return ScoreView(
        public_id=row.public_id,
        item_id=row.item.public_id,
        framework=row.framework,
        title="MoSCoW" if framework is None else framework.title,
        inputs=row.inputs,
        texts=shown_inputs(row.inputs, framework),
        note=row.note,
        actuals=row.actuals,
        user_name=row.user.name if row.user else "",
        created_at=row.created_at,
        ended_at=row.ended_at,
        score=score,
        low=low,
        high=high,
        findings=findings,
    )


def _scores(product: ProductView) -> QuerySet[Score]:
    return Score.objects.filter(product_id=product.id).select_related("item", "user")


def _find(product: ProductView, item_id: str, score_id: str) -> Score:
    row = _scores(product).filter(item__public_id=item_id, public_id=score_id).first()
    if row is None:
        raise NotFoundError("there is no such score of this item.", value=score_id)
    return row
