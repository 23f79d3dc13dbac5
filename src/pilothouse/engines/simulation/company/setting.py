"""What does not change in a run: the pack, its company, and the hidden truth of this world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pilothouse.engines.simulation.company.chance import Chance
from pilothouse.engines.simulation.company.effects import (
    IdeaTruth,
    Weights,
    build_weights,
    company_of,
    draw_truths,
)
from pilothouse.engines.simulation.company.schema import Business
from pilothouse.engines.simulation.pack import Pack
from pilothouse.engines.simulation.theory import paying_slack
from pilothouse.kernel.errors import NotFoundError


@dataclass(frozen=True)
class Setting:
    """A world with a company, before its first day.

    ``price_sensitivity`` is what a price 2.72 times as high costs in log-odds of buying.
    """

    pack: Pack
    business: Business
    truths: tuple[IdeaTruth, ...]
    weights: Weights
    chance: Chance
    first_day: date
    price_sensitivity: float

    def date_of(self, day: int) -> date:
        """The date of day number ``day``."""
        return self.first_day + timedelta(days=day)

    def number_of(self, day: date) -> int:
        """The number of ``day``, 0 for the first."""
        return (day - self.first_day).days

    def idea(self, key: str) -> int:
        """The place of the idea ``key``; raises ``NotFoundError``."""
        return _place([idea.key for idea in self.business.ideas], key, "idea")

    def stakeholder(self, key: str) -> int:
        """The place of the stakeholder ``key``; raises ``NotFoundError``."""
        return _place([person.key for person in self.business.stakeholders], key, "stakeholder")

    def gate_of(self, idea: int) -> int | None:
        """The place of the gate that an idea needs, if it needs one."""
        key = self.business.ideas[idea].gate
        return [gate.key for gate in self.business.gates].index(key) if key else None


def _place(keys: list[str], key: str, what: str) -> int:
    if key not in keys:
        raise NotFoundError(
            f"there is no such {what}.", value=key, remedy=f"Choose one of: {', '.join(keys)}."
        )
    return keys.index(key)


def build_setting(pack: Pack, *, seed: int, replicate: int, first_day: date) -> Setting:
    """The world of ``seed``; ``replicate`` changes its luck and not its truth."""
    chance = Chance(seed, replicate)
    elasticity = company_of(pack).market.price_elasticity.value
    return Setting(
        pack,
        company_of(pack),
        draw_truths(pack, chance),
        build_weights(pack),
        chance,
        first_day,
        price_sensitivity=-elasticity / paying_slack(pack),
    )
