"""``pilothouse skills guide, faq, industries, start``."""

from __future__ import annotations

import json

import click
import pytest
from click.testing import CliRunner

from pilothouse.apps.workspace.services.products import list_products
from pilothouse.cli.output import TellingGroup
from pilothouse.cli.skills_guide import COMMANDS
from tests.builders import make_people

group = TellingGroup(commands={each.name or "": each for each in COMMANDS})


def run(*words: str) -> click.testing.Result:
    return CliRunner().invoke(group, words)


@pytest.fixture
def people(db):
    return make_people()


@pytest.mark.usefixtures("people")
def test_the_guide_is_listed_and_read_without_addresses():
    assert "A day in the life" in run("guide").output
    text = run("guide", "day").output
    assert "**The huddle.**" in text
    assert "page:" not in text
    assert json.loads(run("guide", "day", "--json").stdout)["group"] == "The day"
    assert "role, associate" in run("guide", "nosuch").output


@pytest.mark.usefixtures("people")
def test_questions_are_answered_from_the_owners_record():
    output = run("faq", "lucky").output
    assert "Your record: Your record holds no act about forecasts yet." in output
    assert run("faq", "zebra").output == "No question has these words.\n"
    assert json.loads(run("faq", "degree", "--json").stdout)["questions"][0]["key"] == "degree"


@pytest.mark.usefixtures("people")
def test_industries_are_listed_and_told():
    assert run("industries").output.count("\n") == 5
    assert "number needed to treat" in run("industries", "healthcare").output
    pack = json.loads(run("industries", "consumer", "--json").stdout)
    assert pack["metrics"][0]["events"] == ["unit_sold"]


def test_a_product_is_started(people):
    answer = json.loads(run("start", "education", "Evening classes", "--json").stdout)
    assert (answer["simulated"], answer["industry"]) == (False, "education")
    assert "Evening classes" in {product.name for product in list_products(people.alice)}
    assert "of this name already" in run("start", "education", "Evening classes").output
