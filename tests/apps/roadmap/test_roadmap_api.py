from __future__ import annotations

import pytest
from django.test import Client

from pilothouse.apps.workspace.services.login import create_token


@pytest.fixture
def call(alice, product):
    """Call an operation of the roadmap with a token of Alice's; gives status and body."""
    token = create_token(alice, "tests", is_read_only=False)
    client = Client(headers={"Authorization": f"Bearer {token}"})

    def call_it(verb: str, path: str = "", body=None):
        url = f"/api/v1/products/{product.public_id}/roadmap/{path}"
        answer = client.generic(
            verb, url, "" if body is None else _json(body), content_type="application/json"
        )
        return answer.status_code, answer.json()

    return call_it


def _json(body) -> str:
    import json

    return json.dumps(body)


def test_a_roadmap_is_made_by_program(call):
    _, team = call("POST", "teams", {"name": "Web"})
    _, changed = call(
        "PUT", f"teams/{team['id']}/capacity", {"quarters": {"2026-Q4": 10, "Q1 2027": None}}
    )
    assert changed == {"changed": 1}
    _, outcome = call("POST", "outcomes", {"title": "Teams stay", "due": "2027-03-01"})
    _, release = call("POST", "releases", {"name": "Winter"})
    _, one = call(
        "POST",
        "bets",
        {
            "title": "One",
            "quarter": "2026-Q4",
            "efforts": {team["id"]: 12},
            "confidence": 0.8,
            "outcome_id": outcome["id"],
            "release_id": release["id"],
        },
    )
    _, two = call("POST", "bets", {"title": "Two"})
    status, needing = call("PUT", f"bets/{one['id']}/needs/{two['id']}")
    assert (status, needing["needs"]) == (200, [two["id"]])
    _, whole = call("GET")
    assert whole["simulated"] is True
    assert [bet["title"] for bet in whole["bets"]] == ["One", "Two"]
    assert whole["teams"][0]["capacity"] == {"2026-10-01": 10.0}
    assert whole["overloads"] == ["Web in Q4 2026: 12 of 10 person-weeks, 2 too many"]
    assert whole["breaches"] == ["One (now) needs Two, which comes later (later)."]
    assert "halves" in whole["semantics"]["confidence"]


def test_moves_are_one_act_and_undone(call):
    ids = [call("POST", "bets", {"title": title})[1]["id"] for title in ("One", "Two")]
    _, moves = call("POST", "moves", {"quarters": dict.fromkeys(ids, "2027-Q1"), "label": "plan"})
    assert moves["moved"] == 2
    assert {bet["quarter"] for bet in call("GET")[1]["bets"]} == {"2027-01-01"}
    assert call("POST", f"moves/{moves['id']}/undo")[1]["moved"] == 2
    assert {bet["quarter"] for bet in call("GET")[1]["bets"]} == {None}


def test_a_bet_is_changed_and_deleted(call):
    _, bet = call("POST", "bets", {"title": "One"})
    _, changed = call("PUT", f"bets/{bet['id']}", {"title": "Uno", "quarter": "2027-Q1"})
    assert (changed["title"], bool(changed["move"])) == ("Uno", True)
    assert call("GET", f"bets/{bet['id']}")[1]["title"] == "Uno"
    assert call("DELETE", f"bets/{bet['id']}")[0] == 200
    assert call("GET", f"bets/{bet['id']}")[0] == 404


def test_a_release_goes_out(call):
    _, release = call("POST", "releases", {"name": "Winter", "planned_on": "2026-11-20"})
    path = f"releases/{release['id']}/released"
    assert call("PUT", path, {"released_on": "2026-11-22"})[1]["slip_days"] == 2
    assert call("PUT", path, {"released_on": "2027-11-22"})[0] == 400
    assert call("PUT", path, {})[1]["released_on"] is None


def test_audiences_are_told_and_outsiders_get_a_link(call, client):
    _, bet = call("POST", "bets", {"title": "One", "quarter": "2027-Q1"})
    path = f"bets/{bet['id']}/wordings/customers"
    assert call("PUT", path, {"title": "Uno", "text": "in Q2 2027"})[1]["findings"]
    assert call("GET", "audiences/customers")[1]["bets"][0]["title"] == "One"
    assert call("PUT", path, {"title": "Uno", "text": "in Q1 2027"})[1]["findings"] == []
    assert call("GET", "audiences/customers")[1]["bets"][0]["title"] == "Uno"
    assert call("GET", "audiences/everyone")[0] == 404
    _, share = call("POST", "shares", {"name": "Board", "days": 5})
    assert "Uno" in client.get(share["path"]).content.decode()
    token = share["path"].split("/")[-2]
    assert token not in str(call("GET", "shares")[1])
    assert call("DELETE", f"shares/{share['id']}")[1]["is_revoked"] is True
    assert client.get(share["path"]).status_code == 404


def test_a_team_is_renamed_and_deleted(call):
    _, team = call("POST", "teams", {"name": "Web"})
    assert call("PUT", f"teams/{team['id']}", {"name": "Site"})[1]["name"] == "Site"
    call("DELETE", f"teams/{team['id']}")
    assert call("GET")[1]["teams"] == []


def test_outcomes_are_told_with_their_metrics(call):
    call("POST", "outcomes", {"title": "Teams stay", "target": 3})
    told = call("GET", "outcomes")[1]["outcomes"][0]
    assert (told["title"], told["value"], told["is_met"]) == ("Teams stay", None, None)


def test_errors_have_one_shape(call):
    status, body = call("POST", "bets", {"title": ""})
    assert status == 400
    assert "1 to 200 characters" in body["error"]["message"]
    status, body = call("POST", "moves", {"quarters": {"222222222222": "soon"}})
    assert status == 400
    assert "2026-Q4" in body["error"]["message"]
