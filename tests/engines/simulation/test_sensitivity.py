"""The screening of parameters: every one takes part, and an effect is what it says."""

from __future__ import annotations

import numpy as np
import pytest

from tools import validate_sensitivity as tool
from tools.validate_sensitivity import OUTCOMES, PACKS, End, Size, World, screen

SIZE = Size(trajectories=3, users=100, days=1, worlds=2, ends=1)


@pytest.fixture(scope="module")
def world() -> World:
    return World("ecommerce")


@pytest.mark.parametrize("key", PACKS)
def test_every_parameter_with_a_range_is_in_one_factor(key: str) -> None:
    world = World(key)
    paths = [path for found in world.factors.values() for path in found]
    assert sorted(paths) == sorted(world.moving)
    assert len(paths) > 180
    for end in (0.0, 1.0):
        pack = world.pack_at(dict.fromkeys(world.moving, end))
        assert sum(segment.share.value for segment in pack.segments) == pytest.approx(1.0)


def test_a_place_is_a_place_in_the_range(world: World) -> None:
    pack = world.pack_at({"purchases.basket": 1.0, "retention.drop_out_a": 0.5})
    found = world.moving["purchases.basket"]
    assert pack.purchases.basket.value == found["high"]
    half = world.moving["retention.drop_out_a"]
    assert pack.retention.drop_out_a.value == pytest.approx((half["low"] + half["high"]) / 2)
    assert world.pack_at({}).purchases.basket.value == found["value"]


def test_effects_of_a_model_that_is_known(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    few = dict(list(world.factors.items())[:3])
    monkeypatch.setattr(world, "factors", {"purchases.basket": ["purchases.basket"], **few})
    basket = world.moving["purchases.basket"]

    def known(pack: object, seed: int, size: Size) -> np.ndarray:
        place = (pack.purchases.basket.value - basket["low"]) / (basket["high"] - basket["low"])
        return np.array([10 + 3 * place, 1.0, 1.0, 8.0, 2 * place, 0.0])

    monkeypatch.setattr(tool, "outcomes_of", known)
    found = {(e.factor, e.outcome): e for e in screen(world, SIZE)}
    moved = found["purchases.basket", OUTCOMES[0]]
    # Two thirds of three, as a share of a mean between ten and thirteen, always upwards.
    assert 2 / 13 < moved.strength < 2 / 10
    assert moved.mean == pytest.approx(moved.strength)
    assert moved.spread == pytest.approx(0.0, abs=1e-12)
    # Gaps are shares of the value.
    assert found["purchases.basket", OUTCOMES[4]].strength == pytest.approx((4 / 3) / 8)
    assert all(e.strength == 0 for (factor, _), e in found.items() if factor != "purchases.basket")


def test_a_step_turns_beyond_one_standard_error() -> None:
    assert End("x", "low", 12, [-0.9, 1.0, -1.1, 0.0, 2.0]).turned == ["rice > rice-ab"]
