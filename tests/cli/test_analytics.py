"""The analytics commands on plain files, as JSON and as tables."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from pilothouse.cli.analytics import group

ROOT = Path(__file__).parents[2]
EXCERPT = ROOT / "tests" / "data" / "cdnow_excerpt.txt"
WHOLE = ROOT.parent / "shared" / "data" / "cdnow" / "CDNOW_master.txt"
MISSING = "the whole CDNOW log is not beside the repository (shared/data/cdnow/CDNOW_master.txt)"


def run(*words):
    return CliRunner().invoke(group, [str(word) for word in words])


def ask(*words):
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def events(tmp_path):
    """A file of one actor's events such as ``A0 B6 C10.5``: letters and seconds."""

    def write(path_of_actor: str) -> Path:
        lines = ["actor,event,time"]
        lines += [
            f"ann,{part[0]},{1_700_000_000 + float(part[1:]):.3f}" for part in path_of_actor.split()
        ]
        file = tmp_path / "events.csv"
        file.write_text("\n".join(lines) + "\n")
        return file

    return write


@pytest.mark.parametrize(
    ("path", "steps", "reached"),
    [
        # 1: the window's edge is included, to a fraction of a second
        ("A0 B10", "A,B", [1, 1]),
        ("A0 B10.001", "A,B", [1, 0]),
        ("A0 B6 C10", "A,B,C", [1, 1, 1]),
        ("A0 B6 C11", "A,B,C", [1, 1, 0]),
        # 3: the latest start that can still explain the path
        ("A0 A8 B12", "A,B", [1, 1]),
        ("A0 B1 A2 C3", "A,B,C", [1, 1, 1]),
        ("A0 B1 A2 B3 C4", "A,B,C", [1, 1, 1]),
        # 4: skipping ahead never counts
        ("A0 C1", "A,B,C", [1, 0, 0]),
        ("B0 A1", "A,B", [1, 0]),
        # 5: one event fills one step
        ("A0", "A,A", [1, 0]),
        ("A0 A4", "A,A", [1, 1]),
        ("A0 A0", "A,A", [1, 1]),
    ],
)
def test_worked_funnels(events, path, steps, reached):
    answer = ask(
        "funnel", "--events", events(path), "--steps", steps, "--window", "10s",
        "--as-of", "2023-12-31",
    )  # fmt: skip
    assert [step["actors"] for step in answer["steps"]] == reached
    assert answer["immature"] == 0


def test_times_belong_to_the_path_that_converted(events):
    words = ("--steps", "A,B", "--window", "10s", "--immature", "include")
    answer = ask("funnel", "--events", events("A0 A8 B12"), *words)
    assert answer["steps"][1]["median_s"] == 4


