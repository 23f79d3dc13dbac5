"""``pilothouse skills cards``: out and in again, looking first, errors in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pilothouse.cli.skills import group
from tests.builders import make_people


def run(*words: object) -> Any:
    return CliRunner().invoke(group, ["cards", *map(str, words)])


def ask(*words: object) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def file(transactional_db: None, tmp_path: Path) -> Path:
    make_people()
    path = tmp_path / "c.csv"
    path.write_text("question,answer,deck\nWhat is GRR?,Gross,Money\n,x,Money\n", "utf-8")
    return path


def test_cards_come_in_after_a_look_and_go_out(file: Path, tmp_path: Path):
    looked = ask("import", file, "--dry-run")
    assert (looked["new"], looked["import"], len(looked["problems"])) == (1, None, 1)
    assert ask("due", "--deck", "Money")["new"] == 0
    assert ask("import", file)["new"] == 1
    assert ask("import", file)["known"] == 1
    assert ask("due", "--deck", "Money")["new"] == 1
    out = tmp_path / "out.apkg"
    assert ask("export", out, "--deck", "Money", "--person", "Alice")["bytes"] > 500
    assert ask("import", out, "--person", "Charlie")["new"] == 1
    assert "never a measure of competence" in run("figures").output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("due", "--person", "Nobody"), "There are: Alice, Charlie"),
        (("export", "cards.exe"), "cards are written as apkg or csv"),
    ],
)
def test_what_cannot_be_is_told_in_words(file: Path, words: tuple[str, ...], told: str):
    result = run(*words)
    assert result.exit_code == 1
    assert told in result.output
    assert "Traceback" not in result.output
    assert not Path("cards.exe").exists()
