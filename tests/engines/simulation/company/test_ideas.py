"""Hidden truths of ideas: fat tails, glow, masks, sizes, and what sources know of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pilothouse.engines.simulation import Pack
from pilothouse.engines.simulation.company.chance import Chance
from pilothouse.engines.simulation.company.effects import (
    build_weights,
    company_of,
    draw_truths,
    interaction,
    signal,
)
from pilothouse.engines.simulation.company.value import slope_at
from pilothouse.engines.simulation.theory import use_elasticity
from pilothouse.kernel.errors import ConflictError


@pytest.fixture(scope="module")
def worlds(pack: Pack) -> list:
    return [draw_truths(pack, Chance(seed)) for seed in range(150)]


def test_truth_is_the_worlds_and_not_the_futures(pack: Pack) -> None:
    assert draw_truths(pack, Chance(7, 0)) == draw_truths(pack, Chance(7, 5))
    assert draw_truths(pack, Chance(7)) != draw_truths(pack, Chance(8))


def test_an_effect_by_hand(pack: Pack) -> None:
    """Worth of the first day times the liking of use gives the effect, averaged over the served."""
    weights, business = build_weights(pack), company_of(pack)
    truth = draw_truths(pack, Chance(7))[0]
    need = business.needs[truth.need]
    slope = slope_at(need.quality.value - need.expectation.value)
    assert truth.worth[0] == pytest.approx(truth.quality[0] * weights.needs[0][truth.need] * slope)
    mean = sum(s * w for s, w in zip(weights.shares, truth.worth, strict=True))
    liking = pack.activity.utility_effect.value * use_elasticity(pack)
    assert mean * liking == pytest.approx(truth.effect)


def test_weights_sum_to_one(pack: Pack) -> None:
    for row in build_weights(pack).needs:
        assert sum(row) == pytest.approx(1.0)


def test_whom_an_idea_serves(pack: Pack, worlds: list) -> None:
    keys = [idea.key for idea in pack.business.ideas]
    sso = worlds[0][keys.index("sso")]
    assert sso.quality[:2] == (0.0, 0.0)
    assert sso.quality[2] != 0.0
    sign_up = worlds[0][keys.index("short_signup")]
    assert sign_up.step == 0
    assert set(sign_up.quality) == {0.0}
    assert sign_up.ease[0] == pytest.approx(sign_up.effect / 0.94)


def test_most_ideas_do_little_and_a_few_carry_the_gain(pack: Pack, worlds: list) -> None:
    effects = np.array([t.effect for world in worlds for t in world])
    prior = pack.business.effects
    material = prior.scale.value * 0.5
    assert 0.10 < np.mean(effects > material) < 0.40
    gains = np.sort(effects[effects > 0])[::-1]
    assert 0.45 < gains[: len(gains) // 5].sum() / gains.sum() < 0.95
    assert np.median(effects) == pytest.approx(prior.shift.value, abs=0.002)


def test_shares_of_what_glows(worlds: list) -> None:
    glows = np.array([t.glow for world in worlds for t in world])
    assert np.mean(glows > 0) == pytest.approx(0.15, abs=0.02)
    assert np.mean(glows < 0) == pytest.approx(0.10, abs=0.02)


def test_b9_sizes_of_tasks_and_projects(pack: Pack, worlds: list) -> None:
    estimates = np.array([idea.estimate_days for idea in pack.business.ideas])
    ratios = np.array([[t.size for t in world] for world in worlds]) / estimates
    assert 1.0 < np.median(ratios) < 1.25
    assert 1.2 < ratios.mean() < 1.9
    # Ten items that share a project, equally long.
    idea = pack.business.ideas[0]
    ten = tuple(replace(idea, key=f"k{n}", project="p", estimate_days=10.0) for n in range(10))
    project = replace(pack, business=replace(pack.business, ideas=ten))
    totals = np.array(
        [sum(t.size for t in draw_truths(project, Chance(seed))) for seed in range(400)]
    )
    assert 0.60 < np.mean(totals > 100) < 0.80
    assert 0.25 < totals.mean() / 100 - 1 < 0.45


def test_pairs_are_rare_and_have_no_order(pack: Pack) -> None:
    business, ideas = pack.business, len(pack.business.ideas)
    found = [
        interaction(business, Chance(seed), one, other)
        for seed in range(40)
        for one in range(ideas)
        for other in range(one)
    ]
    assert np.mean(np.array(found) != 0) == pytest.approx(0.02, abs=0.006)
    assert interaction(business, Chance(3), 4, 9) == interaction(business, Chance(3), 9, 4)


@pytest.mark.parametrize("source", ["executive", "quick_look", "prototype"])
def test_sources_track_the_truth_as_their_pack_says(pack: Pack, worlds: list, source: str) -> None:
    said = [
        signal(pack.business, Chance(seed), truth, source)
        for seed, world in enumerate(worlds)
        for truth in world
    ]
    true = [truth.score for world in worlds for truth in world]
    tracks = getattr(pack.business.signals, source).value
    assert np.corrcoef(said, true)[0, 1] == pytest.approx(tracks, abs=0.05)
    assert np.std(said) == pytest.approx(1.0, abs=0.05)


def test_people_only_have_no_ideas(pack: Pack) -> None:
    with pytest.raises(ConflictError, match="people only and no company"):
        company_of(replace(pack, business=None))
