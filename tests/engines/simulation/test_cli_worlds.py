"""The commands that print texts of a world and its scenarios."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from pilothouse.cli.simulation import group

SMALL = ["artefacts", "--users", "1000", "--days", "20"]


def run(*arguments: str) -> str:
    ran = CliRunner().invoke(group, list(arguments))
    assert ran.exit_code == 0, ran.output
    return ran.output


def test_a_company_is_told_in_words_without_its_truth() -> None:
    answer = json.loads(run(*SMALL, "--pack", "edtech", "--json"))
    assert answer["simulated"] is True
    assert len(answer["records"]) > 5
    parts = {"day", "kind", "about", "from", "text"}
    assert all(set(record) == parts for record in answer["records"])
    signed = [r for r in answer["records"] if r["kind"] == "message"]
    assert signed
    assert all(", " in record["from"] for record in signed)
    assert answer == json.loads(run(*SMALL, "--pack", "edtech", "--json"))


def test_one_kind_is_printed_for_reading() -> None:
    told = run(*SMALL, "--kind", "progress")
    assert "  progress\n    " in told
    assert told.endswith("never what is behind it.\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--kind", "dream"], "There were:"),
        (["--pack", "moon"], "there is no such pack"),
        (["--policy", "dice"], "dice"),
        (["--days", "9999"], "the number of days must be from 0 to 3650"),
        (["--first-day", "soon"], "soon"),
    ],
)
def test_faults_name_the_way_out(arguments: list[str], words: str) -> None:
    ran = CliRunner().invoke(group, [*SMALL, *arguments])
    assert ran.exit_code == 1
    assert words in ran.output


def test_the_list_of_scenarios_tells_no_trap() -> None:
    rows = json.loads(run("scenarios", "--json"))["scenarios"]
    assert [row["number"] for row in rows] == list(range(1, 18))
    assert all(row["can_be_staged"] for row in rows)
    assert not {"trap", "move", "trapped", "twin"} & set(rows[0])
    assert len(run("scenarios").splitlines()) == 17


def test_one_scenario_is_opened_whole() -> None:
    told = run("scenarios", "neighbours")
    assert "In the twin" in told
    assert "Waits for" not in told
    assert json.loads(run("scenarios", "parity_race", "--json"))["twin"]["truth"]
    ran = CliRunner().invoke(group, ["scenarios", "moon"])
    assert ran.exit_code == 1
    assert "Choose one of: funnel_that_fell" in ran.output


@pytest.mark.parametrize("pack", ["saas", "consumer", "health", "ecommerce", "edtech"])
def test_a_season_with_tests_is_told_whole(pack: str) -> None:
    words = ("--pack", pack, "--users", "3000", "--days", "75", "--policy", "rice-ab", "--json")
    records = json.loads(run("artefacts", *words))["records"]
    assert {"experiment", "message", "progress"} <= {record["kind"] for record in records}
