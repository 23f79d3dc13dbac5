"""The workspace's commands: what they print for people and for programs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import connection

import pilothouse
from pilothouse.apps.workspace.models import Act
from pilothouse.apps.workspace.services import jobs
from pilothouse.apps.workspace.services.login import use_login_token
from pilothouse.cli.django import refuse_other_version
from pilothouse.cli.workspace import group
from pilothouse.kernel.errors import ConflictError
from tests.builders import People, make_people, make_product, user_of

SOURCE = Path(pilothouse.__file__).parent.parent


@pytest.fixture
def people(db: None) -> People:
    return make_people()


def run(*words: str) -> Result:
    return CliRunner().invoke(group, list(words))


def answer(*words: str) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def run_apart(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, on SQLite in ``data``."""
    own = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    environment = {key: value for key, value in os.environ.items() if key not in own}
    code = "from pilothouse.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "workspace", *words, "--data", str(data)],
        env={**environment, "PYTHONPATH": str(SOURCE)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_verify_tells_of_every_ledger(people: People) -> None:
    found = answer("verify")
    assert found["is_whole"] is True
    assert [(each["workspace"], each["acts"]) for each in found["workspaces"]] == [
        ("Lighthouse", 2),
        ("Elsewhere", 1),
    ]
    assert found["segments"] == {"checked": 0, "damaged": []}
    assert "SHA-256" in found["semantics"]["ledger"]
    assert "Lighthouse: 2 acts, the chain is whole" in run("verify").stdout


def test_verify_fails_on_a_broken_chain(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pilothouse.apps.workspace.services.ledger._hash_act", lambda act: "x")
    result = run("verify")
    assert result.exit_code == 1
    assert "Lighthouse: broken at act 1: its content is not what was hashed" in result.stdout


@pytest.mark.django_db(transaction=True)
def test_backup_writes_a_good_file(tmp_path: Path) -> None:
    make_people()
    path = tmp_path / "monday.zip"
    found = answer("backup", str(path))
    assert (found["path"], found["bytes"]) == (str(path), path.stat().st_size)
    again = run("backup", str(path))
    assert again.exit_code == 1
    assert again.stderr.endswith("there is a file of this name already.\n")


def test_restore_refuses_what_is_not_empty(people: People, tmp_path: Path) -> None:
    for word in ("restore", "import"):
        result = run(word, str(tmp_path / "nothing.zip"))
        assert result.exit_code == 1
        assert "no such file" in result.stderr


def test_export_gives_each_workspace_a_folder(people: People, tmp_path: Path) -> None:
    make_product(people.alice)
    exports = answer("export", str(tmp_path / "out"))["exports"]
    assert [(each["workspace"], each["files"]["products"]) for each in exports] == [
        ("Lighthouse", 1),
        ("Elsewhere", 0),
    ]
    assert (tmp_path / "out" / "workspace-1" / "ledger.jsonl").is_file()


def test_a_login_link_lets_in(people: People) -> None:
    found = answer("login-link")
    assert found["email"] == "alice@example.org"
    token = found["url"].split("/login/")[1].rstrip("/")
    assert use_login_token(token) == user_of(people.alice)
    assert (
        "bob@example.org: http://127.0.0.1:"
        in run("login-link", "--email", "bob@example.org").stdout
    )


def test_a_login_link_for_nobody_says_so(people: People) -> None:
    result = run("login-link", "--email", "dora@example.org")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "dora@example.org: there is no such person" in result.stderr


def test_members_are_listed(people: People) -> None:
    members = answer("members")["members"]
    assert [(each["name"], each["role"], each["workspace"]) for each in members] == [
        ("Alice", "owner", "Lighthouse"),
        ("Bob", "editor", "Lighthouse"),
        ("Charlie", "owner", "Elsewhere"),
    ]
    assert "charlie@example.org" in run("members").stdout


def test_jobs_are_done_and_listed(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_handlers", {"test": lambda context: {"ok": True}})
    jobs.enqueue(people.alice, "test", "A [red] job", {})
    assert answer("jobs")["jobs"][0]["state"] == "queued"
    assert run("worker", "--until-empty").stdout == "1 jobs ended\n"
    (job,) = answer("jobs")["jobs"]
    assert (job["state"], job["result"], job["title"]) == ("done", {"ok": True}, "A [red] job")
    assert "A [red] job" in run("jobs").stdout


@pytest.mark.parametrize("word", [*group.commands])
def test_every_command_has_an_example(word: str) -> None:
    result = run(word, "--help")
    assert f"Example: pilothouse workspace {word}" in result.stdout
    assert "--json" in result.stdout


def test_another_data_folder_in_one_process_is_refused(db: None, tmp_path: Path) -> None:
    result = run("members", "--data", str(tmp_path))
    assert "works on another data folder" in result.stderr


def forget_migration(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = %s", [name])


def test_an_older_database_is_refused(db: None) -> None:
    refuse_other_version()
    forget_migration("0002_search_and_ledger")
    with pytest.raises(ConflictError, match=r"not been migrated .*Start \./pilothouse once"):
        refuse_other_version()


def test_a_newer_database_is_refused(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('workspace', '0999_future', '2030-01-01')"
        )
    with pytest.raises(ConflictError, match=r"workspace\.0999_future: .*newer version"):
        refuse_other_version()


def test_a_folder_without_a_workspace_stays_as_it_is(tmp_path: Path) -> None:
    done = run_apart(tmp_path / "nothing", "verify")
    assert done.returncode == 1
    assert "there is no such data folder" in done.stderr
    assert not (tmp_path / "nothing").exists()
    (tmp_path / "empty").mkdir()
    done = run_apart(tmp_path / "empty", "members", "--json")
    assert "there is no workspace here yet" in json.loads(done.stdout)["error"]["message"]
    assert not (tmp_path / "empty" / "workspace.sqlite3").exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_backup_is_restored_by_command(tmp_path: Path) -> None:
    make_people()
    count = Act.objects.count()
    answer("backup", str(tmp_path / "b.zip"))
    new = tmp_path / "new"
    done = run_apart(new, "restore", str(tmp_path / "b.zip"))
    assert (done.returncode, "Restored into" in done.stdout) == (0, True), done.stderr
    found = json.loads(run_apart(new, "verify", "--json").stdout)
    assert sum(each["acts"] for each in found["workspaces"]) == count
    again = run_apart(new, "import", str(tmp_path / "b.zip"))
    assert (again.returncode, "empty workspace only" in again.stderr) == (1, True)


@pytest.mark.slow
def test_the_worker_stops_at_ctrl_c(tmp_path: Path) -> None:
    run_apart(tmp_path, "restore", "nothing.zip")  # makes the tables
    code = "from pilothouse.cli.workspace import group; group()"
    own = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    environment = {key: value for key, value in os.environ.items() if key not in own}
    running = subprocess.Popen(
        [sys.executable, "-u", "-c", code, "worker", "--data", str(tmp_path)],
        env={**environment, "PYTHONPATH": str(SOURCE)},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with running:
        try:
            assert running.stdout is not None
            assert "is at work" in running.stdout.readline()
            began = time.monotonic()
            running.send_signal(signal.SIGINT)
            assert running.wait(timeout=10) == 0
            assert time.monotonic() - began < 5
        finally:
            running.kill()
