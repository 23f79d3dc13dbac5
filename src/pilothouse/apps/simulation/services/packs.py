"""Industry packs by name. Knows nothing of the workspace, so that plain commands can use it."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pilothouse.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from pilothouse.engines.simulation import Pack
    from pilothouse.engines.simulation.scenarios import Scenario, Staged
    from pilothouse.engines.simulation.textgrammar import Grammar


_WORLDS = files("pilothouse.content.worlds")


def list_packs() -> list[str]:
    """The names of all packs."""
    names = [entry.name for entry in _WORLDS.iterdir()]
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def load_pack(name: str) -> Pack:
    """The pack called ``name``; ``NotFoundError`` names those there are."""
    from pilothouse.engines.simulation import build_pack

    return build_pack(_read_pack(name))


def _read_pack(name: str) -> dict[str, Any]:
    if name not in list_packs():
        raise NotFoundError(
            "there is no such pack.",
            value=name,
            remedy=f"Choose one of: {', '.join(list_packs())}.",
        )
    return tomllib.loads(_WORLDS.joinpath(f"{name}.toml").read_text("utf-8"))


def load_grammar(pack: Pack) -> Grammar:
    """What people of the world ``pack`` can say."""
    from pilothouse.engines.simulation.textgrammar import build_grammar

    folder = _WORLDS.joinpath("texts")
    common, own = (
        tomllib.loads(folder.joinpath(f"{name}.toml").read_text("utf-8"))
        for name in ("common", pack.key)
    )
    return build_grammar(common, own, pack)


def load_scenarios() -> tuple[Scenario, ...]:
    """All scenarios, by number."""
    from pilothouse.engines.simulation.scenarios import build_scenario, check_scenarios

    files_of = [e for e in _WORLDS.joinpath("scenarios").iterdir() if e.name.endswith(".toml")]
    found = [build_scenario(tomllib.loads(entry.read_text("utf-8"))) for entry in files_of]
    scenarios = tuple(sorted(found, key=lambda scenario: scenario.number))
    check_scenarios(scenarios)
    return scenarios


def stage_scenario(scenario: Scenario, *, twin: bool = False) -> Staged:
    """One side of ``scenario``, ready to be lived."""
    from pilothouse.engines.simulation.scenarios import stage

    return stage(scenario, _read_pack(scenario.pack), twin=twin)
