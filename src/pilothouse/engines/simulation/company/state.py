"""Everything about a company that changes: one tree of values that can be copied and hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation.company.accounts import Book
from pilothouse.engines.simulation.company.added import added, aside, digested
from pilothouse.engines.simulation.company.delivery import Shop, Split
from pilothouse.engines.simulation.company.gates import Submission
from pilothouse.engines.simulation.company.inquiry import Broken
from pilothouse.engines.simulation.company.negotiation import Talk
from pilothouse.engines.simulation.company.rivals import RivalState
from pilothouse.engines.simulation.company.supply import SupplyState
from pilothouse.engines.simulation.company.terms import (
    NOTHING_AGREED,
    Agreement,
    Owed,
    Ruling,
    Waiting,
)
from pilothouse.engines.simulation.company.trials import Trial
from pilothouse.engines.simulation.company.trust import Bond


@dataclass
class Promise:
    """What was promised to whom by when; ``told`` once bad news was brought."""

    to: int
    idea: int
    due: int
    probability: float
    told: bool = False
    kept: bool | None = None


@dataclass
class Live:
    """An idea that people have: since when, how strongly, in which slot while it glows."""

    since: int
    power: float
    place: int | None = None


@dataclass(frozen=True)
class Offer:
    """What a campaign lures with: visits for the same money, and whom they bring.

    ``crowd`` is shares of the quarters of the market, from those who stay longest.
    """

    visits: float
    crowd: tuple[float, ...]


# Choices of ours: no evidence is claimed for their sizes.
OFFERS: Mapping[str, Offer] = {
    "": Offer(1.0, ()),
    "prize": Offer(1.8, (0.05, 0.1, 0.2, 0.65)),
    "friends": Offer(0.5, (0.4, 0.3, 0.2, 0.1)),
}


@dataclass
class Campaign:
    """Visits bought: ``spend`` a day until the day number ``ends``, with an offer of ``OFFERS``."""

    spend: float
    ends: int
    offer: str = ""


@dataclass
class Growth:
    """Campaigns of named channels, invitations, and by what each person joined.

    ``channel`` (people) is 0 for those who joined by none, else 1 + the place in
    ``channel_keys``; ``inviter`` (people) is -1 for those whom nobody invited; ``sent`` (people)
    counts invitations. ``coming`` are pairs of who was invited and who invited them, for tomorrow;
    ``week`` counts invitations sent and people joined by them since the last report.
    """

    channel: NDArray[np.uint8]
    inviter: NDArray[np.int32]
    sent: NDArray[np.int16]
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    inviting: bool = False
    coming: list[tuple[int, int]] = field(default_factory=list)
    week: list[int] = field(default_factory=lambda: [0, 0])


def fresh_growth(people: int) -> Growth:
    """Nobody has come by a named channel or been invited yet."""
    return Growth(
        channel=np.zeros(people, np.uint8),
        inviter=np.full(people, -1, np.int32),
        sent=np.zeros(people, np.int16),
    )


@dataclass
class CompanyState:
    """The company on one evening. Indices are places in the pack; days count from the first.

    ``qualities`` (segments, needs) holds what has settled; what glows is added by its slot.
    ``price`` multiplies the first day's prices and ``usual_price`` is what each segment is used
    to. ``money`` is what has come in besides people's payments, less what was spent. ``broken`` is
    what broke lately and is or was inquired into; what is found moves nothing.
    """

    qualities: list[list[float]]
    expectations: list[list[float]]
    usual_price: list[float]
    shop: Shop
    bonds: list[Bond]
    rivals: list[RivalState]
    ease: list[list[float]]
    price: float = 1.0
    split: Split = field(default_factory=Split)
    order: list[int] = field(default_factory=list)
    at_once: int = 2
    built: dict[int, int] = field(default_factory=dict)
    live: dict[int, Live] = field(default_factory=dict)
    trials: list[Trial] = field(default_factory=list)
    tried: int = 0
    submissions: list[Submission] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    talked: int = 0
    campaign: Campaign | None = None
    supply: SupplyState | None = None
    available: float = 1.0
    wanted: list[int] = field(default_factory=list)
    book: Book | None = None
    hires: list[int] = field(default_factory=list)
    minutes: int = 480
    studies: int = 0
    releases: int = 0
    money: float = 0.0
    broken: list[Broken] = aside(default_factory=list)
    growth: Growth | None = added(default=None)
    agreed: dict[int, Agreement] = added(default_factory=dict)
    owed: list[Owed] = added(default_factory=list)
    waiting: list[Waiting] = added(default_factory=list)
    rulings: list[Ruling] = added(default_factory=list)
    settled: dict[tuple[int, int], int] = added(default_factory=dict)
    surprised: dict[int, int] = added(default_factory=dict)

    def agreement(self, idea: int) -> Agreement:
        """What holds for ``idea``; by itself nothing was agreed."""
        return self.agreed.get(idea, NOTHING_AGREED)


def digest_of(value: Any) -> str:
    """SHA-256 over ``value``, part by part, the same on every machine."""
    total = hashlib.sha256()
    _feed(total, value)
    return total.hexdigest()


def _feed(total: Any, value: Any) -> None:
    if is_dataclass(value) and not isinstance(value, type):
        total.update(type(value).__name__.encode())
        for part, later in digested(value):
            # Which of the later parts are there is not known by their order.
            if later:
                _feed(total, part.name)
            _feed(total, getattr(value, part.name))
    elif isinstance(value, np.ndarray):
        total.update(value.astype(value.dtype.newbyteorder("<")).tobytes())
    elif isinstance(value, Mapping):
        for key in sorted(value):
            _feed(total, key)
            _feed(total, value[key])
    elif isinstance(value, list | tuple):
        total.update(f"[{len(value)}".encode())
        for item in value:
            _feed(total, item)
    else:
        total.update(f"|{value!r}".encode())
