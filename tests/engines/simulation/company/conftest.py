"""A world with a company, small enough for every test."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from pilothouse.engines.simulation import Pack, build_pack
from pilothouse.engines.simulation.company.run import CompanyRun
from pilothouse.engines.simulation.company.setting import Setting, build_setting

FIRST = date(2026, 1, 5)


@pytest.fixture(scope="session")
def pack() -> Pack:
    text = files("pilothouse.content.worlds").joinpath("saas.toml").read_text(encoding="utf-8")
    return build_pack(tomllib.loads(text))


@pytest.fixture(scope="session")
def setting(pack: Pack) -> Setting:
    return build_setting(pack, seed=7, replicate=0, first_day=FIRST)


@pytest.fixture
def begin(pack: Pack):
    def begin(**more: Any) -> CompanyRun:
        arguments = {"seed": 7, "first_day": FIRST, "users": 4_000, **more}
        return CompanyRun(arguments.pop("pack", pack), **arguments)

    return begin
