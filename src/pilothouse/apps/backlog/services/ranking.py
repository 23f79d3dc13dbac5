"""The ranking of a product's scored items, and what follows from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pilothouse.apps.backlog.scoring_models import Score
from pilothouse.apps.backlog.services.filters import OPEN
from pilothouse.apps.backlog.services.frameworks import MOSCOW, product_framework
from pilothouse.apps.backlog.services.items import ItemView, find_items
from pilothouse.apps.backlog.services.moving import order_items
from pilothouse.apps.backlog.services.rows import light, live_items, to_views
from pilothouse.apps.backlog.services.score_inputs import shown_inputs, to_candidate
from pilothouse.apps.backlog.services.scores import DRAWS, SEED, current_scores
from pilothouse.apps.backlog.services.writing import BatchView
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.engines.backlog import (
    Framework,
    MoscowResult,
    Ranked,
    Ranking,
    check_musts,
    format_quantity,
    from_json,
    get_framework,
    rank,
)
from pilothouse.engines.backlog.moscow import SEMANTICS as MOSCOW_SEMANTICS
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.intervals import Rate, wilson

MAX_RANKED = 2000
MAX_TOP = 1000
_UNSCORED = 20


@dataclass(frozen=True)
class RankingQuery:
    """Which items are ranked by what; no kinds: all, no statuses: those that are open."""

    framework: str = "rice"
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    top: int | None = None


@dataclass(frozen=True)
class RankedItem:
    """A row of the ranking: the item, its place, its inputs as typed, what would turn it."""

    item: ItemView
    row: Ranked
    texts: tuple[tuple[str, str, str], ...]
    turned_by: tuple[str, ...]


@dataclass(frozen=True)
class RankingView:
    """A ranking with the stored inputs of each item, by its public id.

    ``unscored``: some of the items without a score; ``unscored_count`` of them.
    """

    query: RankingQuery
    framework: Framework
    ranking: Ranking
    inputs: dict[str, dict[str, Any]]
    unscored: tuple[ItemView, ...]
    unscored_count: int


@dataclass(frozen=True)
class MoscowView:
    """Items by box, and the check of their musts."""

    boxes: dict[str, list[tuple[ItemView, str]]]
    result: MoscowResult
    unscored: tuple[ItemView, ...]
    unscored_count: int


def rank_items(product: ProductView, query: RankingQuery) -> RankingView:
    """Rank the items that have a score in the framework; `ranked_items` gives the rows."""
    rows = _scored(product, query)
    framework = product_framework(product, query.framework)
    weights = tuple((each.key, each.weight) for each in framework.inputs)
    ranking = _rank_stored(query.framework, weights, json.dumps(rows), query.top)
    inputs = {public_id: inputs for public_id, _, inputs in rows}
    return RankingView(query, framework, ranking, inputs, *_unscored(product, query))


def ranked_items(
    product: ProductView, view: RankingView, rows: Sequence[Ranked] | None = None
) -> list[RankedItem]:
    """All rows of a ranking, or those of a page, with their items."""
    rows = view.ranking.rows if rows is None else rows
    items = find_items(product, [row.key for row in rows])
    turned = _sentences(view)
    return [
        RankedItem(
            items[row.key],
            row,
            shown_inputs(view.inputs[row.key], view.framework),
            turned.get(row.key, ()),
        )
        for row in rows
        if row.key in items
    ]


@lru_cache(maxsize=16)
def _rank_stored(
    key: str, weights: tuple[tuple[str, float], ...], stored: str, top: int | None
) -> Ranking:
    """The same inputs give the same ranking, so it is kept while nothing changes."""
    framework = get_framework(key, dict(weights))
    candidates = [
        to_candidate(item_id, title, inputs, framework)
        for item_id, title, inputs in json.loads(stored)
    ]
    return rank(candidates, framework, draws=DRAWS, seed=SEED, top=top)


def check_moscow(product: ProductView, query: RankingQuery) -> MoscowView:
    """Items by box with the 60 % check."""
    rows = _scored(product, query)
    items = find_items(product, [public_id for public_id, _, _ in rows])
    boxes: dict[str, list[tuple[ItemView, str]]] = {
        box: [] for box in ("must", "should", "could", "wont")
    }
    planned = []
    for public_id, _, inputs in rows:
        effort = inputs.get("effort")
        planned.append((public_id, inputs["box"], None if effort is None else from_json(effort)))
        text = "" if effort is None else format_quantity(effort)
        if public_id in items:
            boxes[inputs["box"]].append((items[public_id], text))
    unscored, count = _unscored(product, query)
    return MoscowView(boxes, check_musts(planned, seed=SEED), unscored, count)


def apply_ranking(access: Access, product: ProductView, query: RankingQuery) -> BatchView | None:
    """Put the ranked items in this order in the backlog, as one batch that can be undone."""
    access.require(Role.EDITOR, to="ordering the backlog by a ranking")
    if query.framework == MOSCOW:
        boxes = check_moscow(product, query).boxes.values()
        wanted = [item.public_id for box in boxes for item, _ in box]
        title = "MoSCoW"
    else:
        wanted = [row.key for row in rank_items(product, query).ranking.rows]
        title = product_framework(product, query.framework).title
    if not wanted:
        raise InvalidValueError("nothing is scored yet.", remedy="Score some items first.")
    return order_items(access, product, wanted, title=f"Ordered by {title}: {len(wanted)} items")


def count_hits(product: ProductView, framework: str) -> Rate:
    """How many of the ranges given held what came true: nine in ten would be honest.

    Replaced scores count too: each was a belief. Numbers given as certain are no ranges.
    """
    rows = Score.objects.filter(product_id=product.id, framework=framework).exclude(actuals={})
    hits = n = 0
    for inputs, actuals in rows.values_list("inputs", "actuals"):
        for key, true in actuals.items():
            quantity = from_json(inputs[key]) if key in inputs else None
            if quantity is not None and not quantity.is_certain:
                n += 1
                hits += quantity.low <= true <= quantity.high
    return wilson(hits, n)


def next_unscored(product: ProductView, framework: str) -> str | None:
    """The public id of the first open item without a score in the framework."""
    unscored, _ = _unscored(product, RankingQuery(framework))
    return unscored[0].public_id if unscored else None


def _scored(product: ProductView, query: RankingQuery) -> list[tuple[str, str, dict[str, Any]]]:
    """Public id, title and stored inputs of each item with a score in force."""
    rows = current_scores(product).filter(framework=query.framework)
    rows = rows.filter(item__status__in=query.statuses or OPEN)
    if query.kinds:
        rows = rows.filter(item__kind__in=query.kinds)
    ordered = rows.order_by("item__position", "item_id")
    found = list(ordered.values_list("item__public_id", "item__title", "inputs")[: MAX_RANKED + 1])
    if len(found) > MAX_RANKED:
        raise InvalidValueError(
            f"up to {MAX_RANKED:,} items are ranked at once.",
            remedy="Choose a kind or a status.",
        )
    return found


def _unscored(product: ProductView, query: RankingQuery) -> tuple[tuple[ItemView, ...], int]:
    scored = Score.objects.filter(
        product_id=product.id, framework=query.framework, ended_at=None
    ).values("item_id")
    rows = live_items(product).filter(status__in=query.statuses or OPEN).exclude(pk__in=scored)
    if query.kinds:
        rows = rows.filter(kind__in=query.kinds)
    shown = light(rows).order_by("position", "pk")[:_UNSCORED]
    return tuple(to_views(product, shown, body=False)), rows.count()


def _sentences(view: RankingView) -> dict[str, tuple[str, ...]]:
    """What would put the next row before each row, the likeliest first."""
    names = {row.key: row.name for row in view.ranking.rows}
    titles = {each.key: each.title.lower() for each in view.framework.inputs}
    found: dict[str, list[str]] = {}
    for flip in view.ranking.flips:
        side = "above" if flip.is_upward else "below"
        found.setdefault(flip.above, []).append(
            f"{names[flip.below]} goes first if the {titles[flip.input]} of {names[flip.key]} is "
            f"{side} {flip.at:,.4g} (now {flip.now:,.4g}; {flip.chance:.0%} likely)"
        )
    return {key: tuple(sentences) for key, sentences in found.items()}


def to_ranking_json(product: ProductView, view: RankingView) -> dict[str, Any]:
    """A ranking as programs see it."""
    ranking = view.ranking
    return {
        "product": product.name,
        "simulated": product.is_simulated,
        "framework": view.query.framework,
        "items": [_row_json(each) for each in ranked_items(product, view)],
        "better": [{"item": a, "over": b, "p": p} for (a, b), p in ranking.better.items()],
        "flips": [
            {
                "above": flip.above, "below": flip.below, "item": flip.key, "input": flip.input,
                "now": flip.now, "at": flip.at, "direction": "up" if flip.is_upward else "down",
                "chance": flip.chance,
            }
            for flip in ranking.flips
        ],
        "measure_first": [
            {
                "item": each.key, "input": each.input, "value": each.value, "share": each.share,
                "sentence": each.sentence,
            }
            for each in ranking.measure_first
        ],
        "findings": [
            {
                "item": each.key, "name": each.name, "input": each.input, "rule": each.rule,
                "message": each.message, "remedy": each.remedy, "blocks": each.is_blocking,
            }
            for each in ranking.findings
        ],
        "unscored": view.unscored_count,
        "top": ranking.top,
        "draws": ranking.draws,
        "semantics": dict(ranking.semantics),
    }  # fmt: skip


def _row_json(each: RankedItem) -> dict[str, Any]:
    row = each.row
    return {
        "id": each.item.public_id, "ref": each.item.ref, "title": each.item.title,
        "kind": each.item.kind, "status": each.item.status, "score": row.score, "mean": row.mean,
        "low": row.low, "high": row.high, "rank": row.rank, "rank_low": row.rank_low,
        "rank_high": row.rank_high, "top_probability": row.top_probability,
        "beats_next": row.beats_next, "inputs": {key: text for key, _, text in each.texts},
    }  # fmt: skip


def ranking_cells(
    product: ProductView, view: RankingView
) -> tuple[list[str], Sequence[Sequence[Any]]]:
    """Header and rows of a file of the ranking; the inputs are as typed."""
    items = ranked_items(product, view)
    keys = list(dict.fromkeys(key for each in items for key, _, _ in each.texts))
    header = [
        "rank", "number", "name", "kind", "status", "score", "low", "high", "rank_low",
        "rank_high", "top_probability", "beats_next", *keys,
    ]  # fmt: skip
    rows = []
    for each in items:
        row, texts = each.row, {key: text for key, _, text in each.texts}
        cells = [
            row.rank, each.item.number, each.item.title, each.item.kind, each.item.status,
            row.score, row.low, row.high, row.rank_low, row.rank_high, row.top_probability,
            row.beats_next, *(texts.get(key, "") for key in keys),
        ]  # fmt: skip
        rows.append(["" if cell is None else cell for cell in cells])
    return header, rows


def moscow_cells(view: MoscowView) -> tuple[list[str], Sequence[Sequence[Any]]]:
    """Header and rows of a file of the boxes."""
    header = ["box", "number", "name", "kind", "status", "effort"]
    rows = [
        [box, item.number, item.title, item.kind, item.status, effort]
        for box, items in view.boxes.items()
        for item, effort in items
    ]
    return header, rows


def to_moscow_json(product: ProductView, view: MoscowView) -> dict[str, Any]:
    """The boxes and their check as programs see them."""
    result = view.result
    return {
        "product": product.name,
        "simulated": product.is_simulated,
        "framework": MOSCOW,
        "boxes": {
            box: [
                {"id": item.public_id, "ref": item.ref, "title": item.title, "effort": effort}
                for item, effort in items
            ]
            for box, items in view.boxes.items()
        },
        "efforts": dict(result.efforts),
        "must_share": result.must_share,
        "over_chance": result.over_chance,
        "is_over": result.is_over,
        "without_effort": result.unknown,
        "unscored": view.unscored_count,
        "semantics": dict(MOSCOW_SEMANTICS),
    }
