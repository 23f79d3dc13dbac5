"""A real ``pilothouse start`` in a process of its own, and a visitor for it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

COMMAND = (sys.executable, "-c", "from pilothouse.cli.main import main; main()")
Answer = tuple[int, dict[str, str], str]
LINK = re.compile(r"http://127\.0\.0\.1:\d+/login/[\w\-]+/")


@dataclass
class Server:
    """A running start: where it listens, the link it printed, how long that took."""

    process: subprocess.Popen[str]
    port: int
    link: str
    lines: list[str]
    seconds: float

    def get(
        self, path: str, *, host: str = "", cookie: str = ""
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and body of one request; redirects are not followed."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Host": host or f"127.0.0.1:{self.port}", "Cookie": cookie}
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body

    def log_in(self) -> str:
        """Use the link; the cookie of the session."""
        status, headers, body = self.get(urlsplit(self.link).path)
        assert status == 302, body
        return headers["set-cookie"].split(";")[0]

    def stop(self, number: int) -> tuple[int, float]:
        """Send a signal; the exit code and the seconds until the end."""
        began = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(20)
        return code, time.monotonic() - began


def environment() -> dict[str, str]:
    """This process's, without what points to the data of the tests."""
    hidden = ("PILOTHOUSE_", "DJANGO_SETTINGS_MODULE", "DATABASE_URL")
    return {key: value for key, value in os.environ.items() if not key.startswith(hidden)}


def run_start(data: Path, port: int, *words: str) -> subprocess.CompletedProcess[str]:
    """A start that is expected to end by itself."""
    return subprocess.run(
        [*COMMAND, "--data", str(data), "--port", str(port), "--no-browser", *words],
        env=environment(), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@contextmanager
def running(data: Path, port: int, words: Sequence[str] = ("--demo", "none")) -> Iterator[Server]:
    """A server while the block runs; killed at its end if it is still there."""
    began = time.monotonic()
    process = subprocess.Popen(
        [*COMMAND, "--data", str(data), "--port", str(port), "--no-browser", *words],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        lines, link = _read_until_link(process)
        yield Server(process, port, link, lines, time.monotonic() - began)
    finally:
        process.kill()
        process.communicate()


def _read_until_link(process: subprocess.Popen[str]) -> tuple[list[str], str]:
    lines: list[str] = []
    assert process.stdout
    for line in process.stdout:
        lines.append(line)
        found = LINK.search(line)
        if found:
            return lines, found[0]
    raise AssertionError(f"the start ended with {process.wait(10)}: {''.join(lines)}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
