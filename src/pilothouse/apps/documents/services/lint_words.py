"""The list of vague words. Knows nothing of the workspace, so that plain commands can use it."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

from pilothouse.engines.documents import VagueWord


@lru_cache(maxsize=1)
def load_vague_words() -> tuple[VagueWord, ...]:
    """The words of ``content/documents/vague_words.toml``."""
    path = files("pilothouse.content").joinpath("documents", "vague_words.toml")
    return tuple(
        VagueWord(each["word"], each["instead"], each.get("untestable", False))
        for each in tomllib.loads(path.read_text("utf-8"))["word"]
    )
