"""``pilothouse experiments`` on a product: from the brief to the readout by commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pilothouse.cli.experiments import group
from tests.builders import make_people, make_product

BRIEF = {
    "name": "A template", "hypothesis": "It helps", "source": "hand",
    "arms": [{"name": "Control"}, {"name": "Template"}], "primary": {"name": "First project"},
    "baseline": 0.2, "mde": 0.2, "decision_rule": "Ship if better", "owner": "Ann",
}  # fmt: skip


def run(*words):
    return CliRunner().invoke(group, [str(word) for word in words])


def ask(*words):
    result = run(*words, "--product", "Shop", "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def brief(transactional_db, tmp_path) -> Path:
    make_product(make_people().alice, "Shop")
    path = tmp_path / "brief.json"
    path.write_text(json.dumps(BRIEF), "utf-8")
    return path


def test_from_the_brief_to_the_readout(brief):
    assert run("list", "--product", "Shop").output == "No experiment.\n"
    made = ask("write", brief)
    assert (made["simulated"], made["experiment"]["ref"]) == (False, "E1")
    assert ask("seal", "E1")["experiment"]["status"] == "registered"
    assert ask("start", "E1")["experiment"]["status"] == "running"
    assert ask("count", "E1", "900", "880")["experiment"]["peeks"] == 0
    shown = run("show", "E1", "--product", "Shop").output
    assert "1,780 of 3,360 units that count" in shown
    assert "Ship if better" in shown
    assert ask("count", "E1", "180/900", "250/880")["experiment"]["peeks"] == 1
    assert ask("look", "E1", "--why", "asked")["result"]["peeks"] == 2
    refused = run("stop", "E1", "--product", "Shop")
    assert refused.exit_code == 1
    assert "needs a reason" in refused.output
    ask("stop", "E1", "--reason", "the quarter ends")
    ask("resume", "E1")
    ask("stop", "E1", "--reason", "the quarter ends")
    told = run("read", "E1", "--product", "Shop", "--learned", "Templates help.").output
    assert "Template is better than Control on First project" in told
    assert "It cannot say:" in told
    listed = ask("list")["experiments"][0]
    assert (listed["status"], listed["readouts"][0]["verdict"]) == ("read-out", "win")
    assert ask("show", "E1")["result"]["verdict"] == "win"


def test_a_sealed_brief_is_amended_with_a_reason(brief):
    ask("write", brief)
    ask("seal", "E1")
    brief.write_text(json.dumps({**BRIEF, "mde": 0.3}), "utf-8")
    assert "with a reason" in run("write", brief, "--change", "E1", "--product", "Shop").output
    answer = ask("write", brief, "--change", "E1", "--reason", "too slow")
    assert answer["experiment"]["amendments"][0]["reason"] == "too slow"
    ask("cancel", "E1", "--reason", "no time")
    assert ask("reopen", "E1")["experiment"]["status"] == "registered"


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "not JSON"), ('{"nome": 1}', "name"), ('{"name": "x", "arms": 3}', "arms")],
)
def test_a_bad_brief_is_told(brief, text, words):
    brief.write_text(text, "utf-8")
    result = run("write", brief, "--product", "Shop")
    assert result.exit_code == 1
    assert words in result.output


def test_bad_counts_and_names_are_told(brief):
    ask("write", brief)
    for words, told in (
        (("count", "E1", "a/b", "1"), "HITS/UNITS"),
        (("count", "E1", "1/2", "3"), "for all arms"),
        (("count", "E1", "1", "3"), "once the brief is sealed"),
        (("show", "E9"), "no such experiment"),
    ):
        result = run(*words, "--product", "Shop")
        assert (result.exit_code, told in result.output) == (1, True), result.output
