"""Customers that are organisations: contracts that renew, deals that are said to hang on one thing.

What a prospect asks for is a solution, and the need behind it is another one in two cases of five.
Building it raises the odds of the deal by some points, not from nothing to certainty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pilothouse.engines.simulation.company.chance import Chance, daily, lognormal
from pilothouse.engines.simulation.company.schema import Accounts, Business
from pilothouse.engines.simulation.distributions import exp
from pilothouse.engines.simulation.philox import Stream

YEAR = 365
# By how much a customer's content moves towards what the product is worth to it, in a day.
CONTENT_GAIN = 0.02
CYCLE_SPREAD = 0.5


@dataclass
class Account:
    """A customer: its number, yearly value, next renewal, content, and whether it left."""

    number: int
    value: float
    renewal: int
    need: int
    content: float = 0.0
    left: bool = False


@dataclass(frozen=True)
class Deal:
    """A prospect: what it asks for, the need behind it, and when it decides."""

    number: int
    value: float
    asks: int
    need: int
    opened: int
    decides: int


@dataclass
class Book:
    """All customers and open deals, and how many of each there have been."""

    accounts: list[Account] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    numbered: int = 0
    opened: int = 0


@dataclass(frozen=True)
class Event:
    """What happened with a customer or a deal: opened, won, lost, renewed, left.

    ``number`` is that of the customer, before there is one that of the deal; ``deal`` the latter.
    """

    kind: str
    number: int
    value: float
    asks: int = -1
    need: int = -1
    decides: int = -1
    deal: int = -1


def fresh_book(accounts: Accounts, chance: Chance, needs: int, day_of_year: int) -> Book:
    """The customers of the first day."""
    book = Book()
    for _ in range(int(accounts.customers.value)):
        _sign(accounts, book, chance, day=0, needs=needs, day_of_year=day_of_year, settled=True)
    return book


def _sign(
    accounts: Accounts,
    book: Book,
    chance: Chance,
    *,
    day: int,
    needs: int,
    day_of_year: int,
    settled: bool = False,
    value: float | None = None,
) -> Account:
    number = book.numbered
    book.numbered += 1
    u, v, w, _ = chance.fact(Stream.ACCOUNT, number)
    month = int(accounts.renewal_month.value)
    if month:
        due = ((month - 1) * 30.4 - day_of_year) % YEAR
        renewal = day + (int(due) or YEAR)
    else:
        renewal = day + (1 + int(v * YEAR) if settled else YEAR)
    drawn = lognormal(u, accounts.yearly_value.value, accounts.value_spread.value)
    account = Account(number, value if value is not None else drawn, renewal, int(w * needs))
    book.accounts.append(account)
    return account


def live_accounts(
    business: Business,
    book: Book,
    chance: Chance,
    *,
    day: int,
    day_of_year: int,
    worth: float,
    gains: Sequence[float],
    shipped: frozenset[int],
    using: float,
) -> tuple[tuple[Event, ...], float]:
    """A day of the book, changed in place: its events and the money it brought.

    ``worth`` is what the product is worth to the segment against the first day, ``gains`` by how
    much each need is met better than then, ``shipped`` the places of ideas people have, ``using``
    the share of the market that used the product today.
    """
    accounts = business.accounts
    assert accounts is not None
    events = [*_renewals(accounts, book, chance, day, worth)]
    events += _decisions(
        business, book, chance, day=day, day_of_year=day_of_year, gains=gains, shipped=shipped
    )
    events += _openings(business, book, chance, day, using)
    money = sum(a.value for a in book.accounts if not a.left) / YEAR
    return tuple(events), money


def _renewals(
    accounts: Accounts, book: Book, chance: Chance, day: int, worth: float
) -> list[Event]:
    events = []
    for account in book.accounts:
        if account.left:
            continue
        account.content += CONTENT_GAIN * (worth - account.content)
        if account.renewal != day:
            continue
        u, _, _, _ = chance.draw(Stream.ACCOUNT, account.number, day)
        odds = accounts.yearly_churn.value * float(
            exp(-accounts.satisfaction_effect.value * account.content)
        )
        account.left = u < odds
        account.renewal = day + YEAR
        events.append(Event("left" if account.left else "renewed", account.number, account.value))
    return events


def win_odds(
    accounts: Accounts, deal: Deal, *, gains: Sequence[float], shipped: frozenset[int]
) -> float:
    """The chance to win ``deal``: better if its need is met better than on the first day.

    Shipping what it asks for counts only as far as it serves the need behind the request.
    """
    met = gains[deal.need] > 0.0 or (deal.asks in shipped and gains[deal.need] >= 0.0)
    return min(1.0, accounts.won.value + (accounts.right_need_gain.value if met else 0.0))


def _decisions(
    business: Business,
    book: Book,
    chance: Chance,
    *,
    day: int,
    day_of_year: int,
    gains: Sequence[float],
    shipped: frozenset[int],
) -> list[Event]:
    accounts = business.accounts
    assert accounts is not None
    events = []
    for deal in [d for d in book.deals if d.decides <= day]:
        u, _, _, _ = chance.draw(Stream.DEAL, deal.number, 0, 1)
        won = u < win_odds(accounts, deal, gains=gains, shipped=shipped)
        number = deal.number
        if won:
            number = _sign(
                accounts,
                book,
                chance,
                day=day,
                needs=len(gains),
                day_of_year=day_of_year,
                value=deal.value,
            ).number
        kind = "won" if won else "lost"
        events.append(Event(kind, number, deal.value, deal.asks, deal.need, deal=deal.number))
    book.deals = [d for d in book.deals if d.decides > day]
    return events


def _openings(
    business: Business, book: Book, chance: Chance, day: int, using: float
) -> list[Event]:
    accounts = business.accounts
    assert accounts is not None
    u, v, w, x = chance.draw(Stream.DEAL, day, 1)
    if u >= daily(accounts.deals_yearly.value * (1.0 + accounts.heard.value * using)):
        return []
    a, b, _, _ = chance.draw(Stream.DEAL, day, 2)
    asks = int(v * len(business.ideas))
    needs = [n.key for n in business.needs]
    named = needs.index(business.ideas[asks].need)
    right = w < accounts.right_need.value
    need = named if right else (named + 1 + int(x * (len(needs) - 1))) % len(needs)
    deal = Deal(
        number=day,
        value=lognormal(a, accounts.yearly_value.value, accounts.value_spread.value),
        asks=asks,
        need=need,
        opened=day,
        decides=day + max(7, int(lognormal(b, accounts.cycle_days.value, CYCLE_SPREAD) + 0.5)),
    )
    book.opened += 1
    book.deals.append(deal)
    return [Event("opened", deal.number, deal.value, asks, need, deal.decides, deal.number)]
