"""Industry packs by name. Knows nothing of the workspace, so that plain commands can use it."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING

from pilothouse.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from pilothouse.engines.simulation import Pack
    from pilothouse.engines.simulation.textgrammar import Grammar


def list_packs() -> list[str]:
    """The names of all packs."""
    entries = files("pilothouse.content.worlds").iterdir()
    names = [entry.name for entry in entries]
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def load_pack(name: str) -> Pack:
    """The pack called ``name``; ``NotFoundError`` names those there are."""
    from pilothouse.engines.simulation import build_pack

    if name not in list_packs():
        raise NotFoundError(
            "there is no such pack.",
            value=name,
            remedy=f"Choose one of: {', '.join(list_packs())}.",
        )
    text = files("pilothouse.content.worlds").joinpath(f"{name}.toml").read_text("utf-8")
    return build_pack(tomllib.loads(text))


def load_grammar(pack: Pack) -> Grammar:
    """What people of the world ``pack`` can say."""
    from pilothouse.engines.simulation.textgrammar import build_grammar

    folder = files("pilothouse.content.worlds").joinpath("texts")
    common, own = (
        tomllib.loads(folder.joinpath(f"{name}.toml").read_text("utf-8"))
        for name in ("common", pack.key)
    )
    return build_grammar(common, own, pack)
