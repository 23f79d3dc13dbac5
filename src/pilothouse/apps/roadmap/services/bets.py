"""Bets: what the product puts effort into, for which outcome, when, and how surely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, QuerySet

from pilothouse.apps.backlog.services.items import get_item
from pilothouse.apps.roadmap.models import Bet, BetStatus, Dependency, Horizon, Team, ValueSource
from pilothouse.apps.roadmap.services.checks import (
    MAX_WEEKS,
    check_choice,
    check_number,
    check_reference,
    check_text,
    check_title,
)
from pilothouse.apps.roadmap.services.confidence import Confidence, confidence_at
from pilothouse.apps.roadmap.services.moves import apply_places, place_at, place_of
from pilothouse.apps.roadmap.services.outcomes import find_outcome
from pilothouse.apps.roadmap.services.quarters import (
    distance_of,
    name_quarter,
    quarter_start,
    today_of,
)
from pilothouse.apps.roadmap.services.releases import find_release
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import index_entry, remove_entry
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError

OPEN_STATUSES = (BetStatus.PLANNED.value, BetStatus.DOING.value)
MAX_BETS = 2000


@dataclass(frozen=True)
class BetDraft:
    """What a person decides about a bet.

    ``efforts`` are person-weeks by the public id of a team, ``value`` is for each quarter of being
    live, ``confidence`` 0..1. A ``quarter`` decides the horizon; without one ``horizon`` counts.
    """

    title: str
    note: str = ""
    item_id: str = ""
    outcome_id: str = ""
    release_id: str = ""
    horizon: str = Horizon.LATER.value
    quarter: date | None = None
    efforts: Mapping[str, float] = field(default_factory=dict)
    value: float | None = None
    value_source: str = ValueSource.OWN.value
    confidence: float | None = None
    status: str = BetStatus.PLANNED.value

    def checked(self) -> BetDraft:
        """This draft with clean parts; raises ``InvalidValueError`` for the first bad one."""
        return replace(
            self,
            title=check_title(self.title, "a bet's title"),
            note=check_text(self.note, "a note", 4000),
            item_id=check_reference(self.item_id, "an item"),
            efforts=_check_efforts(self.efforts),
            value=check_number(self.value, "a value"),
            value_source=check_choice(self.value_source, ValueSource.values, "a source of value"),
            confidence=check_number(self.confidence, "a confidence", high=1.0),
            status=check_choice(self.status, BetStatus.values, "a status"),
        )


@dataclass(frozen=True)
class BetView:
    """A bet. ``distance`` is in quarters from now; ``needs`` are public ids of other bets."""

    public_id: str
    title: str
    note: str
    item_id: str
    outcome_id: str
    outcome_title: str
    release_id: str
    release_name: str
    horizon: str
    quarter: date | None
    distance: int
    efforts: Mapping[str, float]
    value: float | None
    value_source: str
    confidence: float | None
    shown_confidence: Confidence
    status: str
    needs: tuple[str, ...]
    position: int
    created_at: datetime
    url: str
    is_late: bool

    @property
    def quarter_name(self) -> str:
        """``Q1 2027``; empty without a quarter."""
        return name_quarter(self.quarter) if self.quarter else ""

    @property
    def stated_percent(self) -> int | None:
        """The stated confidence in whole percent."""
        return None if self.confidence is None else round(self.confidence * 100)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def effort(self) -> float | None:
        """Person-weeks of all teams together; None where nobody said any."""
        return sum(self.efforts.values()) if self.efforts else None


def list_bets(product: ProductView, *, only_open: bool = False) -> list[BetView]:
    """The product's bets in their order, with what they need; two queries."""
    bets = Bet.objects.filter(product_id=product.id, deleted_at=None)
    if only_open:
        bets = bets.filter(status__in=OPEN_STATUSES)
    return _to_views(product, list(_ordered(bets)))


def get_bet(product: ProductView, public_id: str) -> BetView:
    """A bet of the product by its public id."""
    return _to_views(product, [find_bet(product, public_id)])[0]


def find_bets_of_item(product: ProductView, item_id: str) -> list[BetView]:
    """The bets made from a backlog item."""
    bets = Bet.objects.filter(product_id=product.id, item_id=item_id, deleted_at=None)
    return _to_views(product, list(_ordered(bets)))


