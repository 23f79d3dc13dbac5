"""The one command, as a person meets it: a link that works once, clear words, a clean stop."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from pilothouse.cli import main
from pilothouse.kernel.errors import ConflictError
from tests.cli.servers import Server, environment, free_port, run_start, running

slow = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that leave it as it is."""
    with running(tmp_path_factory.mktemp("start") / "data", free_port()) as started:
        yield started


@slow
def test_the_link_lets_in_once(server: Server):
    cookie = server.log_in()
    assert cookie.startswith(f"pilothouse_{server.port}=")
    status, headers, _ = server.get("/", cookie=cookie)
    assert (status, headers["location"]) == (302, "/workspace/products/")
    status, headers, body = server.get("/workspace/products/", cookie=cookie)
    assert status == 200
    assert "server" not in headers
    assert "<main" in body
    again, _, words = server.get("/login/" + server.link.split("/login/")[1])
    assert again == 400
    assert "used already" in words


@slow
def test_without_the_link_there_is_nothing_to_see(server: Server):
    assert server.get("/workspace/products/")[0] == 302
    status, _, body = server.get("/health/")
    assert (status, json.loads(body)["name"]) == (200, "pilothouse")


@slow
@pytest.mark.parametrize("path", ["/health/", "/static/base.css", "/login/x/", "/batch"])
def test_an_unknown_host_gets_nothing(server: Server, path: str):
    assert server.get(path, host="evil.test")[0] == 400
    assert server.get(path, host="evil.test@127.0.0.1")[0] == 400


@slow
def test_only_this_computer_is_answered(server: Server):
    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None)}
    for address in addresses - {"127.0.0.1", "::1"}:
        if not address.startswith("127."):
            assert not _listens(str(address), server.port)


def _listens(address: str, port: int) -> bool:
    done = subprocess.run(
        ["bash", "-c", f"exec 3<>/dev/tcp/{address}/{port}"], capture_output=True, check=False
    )
    return done.returncode == 0


@slow
def test_a_body_beyond_the_limit_is_refused_before_it_is_sent(server: Server):
    for path, length, expected in (
        ("/login/", 26 * 1024**2, b"413"),
        ("/batch", 26 * 1024**2, b"413"),
        ("/p/x/analytics/imports/", 3 * 1024**3, b"413"),
    ):
        assert expected in _begin_post(server, path, length), path
    # A large file to import is waited for.
    assert _begin_post(server, "/p/x/analytics/imports/", 26 * 1024**2) == b""


def _begin_post(server: Server, path: str, length: int) -> bytes:
    """The first line of the answer to a request whose body is only announced."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=2) as connection:
        connection.sendall(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            f"Content-Length: {length}\r\n\r\n".encode()
        )
        try:
            return connection.recv(200).split(b"\r\n")[0]
        except TimeoutError:
            return b""


@slow
def test_slow_senders_hold_nobody_up(server: Server):
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
    try:
        for each in slow:
            each.sendall(b"GET / HTTP/1.1\r\nHost: ")
        began = time.monotonic()
        assert server.get("/health/")[0] == 200
        assert time.monotonic() - began < 2
    finally:
        for each in slow:
            each.close()


@slow
def test_a_second_start_names_the_first(server: Server, tmp_path: Path):
    done = run_start(tmp_path / "other", server.port)
    assert done.returncode == 1
    assert f"running already at http://127.0.0.1:{server.port}/" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


@slow
def test_two_servers_do_not_share_a_data_folder(tmp_path: Path):
    port = free_port()
    with running(tmp_path, port):
        done = run_start(tmp_path, free_port())
        assert done.returncode == 1
        assert f"another Pilothouse is working on this data folder at http://127.0.0.1:{port}/" in (
            done.stderr
        )


@slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_at_once_and_cleanly(tmp_path: Path, number: int):
    with running(tmp_path, free_port()) as server:
        server.get("/health/")
        code, seconds = server.stop(number)
        assert server.process.stdout
        assert "Stopped. Everything is saved." in server.process.stdout.read()
    assert code == 0
    # Two seconds are promised on a computer that has nothing else to do.
    assert seconds < 6
    with closing(sqlite3.connect(tmp_path / "workspace.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@slow
def test_pressing_ctrl_c_again_and_again_stops_it_too(tmp_path: Path):
    with running(tmp_path, free_port()) as server:
        for _ in range(200):
            server.process.send_signal(signal.SIGINT)
        code, _ = server.stop(signal.SIGTERM)
    # What comes after the clean end, while Python itself leaves, ends it as signals do.
    assert code in {0, -signal.SIGINT, -signal.SIGTERM, 130}


@slow
def test_after_a_kill_it_starts_again_on_the_same_workspace(
    tmp_path: Path, record_property: Callable[[str, object], None]
):
    port = free_port()
    with running(tmp_path, port) as first:
        cookie = first.log_in()
        first.stop(signal.SIGKILL)
    with running(tmp_path, port) as second:
        record_property("second_start_seconds", round(second.seconds, 2))
        assert second.get("/workspace/products/", cookie=cookie)[0] == 200
        assert not any("database is ready" in line for line in second.lines)


@slow
def test_a_newer_data_folder_is_left_untouched(tmp_path: Path):
    with running(tmp_path, free_port()) as server:
        server.stop(signal.SIGTERM)
    with closing(sqlite3.connect(tmp_path / "workspace.sqlite3")) as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('workspace', '0999_tomorrow', '2030-01-01')"
        )
        database.commit()
    before = _digests(tmp_path)
    done = run_start(tmp_path, free_port())
    assert done.returncode == 1
    assert "newer than" in done.stderr
    assert "Nothing was changed." in done.stderr
    assert _digests(tmp_path) == before


def _digests(folder: Path) -> dict[str, str]:
    """What is in the folder; the lock and SQLite's passing files are no data."""
    passing = ("-wal", "-shm", "server.lock")
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(passing)
    }


