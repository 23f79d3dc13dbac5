"""What one may believe of an effect, before and after a test, and what a test would be worth.

A belief is a list of possible effects and how likely each is, so that fat tails are kept: with a
normal belief a lucky test of an ordinary idea would be trusted far too much.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pilothouse.engines.simulation.company.chance import student
from pilothouse.engines.simulation.company.effects import IdeaTruth, signal
from pilothouse.engines.simulation.company.schema import Groups
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.distributions import exp
from pilothouse.engines.simulation.pack import Pack
from pilothouse.engines.simulation.tables import Yesterday, visit_probability

_GRID, _READINGS = 41, 31
_WIDEST, _SHARPEST = 4.0, 0.3
# People who are there in a month beside those who sign up in it, as a share of these.
_STAYED = 0.5
# Spread of a person's count of active days or orders against its mean.
_USE_SPREAD = 1.2


@dataclass(frozen=True)
class Belief:
    """Possible relative effects and how likely each is; ``shares`` sum to 1."""

    effects: tuple[float, ...]
    shares: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The expected effect."""
        return math.fsum(s * e for s, e in zip(self.shares, self.effects, strict=True))

    @property
    def spread(self) -> float:
        """Standard deviation of the effect."""
        mean = self.mean
        pairs = zip(self.shares, self.effects, strict=True)
        return math.sqrt(math.fsum(s * (e - mean) ** 2 for s, e in pairs))

    def after(self, reading: float, error: float) -> Belief:
        """The belief once a test has shown ``reading`` with a standard error of ``error`` > 0."""
        seen = self._seen(reading, error)
        total = math.fsum(seen)
        if total <= 0.0:
            return self
        return Belief(self.effects, tuple(share / total for share in seen))

    def hope(self, error: float) -> float:
        """The gain to expect where a test of ``error`` decides: E[max(0, mean after it)].

        A test sharper than three tenths of the spread is taken for one of that sharpness, so that
        the readings looked at are no coarser than the test.
        """
        error = max(error, _SHARPEST * self.spread)
        reach = _WIDEST * math.hypot(self.spread, error)
        middle, gained, mass = self.mean, 0.0, 0.0
        for n in range(_READINGS):
            reading = middle + reach * (2.0 * n / (_READINGS - 1) - 1.0)
            seen = self._seen(reading, error)
            mass += math.fsum(seen)
            pairs = zip(seen, self.effects, strict=True)
            gained += max(0.0, math.fsum(share * effect for share, effect in pairs))
        return gained / mass

    def _seen(self, reading: float, error: float) -> list[float]:
        return [
            share * float(exp(-0.5 * ((reading - effect) / error) ** 2))
            for share, effect in zip(self.shares, self.effects, strict=True)
        ]


def believe(setting: Setting, truth: IdeaTruth, asked: Sequence[str]) -> Belief:
    """What to think of an idea, given how worlds are made and what the sources ``asked`` say.

    The score of the effect is a standard normal; each source sees it with its own correlation, so
    what they say together is normal as well; the effect follows by the prior's quantiles.
    """
    weight, pull = 1.0, 0.0
    for source in asked:
        tracks = getattr(setting.business.signals, source).value
        noise = max(1.0 - tracks * tracks, 1e-6)
        weight += tracks * tracks / noise
        pull += tracks * signal(setting.business, setting.chance, truth, source) / noise
    return belief_around(setting, pull / weight, 1.0 / math.sqrt(weight))


def belief_around(setting: Setting, centre: float, width: float) -> Belief:
    """What to think of an idea whose score is normal around ``centre`` with spread ``width``."""
    offsets = [_WIDEST * (2.0 * n / (_GRID - 1) - 1.0) for n in range(_GRID)]
    shares = [float(exp(-0.5 * offset * offset)) for offset in offsets]
    total = math.fsum(shares)
    return Belief(
        tuple(_effect_at(setting, centre + width * offset) for offset in offsets),
        tuple(share / total for share in shares),
    )


def _effect_at(setting: Setting, score: float) -> float:
    prior = setting.business.effects
    share = min(max(0.5 * math.erfc(-score / math.sqrt(2.0)), 1e-6), 1.0 - 1e-6)
    return prior.shift.value + prior.scale.value * student(share, prior.degrees.value)


def expected_error(setting: Setting, step: int, users: int, days: int, unit: int = 1) -> float:
    """Standard error of a relative effect, roughly, of a test on all people for ``days``.

    ``step`` as of an idea's truth; ``unit`` people in a row share an arm. As one would plan it
    before anybody has come.
    """
    pack = setting.pack
    people = days * users * visit_probability(pack, Yesterday(0, 0.0), users)
    if step != 0:
        people *= pack.steps[0].share.value * (1.0 + _STAYED)
    spread = _USE_SPREAD
    if step >= 0:
        share = pack.steps[step].share.value
        spread = math.sqrt((1.0 - share) / share)
    blunter = design_effect(pack, step, unit, min(people / users, 1.0))
    return 2.0 * spread * math.sqrt(blunter / max(people, 1.0))


def design_effect(pack: Pack, step: int, unit: int, there: float) -> float:
    """By what a test between units of ``unit`` people multiplies the variance of one by person.

    1 + (m - 1) ICC (L. Kish 1965), where m people of a group in one unit take part, a share
    ``there`` of them. ``step`` as of an idea's truth; -1 is use. 1 where nobody belongs to a group.
    """
    if pack.groups is None or pack.groups.alike.value == 0.0:
        return 1.0
    others = (min(unit, int(pack.groups.size.value)) - 1) * there
    return 1.0 + others * intraclass(pack, pack.groups, step)


def intraclass(pack: Pack, groups: Groups, step: int) -> float:
    """Correlation of two of a group in their days of use, or in taking ``step``.

    Log-odds of a step differ by intent alone, so that to first order p (1 - p) spread^2 of its
    variance, p (1 - p), lies between people, and of this the share in which a group is alike.
    """
    if step < 0:
        return groups.intraclass.value
    share, spread = pack.steps[step].share.value, pack.conversion.intent_effect.value
    return groups.alike.value * share * (1.0 - share) * spread * spread
