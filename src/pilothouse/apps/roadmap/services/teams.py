"""Teams and the person-weeks they have for bets in each quarter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from django.db import transaction
from django.db.models import Max

from pilothouse.apps.roadmap.models import Capacity, Team
from pilothouse.apps.roadmap.services.checks import MAX_WEEKS, check_number, check_title
from pilothouse.apps.roadmap.services.quarters import check_quarter
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError

COLOURS = 8
MAX_TEAMS = 50


@dataclass(frozen=True)
class TeamView:
    """A team. ``capacity`` is person-weeks by first day of quarter; a missing one is unknown."""

    public_id: str
    name: str
    colour: int
    capacity: Mapping[date, float] = field(default_factory=lambda: MappingProxyType({}))


def list_teams(product: ProductView) -> list[TeamView]:
    """The product's teams in their order, with all their capacities; two queries."""
    teams = Team.objects.filter(product_id=product.id, deleted_at=None)
    found = teams.order_by("position", "pk").prefetch_related("capacities")
    return [_to_view(team) for team in found]


def get_team(product: ProductView, public_id: str) -> TeamView:
    """A team of the product by its public id."""
    return _to_view(_get(product, public_id))


def save_team(
    access: Access,
    product: ProductView,
    name: str,
    *,
    colour: int | None = None,
    public_id: str | None = None,
) -> TeamView:
    """Create a team, or rename the one with ``public_id``."""
    access.require(Role.EDITOR, to="saving a team")
    checked = check_title(name, "a team's name", 100)
    if colour is not None and not 0 <= colour < COLOURS:
        raise InvalidValueError(f"a colour is a number from 0 to {COLOURS - 1}.", value=colour)
    with transaction.atomic():
        _refuse_taken_name(product, checked, public_id)
        team = _get(product, public_id) if public_id else _new(product)
        team.name = checked
        team.colour = team.colour if colour is None else colour
        team.save()
        kind = "team.changed" if public_id else "team.created"
        record_act(access, kind, "team", team.public_id, {"name": checked}, product=product)
    return _to_view(team)


def set_team_deleted(
    access: Access, product: ProductView, public_id: str, *, is_deleted: bool
) -> TeamView:
    """Delete a team, or bring it back; the efforts that bets name for it stay."""
    access.require(Role.EDITOR, to="deleting a team")
    with transaction.atomic():
        team = _get(product, public_id, with_deleted=True)
        if not is_deleted:
            _refuse_taken_name(product, team.name, public_id)
        team.deleted_at = product.now if is_deleted else None
        team.save(update_fields=["deleted_at"])
        kind = "team.deleted" if is_deleted else "team.restored"
        record_act(access, kind, "team", public_id, {"name": team.name}, product=product)
    return _to_view(team)


def set_capacity(
    access: Access,
    product: ProductView,
    capacity: Mapping[str, Mapping[date, float | None]],
) -> int:
    """Set person-weeks by team and quarter; None forgets one. How many really changed."""
    access.require(Role.EDITOR, to="setting capacity")
    count = 0
    with transaction.atomic():
        for public_id, quarters in capacity.items():
            team = _get(product, public_id)
            changes = _changed_quarters(team, quarters)
            if not changes:
                continue
            for quarter, weeks in changes.items():
                _write_capacity(team, quarter, weeks)
            facts = {day.isoformat(): weeks for day, weeks in changes.items()}
            record_act(
                access, "team.capacity-set", "team", public_id,
                {"person_weeks": facts}, product=product,
            )  # fmt: skip
            count += len(changes)
    return count


def _changed_quarters(
    team: Team, quarters: Mapping[date, float | None]
) -> dict[date, float | None]:
    known = {each.quarter: each.person_weeks for each in team.capacities.all()}
    wanted = {
        check_quarter(quarter): check_number(weeks, "a capacity in person-weeks", high=MAX_WEEKS)
        for quarter, weeks in quarters.items()
    }
    return {quarter: weeks for quarter, weeks in wanted.items() if known.get(quarter) != weeks}


def _write_capacity(team: Team, quarter: date, weeks: float | None) -> None:
    if weeks is None:
        Capacity.objects.filter(team=team, quarter=quarter).delete()
    else:
        Capacity.objects.update_or_create(
            team=team, quarter=quarter, defaults={"person_weeks": weeks}
        )


def _new(product: ProductView) -> Team:
    teams = Team.objects.filter(product_id=product.id)
    if teams.filter(deleted_at=None).count() >= MAX_TEAMS:
        raise ConflictError(f"a product has at most {MAX_TEAMS} teams.")
    last = teams.aggregate(last=Max("position"))["last"]
    place = 0 if last is None else last + 1
    return Team(
        product_id=product.id, position=place, colour=place % COLOURS, created_at=product.now
    )


def _get(product: ProductView, public_id: str, *, with_deleted: bool = False) -> Team:
    teams = Team.objects.filter(product_id=product.id, public_id=public_id)
    if not with_deleted:
        teams = teams.filter(deleted_at=None)
    team = teams.first()
    if team is None:
        raise NotFoundError("there is no such team in this product.", value=public_id)
    return team


def _refuse_taken_name(product: ProductView, name: str, public_id: str | None) -> None:
    taken = Team.objects.filter(product_id=product.id, name=name, deleted_at=None)
    if taken.exclude(public_id=public_id or "").exists():
        raise ConflictError("there is a team of this name already.", value=name)


def _to_view(team: Team) -> TeamView:
    capacity = {each.quarter: each.person_weeks for each in team.capacities.all()}
    return TeamView(team.public_id, team.name, team.colour, MappingProxyType(capacity))
