"""``pilothouse jobs``: what a person gets on the command line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pilothouse.cli.jobs import group
from tests.builders import People, make_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> People:
    return make_people()


def run(*words: str, **options: Any) -> Result:
    return CliRunner().invoke(group, list(words), **options)


def test_a_posting_is_saved_and_listed(people: People):
    assert run("postings").output == "No posting yet.\n"
    text = "Senior Product Manager\nYou own the checkout of our shop.\n"
    said = run("save", "-", "--company", "Acme", input=text)
    assert "The title says “senior”." in said.output
    listed = json.loads(run("postings", "--json").stdout)["postings"]
    assert [(each["title"], each["company"]) for each in listed] == [
        ("Senior Product Manager", "Acme")
    ]
    assert "senior" in run("postings").output
    assert json.loads(run("postings", "--person", "Charlie", "--json").stdout)["postings"] == []


def test_an_empty_file_is_refused_in_a_sentence(people: People):
    refused = run("save", "-", input="")
    assert (refused.exit_code, "20 to 50,000 characters" in refused.output) == (1, True)
