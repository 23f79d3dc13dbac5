"""The balance of what was given and received: in all, and with each contact."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from pilothouse.apps.people.models import (
    Contact,
    Direction,
    Favour,
    FavourState,
    Outreach,
    OutreachState,
)
from pilothouse.apps.people.services.book import own
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.people.balance import Balance, Deed, weigh, weigh_each

MAX_SHOWN = 20


@dataclass(frozen=True)
class BalanceLine:
    """What was given and received between the book's owner and one contact."""

    contact_id: str
    contact: str
    balance: Balance

    @property
    def words(self) -> str:
        """The balance in words."""
        net = self.balance.net
        return f"{abs(net):,} more {'given' if net > 0 else 'received'}"

    @property
    def url(self) -> str:
        return f"/people/contacts/{self.contact_id}/"


def read_balance(access: Access, *, contact_id: str = "") -> Balance:
    """What was given and received in all, or with one contact.

    Work of one's own that was sent counts as given.
    """
    return weigh(_deeds(access, contact_id))


def list_balances(access: Access, *, limit: int = MAX_SHOWN) -> list[BalanceLine]:
    """Where giving and receiving are furthest apart, those whom one owes first; who is even is
    left out."""
    each = weigh_each(_deeds(access))
    uneven = {pk: balance for pk, balance in each.items() if balance.net}
    names = {
        pk: (public_id, name)
        for pk, public_id, name in Contact.objects.filter(**own(access), pk__in=uneven).values_list(
            "pk", "public_id", "name"
        )
    }
    lines = [BalanceLine(*names[pk], balance) for pk, balance in uneven.items() if pk in names]
    return sorted(lines, key=lambda line: (line.balance.net, line.contact))[:limit]


def to_balance_json(line: BalanceLine) -> dict[str, Any]:
    """The balance with a contact for programs."""
    return {
        "contact": line.contact_id, "name": line.contact, **asdict(line.balance),
        "net": line.balance.net,
    }  # fmt: skip


def _deeds(access: Access, contact_id: str = "") -> list[Deed]:
    """Every favour and every work sent, with all or one; two queries."""
    rows = Favour.objects.filter(**own(access), deleted_at=None, contact__deleted_at=None)
    sent = Outreach.objects.filter(
        **own(access), deleted_at=None, contact__deleted_at=None,
        state__in=(OutreachState.SENT, OutreachState.ANSWERED),
    ).exclude(evidence=[])  # fmt: skip
    if contact_id:
        rows = rows.filter(contact__public_id=contact_id)
        sent = sent.filter(contact__public_id=contact_id)
    fields = ("contact_id", "direction", "state", "thanked_on")
    deeds = [
        Deed(contact, direction == Direction.GIVEN, state == FavourState.DONE, thanked is not None)
        for contact, direction, state, thanked in rows.exclude(
            state=FavourState.DECLINED
        ).values_list(*fields)
    ]
    offered = [
        Deed(contact, is_given=True, is_done=True)
        for contact in sent.values_list("contact_id", flat=True)
    ]
    return [*deeds, *offered]