@slow
def test_an_upgrade_copies_the_database_first(tmp_path: Path):
    with running(tmp_path, free_port()) as server:
        server.stop(signal.SIGTERM)
    assert not (tmp_path / "before-upgrade").exists()
    _forget_last_migration(tmp_path / "workspace.sqlite3")
    done = run_start(tmp_path, free_port())
    # The table is there already, so the migration fails, and the copy comes back.
    assert done.returncode == 1
    assert "the upgrade to Pilothouse" in done.stderr
    assert "as it was before" in done.stderr
    (copy,) = (tmp_path / "before-upgrade").iterdir()
    with closing(sqlite3.connect(tmp_path / "workspace.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = database.execute("SELECT count(*) FROM django_migrations").fetchone()
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("SELECT count(*) FROM django_migrations").fetchone() == rows


def _forget_last_migration(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'today'")
        connection.commit()


@slow
def test_a_disk_too_small_is_told_before_anything_is_written(
    tmp_path: Path, needs_or_skips: Callable[[str], None]
):
    small = tmp_path / "small"
    small.mkdir()
    if os.name != "posix" or os.geteuid() != 0 or not _mount(small):
        needs_or_skips("only root may mount a small disk")
    try:
        done = run_start(small / "data", free_port())
        assert done.returncode == 1
        assert "MB left and Pilothouse wants 200 MB" in done.stderr
        assert "Traceback" not in done.stderr
        assert list((small / "data").iterdir()) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


def _mount(folder: Path) -> bool:
    words = ["mount", "-t", "tmpfs", "-o", "size=50m", "tmpfs", str(folder)]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


@slow
def test_the_script_works_through_a_symlink_from_anywhere(tmp_path: Path, root: Path):
    if not list((root / ".venv").glob(".installed-*")):
        pytest.skip("the environment was made neither by ./pilothouse nor by ./run")
    (tmp_path / "link").symlink_to(root / "pilothouse")
    done = subprocess.run(
        [tmp_path / "link", "--version"],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.startswith("Pilothouse ")


# The rest needs no server and is quick.


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Run the command in this process; its exit code."""
    for name in ("PILOTHOUSE_PORT", "PILOTHOUSE_DATA"):
        monkeypatch.setenv(name, os.environ.get(name, "8700"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return lambda *words: main.run(list(words))


def test_errors_are_one_sentence_and_one_shape(
    quick: Callable[..., int], capsys: pytest.CaptureFixture[str]
):
    assert quick("start", "--port", "80") == 1
    assert capsys.readouterr().err == ("Error: 80: a port is a whole number from 1024 to 65535.\n")
    assert quick("nonsense") == 2
    assert "No such command" in capsys.readouterr().err
    assert quick("--no-such-option") == 2


def test_json_is_asked_for_and_given_in_errors_too(
    quick: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    def fail(*_words: object, **_options: object) -> None:
        raise ConflictError("is taken.", value="x" * 300, remedy="Choose another.")

    monkeypatch.setattr(main.root, "main", fail)
    assert quick("where", "--json") == 1
    assert json.loads(capsys.readouterr().out) == {
        "error": {
            "code": "conflict",
            "message": f"{'x' * 79}…: is taken. Choose another.",
            "value": "x" * 200,
            "rule": "is taken.",
            "remedy": "Choose another.",
        }
    }


def test_where_tells_the_place_and_touches_nothing(
    quick: Callable[..., int], capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    assert quick("where", "--data", str(tmp_path / "new"), "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["data_folder"] == str(tmp_path / "new")
    assert facts["database"] == str(tmp_path / "new" / "workspace.sqlite3")
    assert facts["sqlite_version"] == sqlite3.sqlite_version
    assert facts["journal_mode"].startswith(("WAL", "DELETE"))
    assert not (tmp_path / "new").exists()


def test_help_names_every_command():
    text = CliRunner().invoke(main.root, ["--help"]).output
    for name in main.COMMANDS:
        assert f"\n  {name} " in text
        assert main.root.get_command(None, name) is not None  # type: ignore[arg-type]
