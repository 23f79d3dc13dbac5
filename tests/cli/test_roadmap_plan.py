"""The commands of the best plan and of the roadmap's files."""

from __future__ import annotations

import json
from datetime import date, datetime, timezone

import pytest
from click.testing import CliRunner, Result

from pilothouse.apps.roadmap.services.bets import BetDraft, create_bet, get_bet
from pilothouse.apps.roadmap.services.teams import save_team, set_capacity
from pilothouse.cli.roadmap import group
from tests.builders import make_people, make_product

NOW = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)
Q4, Q1 = date(2026, 10, 1), date(2027, 1, 1)


def run(*words: str) -> Result:
    return CliRunner().invoke(group, list(words))


@pytest.fixture
def bets(db):
    """A cheap bet first, a dear one later; both fill a quarter."""
    alice = make_people().alice
    product = make_product(alice, "Shop", clock=NOW)
    team = save_team(alice, product, "Web")
    set_capacity(alice, product, {team.public_id: {Q4: 8.0, Q1: 8.0}})
    effort = {team.public_id: 8.0}
    drafts = (
        BetDraft("Cheap", quarter=Q4, value=1.0, efforts=effort),
        BetDraft("Dear", quarter=Q1, value=10.0, efforts=effort),
    )
    return product, [create_bet(alice, product, draft) for draft in drafts]


def test_the_best_plan_as_json_and_taken_over(bets):
    product, (_, dear) = bets
    words = ("plan", "--product", "Shop", "--quarters", "2", "--seconds", "1")
    result = run(*words, "--json", "--take-over")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["simulated"] is False
    answer = told["answer"]
    assert (answer["value"], answer["bound"], answer["gap"]) == (54, 54, 0)
    assert answer["own"] == {"value": 45, "violations": []}
    assert [bet["best_name"] for bet in answer["bets"]] == ["Q1 2027", "Q4 2026"]
    assert told["taken_over"]["moved"] == 2
    assert get_bet(product, dear.public_id).quarter == Q4


def test_the_best_plan_for_people_with_a_kept_bet(bets):
    _, (cheap, _) = bets
    words = ("plan", "--product", "Shop", "--quarters", "2", "--seconds", "1")
    text = run(*words).output
    assert "Gap         0.00 %" in text
    assert "Dear: Q1 2027 -> Q4 2026  costs 9" in text
    assert "->" not in run(*words, "--keep", cheap.public_id).output


def test_refusals_are_one_sentence(bets):
    result = run("plan", "--product", "Shop", "--quarters", "99")
    assert result.exit_code == 1
    assert "Error: 99 quarters: a plan takes 2 to 12 quarters." in result.output


def test_the_roadmap_as_a_file(bets, tmp_path):
    path = tmp_path / "roadmap.csv"
    result = run("export", str(path), "--product", "Shop", "--for", "sales", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["bytes"] == path.stat().st_size
    assert "Cheap" in path.read_text("utf-8-sig")
    unknown = run("export", str(tmp_path / "roadmap.exe"), "--product", "Shop")
    assert unknown.exit_code == 1
    assert "can be saved as" in unknown.output
    nowhere = run("export", str(tmp_path / "no" / "x.csv"), "--product", "Shop")
    assert "cannot be written" in nowhere.output
