"""The guides run: their files are written, their commands called, their Python executed.

A block ``csv NAME`` or ``txt NAME`` is a file; in a ``sh`` block each line is a command that must
succeed; a ``python`` block must run. Blocks without a language are shown only.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest

from pilothouse.apps.simulation.services import demo
from pilothouse.cli.main import run
from tests.builders import make_people, make_product

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
_BLOCK = re.compile(r"^```(\w*)[ ]*([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    language: str
    name: str
    text: str


def read_blocks(guide: Path) -> list[Block]:
    return [Block(*match.groups()) for match in _BLOCK.finditer(guide.read_text("utf-8"))]


def find_guides() -> list[Path]:
    return sorted(GUIDES.glob("*.md"))


@pytest.fixture
def world(transactional_db, monkeypatch):
    """A workspace with a small demo and an empty product called Shop."""
    monkeypatch.setattr(demo, "DAYS", 75)
    monkeypatch.setattr(demo, "USERS", 2_000)
    people = make_people()
    demo.create_demo(people.alice)
    make_product(people.alice, "Shop")


@pytest.mark.slow
@pytest.mark.parametrize("guide", find_guides(), ids=lambda guide: guide.stem)
def test_guide_runs(guide, world, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for block in read_blocks(guide):
        if block.language in {"csv", "txt"} and block.name:
            Path(block.name).write_text(block.text, "utf-8")
        elif block.language == "sh":
            for line in block.text.splitlines():
                words = shlex.split(line, comments=True)
                assert words[0] == "pilothouse", line
                assert run(words[1:]) == 0, f"{line}\n{capsys.readouterr().err}"
                assert capsys.readouterr().out.strip(), f"{line} says nothing"
        elif block.language == "python":
            exec(compile(block.text, str(guide), "exec"), {})


def test_every_guide_is_about_something_that_runs():
    runnable = {g.stem for g in find_guides() if {b.language for b in read_blocks(g)} & {"sh"}}
    assert {"start", "import", "analytics", "today", "workspace"} <= runnable


def test_links_between_documents_lead_somewhere():
    root = GUIDES.parents[1]
    documents = [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
    for document in documents:
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", document.read_text("utf-8")):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name} links to {target}"
