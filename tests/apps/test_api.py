"""The API as a program sees it: one shape of errors, whole answers, a description of itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.apps.test_access_matrix import OPERATIONS, list_operations
from tests.apps.worlds import MARK, World

pytestmark = pytest.mark.usefixtures("undone")


class Program:
    """A program with a token."""

    def __init__(self, token: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def ask(self, verb: str, path: str, body: Any = None) -> Any:
        return self.client.generic(
            verb, f"/api/v1/{path}", _bytes(body), content_type="application/json"
        )


def _bytes(body: Any) -> bytes:
    import orjson

    return b"" if body is None else orjson.dumps(body)


@pytest.fixture
def program(world: World) -> Program:
    return Program(world.tokens["owner"])


def test_it_describes_itself():
    answer = Client().get("/api/v1/openapi.json")
    description = answer.json()
    assert description["openapi"].startswith("3.1")
    described = {
        f"{verb.upper()} {path.removeprefix('/api/v1')}"
        for path, verbs in description["paths"].items()
        for verb in verbs
    }
    assert described == set(list_operations()) == set(OPERATIONS)


@pytest.mark.parametrize(
    ("verb", "path", "body", "status", "code"),
    [
        ("GET", "products/nosuchthing2", None, 404, "not-found"),
        ("POST", "products", {"name": ""}, 400, "invalid-value"),
        ("POST", "products", {"name": f"{MARK} product"}, 409, "conflict"),
        ("POST", "products", {"name": "N", "world": "simulated"}, 400, "invalid-value"),
        ("POST", "captures", {"text": "a", "due": "tomorrow"}, 400, "invalid-value"),
        ("POST", "captures", {}, 400, "invalid-value"),
        ("GET", "ledger?limit=0", None, 400, "invalid-value"),
        ("GET", "ledger?limit=many", None, 400, "invalid-value"),
        ("GET", "search", None, 400, "invalid-value"),
    ],
)
def test_errors_have_one_shape(program, verb, path, body, status, code):
    answer = program.ask(verb, path, body)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "value", "rule", "remedy"}
    assert error["code"] == code
    assert error["rule"] in error["message"]


def test_who_may_not_gets_the_same_shape(world):
    reader = Program(world.tokens["read-only"])
    answer = reader.ask("POST", "products", {"name": "N"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
    nobody = Program("ph_nobody").ask("GET", "me")
    assert nobody.status_code == 401
    assert "token" in nobody.json()["error"]["message"]


def test_an_unknown_address_is_json_too(program):
    answer = program.ask("GET", "nowhere")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not-found")


def test_a_product_comes_and_changes(program):
    made = program.ask("POST", "products", {"name": "New", "zone": "Europe/Berlin"}).json()
    assert (made["name"], made["world"], made["zone"]) == ("New", "real", "Europe/Berlin")
    assert not {"workspace_id", "public_id", "pk"} & set(made)
    changed = program.ask("PUT", f"products/{made['id']}", {"name": "Newer"}).json()
    assert changed["name"] == "Newer"
    assert program.ask("GET", f"products/{made['id']}").json() == changed
    assert changed in program.ask("GET", "products").json()["products"]


def test_a_metric_is_saved_read_changed_and_deleted(program, world):
    base = f"products/{world.product.public_id}/analytics"
    body = {"kind": "trend", "definition": {"event": "opened", "last": 7}, "name": "Opens"}
    metric = program.ask("POST", f"{base}/metrics", body).json()
    one = program.ask("GET", f"{base}/metrics/{metric['id']}").json()
    assert one["metric"] == metric
    assert one["answer"]["semantics"]["measure"] == "number of events"
    assert sum(p["value"] for p in one["answer"]["series"][0]["values"]) == 23
    readings = program.ask("GET", f"{base}/readings").json()
    assert readings["simulated"] is False
    assert metric["id"] in {each["metric"]["id"] for each in readings["readings"]}
    changed = program.ask(
        "PUT", f"{base}/metrics/{metric['id']}", body | {"definition": {"event": "paid"}}
    ).json()
    assert changed["definition_digest"] != metric["definition_digest"]
    assert program.ask("DELETE", f"{base}/metrics/{metric['id']}").status_code == 200
    assert program.ask("GET", f"{base}/metrics/{metric['id']}").status_code == 404


def test_rates_carry_n_and_interval(program, world):
    path = f"products/{world.product.public_id}/analytics/questions"
    funnel = {"steps": ["opened", "opened"], "immature": "include"}
    answer = program.ask("POST", path, {"kind": "funnel", "definition": funnel}).json()
    assert {"hits", "n", "share", "low", "high"} <= set(answer["steps"][1]["rate"])
    assert answer["semantics"]


def test_inventory_and_sources_add_up(program, world):
    base = f"products/{world.product.public_id}/analytics"
    inventory = program.ask("GET", f"{base}/inventory").json()
    assert inventory["rows"] == sum(each["count"] for each in inventory["events"]) == 23
    sources = program.ask("GET", f"{base}/sources").json()
    assert sources["sent"] == sources["accepted"] + sources["duplicates"] + sources["refused"]


def test_captures_ledger_and_search(program):
    made = program.ask("POST", "captures", {"text": "Ask Mira", "due": "2026-12-01"}).json()
    listed = program.ask("GET", "captures").json()["captures"]
    assert [each["text"] for each in listed if each["id"] == made["id"]] == ["Ask Mira"]
    acts = program.ask("GET", "ledger?limit=2").json()["acts"]
    assert acts[0]["kind"] == "capture.created"
    older = program.ask("GET", f"ledger?before={acts[-1]['sequence']}&limit=1").json()["acts"]
    assert older[0]["sequence"] == acts[-1]["sequence"] - 1
    assert program.ask("GET", "ledger/verification").json()["is_whole"] is True
    hits = program.ask("GET", "search?q=mira").json()["hits"]
    assert [hit["object_id"] for hit in hits] == [made["id"]]
