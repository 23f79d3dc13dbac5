"""The roadmap of a workspace as plain files, for leaving and for other tools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pilothouse.apps.roadmap.services.bets import list_bets
from pilothouse.apps.roadmap.services.outcomes import list_outcomes
from pilothouse.apps.roadmap.services.releases import list_releases
from pilothouse.apps.roadmap.services.teams import list_teams
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.apps.workspace.services.export import write_csv

BETS = (
    "product", "id", "title", "note", "outcome", "release", "horizon", "quarter", "status",
    "confidence", "value", "value_source", "efforts", "needs", "item", "created",
)  # fmt: skip
OUTCOMES = ("product", "id", "title", "why", "metric", "target", "target_text", "due")
CAPACITY = ("product", "team_id", "team", "quarter", "person_weeks")
RELEASES = ("product", "id", "name", "planned_on", "released_on", "notes")


def write_roadmap(products: Sequence[ProductView], folder: Path) -> int:
    """Write ``roadmap/*.csv`` below ``folder``; how many bets there are."""
    target = folder / "roadmap"
    target.mkdir(parents=True, exist_ok=True)
    write_csv(target / "outcomes.csv", OUTCOMES, _outcomes(products))
    write_csv(target / "capacity.csv", CAPACITY, _capacity(products))
    write_csv(target / "releases.csv", RELEASES, _releases(products))
    return write_csv(target / "bets.csv", BETS, _bets(products))


def _bets(products: Sequence[ProductView]) -> Iterator[Sequence[Any]]:
    for product in products:
        for bet in list_bets(product):
            yield (
                product.name, bet.public_id, bet.title, bet.note, bet.outcome_title,
                bet.release_name, bet.horizon, bet.quarter, bet.status, bet.confidence, bet.value,
                bet.value_source, "; ".join(f"{k} {v:g}" for k, v in bet.efforts.items()),
                " ".join(bet.needs), bet.item_id, bet.created_at.isoformat(),
            )  # fmt: skip


def _outcomes(products: Sequence[ProductView]) -> Iterator[Sequence[Any]]:
    for product in products:
        for each in list_outcomes(product):
            yield (
                product.name, each.public_id, each.title, each.why, each.metric_id, each.target,
                each.target_text, each.due,
            )  # fmt: skip


def _capacity(products: Sequence[ProductView]) -> Iterator[Sequence[Any]]:
    for product in products:
        for team in list_teams(product):
            whole = (product.name, team.public_id, team.name)
            if not team.capacity:
                yield (*whole, None, None)
            for quarter, weeks in sorted(team.capacity.items()):
                yield (*whole, quarter, weeks)


def _releases(products: Sequence[ProductView]) -> Iterator[Sequence[Any]]:
    for product in products:
        for each in list_releases(product):
            yield (
                product.name, each.public_id, each.name, each.planned_on, each.released_on,
                each.notes,
            )  # fmt: skip
