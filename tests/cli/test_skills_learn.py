"""``pilothouse skills library``, ``plan`` and ``feeds``: a person's own from a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pilothouse.apps.skills.services.plans_steps import plan_entry
from pilothouse.apps.workspace.services.access import Access
from pilothouse.cli.skills import group
from tests.builders import make_people

OPML = (
    "<opml version='2.0'><body><outline text='Blogs'>"
    "<outline type='rss' text='A' xmlUrl='https://a.example/feed'/></outline></body></opml>"
)


def run(*words: object) -> Any:
    return CliRunner().invoke(group, [str(word) for word in words])


def ask(*words: object) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def alice(transactional_db: None) -> Access:
    return make_people().alice


def test_the_library_is_listed_added_to_and_brought_in(alice: Access, tmp_path: Path):
    found = ask("library", "list", "--competency", "c16", "--level", 4)["entries"]
    assert [entry["title"] for entry in found] == ["Strong Product People"]
    assert ask("library", "add", "Mine", "--aim", "C05.2", "--isbn", "0306406152")["is_own"]
    assert run("library", "list", "--words", "mine").output == "Mine (Book)\n"
    file = tmp_path / "a.bib"
    file.write_text("@book{a, title={Other}, isbn={1}}", "utf-8")
    brought = ask("library", "import", file)
    assert (len(brought["added"]), len(brought["troubles"])) == (1, 1)
    assert run("library", "add", "Mine", "--isbn", "0306406153").exit_code == 1
    assert ask("library", "list", "--words", "mine", "--person", "Charlie")["entries"] == []


def test_feeds_go_in_and_out_and_nothing_is_fetched(alice: Access, tmp_path: Path):
    file, out = tmp_path / "a.opml", tmp_path / "b.opml"
    file.write_text(OPML, "utf-8")
    (feed,) = ask("library", "import-opml", file)["feeds"]
    assert (feed["folder"], feed["is_read"]) == ("Blogs", False)
    assert ask("feeds", "--fetch")["fetched"]["feeds"] == 0
    assert ask("library", "export-opml", out)["feeds"] == 1
    assert "https://a.example/feed" in out.read_text("utf-8")
    assert run("library", "export-opml", out).exit_code == 1
    assert "A: 0 new, reading off" in run("feeds").output


def test_the_plan_is_told(alice: Access):
    plan_entry(alice, "superforecasting")
    assert ask("plan")["steps"][0]["act"] == "forecast"
    assert "Superforecasting: planned, then: Make a forecast" in run("plan").output
