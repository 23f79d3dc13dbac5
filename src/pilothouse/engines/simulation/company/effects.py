"""How good ideas are, which no pack writes down: drawn once by each world and hidden from players.

Effects have fat tails around slightly less than nothing: most ideas do little, a few carry most of
the gain (E. Azevedo and others 2020, "A/B testing with fat tails").
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pilothouse.engines.simulation.company.chance import Chance, normal, student
from pilothouse.engines.simulation.company.schema import Business, Idea
from pilothouse.engines.simulation.company.value import slope_at
from pilothouse.engines.simulation.distributions import exp
from pilothouse.engines.simulation.pack import Pack
from pilothouse.engines.simulation.philox import Stream
from pilothouse.engines.simulation.theory import use_elasticity

SOURCES = ("executive", "sales", "tickets", "quick_look", "interviews", "prototype")
# An effect beyond this would be no improvement but another product.
MOST_EFFECT = 0.5


@dataclass(frozen=True)
class IdeaTruth:
    """What is so about an idea.

    ``effect`` is the relative change of what it acts on, ``score`` the same as a standard normal
    score, ``size`` the person-days it takes. ``quality`` is what it adds to its need and ``worth``
    what that is worth on the first day, by segment; ``ease`` is what it adds to the log-odds of its
    ``step`` (-1: none), by segment. ``glow`` is the part of the effect that fades.
    """

    place: int
    effect: float
    score: float
    size: float
    need: int
    step: int
    quality: tuple[float, ...]
    worth: tuple[float, ...]
    ease: tuple[float, ...]
    glow: float
    glow_days: float


@dataclass(frozen=True)
class Weights:
    """By segment and need: how much it matters (sums to 1 for a segment), and segment shares."""

    needs: tuple[tuple[float, ...], ...]
    shares: tuple[float, ...]


def build_weights(pack: Pack) -> Weights:
    """The importance of needs in ``pack``, which must have a company."""
    business = company_of(pack)
    rows = []
    for segment in pack.segments:
        row = [need.weights.get(segment.key, 1.0) for need in business.needs]
        total = math.fsum(row)
        rows.append(tuple(weight / total if total else 0.0 for weight in row))
    return Weights(tuple(rows), tuple(segment.share.value for segment in pack.segments))


def company_of(pack: Pack) -> Business:
    """The company of ``pack``; ``ConflictError`` if it has people only."""
    from pilothouse.kernel.errors import ConflictError

    if pack.business is None:
        raise ConflictError(
            "this pack has people only and no company.",
            value=pack.key,
            remedy="Give it needs, ideas, effects, signals, market, team and stakeholders.",
        )
    return pack.business


def draw_truths(pack: Pack, chance: Chance) -> tuple[IdeaTruth, ...]:
    """The truth about every idea of ``pack`` in the world of ``chance``, in the pack's order."""
    weights = build_weights(pack)
    return tuple(
        _draw_truth(pack, chance, place, idea, weights)
        for place, idea in enumerate(company_of(pack).ideas)
    )


def _draw_truth(pack: Pack, chance: Chance, place: int, idea: Idea, weights: Weights) -> IdeaTruth:
    business = company_of(pack)
    prior = business.effects
    u, kind, _, _ = chance.fact(Stream.EFFECT, place)
    drawn = prior.shift.value + prior.scale.value * student(u, prior.degrees.value)
    effect = min(max(drawn, -MOST_EFFECT), MOST_EFFECT)
    need = [n.key for n in business.needs].index(idea.need)
    step = [s.event for s in pack.steps].index(idea.step) if idea.step else -1
    mask = tuple(not idea.segments or s.key in idea.segments for s in pack.segments)
    nothing = (0.0,) * len(mask)
    quality, gain = nothing, nothing
    if step < 0:
        quality, gain = _quality(pack, effect, need, mask, weights)
    return IdeaTruth(
        place=place,
        effect=effect,
        score=normal(u),
        size=true_size(business, chance, place),
        need=need,
        step=step,
        quality=quality,
        worth=gain,
        ease=_ease(pack, effect, step, mask) if step >= 0 else nothing,
        glow=_glow(business, kind),
        glow_days=prior.glow_days.value,
    )


def _glow(business: Business, kind: float) -> float:
    prior = business.effects
    if kind < prior.novel.value:
        return prior.glow.value
    if kind < prior.novel.value + prior.slow.value:
        return -prior.dip.value
    return 0.0


def _ease(pack: Pack, effect: float, step: int, mask: Sequence[bool]) -> tuple[float, ...]:
    """Log-odds that change the share of ``step`` by ``effect``, to first order."""
    change = effect / (1.0 - pack.steps[step].share.value)
    return tuple(change if served else 0.0 for served in mask)


def _quality(
    pack: Pack, effect: float, need: int, mask: Sequence[bool], weights: Weights
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Quality that changes the use of those served by ``effect`` on average, and its worth."""
    entry = company_of(pack).needs[need]
    slope = slope_at(entry.quality.value - entry.expectation.value)
    served = math.fsum(s for s, m in zip(weights.shares, mask, strict=True) if m)
    felt = math.fsum(
        share * row[need] * slope
        for share, row, m in zip(weights.shares, weights.needs, mask, strict=True)
        if m
    )
    liking = pack.activity.utility_effect.value * use_elasticity(pack)
    if served == 0.0 or felt == 0.0 or liking == 0.0:
        return (0.0,) * len(mask), (0.0,) * len(mask)
    gain = effect / liking * served / felt
    return (
        tuple(gain if m else 0.0 for m in mask),
        tuple(
            gain * row[need] * slope if m else 0.0
            for row, m in zip(weights.needs, mask, strict=True)
        ),
    )


def true_size(business: Business, chance: Chance, place: int) -> float:
    """Person-days that an idea takes: its estimate, its project's overrun and its own."""
    idea, team = business.ideas[place], business.team
    projects = sorted({i.project for i in business.ideas if i.project})
    # An idea of no project shares its overrun with nobody.
    number = projects.index(idea.project) if idea.project else len(projects) + place
    shared = normal(chance.fact(Stream.SIZE, number, 0, 1)[0])
    own = normal(chance.fact(Stream.SIZE, place, 0, 0)[0])
    spread = team.project_spread.value * shared + team.item_spread.value * own
    return idea.estimate_days * team.estimate_bias.value * float(exp(spread))


def interaction(business: Business, chance: Chance, one: int, other: int) -> float:
    """What two ideas together add to the effect of either; 0 for nearly all pairs."""
    low, high = min(one, other), max(one, other)
    u, v, _, _ = chance.fact(Stream.INTERACTION, low, high)
    if u >= business.effects.pairs.value:
        return 0.0
    return business.effects.scale.value * student(v, business.effects.degrees.value)


def signal(business: Business, chance: Chance, truth: IdeaTruth, source: str) -> float:
    """What ``source`` thinks of an idea, as a standard normal score that tracks the truth."""
    tracks = getattr(business.signals, source).value
    u, _, _, _ = chance.fact(Stream.SIGNAL, truth.place, 0, SOURCES.index(source))
    return float(tracks * truth.score + math.sqrt(1.0 - tracks * tracks) * normal(u))
