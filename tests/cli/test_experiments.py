"""``pilothouse experiments`` on plain files: what stays in its answers, and its errors."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from pilothouse.cli.main import run


@pytest.fixture
def ask(capsys):
    def ask(*words: object, code: int = 0):
        assert run(["experiments", *map(str, words)]) == code
        out, err = capsys.readouterr()
        return json.loads(out) if "--json" in words else out + err

    return ask


@pytest.fixture
def units(tmp_path):
    rng = np.random.default_rng(3)
    lines = ["user,group,spend,before,kind,visits,bought"]
    for i in range(600):
        before = rng.gamma(2, 3)
        arm = "BA"[i % 2]
        spend = before + rng.gamma(2, 1) + (arm == "B")
        kind, visits, bought = "xy"[i % 3 == 0], 1 + i % 4, int(rng.random() < 0.3)
        lines.append(f"u{i},{arm},{spend:.4f},{before:.4f},{kind},{visits},{bought}")
    path = tmp_path / "units.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


COLUMNS = ("--unit", "user", "--arm", "group", "--metric", "spend")
ENDS = {"estimate", "low", "high", "p"}


def test_proportions_keep_their_contract(ask):
    answer = ask("proportions", "100/1000", "130/1000", "--json")
    assert set(answer["absolute"]) == set(answer["relative"]) == set(answer["sequential"]) == ENDS
    assert answer["absolute"]["estimate"] == pytest.approx(0.03)
    assert answer["relative"]["p"] == answer["absolute"]["p"]
    assert answer["verdict"] == "treatment better"
    assert answer["srm"]["p"] == 1
    assert "Fieller" in answer["semantics"]["method"]


def test_proportions_for_a_person(ask):
    out = ask("proportions", "0/100", "5/100", "--prior", "flat")
    for word in ("treatment better", "Newcombe", "Fisher", "+5.00 points", "none: the control"):
        assert word in out
    out = ask("proportions", "c=100/1000", "x=130/1000", "y=160/1000", "--correction", "bh")
    assert "corrected" in out
    assert "Sample ratio mismatch" in ask("proportions", "10/100", "10/300")
    assert "Sample ratio" not in ask("proportions", "10/100", "10/300", "--weights", "A=1,B=3")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["10/100"], "two arms"),
        (["10/100", "x"], "whole numbers"),
        (["11/10", "1/10"], "between 0 and its units"),
        (["1/10", "1/10", "--level", "95"], "between 0 and 1"),
        (["1/10", "1/10", "--margin", "2%", "--not-worse", "1%"], "one way"),
        (["1/10", "1/10", "--margin", "-2%"], "more than 0"),
        (["1/10", "1/10", "--prior", "3"], "mean and spread"),
        (["1/10", "1/10", "--weights", "A"], "with its arm"),
        (["1/10", "1/10", "--weights", "A=x,B=1"], "number such as"),
        (["A=1/10", "A=1/10"], "its own name"),
    ],
)
def test_wrong_words_are_told(ask, words, told):
    assert told in ask("proportions", *words, code=1)


def test_analyze_keeps_its_contract(ask, units):
    answer = ask("analyze", units, *COLUMNS, "--pre", "before", "--json")
    assert set(answer["absolute"]) == set(answer["sequential"]) == ENDS
    assert answer["absolute"]["low"] < 1 < answer["absolute"]["high"]
    assert answer["method"].startswith("CUPED")
    assert answer["srm"]["p"] == 1
    assert answer["verdict"] == "treatment better"
    assert answer["source"] == {"rows": 600, "dropped": 0}
    plain = ask("analyze", units, *COLUMNS, "--json")
    cuped = answer["absolute"]["high"] - answer["absolute"]["low"]
    assert cuped < 0.5 * (plain["absolute"]["high"] - plain["absolute"]["low"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--denominator", "visits"], "ratios"),
        (["--quantile", "50%"], "quantiles"),
        (["--stratum", "kind", "--pre", "before"], "CUPED, then post-stratified"),
        (["--cap-percentile", "95%"], "moves at each look"),
        (["--margin", "50%"], "equivalence held"),
        (["--not-worse", "0.5"], "non-inferiority held"),
        (["--control", "B"], "treatment worse"),
        (["--lower-is-better"], "treatment worse"),
        (["--sequential", "--planned-units", "600"], "as planned"),
        (["--prior", "0,30%"], "chance to win"),
    ],
)
def test_ways_of_reading_a_file(ask, units, words, told):
    assert told in ask("analyze", units, *COLUMNS, *words)


def test_a_metric_of_yes_and_no(ask, units):
    out = ask("analyze", units, "--unit", "user", "--arm", "group", "--metric", "bought")
    assert "proportions" in out
    assert "points" in out


def test_units_in_two_arms_are_counted_and_named(ask, units):
    units.write_text(units.read_text() + "u7,B,1,1,x,1,0\nu8,A,1,1,x,1,0\n")
    out = ask("analyze", units, *COLUMNS)
    assert "2 of 600 units were in several arms and are left out, such as u7, u8" in out
    answer = ask("analyze", units, *COLUMNS, "--json")
    assert answer["exposure"]["examples"] == ["u7", "u8"]


def test_more_arms_than_two(ask, units):
    lines = units.read_text().splitlines()
    lines += [f"v{i},C,{i % 9},1,x,1,0" for i in range(300)]
    units.write_text("\n".join(lines))
    answer = ask("analyze", units, *COLUMNS, "--json")
    assert [each["treatment"]["name"] for each in answer["comparisons"]] == ["B", "C"]
    assert all(each["adjusted"] for each in answer["comparisons"])
    assert "absolute" not in answer


@pytest.mark.parametrize(
    ("change", "words", "told"),
    [
        (lambda t: t, ["--metric", "money"], "There are user, group, spend"),
        (lambda t: t.replace("u3,A,", "u3,A,x"), [], "row 4 below the header"),
        (lambda t: t + "u3,A,1,1,x,1,0\n", [], "--repeated sum"),
        (lambda t: t.splitlines()[0] + "\n", [], "no rows"),
        (lambda t: t.replace(",B,", ",A,"), [], "two arms"),
        (lambda t: t.replace("u3,A,", "u3,,"), [], "column group is empty"),
        (lambda t: re.sub(r"u3,A,[\d.]+", "u3,A,9e306", t), [], "too large"),
        (lambda t: t, ["--control", "Z"], "There are A, B"),
        (lambda t: t, ["--kind", "proportion"], "0 and 1"),
        (lambda t: t, ["--quantile", "150%"], "between 0 and 1"),
    ],
)
def test_what_a_file_cannot_tell(ask, units, change, words, told):
    units.write_text(change(units.read_text()))
    assert told in ask("analyze", units, *COLUMNS, *words, code=1)
    answer = ask("analyze", units, *COLUMNS, *words, "--json", code=1)
    assert answer["error"]["message"]


def test_a_size(ask):
    answer = ask("size", "--baseline", "10%", "--mde", "10%", "--per-day", "1000", "--json")
    assert (answer["units_per_arm"], answer["days"]) == (14_749, 30)
    assert answer["semantics"]["alpha"] == "0.05"
    out = ask("size", "--baseline", "10%", "--units", "14749")
    assert "+0.01 (+10.00% of the control) with power 80.0%" in out
    assert "No rise" in ask("size", "--baseline", "50%", "--units", "4")
    assert "one of --mde" in ask("size", "--baseline", "10%", code=1)
    out = ask("size", "--baseline", "50", "--sd", "20", "--mde-absolute", "1", "--sequential")
    assert "sequential interval" in out
