"""The roadmap for programs: bets, moves, outcomes, teams, releases."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from pilothouse.apps.http import api_product
from pilothouse.apps.roadmap.delivery_api import router as delivery_router
from pilothouse.apps.roadmap.models import Audience, BetStatus, Horizon, ValueSource
from pilothouse.apps.roadmap.plan_api import router as plan_router
from pilothouse.apps.roadmap.services.audiences import (
    WordingDraft,
    list_told_bets,
    save_wording,
)
from pilothouse.apps.roadmap.services.bets import (
    BetDraft,
    create_bet,
    get_bet,
    list_bets,
    set_bet_deleted,
    update_bet,
)
from pilothouse.apps.roadmap.services.confidence import RULE
from pilothouse.apps.roadmap.services.dependencies import (
    add_dependency,
    find_breaches,
    remove_dependency,
)
from pilothouse.apps.roadmap.services.jsons import (
    to_bet_json,
    to_outcome_json,
    to_release_json,
    to_share_json,
    to_team_json,
    to_told_json,
)
from pilothouse.apps.roadmap.services.load import find_overloads
from pilothouse.apps.roadmap.services.moves import place_bets, undo_moves
from pilothouse.apps.roadmap.services.outcomes import (
    OutcomeDraft,
    list_outcomes,
    save_outcome,
    set_outcome_deleted,
)
from pilothouse.apps.roadmap.services.progress import read_progress
from pilothouse.apps.roadmap.services.quarters import list_quarters, parse_quarter, today_of
from pilothouse.apps.roadmap.services.releases import (
    ReleaseDraft,
    list_releases,
    save_release,
    set_release_deleted,
    set_released,
)
from pilothouse.apps.roadmap.services.shares import (
    ShareDraft,
    create_share,
    list_shares,
    revoke_share,
)
from pilothouse.apps.roadmap.services.teams import (
    list_teams,
    save_team,
    set_capacity,
    set_team_deleted,
)
from pilothouse.kernel.errors import NotFoundError

router = Router()
router.add_router("", delivery_router)
router.add_router("", plan_router)
QUARTERS_AHEAD = 12


class Body(Schema):
    """A body that takes the fields it names and no other."""

    model_config = ConfigDict(extra="forbid")


class BetIn(Body):
    title: str
    note: str = ""
    item_id: str = ""
    outcome_id: str = ""
    release_id: str = ""
    horizon: str = Horizon.LATER.value
    quarter: str = ""
    efforts: dict[str, float] = Field(default_factory=dict)
    value: float | None = None
    confidence: float | None = None
    status: str = BetStatus.PLANNED.value

    def to_draft(self) -> BetDraft:
        values = self.dict() | {"quarter": parse_quarter(self.quarter)}
        return BetDraft(**values, value_source=ValueSource.OWN.value)


class MovesIn(Body):
    """``quarters``: a quarter such as 2027-Q1 by the id of a bet; null takes it away."""

    quarters: dict[str, str | None]
    label: str = "Moved by program"


class OutcomeIn(Body):
    title: str
    why: str = ""
    metric_id: str = ""
    target: float | None = None
    target_text: str = ""
    due: date | None = None


class TeamIn(Body):
    name: str


class CapacityIn(Body):
    """Person-weeks by quarter such as 2027-Q1; null forgets one."""

    quarters: dict[str, float | None]


class ReleaseIn(Body):
    name: str
    planned_on: date | None = None
    notes: str = ""


class WordingIn(Body):
    """Both empty takes the wording away."""

    title: str = ""
    text: str = ""


class ShareIn(Body):
    """``days`` null is until it is revoked."""

    name: str
    audience: str = Audience.CUSTOMERS.value
    days: int | None = 90
    shows_quarters: bool = True
    shows_efforts: bool = False
    shows_values: bool = False


class ReleasedIn(Body):
    """``released_on`` null takes it back."""

    released_on: date | None = None


def _find_audience(audience: str) -> None:
    if audience not in Audience.values:
        raise NotFoundError(
            "there is no such audience.",
            value=audience,
            remedy=f"Use {', '.join(Audience.values)}.",
        )


@router.get("", summary="The whole roadmap: bets, outcomes, teams, releases, what does not fit")
def get_roadmap(request: HttpRequest, product_id: Path[str]) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    bets, teams = list_bets(product), list_teams(product)
    ahead = list_quarters(today_of(product), QUARTERS_AHEAD)
    return {
        "simulated": product.is_simulated,
        "as_of": product.now.isoformat(),
        "bets": [to_bet_json(bet) for bet in bets],
        "outcomes": [to_outcome_json(outcome) for outcome in list_outcomes(product)],
        "teams": [to_team_json(team) for team in teams],
        "releases": [to_release_json(release) for release in list_releases(product)],
        "breaches": [breach.sentence for breach in find_breaches(bets)],
        "overloads": [load.sentence for load in find_overloads(bets, teams, ahead)],
        "semantics": {"confidence": RULE},
    }


@router.post("bets", summary="Place a bet")
def post_bet(request: HttpRequest, product_id: Path[str], payload: BetIn) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_bet_json(create_bet(access, product, payload.to_draft()))


@router.get("bets/{bet_id}", summary="A bet")
def get_one_bet(request: HttpRequest, product_id: Path[str], bet_id: str) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    return to_bet_json(get_bet(product, bet_id))


@router.put("bets/{bet_id}", summary="Change a bet")
def put_bet(
    request: HttpRequest, product_id: Path[str], bet_id: str, payload: BetIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    view, batch = update_bet(access, product, bet_id, payload.to_draft())
    return {**to_bet_json(view), "move": batch}


@router.delete("bets/{bet_id}", summary="Delete a bet (it can be restored)")
def delete_bet(request: HttpRequest, product_id: Path[str], bet_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_bet_json(set_bet_deleted(access, product, bet_id, is_deleted=True))


@router.put("bets/{bet_id}/needs/{needs_id}", summary="Say that a bet needs another one")
def put_need(
    request: HttpRequest, product_id: Path[str], bet_id: str, needs_id: str
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    add_dependency(access, product, bet_id, needs_id)
    return to_bet_json(get_bet(product, bet_id))


@router.delete("bets/{bet_id}/needs/{needs_id}", summary="Say that it does not")
def delete_need(
    request: HttpRequest, product_id: Path[str], bet_id: str, needs_id: str
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    remove_dependency(access, product, bet_id, needs_id)
    return to_bet_json(get_bet(product, bet_id))


@router.post("moves", summary="Put bets into quarters as one act")
def post_moves(request: HttpRequest, product_id: Path[str], payload: MovesIn) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    quarters = {bet_id: parse_quarter(text or "") for bet_id, text in payload.quarters.items()}
    batch = place_bets(access, product, quarters, payload.label)
    return {"id": batch.public_id, "label": batch.label, "moved": batch.moved}


@router.post("moves/{batch_id}/undo", summary="Take moves back")
def post_undo(request: HttpRequest, product_id: Path[str], batch_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    batch = undo_moves(access, product, batch_id)
    return {"id": batch.public_id, "label": batch.label, "moved": batch.moved}


@router.post("outcomes", summary="State an outcome")
def post_outcome(request: HttpRequest, product_id: Path[str], payload: OutcomeIn) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_outcome_json(save_outcome(access, product, OutcomeDraft(**payload.dict())))


@router.put("outcomes/{outcome_id}", summary="Change an outcome")
def put_outcome(
    request: HttpRequest, product_id: Path[str], outcome_id: str, payload: OutcomeIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    draft = OutcomeDraft(**payload.dict())
    return to_outcome_json(save_outcome(access, product, draft, public_id=outcome_id))


@router.delete("outcomes/{outcome_id}", summary="Delete an outcome (it can be restored)")
def delete_outcome(request: HttpRequest, product_id: Path[str], outcome_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_outcome_json(set_outcome_deleted(access, product, outcome_id, is_deleted=True))


@router.post("teams", summary="Make a team")
def post_team(request: HttpRequest, product_id: Path[str], payload: TeamIn) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_team_json(save_team(access, product, payload.name))


@router.put("teams/{team_id}/capacity", summary="Set a team's person-weeks by quarter")
def put_capacity(
    request: HttpRequest, product_id: Path[str], team_id: str, payload: CapacityIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    quarters = {parse_quarter(text): weeks for text, weeks in payload.quarters.items()}
    known = {quarter: weeks for quarter, weeks in quarters.items() if quarter is not None}
    return {"changed": set_capacity(access, product, {team_id: known})}


@router.put("teams/{team_id}", summary="Rename a team")
def put_team(
    request: HttpRequest, product_id: Path[str], team_id: str, payload: TeamIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_team_json(save_team(access, product, payload.name, public_id=team_id))


@router.delete("teams/{team_id}", summary="Delete a team (it can be restored)")
def delete_team(request: HttpRequest, product_id: Path[str], team_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_team_json(set_team_deleted(access, product, team_id, is_deleted=True))


@router.get("outcomes", summary="Outcomes with what their metrics say now")
def get_outcomes(request: HttpRequest, product_id: Path[str]) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    progress = read_progress(product, list_outcomes(product))
    told = [
        {**to_outcome_json(each.outcome), "value": each.value, "is_met": each.is_met}
        for each in progress
    ]
    return {"simulated": product.is_simulated, "outcomes": told}


@router.get("audiences/{audience}", summary="The roadmap as an audience is told it")
def get_audience(request: HttpRequest, product_id: Path[str], audience: str) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    _find_audience(audience)
    told = [to_told_json(bet) for bet in list_told_bets(product, audience)]
    return {"simulated": product.is_simulated, "audience": audience, "bets": told}


@router.put("bets/{bet_id}/wordings/{audience}", summary="Word a bet for an audience")
def put_wording(
    request: HttpRequest, product_id: Path[str], bet_id: str, audience: str, payload: WordingIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    _find_audience(audience)
    draft = WordingDraft(audience, payload.title, payload.text)
    return asdict(save_wording(access, product, bet_id, draft))


@router.get("shares", summary="Secret links for outsiders (never their tokens)")
def get_shares(request: HttpRequest, product_id: Path[str]) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    return {"shares": [to_share_json(share) for share in list_shares(product)]}


@router.post("shares", summary="Make a secret link; its path is told this once")
def post_share(request: HttpRequest, product_id: Path[str], payload: ShareIn) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    share, token = create_share(access, product, ShareDraft(**payload.dict()))
    return {**to_share_json(share), "path": reverse("roadmap-shared", args=[token])}


@router.delete("shares/{share_id}", summary="Revoke a secret link")
def delete_share(request: HttpRequest, product_id: Path[str], share_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_share_json(revoke_share(access, product, share_id))


@router.post("releases", summary="Plan a release")
def post_release(request: HttpRequest, product_id: Path[str], payload: ReleaseIn) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_release_json(save_release(access, product, ReleaseDraft(**payload.dict())))


@router.put("releases/{release_id}", summary="Change a release")
def put_release(
    request: HttpRequest, product_id: Path[str], release_id: str, payload: ReleaseIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    draft = ReleaseDraft(**payload.dict())
    return to_release_json(save_release(access, product, draft, public_id=release_id))


@router.put("releases/{release_id}/released", summary="Say when it went out, or take that back")
def put_released(
    request: HttpRequest, product_id: Path[str], release_id: str, payload: ReleasedIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    view = set_released(access, product, release_id, released_on=payload.released_on)
    return to_release_json(view)


@router.delete("releases/{release_id}", summary="Delete a release (it can be restored)")
def delete_release(request: HttpRequest, product_id: Path[str], release_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_release_json(set_release_deleted(access, product, release_id, is_deleted=True))
