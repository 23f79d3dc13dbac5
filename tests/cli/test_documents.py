"""``pilothouse documents lint`` on plain files, and the commands on a product's documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pilothouse.cli.documents import group

PRD = "# Goals\n\nMore.\n\n# Requirements\n\n- R1: Users see an easy list.\n- R1: Another.\n"


@pytest.fixture
def run():
    def call(*words: object, answer: str = ""):
        return CliRunner().invoke(group, [str(word) for word in words], input=answer)

    return call


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.md"
    path.write_text(PRD, "utf-8")
    return path


def test_a_file_is_linted_without_a_workspace(run, plan):
    result = run("lint", plan)
    assert result.exit_code == 1
    assert f"{plan}:8: error: “R1”: an id names one requirement." in result.output
    assert f"{plan}:1: warning:" in result.output
    assert f"{plan}: Metrics and events were not judged" in result.output


@pytest.mark.parametrize(("level", "code"), [("never", 0), ("error", 1), ("hint", 1)])
def test_how_grave_a_finding_must_be_to_fail(run, plan, level, code):
    assert run("lint", plan, "--fail-on", level).exit_code == code


def test_hints_alone_do_not_fail(run, tmp_path):
    path = tmp_path / "note.md"
    path.write_text("It is easy.")
    assert run("lint", path).exit_code == 0
    assert run("lint", path, "--fail-on", "hint").exit_code == 1


def test_findings_as_json(run, plan):
    result = run("lint", plan, "--json", "--fail-on", "never")
    (file,) = json.loads(result.stdout)["files"]
    assert (file["requirements"], file["stories"]) == (2, 0)
    rules = [(each["line"], each["rule"]) for each in file["findings"]]
    assert (8, "duplicate-requirement") in rules
    assert (7, "vague-words") in rules


def test_the_kind_comes_from_the_front_matter(run, tmp_path):
    path = tmp_path / "x.md"
    path.write_text("---\nkind: prd\n---\nWords.")
    assert "no-requirements" in run("lint", path).output
    assert "no-requirements" not in run("lint", path, "--kind", "note").output


def test_a_good_file_and_a_bad_one(run, tmp_path):
    good, bad = tmp_path / "good.md", tmp_path / "bad.md"
    good.write_text("Fine.")
    bad.write_bytes(b"\xff")
    assert "written in UTF-8" in run("lint", good, bad).output
    assert run("lint", tmp_path / "none.md").exit_code == 2


@pytest.fixture
def product(db):
    """A product that the commands find, in the test's own database."""
    from tests.builders import make_people, make_product

    return make_product(make_people().alice)


@pytest.mark.usefixtures("product")
def test_import_export_and_undo(run, plan, tmp_path, product):
    from pilothouse.apps.documents.services.documents import list_documents

    seen = run("import", plan, "--product", "Beacon", "--dry-run")
    assert seen.output.startswith("new        Goals")
    assert list_documents(product) == []
    done = json.loads(run("import", plan, "--product", "Beacon", "--json").stdout)
    (document,) = list_documents(product)
    out = tmp_path / "out.docx"
    arguments = (
        "export",
        document.public_id,
        "--product",
        "Beacon",
        "--form",
        "docx",
        "--out",
        out,
    )
    assert run(*arguments).exit_code == 0
    assert out.read_bytes().startswith(b"PK")
    assert "there already" in run(*arguments).output
    again = run("import", out, "--product", "Beacon", "--dry-run").output
    assert again.startswith("new        Goals")
    run("import", plan, "--product", "Beacon", "--undo", done["import"])
    assert list_documents(product) == []


def test_sync_asks_before_it_takes_files_in(run, tmp_path, product):
    from pilothouse.apps.documents.services.documents import list_documents

    vault = tmp_path / "vault"
    vault.mkdir()
    (vault / "New.md").write_text("Text.")
    sync = ("sync", "--product", "Beacon", "--folder", vault)
    assert "add            New.md  it is new here" in run(*sync, "--dry-run").output
    run(*sync, answer="n\n")
    assert list_documents(product) == []
    run(*sync, answer="y\n")
    assert [each.title for each in list_documents(product)] == ["New"]
    assert run(*sync).output == "Both are in step.\n"
    answer = json.loads(run(*sync, "--json").stdout)
    assert answer["done"]["same"] == 1
    assert run(*sync, "--write-missing", "--delete-missing").exit_code == 2


def test_a_sync_that_could_not_do_all_ends_with_a_fault(run, tmp_path, product, monkeypatch):
    vault = tmp_path / "vault"
    vault.mkdir()
    (vault / "New.md").write_text("Text.")

    def refuse(*_: object) -> None:
        raise PermissionError("read-only")

    with monkeypatch.context() as patched:
        patched.setattr("os.replace", refuse)
        result = run("sync", "--product", "Beacon", "--folder", vault, "--yes")
    assert result.exit_code != 0
