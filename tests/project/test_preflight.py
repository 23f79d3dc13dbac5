"""What keeps a server from starting, each told in words that name the way out."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pilothouse.kernel.errors import ConflictError, UnavailableError
from pilothouse.project import preflight


def test_a_new_data_folder_is_for_its_owner_alone(tmp_path: Path):
    folder = tmp_path / "a" / "b"
    preflight.prepare_data_folder(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert list(folder.iterdir()) == []


def test_a_file_is_no_data_folder(tmp_path: Path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(UnavailableError, match="a file, not a folder") as caught:
        preflight.prepare_data_folder(tmp_path / "taken")
    assert "--data DIR" in caught.value.remedy


def test_below_the_reserve_nothing_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    usage = type("Usage", (), {"free": preflight.DISK_RESERVE_BYTES - 1})
    monkeypatch.setattr(preflight.shutil, "disk_usage", lambda _folder: usage)
    with pytest.raises(UnavailableError, match="200 MB left and Pilothouse wants 200 MB"):
        preflight.check_disk(tmp_path)
    usage.free += 1
    preflight.check_disk(tmp_path)


def test_a_taken_port_is_named_and_another_proposed():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        other.settimeout(0)
        port = other.getsockname()[1]
        with pytest.raises(UnavailableError, match=f"port {port}: another program") as caught:
            preflight.take_port(port)
    proposed = int(caught.value.remedy.split()[-1])
    assert proposed != port
    preflight.take_port(proposed).close()


def test_a_port_can_be_taken_again_at_once():
    first = preflight.take_port(_free_port())
    port = first.getsockname()[1]
    with socket.create_connection(("127.0.0.1", port)):
        first.accept()[0].close()
    first.close()
    preflight.take_port(port).close()


HOLD = (
    "import sys; from pathlib import Path; from pilothouse.project.preflight import *\n"
    "with hold_data_folder(Path(sys.argv[1]), 8777):\n"
    "    print('held', flush=True); sys.stdin.read()\n"
)


def test_a_second_server_stays_off_a_folder_until_the_first_dies(tmp_path: Path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as first:  # fmt: skip
        assert first.stdout
        assert first.stdout.readline() == "held\n"
        with (
            pytest.raises(ConflictError, match=r"at http://127\.0\.0\.1:8777/"),
            preflight.hold_data_folder(tmp_path, 8778),
        ):
            pytest.fail("two held one folder")
        first.kill()
        first.wait(10)
    # Killed, so it took nothing back; the lock is free all the same.
    with preflight.hold_data_folder(tmp_path, 8778):
        assert (tmp_path / preflight.LOCK_NAME).read_text() == "8778"


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # Root may write everywhere, so the refusal itself is what is put in place.
    def refuse(*_arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(UnavailableError, match="cannot be written to"):
        preflight.prepare_data_folder(tmp_path)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
