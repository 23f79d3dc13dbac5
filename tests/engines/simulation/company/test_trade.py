"""What partners in trade threaten with: talk, and in two of five cases about the wrong need."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from dataclasses import replace
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from pilothouse.engines.simulation import Pack, build_pack
from pilothouse.engines.simulation.company.artefacts import Artefact, Kind
from pilothouse.engines.simulation.company.run import CompanyRun, fresh_state
from pilothouse.engines.simulation.company.setting import build_setting
from pilothouse.engines.simulation.company.trade import hear_trade
from pilothouse.kernel.errors import InvalidValueError

FIRST = date(2026, 1, 5)
SHOPS = ("consumer", "ecommerce")
YEARS = 10


def parsed(name: str) -> dict[str, Any]:
    place = files("pilothouse.content.worlds").joinpath(f"{name}.toml")
    return tomllib.loads(place.read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=SHOPS)
def shop(request: pytest.FixtureRequest) -> Pack:
    return build_pack(parsed(request.param))


@pytest.fixture(scope="module")
def asked(shop: Pack) -> list[Artefact]:
    """Ten years of requests."""
    setting = build_setting(shop, seed=7, replicate=0, first_day=FIRST)
    state = fresh_state(setting)
    return [a for day in range(365 * YEARS) for a in hear_trade(setting, state, day)]


def test_requests_are_solutions_and_right_in_three_of_five(
    shop: Pack, asked: list[Artefact]
) -> None:
    ideas = {idea.key: idea for idea in shop.business.ideas}
    expected = shop.business.trade.requests_yearly.value * YEARS
    assert len(asked) == pytest.approx(expected, rel=0.25)
    right = [a.truth["need"] == ideas[a.about].need for a in asked]
    assert sum(right) / len(right) == pytest.approx(0.6, abs=0.1)
    assert not any(a.truth["would leave"] for a in asked)
    values = sorted(a.facts["value"] for a in asked)
    claimed = shop.business.trade.claimed_value.value
    assert values[len(values) // 2] == pytest.approx(claimed, rel=0.3)


def test_they_come_on_working_days_with_a_date_and_a_voice(
    shop: Pack, asked: list[Artefact]
) -> None:
    for each in asked:
        assert each.kind is Kind.REQUEST
        assert each.day.weekday() < 5
        assert (each.facts["decides"] - each.day).days >= 7
        assert each.facts["by"] == shop.business.trade.voice
        assert set(each.facts) == {"partner", "by", "value", "decides", "there"}


def test_what_people_have_is_asked_for_as_there(shop: Pack) -> None:
    setting = build_setting(shop, seed=7, replicate=0, first_day=FIRST)
    state = fresh_state(setting)
    state.live = dict.fromkeys(range(len(shop.business.ideas)))
    told = [a for day in range(365) for a in hear_trade(setting, state, day)]
    assert told
    assert all(a.facts["there"] for a in told)


def test_nothing_in_the_world_hears_them(shop: Pack) -> None:
    silent = replace(shop, business=replace(shop.business, trade=None))
    often = replace(shop.business.trade.requests_yearly, value=180.0)
    loud = replace(shop.business.trade, requests_yearly=often)
    noisy = replace(shop, business=replace(shop.business, trade=loud))
    runs = [CompanyRun(p, seed=3, first_day=FIRST, users=800) for p in (noisy, silent)]
    for run in runs:
        run.advance(45)
    assert runs[0].state_hash == runs[1].state_hash
    heard = [a for a in runs[0].artefacts if a.kind is Kind.REQUEST]
    assert heard
    assert [a for a in runs[0].artefacts if a.kind is not Kind.REQUEST] == runs[1].artefacts


def test_a_pack_without_the_section_is_the_same_company() -> None:
    given = parsed("consumer")
    without = {key: value for key, value in given.items() if key != "trade"}
    assert build_pack(given).business.fingerprint == build_pack(without).business.fingerprint
    assert build_pack(given).fingerprint == build_pack(without).fingerprint


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("voice", "nobody", "voice of trade must name one of"),
        ("voice", None, "trade: voice is missing"),
        ("right_need", {"value": 1.5}, "right_need: confidence is missing"),
        ("songs", 3, "trade: songs is not known"),
    ],
)
def test_faults_of_the_section_are_named(key: str, value: Any, rule: str) -> None:
    given = deepcopy(parsed("consumer"))
    if value is None:
        del given["trade"][key]
    else:
        given["trade"][key] = value
    with pytest.raises(InvalidValueError, match=rule):
        build_pack(given)
