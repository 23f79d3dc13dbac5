"""Evidence, the cases it is gathered into, and the level that comes of both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class Strength(IntEnum):
    """How much an act proves. A claim proves nothing and is shown beside."""

    CLAIM = 0
    RECORDED = 1
    CHECKED = 2
    SCORED = 3
    REVIEWED = 4
    COUNTERSIGNED = 5


class Context(StrEnum):
    """Where an act was done. The first three have real people and a real consequence."""

    OWN_PRODUCT = "own_product"
    EMPLOYMENT = "employment"
    VOLUNTEER = "volunteer"
    SIMULATED = "simulated"
    STUDY = "study"

    @property
    def is_real(self) -> bool:
        return self not in (Context.SIMULATED, Context.STUDY)


@dataclass(frozen=True)
class Evidence:
    """What one act says of one competency.

    ``key`` names the case it belongs to: acts of one case are one act to the rules (a decision and
    its review; a world played twice). ``place`` is the product or the simulated world. ``weight``
    is 1, or 0.5 where the competency is shown in passing. ``score`` is on the scale of worlds: 0
    chance, 50 a competent rule of thumb, 100 the best that the same information allows.
    ``endorser`` tells endorsers apart without naming them. ``raises`` marks teaching, reviewing,
    changing a method.
    """

    sequence: int
    competency: str
    strength: Strength
    at: datetime
    context: Context
    place: str = ""
    key: str = ""
    weight: float = 1.0
    score: float | None = None
    endorser: str = ""
    raises: bool = False
    kind: str = ""
    says: str = ""
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """The evidence of one key: one act to the rules.

    The strongest evidence counts, and of scores the first: doing a world again does not better it.
    The context is that of the first act, so that nothing becomes real afterwards.
    """

    key: str
    strength: Strength
    weight: float
    context: Context
    place: str
    score: float | None
    first_at: datetime
    at: datetime
    endorsers: frozenset[str]
    raises: bool
    sequences: tuple[int, ...]

    @property
    def is_real(self) -> bool:
        return self.context.is_real

    @property
    def counts(self) -> bool:
        """Whether the rules count it: from a check by a rule upwards."""
        return self.strength >= Strength.CHECKED


@dataclass(frozen=True)
class Need:
    """One part of a rule: how much of it there is."""

    words: str
    have: float
    of: float

    @property
    def is_met(self) -> bool:
        return self.have >= self.of


@dataclass(frozen=True)
class Rule:
    """A level's rule held against evidence, with the acts that meet it."""

    level: int
    name: str
    needs: tuple[Need, ...]
    sequences: tuple[int, ...]

    @property
    def is_met(self) -> bool:
        return all(need.is_met for need in self.needs)

    @property
    def missing(self) -> tuple[Need, ...]:
        return tuple(need for need in self.needs if not need.is_met)


@dataclass(frozen=True)
class Spread:
    """How far the evidence of a competency reaches."""

    worlds: int
    products: int
    contexts: tuple[Context, ...]
    months: int
    endorsers: int
    scores: tuple[float, ...]

    @property
    def mean_score(self) -> float | None:
        """The mean of all first scores, good and bad; the rules look at the best two worlds."""
        return sum(self.scores) / len(self.scores) if self.scores else None


@dataclass(frozen=True)
class Level:
    """The level of one competency, its reasons, and what the next one asks.

    ``value`` is 1 to 4, or None: then ``acts`` tells "no evidence yet" (0) from "not enough yet".
    ``current`` is the level that the acts of the last 24 months hold by themselves.
    """

    competency: str
    value: int | None
    current: int | None
    acts: int
    claims: int
    last_at: datetime | None
    spread: Spread
    strongest: Strength | None
    rules: tuple[Rule, ...]
    cases: tuple[Case, ...]
    greyed: frozenset[int]

    @property
    def is_greyed(self) -> bool:
        """Whether the level rests on acts older than 24 months."""
        return self.value is not None and (self.current or 0) < self.value

    @property
    def has_evidence(self) -> bool:
        return self.acts > 0

    @property
    def next_rule(self) -> Rule | None:
        """The rule of the next level; None above the highest."""
        place = self.value or 0
        return self.rules[place] if place < len(self.rules) else None

    @property
    def sequences(self) -> tuple[int, ...]:
        """The acts that the level rests on: nobody has a level without them."""
        return self.rules[self.value - 1].sequences if self.value else ()
