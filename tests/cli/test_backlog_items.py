"""``pilothouse backlog list | import | export`` on a product, as a person would type them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from pilothouse.cli.main import run
from tests.builders import make_people, make_product

JIRA = Path(__file__).parents[1] / "data" / "jira.csv"


@pytest.fixture
def shop(transactional_db: None) -> None:
    people = make_people()
    make_product(people.alice, "Shop")


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    code = run(["backlog", *words, "--product", "Shop", "--json"])
    printed = capsys.readouterr().out
    assert code == 0, printed
    return json.loads(printed)


@pytest.mark.usefixtures("shop")
def test_a_file_is_shown_imported_listed_exported_and_taken_out(capsys, tmp_path: Path):
    look = answer(capsys, "import", str(JIRA), "--dry-run")
    assert (look["source"], look["items"], look["known"]) == ("jira", 3, 0)
    assert answer(capsys, "list")["items"] == []
    done = answer(capsys, "import", str(JIRA))
    assert (done["created"], len(done["problems"])) == (3, 1)
    found = answer(capsys, "list", "--status", "doing")["items"]
    assert [item["title"] for item in found] == ["Faster checkout"]
    out = tmp_path / "shop.csv"
    assert answer(capsys, "export", "--format", "linear", "--out", str(out))["bytes"] > 0
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8"))))
    assert [row["ID"] for row in rows] == ["PH-1", "PH-2", "PH-3"]
    assert answer(capsys, "import", str(JIRA), "--undo")["undone"] == 3
    assert answer(capsys, "list")["items"] == []


@pytest.mark.usefixtures("shop")
def test_what_is_wrong_is_told_in_a_sentence(capsys, tmp_path: Path):
    empty = tmp_path / "x.csv"
    empty.write_text("Title\n")
    assert run(["backlog", "import", str(empty), "--product", "Shop"]) == 1
    assert "no rows" in capsys.readouterr().err
    assert run(["backlog", "export", "--product", "Shop", "--format", "word"]) == 1
    assert "a format is one of pilothouse" in capsys.readouterr().err
    assert run(["backlog", "import", str(JIRA), "--product", "Shop", "--undo"]) == 1
    assert "no finished import" in capsys.readouterr().err


@pytest.mark.usefixtures("shop")
def test_people_read_lines(capsys):
    assert run(["backlog", "import", str(JIRA), "--product", "Shop", "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert "Jira CSV: 3 new, 0 here already." in shown
    assert "line 6: has 27 cells" in shown
    assert run(["backlog", "list", "--product", "Shop"]) == 0
    assert "No items." in capsys.readouterr().out
