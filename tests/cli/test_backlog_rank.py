"""The commands of prioritisation on plain files: JSON with the names that stay, tables, faults."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from pilothouse.apps.backlog.services.items import ItemDraft, create_item
from pilothouse.apps.workspace.models import User
from pilothouse.apps.workspace.services.access import get_access
from pilothouse.cli.backlog import group
from tests.builders import make_people, make_product

TWO = """name,reach,impact,confidence,effort
A,1000..4000/quarter,0.5|1|2,80%,2..6
B,500..900/quarter,1|2,80%,1..2
"""


@pytest.fixture
def run(tmp_path):
    def run_command(command: str, text: str, *words: str):
        file = tmp_path / "rows.csv"
        file.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
        return CliRunner().invoke(group, [command, str(file), *words])

    return run_command


@pytest.fixture
def ask(run):
    def ask_command(command: str, text: str, *words: str):
        result = run(command, text, *words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return ask_command


def test_ranking_of_two_ideas(ask):
    answer = ask("rank", TWO)
    assert [(row["name"], round(row["score"]), row["rank"]) for row in answer["items"]] == [
        ("B", 569, 1), ("A", 462, 2),
    ]  # fmt: skip
    assert answer["better"]["A>B"] == pytest.approx(0.44, abs=0.01)
    assert set(answer) == {
        "items", "better", "flips", "measure_first", "findings", "top", "draws", "semantics",
    }  # fmt: skip
    assert {"name", "score", "low", "high", "rank", "rank_low", "rank_high", "top_probability"} <= (
        answer["items"][0].keys()
    )
    assert answer["flips"][0].keys() == {
        "above", "below", "item", "input", "now", "at", "direction", "chance",
    }  # fmt: skip
    assert answer["measure_first"][0]["item"] == "A"
    assert answer["findings"] == []
    assert "lognormal" in answer["semantics"]["range, positive"]


def test_same_seed_same_answer(ask):
    same = ask("rank", TWO, "--draws", "5000")
    assert ask("rank", TWO, "--draws", "5000") == same
    assert ask("rank", TWO, "--draws", "5000", "--seed", "2")["better"] != same["better"]


def test_traps_are_told_and_the_item_stays(ask):
    text = "Name,Reach,Impact,Confidence,Effort,Note\nX,30%,5,80%,0,a\nY,2000,1,80,2,b\n"
    answer = ask("rank", text)
    assert [(row["name"], row["score"]) for row in answer["items"]] == [("Y", 800), ("X", None)]
    assert {(each["item"], each["rule"]) for each in answer["findings"]} == {
        ("X", "percent-as-reach"), ("X", "off-scale-impact"), ("X", "zero-effort"),
        ("Y", "reach-without-period"),
    }  # fmt: skip
    assert all(each["remedy"] for each in answer["findings"])


def test_period_may_have_a_column(ask):
    text = "name,reach,period,impact,confidence,effort\nX,2000,quarter,2,80%,4\n"
    answer = ask("rank", text)
    assert (answer["items"][0]["score"], answer["findings"]) == (800, [])


@pytest.mark.parametrize(
    ("framework", "text", "score"),
    [
        ("wsjf", "name,value,urgency,risk,size\nX,8,5,3,5\n", 3.2),
        (
            "wsjf",
            "Title,User-Business Value,time_criticality,Risk reduction,Job Size\nX,8,5,3,5\n",
            3.2,
        ),
        ("ice", "name,impact,confidence,ease\nX,8,5,3\n", 120),
        ("cd3", "name,cost,duration\nX,12000,4\n", 3000),
        ("opportunity", "name,importance,satisfaction\nX,9,3\n", 15),
        ("scorecard", "name,fit,love\nX,4,8\n", 6),
    ],
)
def test_other_frameworks(ask, framework, text, score):
    assert ask("rank", text, "--framework", framework)["items"][0]["score"] == pytest.approx(score)


def test_weights_of_a_scorecard(ask):
    words = ("--framework", "scorecard", "--weights", "fit=3,risk=-1")
    answer = ask("rank", "name,fit,risk\nX,8,4\n", *words)
    assert answer["items"][0]["score"] == pytest.approx(5)


def test_moscow(ask):
    text = "name,box,effort\nA,must,7\nB,should,2..4\nC,won't,9\nD,could,\n"
    answer = ask("rank", text, "--framework", "moscow")
    assert answer["must_share"] == pytest.approx(7 / (7 + 8**0.5))
    assert [each["rule"] for each in answer["findings"]] == ["musts-over-60", "effort-missing"]


def test_kano(ask):
    rows = ["like,dislike"] * 15 + ["like,neutral"] * 20 + ["neutral,dislike"] * 10
    rows += ["neutral,neutral"] * 5
    text = "feature,functional,dysfunctional\n" + "".join(f"Export,{row}\n" for row in rows)
    feature = ask("kano", text)["features"][0]
    assert feature["counts"] == {"M": 10, "O": 15, "A": 20, "I": 5, "R": 0, "Q": 0}
    assert (feature["better"]["rate"], feature["worse"]["rate"]) == (0.7, -0.5)
    assert feature["worse"]["low"] < -0.5 < feature["worse"]["high"]
    assert (feature["category"], feature["n"], feature["too_few"]) == ("A", 50, False)


def test_segments_of_a_survey(ask):
    text = "segment,need,importance,satisfaction\nsmall,Speed,5,1\nlarge,Speed,1,5\nlarge,X,,3\n"
    whole = ask("opportunity", text)
    assert (whole["needs"][0]["n"], whole["left_out"][0]["line"]) == (2, 4)
    small = ask("opportunity", text, "--segment", "small", "--method", "olsen")
    assert (small["needs"][0]["score"], small["method"]) == (1, "olsen")
    assert small["needs"][0]["too_few"]


@pytest.mark.parametrize(
    ("command", "text", "words", "said"),
    [
        ("rank", TWO, (), "What would turn the order"),
        ("rank", "name,reach,impact,confidence,effort\nX,9,1,80%,0\n", (), "nothing is free"),
        ("rank", "name,box,effort\nA,must,7\n", ("--framework", "moscow"), "over 60 %"),
        ("kano", "feature,functional,dysfunctional\n[b]E,1,5\nF,9,9\n", (), "[b]E"),
        ("opportunity", "need,importance,satisfaction\nS,5,1\n", (), "(too few)"),
    ],
)
def test_tables_for_people(run, command, text, words, said):
    result = run(command, text, *words)
    assert result.exit_code == 0, result.output
    assert said in result.output


@pytest.mark.parametrize(
    ("command", "text", "words", "said"),
    [
        ("rank", TWO, ("--framework", "vibes"), "no such framework"),
        ("rank", "name,reach\n,5\n", (), "each row needs a name"),
        ("rank", "name,reach\nX,lots\n", (), "reach of 'X'"),
        ("rank", TWO, ("--draws", "3"), "number of draws"),
        ("rank", TWO, ("--framework", "scorecard", "--weights", "fit"), "weights are written"),
        ("rank", TWO + "A,1,1,1,1\n", (), "two candidates have one name"),
        ("rank", "name,box\nX,maybe\n", ("--framework", "moscow"), "no box of MoSCoW"),
        ("kano", "a,b\n1,2\n", (), "a survey has the columns"),
        ("rank", b"name\n\xff\xfe", (), "no CSV file in UTF-8"),
    ],
)  # fmt: skip
def test_faults_are_told_in_a_sentence(run, command, text, words, said):
    result = run(command, text, *words)
    assert result.exit_code == 1
    assert said in result.output


@pytest.fixture
def product(transactional_db):
    return make_product(make_people().alice, "Shop")


def shop(*words: str):
    result = CliRunner().invoke(group, [*words, "--product", "Shop"])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_scores_and_ranking_of_a_product(product):
    access = get_access(User.objects.get(email="alice@example.org"))
    for title in ("A", "B"):
        create_item(access, product, ItemDraft(title=title))
    said = shop("score", "#1", "reach=1000..4000/quarter", "impact=0.5|1|2", "confidence=80%",
                "effort=2..6", "--note", "interviews")  # fmt: skip
    assert "RICE: 461.9" in said
    made = json.loads(shop("score", "2", "reach=500..900/quarter", "impact=5", "confidence=80%",
                           "effort=1..2", "--json"))  # fmt: skip
    assert [each["rule"] for each in made["findings"]] == ["off-scale-impact"]
    answer = json.loads(shop("rank", "--json"))
    assert [row["title"] for row in answer["items"]] == ["B", "A"]
    assert (answer["product"], answer["simulated"]) == ("Shop", False)
    assert "! B: Impact is 5" in shop("rank")
    shop("score", "1", "box=must", "effort=3", "--framework", "moscow")
    assert "100%" in shop("rank", "--framework", "moscow")


def test_survey_of_a_product(product, tmp_path):
    file = tmp_path / "answers.csv"
    file.write_text("respondent,feature,functional,dysfunctional\nr1,Export,like,dislike\n")
    said = shop("survey", "Spring", "--create", "kano", "--add", str(file))
    assert "Export: O (n 1, too few)" in said
    again = json.loads(shop("survey", "Spring", "--add", str(file), "--json"))
    assert (again["added"], again["known"], again["features"][0]["n"]) == (0, 1, 1)


def test_a_file_or_a_product(run):
    result = CliRunner().invoke(group, ["rank"])
    assert result.exit_code == 1
    assert "Give either FILE or --product NAME." in result.output
