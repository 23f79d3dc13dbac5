"""``pilothouse jobs``: what a person gets on the command line."""

from __future__ import annotations

import json
from pathlib import Path
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


def test_the_way_of_an_application(people: People, tmp_path: Path):
    resume = tmp_path / "resume.pdf"
    resume.write_bytes(b"%PDF")
    said = run("apply", "Acme", "PM", "--on", "2026-01-05", "--resume", str(resume), "--json")
    made = json.loads(said.stdout)
    assert (made["resume"], made["standing"]["stage"]) == ("resume.pdf", "ghosted")
    said = run("move", made["id"], "screen", "--on", "2026-01-20").output
    assert "2026-02-19  ghosted (silence)" in said
    assert "no such application" in run("move", made["id"], "screen", "--person", "Charlie").output
    rows = run("history", "--csv").output.splitlines()
    assert rows[1].split(",")[5:8] == ["applied", "2026-01-05", "2026-01-20"]
    assert "applied" in run("history").output
    assert "Acme, PM" in run("applications").output
    assert "100% of 1" in run("funnel").output
    assert json.loads(run("funnel", "--json").stdout)["reached"]["screen"] == 1
    assert run("funnel", "--person", "Charlie").output == "Nothing sent yet.\n"
