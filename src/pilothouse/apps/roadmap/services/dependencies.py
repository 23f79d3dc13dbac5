"""What a bet needs before it: adding that without cycles, and finding where time breaks it.

The rule: what a bet needs is live in the same quarter or an earlier one. Without quarters, now
comes before next and next before later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from pilothouse.apps.roadmap.models import BetStatus, Dependency, Horizon
from pilothouse.apps.roadmap.services.bets import BetView, find_bet
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import ConflictError

ORDER = {Horizon.NOW.value: 0, Horizon.NEXT.value: 1, Horizon.LATER.value: 2}


@dataclass(frozen=True)
class Breach:
    """A bet that stands before what it needs."""

    bet: BetView
    needs: BetView
    sentence: str


def add_dependency(access: Access, product: ProductView, bet_id: str, needs_id: str) -> None:
    """Say that a bet needs another one; a circle is refused and named."""
    access.require(Role.EDITOR, to="adding a dependency")
    with transaction.atomic():
        bet, needs = find_bet(product, bet_id), find_bet(product, needs_id)
        _refuse_circle(product, bet_id, needs_id)
        _, is_new = Dependency.objects.get_or_create(bet=bet, needs=needs)
        if is_new:
            facts = {"name": bet.title, "needs": needs_id}
            record_act(access, "bet.dependency-added", "bet", bet_id, facts, product=product)


def remove_dependency(access: Access, product: ProductView, bet_id: str, needs_id: str) -> None:
    """Say that a bet needs another one no more; nothing happens if it did not."""
    access.require(Role.EDITOR, to="removing a dependency")
    with transaction.atomic():
        bet, needs = find_bet(product, bet_id), find_bet(product, needs_id)
        count, _ = Dependency.objects.filter(bet=bet, needs=needs).delete()
        if count:
            facts = {"name": bet.title, "needs": needs_id}
            record_act(access, "bet.dependency-removed", "bet", bet_id, facts, product=product)


def find_breaches(bets: Sequence[BetView]) -> list[Breach]:
    """Where open bets stand before what they need, or need what was dropped."""
    by_id = {bet.public_id: bet for bet in bets}
    return [
        Breach(bet, needs, sentence)
        for bet in bets
        if bet.is_open
        for needs in (by_id[each] for each in bet.needs if each in by_id)
        if (sentence := _say_breach(bet, needs))
    ]


def _say_breach(bet: BetView, needs: BetView) -> str:
    if needs.status == BetStatus.DROPPED:
        return f"{bet.title} needs {needs.title}, which was dropped."
    if needs.status == BetStatus.DONE:
        return ""
    if bet.quarter and needs.quarter:
        is_broken = bet.quarter < needs.quarter
        places = (bet.quarter_name, needs.quarter_name)
    else:
        is_broken = ORDER[bet.horizon] < ORDER[needs.horizon]
        places = (bet.horizon, needs.horizon)
    if not is_broken:
        return ""
    return f"{bet.title} ({places[0]}) needs {needs.title}, which comes later ({places[1]})."


def _refuse_circle(product: ProductView, bet_id: str, needs_id: str) -> None:
    pairs = Dependency.objects.filter(bet__product_id=product.id, bet__deleted_at=None)
    titles: dict[str, str] = {}
    needs: dict[str, list[str]] = {}
    for pair in pairs.select_related("bet", "needs"):
        needs.setdefault(pair.bet.public_id, []).append(pair.needs.public_id)
        titles[pair.bet.public_id] = pair.bet.title
        titles[pair.needs.public_id] = pair.needs.title
    circle = [bet_id] if bet_id == needs_id else find_path(needs, needs_id, bet_id)
    if not circle:
        return
    titles[bet_id] = find_bet(product, bet_id).title
    named = [titles[each] for each in [bet_id, *circle]]
    raise ConflictError(
        "this would be a circle: each needs the next.",
        value=" → ".join(named),
        remedy="Take one of these dependencies away first.",
    )


def find_path(needs: Mapping[str, Iterable[str]], start: str, goal: str) -> list[str]:
    """The nodes from ``start`` to ``goal`` along ``needs``, both ends in; empty without a way."""
    came: dict[str, str] = {start: ""}
    waiting = [start]
    while waiting:
        here = waiting.pop(0)
        if here == goal:
            path = [here]
            while came[path[-1]]:
                path.append(came[path[-1]])
            return path[::-1]
        for each in needs.get(here, ()):
            if each not in came:
                came[each] = here
                waiting.append(each)
    return []
