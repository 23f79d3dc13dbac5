"""The command over the engine: files, JSON, faults."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from pilothouse.apps.simulation.services.packs import load_pack
from pilothouse.cli.simulation import group
from pilothouse.cli.simulation_events import EventFile
from pilothouse.engines.simulation import SimulationRun, kernel
from pilothouse.engines.simulation.records import DayRecord
from pilothouse.engines.simulation.returning import ReturnCount
from pilothouse.engines.simulation.users import fresh_state

SMALL = ["run", "--users", "2000", "--days", "10", "--json"]


def answer_of(*more: str) -> dict:
    result = CliRunner().invoke(group, [*SMALL, *more])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_same_arguments_same_hash() -> None:
    first, second, other = answer_of(), answer_of("--threads", "1"), answer_of("--seed", "8")
    assert first["hash"] == second["hash"] != other["hash"]
    assert first["simulated"] is True
    assert "Simulated" in first["semantics"]["world"]
    assert first["value"] == sum(day["revenue"] for day in first["daily"])
    assert len(first["daily"]) == 10


def test_three_kinds_of_file_hold_the_same_events(tmp_path: Path) -> None:
    paths = [tmp_path / f"events.{ending}" for ending in ("csv", "jsonl", "parquet")]
    rows = [answer_of("--events", str(path))["events"]["rows"] for path in paths]
    with paths[0].open(encoding="utf-8") as file:
        from_csv = [(r["actor"], r["event"], r["time"], r["id"]) for r in csv.DictReader(file)]
    lines = [json.loads(line) for line in paths[1].read_text(encoding="utf-8").splitlines()]
    from_lines = [(r["actor"], r["event"], r["time"], r["id"]) for r in lines]
    table = pq.read_table(paths[2])
    assert rows == [len(from_csv), len(from_lines), table.num_rows]
    assert from_csv == from_lines
    assert [row[3] for row in from_csv] == table["id"].to_pylist()
    first = table["time"][0].as_py().isoformat().replace("+00:00", "Z")
    assert from_csv[0][2] == first


def test_half_a_season_is_no_file(tmp_path: Path) -> None:
    target = tmp_path / "season.csv"
    target.write_text("an earlier one")

    def stop_half_way() -> None:
        with EventFile(target) as log:
            log.append([])
            assert target.with_name("season.csv.part").exists()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop_half_way()
    assert [path.name for path in tmp_path.iterdir()] == ["season.csv"]
    assert target.read_text() == "an earlier one"


def test_retention_by_hand() -> None:
    """Ann and Bo sign up on day 0, Cy on day 1; Ann is back on day 1, Cy and Bo on day 2."""
    flags = {"up": kernel.SIGN_UP | kernel.ACTIVE, "back": kernel.ACTIVE, "look": kernel.VISIT}
    days = [{0: "up", 1: "up"}, {0: "back", 2: "up", 3: "look"}, {1: "back", 2: "back"}]
    state, back = fresh_state(4), ReturnCount((1, 2, 5))
    for number, happened in enumerate(days):
        people = np.array(list(happened), np.int32)
        done = np.array([flags[what] for what in happened.values()], np.uint32)
        state.life["first_day"][people[done & kernel.SIGN_UP != 0]] = number
        none = np.zeros(len(people), np.uint8)
        back.count(DayRecord(number, people, done, none, none.astype(np.uint32)), state)
    assert [(f.people, f.returned, f.share) for f in back.found] == [
        (3, 2, pytest.approx(2 / 3)),
        (2, 1, 0.5),
        (0, 0, None),
    ]


def test_memory_keeps_no_day_that_was_written() -> None:
    run = SimulationRun(load_pack("saas"), seed=7, first_day=date(2026, 3, 2), users=500)
    run.advance(3)
    assert len(list(run.events())) == 3
    run.forget()
    assert not list(run.events())
    run.advance()
    assert [batch.day for batch in run.events()] == [date(2026, 3, 5)]


def test_text_says_that_it_is_simulated() -> None:
    result = CliRunner().invoke(group, ["run", "--users", "100", "--days", "2"])
    assert "Simulated" in result.output
    assert "Brindle" in result.output


def test_a_policy_brings_the_company_to_life(tmp_path: Path) -> None:
    more = ("--policy", "rice", "--days", "40")
    first, second = answer_of(*more), answer_of(*more, "--threads", "1")
    other, nobody = answer_of("--policy", "oracle", "--days", "40"), answer_of("--days", "40")
    assert first["hash"] == second["hash"]
    assert len({answer["hash"] for answer in (first, other, nobody)}) == 3
    assert first["policy"] == "rice"
    assert first["company"]["shipped"]
    assert first["value"] == pytest.approx(
        first["company"]["revenue_of_people"] + first["company"]["other_money"]
    )
    assert "company" not in nobody
    rows = answer_of(*more, "--events", str(tmp_path / "e.csv"))["events"]["rows"]
    assert rows > 100


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        (["--pack", "nope"], "nope: there is no such pack. Choose one of: consumer, "),
        (["--events", "x.xlsx"], "events are written to a .csv, .jsonl or .parquet file."),
        (["--first-day", "soon"], "soon: a date is written year-month-day"),
        (["--policy", "coin"], "coin: a policy must be one of: random, hippo, loudest, rice"),
        (["--policy", "rice", "--days", "-1"], "the number of days must be from 0 to 3650"),
        (["--users", "0"], "0: the number of users must be a whole number"),
        (["--events", "/nowhere/at/all.csv"], "cannot be written"),
    ],
)
def test_faults_say_what_to_do(more: list[str], rule: str) -> None:
    result = CliRunner().invoke(group, [*SMALL, *more])
    assert result.exit_code == 1
    assert rule in result.output
