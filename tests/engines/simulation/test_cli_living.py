"""Scenarios lived and commands given through the command line."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from pilothouse.apps.simulation.services.packs import load_scenarios
from pilothouse.cli.main import run as run_main
from pilothouse.cli.simulation import group

KEYS = [scenario.key for scenario in load_scenarios()]


def call(*words: str) -> str:
    ran = CliRunner().invoke(group, list(words))
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def answer(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(call("run", "--json", *words))
    return found


def write(path: Path, *orders: dict[str, Any]) -> str:
    path.write_text("\n".join(json.dumps(order) for order in orders), "utf-8")
    return str(path)


@pytest.mark.parametrize("key", KEYS)
def test_both_sides_of_every_scenario_are_lived(key: str) -> None:
    small = ("--scenario", key, "--users", "800", "--days", "70")
    trapped, twin = answer(*small), answer(*small, "--twin")
    assert trapped["scenario"]["side"] == "trapped"
    assert twin["scenario"]["side"] == "twin"
    assert trapped["scenario"]["sees"] == twin["scenario"]["sees"]
    assert not {"trap", "move", "truth"} & set(trapped["scenario"])
    # What differs is a fault of measuring in one: there people live alike.
    assert (trapped["hash"] == twin["hash"]) == (key == "missing_treatment_users")


def test_a_scenario_brings_its_own_size_and_day() -> None:
    found = answer("--scenario", "debt_spiral", "--days", "3", "--policy", "rice")
    assert (found["users"], found["first_day"]) == (2000, "2026-03-02")
    told = call("run", "--scenario", "debt_spiral", "--days", "2")
    assert "The debt spiral: The team is as large as ever" in told


def test_faults_of_measuring_are_in_the_file_and_not_in_the_metrics(tmp_path: Path) -> None:
    small = ("--scenario", "too_good_to_be_true", "--users", "1000", "--days", "60")
    twins = []
    for side in ((), ("--twin",)):
        path = tmp_path / f"{len(side)}.jsonl"
        answer(*small, *side, "--events", str(path))
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        done = [
            (e["actor"], datetime.fromisoformat(e["time"]))
            for e in lines
            if e["event"] == "task_completed" and e["time"] >= "2026-04-17"
        ]
        before = {(actor, time + timedelta(seconds=1)) for actor, time in done}
        twins.append(sum(each in before for each in done) / len(done))
    assert twins[0] > 0.2 > 0.02 > twins[1]
    metrics = [
        answer(*small)["metrics"],
        answer(*small, "--events", str(tmp_path / "x.csv"))["metrics"],
    ]
    assert metrics[0] == metrics[1]


def test_commands_of_a_file_are_given_on_their_days(tmp_path: Path) -> None:
    path = write(
        tmp_path / "mine.jsonl",
        {"on": 3, "command": "Interview", "people": 2, "question": "last time"},
        {"on": 0, "command": "Prioritise", "order": ["reactions", "threads"], "why": "small"},
    )
    small = ("--users", "2000", "--days", "20", "--commands", path)
    found = answer(*small)
    assert found["company"]["commands"] == 2
    assert found["company"]["built_and_held"]
    assert found["policy"] is None
    assert found["hash"] == answer(*small, "--threads", "1")["hash"]
    assert found["hash"] != answer("--users", "2000", "--days", "20")["hash"]
    both = answer(*small, "--policy", "rice")
    assert both["company"]["commands"] > 2
    records = json.loads(call("artefacts", *small, "--json"))["records"]
    assert "interview" in {record["kind"] for record in records}


def test_teams_and_inquiries_are_commands_of_a_file(tmp_path: Path) -> None:
    order = {"on": 0, "command": "Prioritise", "order": ["sso", "timeline", "threads"]}
    path = write(tmp_path / "mine.jsonl", order, {"on": 0, "command": "SplitTeams", "teams": 2})
    small = ("--users", "200", "--days", "20", "--commands", path)
    assert answer(*small)["company"]["teams"] == 2
    records = json.loads(call("artefacts", *small, "--kind", "teams", "--json"))["records"]
    assert len(records) >= 2
    assert "Single sign-on" in records[0]["text"]
    late = write(
        tmp_path / "late.jsonl",
        order,
        {"on": 3, "command": "InvestigateIncident", "day": "2026-01-06"},
    )
    ran = CliRunner().invoke(group, ["run", "--users", "200", "--days", "5", "--commands", late])
    assert ran.exit_code == 1
    assert "line 2, InvestigateIncident on day 3: 2026-01-06: nothing of weight" in ran.output


def test_turning_to_other_work_takes_minutes(tmp_path: Path) -> None:
    talks = {"on": 0, "command": "Interview", "people": 10, "question": "last time"}
    look = {"on": 0, "command": "Look", "at": "query"}
    words = ["run", "--users", "200", "--days", "2", "--json"]
    fits = write(tmp_path / "fits.jsonl", talks, look)
    full = write(tmp_path / "full.jsonl", talks, look, {"on": 0, "command": "Reflect", "text": "x"})
    found = answer(*words[1:5], "--commands", fits)
    assert found["company"]["switch_minutes"] == 8
    # What fits is the same world as before: only minutes of the morning differ.
    free = answer(*words[1:5], "--commands", fits, "--switch-minutes", "0")
    assert found["hash"] == free["hash"]
    ran = CliRunner().invoke(group, [*words, "--commands", full])
    assert ran.exit_code == 1
    assert "line 3, Reflect on day 0: Reflect: this takes 10 minutes, and 8 to" in ran.output
    assert "plays with --switch-minutes 0." in ran.output
    older = answer(*words[1:5], "--commands", full, "--switch-minutes", "0")
    assert older["company"]["commands"] == 3
    assert answer(*words[1:5], "--policy", "rice")["company"]["switch_minutes"] == 0
    few = write(tmp_path / "few.jsonl", look, {**look, "at": "tickets"})
    both = answer(*words[1:5], "--commands", few, "--policy", "rice")
    assert both["company"]["switch_minutes"] == 0


@pytest.mark.parametrize(
    ("orders", "rule"),
    [
        ([{"on": 2, "command": "Ship", "idea": "threads"}],
         "line 1, Ship on day 2: threads: this is not built yet. Prioritise it and wait."),
        ([{"on": 0, "command": "Sing"}], "line 1: Sing: a command must be one of"),
        ([{"on": 0, "command": "Survey", "people": "all"}], "line 1: all: people of Survey must"),
        ([{"on": 9, "command": "Reflect", "text": "x"}], "line 1 must be"),
        ([{"command": "Reflect", "text": "x"}], "on a day from 0 to 4, 0 being the first"),
        ([{"on": 0, "command": "SetCampaign", "spend": 9, "days": 2, "channel": "radio"}],
         "line 1, SetCampaign on day 0: radio: a channel of a campaign is one of: search"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named(tmp_path: Path, orders: list[dict], rule: str) -> None:
    path = write(tmp_path / "mine.jsonl", *orders)
    words = ["run", "--users", "200", "--days", "5", "--commands", path]
    ran = CliRunner().invoke(group, words)
    assert ran.exit_code == 1
    assert rule in ran.output


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (["--scenario", "moon"], "there is no such scenario. Choose one of: funnel_that_fell"),
        (["--twin"], "Name one with --scenario KEY"),
        (["--scenario", "debt_spiral", "--pack", "edtech"], "plays in the pack saas"),
        (["--scenario", "debt_spiral", "--first-day", "2026-01-01"], "begins on its own day"),
        (["--commands", "/nowhere/mine.jsonl"], "/nowhere/mine.jsonl: cannot be read"),
        (["--events", "/nowhere/at/all.csv"], "cannot be written"),
    ],
)
def test_faults_have_one_shape(words: list[str], rule: str, capsys: Any) -> None:
    assert run_main(["simulation", "run", "--days", "1", "--users", "10", *words, "--json"]) == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert rule in error["message"]
    assert error["rule"]


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    for content, rule in ((b"\xff\xfe", "commands are written in UTF-8"), (b"{", "is not JSON")):
        path.write_bytes(content)
        words = ["run", "--days", "1", "--users", "10", "--commands", str(path)]
        ran = CliRunner().invoke(group, words)
        assert ran.exit_code == 1
        assert rule in ran.output


@pytest.mark.parametrize("pack", ["saas", "consumer", "health", "ecommerce", "edtech"])
def test_the_smallest_worlds_live(pack: str) -> None:
    assert answer("--pack", pack, "--days", "0")["daily"] == []
    one = answer("--pack", pack, "--users", "1", "--days", "3", "--policy", "rice-ab")
    assert len(one["daily"]) == 3
    told = json.loads(call("artefacts", "--pack", pack, "--days", "0", "--json"))
    assert told["records"] == []


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_exposures_show_the_arms_that_went_missing(tmp_path: Path, ending: str) -> None:
    path = write(
        tmp_path / "mine.jsonl",
        {"on": 0, "command": "Prioritise", "order": ["reactions"], "at_once": 1},
        {"on": 12, "command": "DesignExperiment", "idea": "reactions", "measure": "sessions",
         "days": 20},
    )  # fmt: skip
    small = ("--users", "30000", "--days", "34", "--commands", path)
    arms = {}
    for side in ((), ("--twin",)):
        target = tmp_path / f"{len(side)}.{ending}"
        scenario = ("--scenario", "missing_treatment_users", *side)
        found = answer(*small, *scenario, "--exposures", str(target))
        rows = read_rows(target)
        assert found["exposures"] == {"file": str(target), "rows": len(rows)}
        assert {row["experiment"] for row in rows} == {"reactions"}
        arms[len(side)] = Counter(row["arm"] for row in rows)
    trapped, twin = arms[0], arms[1]
    assert trapped["control"] == twin["control"]
    assert trapped["treatment"] == pytest.approx(0.75 * twin["treatment"], rel=0.1)


def read_rows(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8") as file:
            return list(csv.DictReader(file))
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def test_the_guide_names_every_key_of_the_answer(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "guides" / "simulation.md").read_text("utf-8")
    told = set(re.findall(r"`(\w+)`", guide[guide.index("## What `--json` holds") :]))
    found = answer(
        "--scenario", "debt_spiral", "--users", "500", "--days", "3", "--policy", "rice",
        "--events", str(tmp_path / "e.csv"), "--exposures", str(tmp_path / "x.csv"),
    )  # fmt: skip
    parts = (found, found["scenario"], found["company"], found["events"], found["retention"][0])
    assert {key for part in parts for key in part} <= told
    records = json.loads(call("artefacts", "--users", "500", "--days", "9", "--json"))
    assert {*records, *records["records"][0]} <= told


def test_a_file_has_columns_of_channels_only_where_one_is_opened(tmp_path: Path) -> None:
    campaign = {"on": 0, "command": "SetCampaign", "spend": 300, "days": 20}
    plain = write(tmp_path / "plain.jsonl", campaign)
    named = write(tmp_path / "named.jsonl", {**campaign, "channel": "search"})
    small = ("--users", "4000", "--days", "12")
    heads, told = {}, {}
    for name, commands in (("plain", plain), ("named", named)):
        target = tmp_path / f"{name}.csv"
        found = answer(*small, "--commands", commands, "--events", str(target))
        joined = found["company"].get("joined_by")
        assert (joined is None) == (name == "plain")
        assert joined is None or sum(joined.values()) == found["metrics"]["signups"]
        with target.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        heads[name] = set(rows[0])
        told[name] = Counter(row.get("channel") for row in rows if row["event"] == "signed_up")
    assert heads["named"] - heads["plain"] == {"channel", "invited_by"}
    assert set(told["plain"]) == {None}
    # Of the first two days nothing is known: the campaign begins on the third.
    assert told["named"]["search"] > 5 < told["named"]["direct"]
    parquet = tmp_path / "named.parquet"
    answer(*small, "--commands", named, "--events", str(parquet))
    assert {"channel", "invited_by"} <= set(pq.read_schema(parquet).names)
