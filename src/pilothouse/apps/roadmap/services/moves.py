"""Where bets stand in time: moving them, undoing that, and the history of it.

A bet with a quarter is as far away as its quarter; one without is where it was put: now, next or
later. Moves of one act form a batch, which is undone as one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from pilothouse.apps.roadmap.models import Bet, BetMove, Horizon, MoveBatch
from pilothouse.apps.roadmap.services.checks import check_choice, check_title
from pilothouse.apps.roadmap.services.quarters import (
    check_quarter,
    horizon_of,
    name_quarter,
    today_of,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import ConflictError, NotFoundError

RECENT = timedelta(days=60)


@dataclass(frozen=True)
class Place:
    """Where a bet stands: how far away, and in which quarter if that was said."""

    horizon: str
    quarter: date | None = None

    @property
    def words(self) -> str:
        """``next``, or ``next (Q1 2027)``."""
        return f"{self.horizon} ({name_quarter(self.quarter)})" if self.quarter else self.horizon


@dataclass(frozen=True)
class BatchView:
    """Moves that were one act; ``moved`` is how many bets really changed their place."""

    public_id: str
    label: str
    moved: int


@dataclass(frozen=True)
class MoveView:
    """A move of a bet."""

    at: datetime
    label: str
    user_name: str
    before: Place
    after: Place
    is_undone: bool


def place_at(quarter: date | None, today: date, horizon: str = Horizon.LATER) -> Place:
    """The place of a quarter; without one the ``horizon``."""
    if quarter is None:
        return Place(check_choice(horizon, Horizon.values, "a horizon"))
    return Place(horizon_of(check_quarter(quarter), today).value, quarter)


def place_bets(
    access: Access, product: ProductView, quarters: Mapping[str, date | None], label: str
) -> BatchView:
    """Put bets (by public id) into quarters as one act; None takes the quarter away: later."""
    access.require(Role.EDITOR, to="moving bets")
    today = today_of(product)
    with transaction.atomic():
        bets = lock_bets(product, list(quarters))
        places = {bet: place_at(quarters[bet.public_id], today) for bet in bets}
        return apply_places(access, product, places, label)


def move_bet(
    access: Access,
    product: ProductView,
    public_id: str,
    *,
    horizon: str | None = None,
    quarter: date | None = None,
    before: str = "",
) -> BatchView:
    """Put a bet into a horizon or a quarter, above the bet ``before`` or last.

    With a horizon the quarter stays if it says the same, and goes if it does not.
    """
    access.require(Role.EDITOR, to="moving a bet")
    today = today_of(product)
    with transaction.atomic():
        bet = lock_bets(product, [public_id])[0]
        place = place_at(quarter, today, horizon or bet.horizon)
        now_at = place_of(bet, today)
        if quarter is None and now_at.horizon == place.horizon:
            place = now_at
        batch = apply_places(access, product, {bet: place}, f"{bet.title} to {place.words}"[:200])
        _order(product, bet, before)
    return batch


def apply_places(
    access: Access, product: ProductView, places: Mapping[Bet, Place], label: str
) -> BatchView:
    """Write new places with their moves and the act; to be called inside a transaction."""
    today = today_of(product)
    changed = {bet: place for bet, place in places.items() if place_of(bet, today) != place}
    name = check_title(label, "the name of a change")
    if not changed:
        return BatchView("", name, 0)
    batch = MoveBatch.objects.create(
        product_id=product.id, user_id=access.user_id, label=name, at=product.now
    )
    moves = [_move(batch, bet, place_of(bet, today), place) for bet, place in changed.items()]
    BetMove.objects.bulk_create(moves)
    Bet.objects.bulk_update(list(changed), ["horizon", "quarter"])
    _record(access, product, batch, moves)
    return BatchView(batch.public_id, name, len(moves))


def undo_moves(access: Access, product: ProductView, batch_id: str) -> BatchView:
    """Take a batch back: every bet that still stands where it put it goes where it was before."""
    access.require(Role.EDITOR, to="undoing moves")
    with transaction.atomic():
        batch = MoveBatch.objects.select_for_update().filter(
            product_id=product.id, public_id=batch_id
        ).first()  # fmt: skip
        if batch is None:
            raise NotFoundError("there is no such change in this product.", value=batch_id)
        if batch.undone_at is not None:
            raise ConflictError("this change was undone already.", value=batch.label)
        moves = list(batch.moves.select_related("bet").filter(bet__deleted_at=None))
        back = [move for move in moves if _stands_where_put(move)]
        for move in back:
            move.bet.horizon, move.bet.quarter = move.horizon_before, move.quarter_before
        Bet.objects.bulk_update([move.bet for move in back], ["horizon", "quarter"])
        batch.undone_at = product.now
        batch.save(update_fields=["undone_at"])
        facts = {"name": batch.label, "moved": len(back), "left": len(moves) - len(back)}
        record_act(access, "bet.move-undone", "move", batch_id, facts, product=product)
    return BatchView(batch_id, batch.label, len(back))


def list_moves(product: ProductView, public_id: str, limit: int = 100) -> list[MoveView]:
    """The moves of a bet, the newest first."""
    moves = BetMove.objects.filter(bet__product_id=product.id, bet__public_id=public_id)
    return [_to_view(move) for move in _newest(moves)[:limit]]


def list_recent_moves(product: ProductView) -> dict[str, list[MoveView]]:
    """The moves of the last 60 days that stand, by the public id of their bets; one query."""
    moves = BetMove.objects.filter(
        bet__product_id=product.id,
        bet__deleted_at=None,
        batch__undone_at=None,
        batch__at__gte=product.now - RECENT,
    )
    found: dict[str, list[MoveView]] = {}
    for move in _newest(moves.select_related("bet")):
        found.setdefault(move.bet.public_id, []).append(_to_view(move))
    return found


def summarise_moves(moves: Sequence[MoveView], now: datetime) -> str:
    """One line on where a bet came from: ``was next, is later; 3 moves in 60 days``.

    Empty for a bet that never moved. Undone moves do not count.
    """
    standing = [move for move in moves if not move.is_undone]
    if not standing:
        return ""
    latest = standing[0]
    came = f"was {latest.before.words}, is {latest.after.words}"
    recent = sum(move.at >= now - RECENT for move in standing)
    if recent < 2:
        return came
    return f"{came}; {recent} moves in {RECENT.days} days"


def place_of(bet: Bet, today: date) -> Place:
    """Where the row says that a bet stands."""
    if bet.quarter is None:
        return Place(bet.horizon)
    return Place(horizon_of(bet.quarter, today).value, bet.quarter)


def lock_bets(product: ProductView, public_ids: Sequence[str]) -> list[Bet]:
    """The rows of bets, locked; raises ``NotFoundError`` for the first that is not there."""
    bets = Bet.objects.select_for_update().filter(
        product_id=product.id, public_id__in=public_ids, deleted_at=None
    )
    found = {bet.public_id: bet for bet in bets}
    for public_id in public_ids:
        if public_id not in found:
            raise NotFoundError("there is no such bet in this product.", value=public_id)
    return [found[public_id] for public_id in dict.fromkeys(public_ids)]


def _stands_where_put(move: BetMove) -> bool:
    if move.bet.quarter is not None or move.quarter_after is not None:
        # With a quarter the horizon goes by with time: it tells nothing.
        return bool(move.bet.quarter == move.quarter_after)
    return bool(move.bet.horizon == move.horizon_after)


def _move(batch: MoveBatch, bet: Bet, before: Place, after: Place) -> BetMove:
    bet.horizon, bet.quarter = after.horizon, after.quarter
    return BetMove(
        bet=bet,
        batch=batch,
        horizon_before=before.horizon,
        horizon_after=after.horizon,
        quarter_before=before.quarter,
        quarter_after=after.quarter,
    )


def _record(
    access: Access, product: ProductView, batch: MoveBatch, moves: Sequence[BetMove]
) -> None:
    told = [
        {
            "bet": move.bet.public_id,
            "before": Place(move.horizon_before, move.quarter_before).words,
            "after": Place(move.horizon_after, move.quarter_after).words,
        }
        for move in moves
    ]
    if len(moves) == 1:
        bet = moves[0].bet
        facts = {"name": bet.title, "batch": batch.public_id, **told[0]}
        record_act(access, "bet.moved", "bet", bet.public_id, facts, product=product)
        return
    several = {"name": batch.label, "moves": told}
    record_act(access, "bet.moved", "move", batch.public_id, several, product=product)


def _order(product: ProductView, moved: Bet, before: str) -> None:
    bets = list(Bet.objects.filter(product_id=product.id, deleted_at=None).order_by("position"))
    ordered = [bet for bet in bets if bet.pk != moved.pk]
    place = next((i for i, bet in enumerate(ordered) if bet.public_id == before), len(ordered))
    ordered.insert(place, moved)
    changed = []
    for position, bet in enumerate(ordered):
        if bet.position != position:
            bet.position = position
            changed.append(bet)
    Bet.objects.bulk_update(changed, ["position"])


def _newest(moves: QuerySet[BetMove]) -> QuerySet[BetMove]:
    return moves.select_related("batch__user").order_by("-batch__at", "-pk")


def _to_view(move: BetMove) -> MoveView:
    user = move.batch.user
    return MoveView(
        at=move.batch.at,
        label=move.batch.label,
        user_name=user.name if user else "",
        before=Place(move.horizon_before, move.quarter_before),
        after=Place(move.horizon_after, move.quarter_after),
        is_undone=move.batch.undone_at is not None,
    )