def test_the_range_bounds_entry_only_and_young_entrants_are_immature(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text(
        "actor,event,time\n"
        "ann,A,2024-01-31T20:00:00Z\nann,B,2024-02-02T00:00:00Z\n"
        "bo,A,2024-02-05T00:00:00Z\n"
    )
    words = ("funnel", "--events", file, "--steps", "A,B", "--window", "7d")
    january = ask(*words, "--to", "2024-01-31", "--as-of", "2024-03-01")
    assert [step["actors"] for step in january["steps"]] == [1, 1]
    young = ask(*words, "--as-of", "2024-02-08")
    assert ([step["actors"] for step in young["steps"]], young["immature"]) == ([1, 1], 1)
    included = ask(*words, "--as-of", "2024-02-08", "--immature", "include")
    assert [step["actors"] for step in included["steps"]] == [2, 1]


def test_a_rate_comes_with_its_n_and_interval(events):
    answer = ask("funnel", "--events", events("A0 B1"), "--steps", "A,B", "--as-of", "2024-01-01")
    step = answer["steps"][1]
    assert (step["step"], step["rate"], step["n"], step["high"]) == ("B", 1.0, 1, 1.0)
    assert 0.2 < step["low"] < 0.21
    assert "edge included" in answer["semantics"]["window"]


@pytest.fixture
def shop(tmp_path):
    file = tmp_path / "shop.csv"
    file.write_text(
        "actor,event,time,plan,amount\n"
        "ann,visit,2024-01-01T10:00:00Z,pro,\n"
        "ann,buy,2024-01-01T11:00:00Z,pro,30\n"
        "bo,visit,2024-01-01T10:00:00Z,free,\n"
        "bo,buy,2024-01-03T10:00:00Z,free,5\n"
        "cy,visit,2024-01-02T10:00:00Z,,\n"
        "cy,buy,nonsense,,7\n"
    )
    return file


def test_breakdown_splits_the_funnel(shop):
    answer = ask(
        "funnel", "--events", shop, "--steps", "visit,buy", "--window", "1d",
        "--breakdown", "plan", "--immature", "include",
    )  # fmt: skip
    groups = {each["value"]: [s["actors"] for s in each["steps"]] for each in answer["groups"]}
    assert groups == {"pro": [1, 1], "free": [1, 0], None: [1, 0]}
    assert [step["actors"] for step in answer["steps"]] == [3, 1]


@pytest.mark.parametrize(
    ("condition", "count"),
    [("amount>5", 1), ("amount<30", 1), ("plan=pro", 1), ("plan!=pro", 1), ("plan~RE", 1),
     ("amount=30", 1), ("amount!=", 2), ("plan=", 0)],
)  # fmt: skip
def test_filters(shop, condition, count):
    answer = ask("trend", "--events", shop, "--event", "buy", "--filter", condition)
    assert sum(point["value"] for point in answer["series"]) == count


def test_trend_shows_every_day_and_null_for_a_mean_of_nothing(shop):
    words = ("trend", "--events", shop, "--event", "buy")
    counts = ask(*words, "--measure", "count")["series"]
    assert [(p["period"], p["value"]) for p in counts] == [
        ("2024-01-01", 1), ("2024-01-02", 0), ("2024-01-03", 1)
    ]  # fmt: skip
    means = ask(*words, "--measure", "mean:amount")["series"]
    assert [point["value"] for point in means] == [30.0, None, 5.0]
    sums = ask(*words, "--measure", "sum:amount", "--breakdown", "plan")
    assert {each["value"]: sum(p["value"] for p in each["series"]) for each in sums["groups"]} == {
        "pro": 30.0,
        "free": 5.0,
    }


def test_retention_marks_what_is_not_over(shop):
    answer = ask(
        "retention", "--events", shop, "--start", "visit", "--return", "buy", "--period", "day"
    )
    first = answer["cohorts"][0]
    assert (first["period"], first["size"], first["returned"]) == ("2024-01-01", 2, [1, 0, 1])
    assert first["complete"] == [True, True, False]


def test_week_start_and_zone_move_the_periods(shop):
    words = ("trend", "--events", shop, "--event", "visit", "--period", "week")
    assert ask(*words)["series"][0]["period"] == "2024-01-01"
    assert ask(*words, "--week-start", "sunday")["series"][0]["period"] == "2023-12-31"
    zoned = ask("trend", "--events", shop, "--event", "visit", "--zone", "Pacific/Kiritimati")
    first = zoned["series"][0]
    assert (first["period"], first["value"]) == ("2024-01-02", 2)


def test_refused_rows_are_told_beside_the_answer(shop):
    result = run("trend", "--events", shop, "--event", "buy", "--json")
    assert "1 row refused, first in line 7" in result.stderr
    source = json.loads(result.stdout)["source"]
    assert source == {"events": 5, "refused": {"time not understood as iso": 1}}


@pytest.mark.parametrize(
    "words",
    [
        ("funnel", "--steps", "visit,buy"),
        ("retention", "--start", "visit", "--return", "buy", "--period", "day"),
        ("trend", "--event", "buy", "--breakdown", "plan"),
    ],
)
def test_tables_show_n_and_the_rules(shop, words):
    result = run(*words, "--events", shop)
    assert result.exit_code == 0
    assert "as of: " in result.stdout
    assert "n" in result.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("funnel", "--steps", "A"), "2 to 20 steps"),
        (("funnel", "--steps", "A,,B"), "commas"),
        (("funnel", "--steps", "A,B", "--window", "0d"), "above zero"),
        (("trend", "--measure", "magic"), "a measure is"),
        (("trend", "--filter", "plan"), "a filter is"),
        (("trend", "--filter", "amount>much"), "must be a number"),
        (("trend", "--from", "2024-02-01", "--to", "2024-01-01"), "before its start"),
        (("trend", "--from", "tomorrow"), "year-month-day"),
        (("trend", "--as-of", "soon"), "a day such as"),
        (("trend", "--zone", "Mars/Base"), "IANA"),
    ],
)
def test_a_wrong_option_names_value_and_rule(shop, words, message):
    result = run(*words, "--events", shop)
    assert result.exit_code == 1
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_a_file_without_events_is_an_error(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("actor,event,time\n,a,2024-01-01\n,b,2024-01-01\n")
    result = run("trend", "--events", file)
    assert (result.exit_code, "no row of the file is an event" in result.stderr) == (1, True)
    assert run("trend", "--events", tmp_path / "none").exit_code == 1


@pytest.mark.parametrize("command", ["funnel", "retention", "trend"])
def test_help_has_an_example(command):
    assert "Example: pilothouse analytics" in run(command, "--help").stdout


@pytest.mark.parametrize(
    "file",
    [EXCERPT, pytest.param(WHOLE, marks=pytest.mark.skipif(not WHOLE.exists(), reason=MISSING))],
    ids=["excerpt", "whole"],
)
def test_cdnow_agrees_with_pandas(file):
    log = pd.read_csv(file, sep=r"\s+", dtype={"customer_id": str, "date": str})
    log["month"] = pd.to_datetime(log["date"], format="%Y%m%d").dt.to_period("M")
    months = pd.period_range(log["month"].min(), log["month"].max(), freq="M")
    sums = log.groupby("month")["dollar_value"].sum().reindex(months, fill_value=0.0)
    ours = ask("trend", "--events", file, "--measure", "sum:dollar_value", "--period", "month")
    assert [point["period"][:7] for point in ours["series"]] == [str(m) for m in months]
    assert [point["value"] for point in ours["series"]] == pytest.approx(list(sums))
    actors = log.groupby("month")["customer_id"].nunique().reindex(months, fill_value=0)
    ours = ask("trend", "--events", file, "--measure", "actors", "--period", "month")
    assert [point["value"] for point in ours["series"]] == list(actors)
    first = log.groupby("customer_id")["month"].min()
    cohorts = first.value_counts().sort_index()
    back = log.join(first.rename("cohort"), on="customer_id")
    seen = back.groupby(["cohort", "month"])["customer_id"].nunique()
    words = ("--start", "purchase", "--return", "purchase", "--period", "month")
    answer = ask("retention", "--events", file, *words)
    got = {row["period"][:7]: row for row in answer["cohorts"] if row["size"]}
    assert {k: row["size"] for k, row in got.items()} == {str(k): v for k, v in cohorts.items()}
    for cohort in cohorts.index:
        for k, value in enumerate(got[str(cohort)]["returned"][1:], start=1):
            if value is not None:
                assert value == seen.get((cohort, cohort + k), 0)
