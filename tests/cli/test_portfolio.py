"""``pilothouse portfolio``: what a person gets on the command line."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pilothouse.cli.portfolio import group
from tests.apps.portfolio.makers import NONE, published, reading, study, van
from tests.builders import People, make_people, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> People:
    return make_people()


def run(*words: str, **options: Any) -> Result:
    return CliRunner().invoke(group, list(words), **options)


def test_pieces_and_projects_are_listed(people: People):
    study(people.alice, reading(people.alice, make_product(people.alice)))
    van(people.alice)
    listed = json.loads(run("list", "--json").stdout)
    assert [each["title"] for each in listed["studies"]] == ["How Acme asked less"]
    assert [each["stage"] for each in listed["projects"]] == ["idea"]
    assert "draft      How Acme asked less" in run("list").output
    assert json.loads(run("list", "--person", "Charlie", "--json").stdout)["studies"] == []
    assert "no such owner" in run("list", "--person", "Nobody").output


def test_a_number_without_evidence_ends_with_1(people: People):
    act = reading(people.alice, None)
    sound = study(people.alice, act)
    bad = study(people.alice, act, sections=NONE | {"result": "It grew by 40 %."})
    assert run("check", sound.public_id).output == "It compiles: 1 claims with evidence.\n"
    refused = run("check", bad.public_id)
    assert (refused.exit_code, "40 %" in refused.output) == (1, True)
    answer = json.loads(run("check", bad.public_id, "--json").stdout)
    assert (answer["compiles"], answer["gaps"][0]["figure"]) == (False, "40 %")


def test_the_site_is_written_into_a_folder(people: People, tmp_path: Path):
    published(people.alice, reading(people.alice, None))
    out = tmp_path / "site"
    answer = json.loads(run("build", "--out", str(out), "--json").stdout)
    assert answer["files"] == sum(path.is_file() for path in out.rglob("*"))
    assert (out / "work" / "how-acme-asked-less.html").is_file()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine").write_text("mine")
    assert "holds something else" in run("build", "--out", str(tmp_path / "other")).output


def test_the_log_of_a_repository_is_read(people: People, tmp_path: Path):
    van(people.alice)
    for words in (
        ["init"],
        ["-c", "user.name=A", "-c", "user.email=a@b", "commit", "--allow-empty", "-m", "Begin"],
    ):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True, capture_output=True)
    command = ("git", "--project", "Van", "--repo", str(tmp_path))
    assert run(*command).output == "1 new commits.\n"
    assert json.loads(run(*command, "--json").stdout) == {"new": 0}
    assert "no such side project" in run("git", "--project", "x", "--repo", str(tmp_path)).output
