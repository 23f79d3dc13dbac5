"""Goods ordered ahead: a smoothed rule that magnifies demand a little, or a lot when it panics.

The textbook rule of ordering up to a level doubles the variance of demand by the quarter; firms
show some 16 % more (R. Bray and H. Mendelson 2012): a slow forecast and partial adjustment do that.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pilothouse.engines.simulation.company.chance import Chance, normal
from pilothouse.engines.simulation.company.schema import Supply
from pilothouse.engines.simulation.philox import Stream


@dataclass
class SupplyState:
    """Stock, orders under way (the next to arrive first), the forecast and the market's mood."""

    stock: float
    coming: list[float] = field(default_factory=list)
    forecast: float = 0.0
    mood: float = 0.0


@dataclass(frozen=True)
class Week:
    """A week of trade in units."""

    demand: float
    sold: float
    ordered: float
    arrived: float
    stock: float

    @property
    def missed(self) -> float:
        """Demand that found an empty shelf."""
        return self.demand - self.sold


def fresh_supply(supply: Supply, demand: float) -> SupplyState:
    """A chain at rest, where ``demand`` units go each week."""
    lead = int(supply.lead_weeks.value)
    return SupplyState(stock=demand, coming=[demand] * lead, forecast=demand)


def noisy_demand(
    supply: Supply, state: SupplyState, chance: Chance, *, week: int, usual: float
) -> float:
    """Units asked for in ``week`` where ``usual`` would be asked for in a calm one."""
    u, _, _, _ = chance.draw(Stream.SUPPLY, 0, week)
    keep = supply.persistence.value
    state.mood = keep * state.mood + supply.noise.value * normal(u)
    return max(0.0, usual * (1.0 + state.mood))


def trade(
    supply: Supply,
    state: SupplyState,
    demand: float,
    *,
    smoothing: float | None = None,
    adjustment: float | None = None,
    cover: float = 1.0,
) -> Week:
    """A week: goods arrive, are sold, and new ones are ordered. ``state`` moves on.

    ``smoothing`` and ``adjustment`` are the pack's unless given: 0.3 and 1 is ordering in panic.
    ``cover`` multiplies the level that is aimed at.
    """
    alpha = supply.smoothing.value if smoothing is None else smoothing
    phi = supply.adjustment.value if adjustment is None else adjustment
    arrived = state.coming.pop(0) if state.coming else 0.0
    there = state.stock + arrived
    sold = min(demand, there)
    state.stock = there - sold
    state.forecast += alpha * (demand - state.forecast)
    level = cover * (supply.lead_weeks.value + 1.0) * state.forecast
    position = state.stock + sum(state.coming)
    ordered = max(0.0, state.forecast + phi * (level - state.forecast - position))
    state.coming.append(ordered)
    return Week(demand, sold, ordered, arrived, state.stock)
