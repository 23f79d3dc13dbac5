"""The real server in a process of its own, to be killed, and acts in other processes beside it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MAIN = "from pilothouse.cli.main import main; raise SystemExit(main())"
START_WITHIN_S = 40.0


def make_environment(folder: Path) -> dict[str, str]:
    """The variables for a process that works on ``folder`` alone."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PILOTHOUSE_", "DJANGO_")) and name != "DATABASE_URL"
    }
    return {
        **kept,
        "PILOTHOUSE_DATA": str(folder),
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }


def act(folder: Path, *words: str) -> Any:
    """What an act of ``tests.connect.inside`` gives, in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.connect.inside", *words],
        cwd=ROOT,
        env=make_environment(folder),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def find_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """``pilothouse start`` on a folder and a port, as a user runs it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = find_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.starts: list[float] = []
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        began = time.monotonic()
        words = ["start", "--data", str(self.folder), "--port", str(self.port)]
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", MAIN, *words, "--no-browser", "--demo", "none"],
                cwd=ROOT,
                env=make_environment(self.folder),
                stdout=log,
                stderr=log,
            )
        while not self._answers():
            assert self._process.poll() is None, self.read_log()
            assert time.monotonic() - began < START_WITHIN_S, self.read_log()
            time.sleep(0.02)
        self.starts.append(time.monotonic() - began)

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None
        assert self._process.poll() is None, self.read_log()
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)

    def stop(self) -> None:
        """End it in good order, if it runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(10)

    def read_log(self) -> str:
        """What it wrote."""
        return (self.folder.parent / f"{self.folder.name}.log").read_text()

    def get(self, path: str, **headers: str) -> bytes:
        """The body of an answer."""
        request = urllib.request.Request(self.url + path, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return bytes(answer.read())

    def _answers(self) -> bool:
        try:
            return b"pilothouse" in self.get("/health/")
        except OSError:
            return False
