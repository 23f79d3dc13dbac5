"""The roadmap's commands: forecasts from a history or a product, flow, promises."""

from __future__ import annotations

import json
from datetime import date, datetime, timezone
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pilothouse.apps.roadmap.services.promises import PromiseDraft, make_promise
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.cli.roadmap import group
from tests.apps.roadmap.delivery_rows import make_history
from tests.builders import make_people, make_product

NOW = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)


def run(*words: str) -> Result:
    return CliRunner().invoke(group, list(words))


def answer(*words: str) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def product(db: None) -> ProductView:
    alice = make_people().alice
    product = make_product(alice, "Shop", clock=NOW)
    make_history(alice, product, (3, 5, 2, 0, 4, 6))
    make_promise(alice, product, PromiseDraft("Reports", "Dana", date(2026, 11, 20)))
    return product


def test_the_worked_example_as_json():
    found = answer("forecast", "--history", "3,5,2,0,4,6", "--items", "12")
    assert [round(100 * p, 1) for p in found["by_week"][:6]] == [0, 2.8, 34.7, 68.2, 87.4, 95.7]
    assert (found["p50"], found["p70"], found["p85"], found["p95"]) == (4, 5, 5, 6)
    assert found["semantics"]["method"].startswith("exact convolution")


def test_how_many_as_json():
    found = answer("forecast", "--history", "3,5,2,0,4,6", "--weeks", "4")
    assert round(100 * found["at_least"]["9"], 1) == 88.3
    assert round(100 * found["at_least"]["10"], 1) == 83.0
    assert found["items_at"]["p85"] == 9


def test_for_people():
    text = run("forecast", "--history", "3,5,2", "--items", "12", "--weeks", "4").output
    assert "85%: by week" in text
    assert "or more:" in text
    assert "Too few: 3 weeks" in text


def test_less_capacity_and_a_later_start_make_it_later():
    plain = answer("forecast", "--history", "3,5,2,0,4,6", "--items", "12")
    less = answer(
        "forecast", "--history", "3,5,2,0,4,6", "--items", "12", "--capacity", "0.5",
        "--start", "2",
    )  # fmt: skip
    assert less["p85"] > plain["p85"] + 2


def test_a_product_answers_from_its_own_backlog(product: ProductView):
    found = answer("forecast", "--product", "Shop", "--items", "12", "--weeks", "4")
    assert found["history"] == [3, 5, 2, 0, 4, 6]
    assert found["p85"] == "2026-12-30"
    assert round(100 * found["at_least"]["9"], 1) == 88.3
    assert found["simulated"] is False
    text = run("forecast", "--product", "Shop", "--items", "12").output
    assert "85%: 2026-12-30" in text


def test_flow_and_promises_of_a_product(product: ProductView):
    flow = answer("flow", "--product", "Shop")
    assert flow["done"] == 20
    assert flow["cycle_time_days"]["n"] == 20
    assert "Stable" in flow["littles_law"]["verdict"] or "stable" in flow["littles_law"]["verdict"]
    assert flow["service_level"] in run("flow", "--product", "Shop").output
    (promise,) = answer("promises", "--product", "Shop")["promises"]
    assert (promise["what"], promise["to"], promise["late"]) == ("Reports", "Dana", True)
    assert "2026-11-20  late    Reports (to Dana)" in run("promises", "--product", "Shop").output


@pytest.mark.parametrize(
    "words",
    [
        ("forecast", "--items", "12"),
        ("forecast", "--history", "3,5", "--product", "Shop", "--items", "1"),
        ("forecast", "--history", "3,5"),
        ("forecast", "--history", "3,x", "--items", "12"),
        ("forecast", "--history", "3,5", "--items", "0"),
        ("forecast", "--history", "3,5", "--weeks", "9999999"),
        ("forecast", "--history", "3,5", "--items", "3", "--start", "9999999999"),
        ("forecast", "--history", "3,5", "--items", "3", "--capacity", "nan"),
    ],
)
def test_what_cannot_be_asked_is_told_in_a_sentence(words: tuple[str, ...]):
    result = run(*words)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")


def test_the_commands_of_the_plan_stand_beside():
    listed = run("--help").output
    for name in ("forecast", "flow", "promises", "plan", "export"):
        assert name in listed
