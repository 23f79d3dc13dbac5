"""Goods without which a step cannot be taken: the cuffs of the health pack."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.simulation import Pack, build_pack
from pilothouse.engines.simulation.company.artefacts import Kind
from pilothouse.engines.simulation.company.commands import SetCampaign
from pilothouse.engines.simulation.company.run import CompanyRun
from pilothouse.engines.simulation.company.today import missing
from pilothouse.kernel.errors import InvalidValueError

FIRST = date(2026, 1, 5)
DAYS, BEGINS = 70, 30


def parsed(name: str) -> dict[str, Any]:
    place = files("pilothouse.content.worlds").joinpath(f"{name}.toml")
    return tomllib.loads(place.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def health() -> Pack:
    return build_pack(parsed("health"))


def live(pack: Pack, spend: float) -> CompanyRun:
    run = CompanyRun(pack, seed=5, users=20_000, first_day=FIRST)
    for day in range(DAYS):
        if day == BEGINS and spend:
            run.give(SetCampaign(spend=spend, days=21))
        run.advance()
    return run


@pytest.fixture(scope="module")
def crowded(health: Pack) -> CompanyRun:
    return live(health, 20_000.0)


def test_nobody_is_short_in_an_ordinary_season(health: Pack) -> None:
    run = live(health, 0.0)
    letters = [a for a in run.artefacts if a.kind is Kind.SUPPLIER]
    # From the third week on, on Mondays.
    assert len(letters) >= DAYS // 7 - 3
    assert all(a.truth["missed"] == 0.0 for a in letters)
    assert run.state.available == 1.0


def test_a_crowd_empties_the_store_and_fewer_can_begin(health: Pack, crowded: CompanyRun) -> None:
    letters = [a for a in crowded.artefacts if a.kind is Kind.SUPPLIER]
    short = [a for a in letters if a.truth["missed"] > 0.0]
    assert short
    assert all(a.facts["stock"] == 0.0 for a in short)
    # Cuffs are what each who signs up is sent, however many are there.
    week = sum(m.signups for m in crowded.metrics[-7:])
    assert crowded.state.wanted[-7:] == [m.signups for m in crowded.metrics[-7:]]
    assert week > 0


def test_without_cuffs_fewer_are_set_up_and_as_many_sign_up(health: Pack) -> None:
    """The same company on the same day, with a third of the cuffs it needs and with all."""
    snapshot = live(health, 0.0).snapshot()
    full, third = (CompanyRun.restore(health, snapshot) for _ in range(2))
    third.state.available = 1.0 / 3.0
    for _ in range(5):
        full.advance()
        third.advance()
        third.state.available = 1.0 / 3.0
    activated = [sum(m.activations for m in run.metrics[-5:]) for run in (full, third)]
    signed = [sum(m.signups for m in run.metrics[-5:]) for run in (full, third)]
    assert signed[1] == pytest.approx(signed[0], rel=0.1)
    assert activated[1] < 0.6 * activated[0]


def test_a_third_of_half_is_a_sixth() -> None:
    """From odds of 1 to odds of 1 in 5: a shift of ln 5 down."""
    assert missing(0.5, 1.0 / 3.0) == pytest.approx(-1.6094379124341003)
    assert missing(0.55, 1.0) == pytest.approx(0.0)


@given(share=st.floats(0.01, 0.99), available=st.floats(0.05, 1.0))
def test_the_share_of_those_who_have_one(share: float, available: float) -> None:
    odds = share / (1.0 - share)
    moved = odds * 2.718281828459045 ** missing(share, available)
    assert moved / (1.0 + moved) == pytest.approx(share * available, rel=1e-6)


def test_what_goods_are_needed_for_is_a_step() -> None:
    mapping = parsed("health")
    mapping["supply"]["needed_for"] = "cuff_admired"
    with pytest.raises(InvalidValueError, match="step that goods are needed for"):
        build_pack(mapping)
    del mapping["supply"]["needed_for"]
    with pytest.raises(InvalidValueError, match="bought by the piece"):
        build_pack(mapping)