def create_bet(access: Access, product: ProductView, draft: BetDraft) -> BetView:
    """Place a bet."""
    access.require(Role.EDITOR, to="placing a bet")
    checked = draft.checked()
    place = place_at(checked.quarter, today_of(product), checked.horizon)
    with transaction.atomic():
        bet = _new(access, product)
        bet.horizon, bet.quarter = place.horizon, place.quarter
        _fill(product, bet, checked)
        bet.save()
        view = get_bet(product, bet.public_id)
        facts = {"name": view.title, "place": place.words, **_facts(view)}
        record_act(access, "bet.placed", "bet", view.public_id, facts, product=product)
        _index(product, view)
    return view


def update_bet(
    access: Access, product: ProductView, public_id: str, draft: BetDraft
) -> tuple[BetView, str]:
    """Change a bet; also the batch that moved it, empty when it stayed where it was."""
    access.require(Role.EDITOR, to="changing a bet")
    checked = draft.checked()
    today = today_of(product)
    with transaction.atomic():
        bet = find_bet(product, public_id)
        before = _to_views(product, [bet])[0]
        place = place_at(checked.quarter, today, checked.horizon)
        _fill(product, bet, checked)
        bet.save()
        label = f"{bet.title} to {place.words}"[:200]
        batch = ""
        if place != place_of(bet, today):
            batch = apply_places(access, product, {bet: place}, label).public_id
        view = get_bet(product, public_id)
        _record_change(access, product, before, view)
        _index(product, view)
    return view, batch


def set_bet_status(access: Access, product: ProductView, public_id: str, status: str) -> BetView:
    """Say where a bet stands."""
    access.require(Role.EDITOR, to="changing a bet")
    check_choice(status, BetStatus.values, "a status")
    with transaction.atomic():
        bet = find_bet(product, public_id)
        before = _to_views(product, [bet])[0]
        bet.status = status
        bet.save(update_fields=["status"])
        view = _to_views(product, [bet])[0]
        _record_change(access, product, before, view)
    return view


def set_bet_deleted(
    access: Access, product: ProductView, public_id: str, *, is_deleted: bool
) -> BetView:
    """Delete a bet, or bring it back."""
    access.require(Role.EDITOR, to="deleting a bet")
    with transaction.atomic():
        bet = find_bet(product, public_id, with_deleted=True)
        bet.deleted_at = product.now if is_deleted else None
        bet.save(update_fields=["deleted_at"])
        view = _to_views(product, [bet])[0]
        kind = "bet.deleted" if is_deleted else "bet.restored"
        record_act(access, kind, "bet", public_id, {"name": view.title}, product=product)
        if is_deleted:
            remove_entry(product.workspace_id, "bet", public_id)
        else:
            _index(product, view)
    return view


def find_bet(product: ProductView, public_id: str, *, with_deleted: bool = False) -> Bet:
    """The row of a bet; raises ``NotFoundError``."""
    bets = Bet.objects.filter(product_id=product.id, public_id=public_id)
    if not with_deleted:
        bets = bets.filter(deleted_at=None)
    bet = bets.select_related("outcome", "release").first()
    if bet is None:
        raise NotFoundError("there is no such bet in this product.", value=public_id)
    return bet


def _ordered(bets: QuerySet[Bet]) -> QuerySet[Bet]:
    return bets.select_related("outcome", "release").order_by("position", "pk")


def _to_views(product: ProductView, bets: list[Bet]) -> list[BetView]:
    needs: dict[int, list[str]] = {}
    pairs = Dependency.objects.filter(bet__in=bets, needs__deleted_at=None).order_by("pk")
    for bet_pk, needed in pairs.values_list("bet_id", "needs__public_id"):
        needs.setdefault(bet_pk, []).append(needed)
    today = today_of(product)
    return [_to_view(product, bet, tuple(needs.get(bet.pk, ())), today) for bet in bets]


