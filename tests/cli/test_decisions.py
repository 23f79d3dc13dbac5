"""``pilothouse decisions``: calibration of plain files, and a product's records and forecasts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pilothouse.cli.decisions import group
from tests.builders import make_people, make_product

WORKED = """probability,outcome,person,topic
0.9,yes,Ann,growth
80%,1,Bo,growth price
.7,no,Ann,
0.6,TRUE,Bo,
0.3,0,Bo,
"""


def run(*words):
    return CliRunner().invoke(group, [str(word) for word in words])


def ask(*words):
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def write(tmp_path):
    def write_file(text: str, name: str = "forecasts.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding)
        return path

    return write_file


def test_the_worked_example(write):
    answer = ask("calibration", write(WORKED))
    assert round(answer["brier"], 3) == 0.158
    assert round(answer["log_score"], 3) == 0.48
    assert (answer["n"], answer["too_few"], len(answer["bins"])) == (5, True, 10)
    assert answer["murphy"]["reliability"] == pytest.approx(0.158)
    assert answer["baseline"]["brier"] == pytest.approx(0.24)
    assert answer["bins"][3]["rate"]["n"] == 1
    assert "within" in answer["semantics"]["Murphy"]


def test_groups_and_bins(write):
    file = write(WORKED)
    people = ask("calibration", file, "--by", "person")["by_person"]
    assert {name: each["n"] for name, each in people.items()} == {"Bo": 3, "Ann": 2}
    topics = ask("calibration", file, "--by", "topic", "--bins", "5")["by_topic"]
    assert set(topics) == {"growth", "price", ""}
    words = run("calibration", file, "--by", "person").output
    assert "Too few to judge by" in words
    assert "Bo: Brier" in words


def test_what_has_not_come_is_counted_apart(write):
    answer = ask("calibration", write("probability;outcome\r\n0,5;\r\n".replace("0,5", "0.5")))
    assert (answer["n"], answer["source"]["unknown"], answer["brier"]) == (0, 1, None)
    assert run("calibration", write("probability,outcome\n")).output == (
        "No forecast with an outcome.\n"
    )


def test_certain_and_wrong_is_infinite(write):
    file = write("\ufeffprobability\toutcome\n1\tno\n0.5\tyes\n")
    assert ask("calibration", file)["log_score_infinite"] == 1
    assert "1 certain and wrong: infinite" in run("calibration", file).output


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("chance,outcome\n0.5,yes\n", "needs the columns probability and outcome"),
        ("probability,outcome\n1.5,yes\n", "line 2: a probability lies between 0 and 1"),
        ("probability,outcome\n0.5,yes\n0.5,perhaps\n", "line 3: an outcome is yes, no"),
        ("probability,outcome\nnan,yes\n", "line 2: a probability"),
        ("", "needs the columns"),
    ],
)
def test_bad_files_are_told_with_their_line(write, text, words):
    result = run("calibration", write(text))
    assert result.exit_code == 1
    assert words in result.output


def test_a_file_or_a_product(write):
    assert "of a file or of a product" in run("calibration").output
    file = write("probability,outcome\n0.5,yes\n", encoding="utf-16")
    assert "not UTF-8" in run("calibration", file).output


@pytest.mark.django_db
def test_a_product_from_forecast_to_score():
    people = make_people()
    make_product(people.alice, "Shop")
    shop = ("--product", "Shop")
    made = ask("forecast", *shop, "80% that we ship by 31 Dec 2199 #release")["forecast"]
    assert (made["ref"], made["topics"]) == ("F1", ["release"])
    assert "F1  80%  we ship" in run("forecasts", *shop).output
    assert ask("resolve", *shop)["resolved"] == []
    end = ask("resolve", *shop, "f1", "--outcome", "yes", "--evidence", "shipped")["resolved"][0]
    assert end["score"]["brier"] == pytest.approx(0.04)
    assert "Brier 0.040" in run("forecasts", *shop, "--state", "resolved").output
    answer = ask("calibration", *shop)
    assert (answer["n"], answer["simulated"]) == (1, False)
    assert "1 forecast scored." in run("calibration", *shop).output
    assert "with an --outcome" in run("resolve", *shop, "F1").output
    assert "no such forecast" in run("resolve", *shop, "F9", "--outcome", "yes").output


@pytest.mark.django_db
def test_records_of_a_product():
    from pilothouse.apps.decisions.services.decisions import save_decision
    from tests.apps.decisions.makers import DECISION

    people = make_people()
    product = make_product(people.alice, "Shop")
    saved = save_decision(people.alice, product, DECISION)
    shop = ("--product", "Shop")
    assert ask("list", *shop)["decisions"][0]["id"] == saved.public_id
    assert "D1  decided" in run("list", *shop).output
    assert run("list", *shop, "--status", "draft").output == "No such decision.\n"
    assert run("show", *shop, "d1").output.startswith("# D1: Price by usage")
    assert run("show", *shop, "D9").exit_code == 1


@pytest.mark.django_db
def test_a_decision_is_written_and_reviewed():
    people = make_people()
    product = make_product(people.alice, "Shop")
    shop = ("--product", "Shop")
    both = ("--option", "By seat", "--option", "By usage")
    draft = run("write", *shop, "How do we price?", *both)
    assert draft.output.startswith("D1  draft: How do we price?\nmissing: why it was chosen")
    assert "one of those given" in run("write", *shop, "Price", *both, "--choose", "Free").output
    decided = ask(
        "write", *shop, "How do we charge?", *both, "--choose", "By usage", "--why", "fair",
        "--expected", "Churn below 4 %", "--probability", "65%", "--review", "in 12 weeks",
        "--approver", "Bo", "--topic", "pricing",
    )["decision"]  # fmt: skip
    assert (decided["status"], decided["probability"], decided["gaps"]) == ("decided", 0.65, [])
    words = ("--happened", "It fell.", "--verdict", "better", "--cause", "luck", "--came", "yes")
    assert run("review", *shop, "D2", *words).output == "D2  reviewed: better than expected\n"
    assert "Churn below 4 %" in run("forecasts", *shop, "--state", "resolved").output

    from pilothouse.apps.decisions.services.premortems import (
        CauseDraft,
        add_cause,
        create_premortem,
    )

    begun = create_premortem(people.alice, product, "It failed")
    add_cause(people.alice, product, begun.public_id, CauseDraft("Surprise", 4, 5))
    assert run("premortems", *shop).output == "It failed\n  4 x 5  Surprise\n"
    assert ask("premortems", *shop)["premortems"][0]["causes"][0]["weight"] == 20
