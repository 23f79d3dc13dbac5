"""Pieces in a file: one line of JSON each, so that files are put together by joining them.

A piece counts only for the model, pack and size it was measured with.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pilothouse.engines.simulation import MODEL_VERSION
from pilothouse.engines.simulation.company.run import COMPANY_VERSION
from tools.validation.kinds import Found, Size, load


@dataclass(frozen=True, order=True)
class Task:
    """A piece to be measured: what, where, and which of them."""

    check: str
    pack: str
    seed: int
    size: Size

    @property
    def key(self) -> str:
        """What must be the same for a piece to be this one."""
        pack = load(self.pack)
        prints = (pack.fingerprint[:12], pack.business.fingerprint[:12] if pack.business else "")
        parts = (MODEL_VERSION, COMPANY_VERSION, *prints)
        # Seeds and worlds of a size only say how many pieces there are.
        return json.dumps((self.check, self.pack, self.seed, self.size.users, *parts))


class Store:
    """Pieces by key; new ones are written to ``path``, if there is one, as they come."""

    def __init__(self, path: Path | None, others: list[Path]) -> None:
        self.path = path
        self.pieces: dict[str, Found] = {}
        known = [path] if path is not None and path.exists() else []
        for place in [*known, *others]:
            for line in place.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
                self.pieces[entry["key"]] = entry["found"]

    def add(self, key: str, found: Found) -> None:
        """Keep a piece."""
        self.pieces[key] = found
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"key": key, "found": found}) + "\n")