def _to_view(product: ProductView, bet: Bet, needs: tuple[str, ...], today: date) -> BetView:
    place = place_of(bet, today)
    outcome = bet.outcome if bet.outcome and bet.outcome.deleted_at is None else None
    release = bet.release if bet.release and bet.release.deleted_at is None else None
    distance = distance_of(place.horizon, place.quarter, today)
    return BetView(
        public_id=bet.public_id,
        title=bet.title,
        note=bet.note,
        item_id=bet.item_id,
        outcome_id=outcome.public_id if outcome else "",
        outcome_title=outcome.title if outcome else "",
        release_id=release.public_id if release else "",
        release_name=release.name if release else "",
        horizon=place.horizon,
        quarter=place.quarter,
        distance=distance,
        efforts=dict(bet.efforts),
        value=bet.value,
        value_source=bet.value_source,
        confidence=bet.confidence,
        shown_confidence=confidence_at(bet.confidence, distance, bet.status),
        status=bet.status,
        needs=needs,
        position=bet.position,
        created_at=bet.created_at,
        url=f"/p/{product.public_id}/roadmap/bets/{bet.public_id}/",
        is_late=_is_late(bet, today),
    )


def _is_late(bet: Bet, today: date) -> bool:
    is_open = bet.status in OPEN_STATUSES
    return is_open and bet.quarter is not None and bet.quarter < quarter_start(today)


def _check_efforts(efforts: Mapping[str, float]) -> dict[str, float]:
    checked: dict[str, float] = {}
    for team_id, given in efforts.items():
        weeks = check_number(given, "an effort in person-weeks", high=MAX_WEEKS)
        if weeks:
            checked[team_id] = weeks
    return checked


def _new(access: Access, product: ProductView) -> Bet:
    bets = Bet.objects.filter(product_id=product.id)
    if bets.filter(deleted_at=None).count() >= MAX_BETS:
        raise ConflictError(f"a roadmap has at most {MAX_BETS:,} bets.")
    last = bets.aggregate(last=Max("position"))["last"]
    return Bet(
        product_id=product.id,
        user_id=access.user_id,
        position=0 if last is None else last + 1,
        created_at=product.now,
    )


def _fill(product: ProductView, bet: Bet, draft: BetDraft) -> None:
    bet.title, bet.note, bet.status = draft.title, draft.note, draft.status
    if draft.item_id and draft.item_id != bet.item_id:
        get_item(product, draft.item_id)
    bet.item_id = draft.item_id
    # A deleted outcome or release is not shown: saving the rest must not forget it.
    if draft.outcome_id or not (bet.outcome and bet.outcome.deleted_at):
        bet.outcome = find_outcome(product, draft.outcome_id) if draft.outcome_id else None
    if draft.release_id or not (bet.release and bet.release.deleted_at):
        bet.release = find_release(product, draft.release_id) if draft.release_id else None
    bet.efforts = _known_efforts(product, bet, draft.efforts)
    bet.value, bet.value_source = draft.value, draft.value_source
    bet.confidence = draft.confidence


def _known_efforts(
    product: ProductView, bet: Bet, efforts: Mapping[str, float]
) -> dict[str, float]:
    teams = Team.objects.filter(product_id=product.id).values_list("public_id", "deleted_at")
    known = dict(teams)
    for team_id in efforts:
        if team_id not in known:
            raise InvalidValueError("there is no such team in this product.", value=team_id)
    hidden = {
        team_id: weeks for team_id, weeks in bet.efforts.items() if known.get(team_id) is not None
    }
    return hidden | dict(efforts)


def _facts(bet: BetView) -> dict[str, object]:
    return {
        "item": bet.item_id,
        "outcome": bet.outcome_id,
        "effort_weeks": bet.effort,
        "value": bet.value,
        "confidence": bet.confidence,
        "status": bet.status,
    }


def _record_change(access: Access, product: ProductView, before: BetView, after: BetView) -> None:
    old, new = _facts(before), _facts(after)
    if before.status != after.status:
        facts: dict[str, object] = {
            "name": after.title, "before": before.status, "after": after.status,
        }  # fmt: skip
        record_act(access, "bet.status-changed", "bet", after.public_id, facts, product=product)
        old["status"] = new["status"]
    texts = (before.title, before.note, before.release_id) != (
        after.title, after.note, after.release_id,
    )  # fmt: skip
    if texts or old != new:
        changed = {key: [old[key], new[key]] for key in new if old[key] != new[key]}
        facts = {"name": after.title, "changed": changed}
        record_act(access, "bet.changed", "bet", after.public_id, facts, product=product)


def _index(product: ProductView, bet: BetView) -> None:
    index_entry(
        product.workspace_id,
        kind="bet",
        object_id=bet.public_id,
        title=bet.title,
        body=bet.note,
        url=bet.url,
        product_id=product.id,
    )
