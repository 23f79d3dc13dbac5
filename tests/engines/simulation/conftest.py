"""The SaaS world as it ships, read once."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import pytest

from pilothouse.engines.simulation import Pack, build_pack


@pytest.fixture(scope="session")
def saas_text() -> str:
    return files("pilothouse.content.worlds").joinpath("saas.toml").read_text(encoding="utf-8")


@pytest.fixture
def saas_mapping(saas_text: str) -> dict[str, Any]:
    return tomllib.loads(saas_text)


@pytest.fixture(scope="session")
def saas(saas_text: str) -> Pack:
    return build_pack(tomllib.loads(saas_text))
