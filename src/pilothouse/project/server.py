"""The server of one computer: Waitress for the pages, a worker for what runs behind them.

How long a body may be is known from the first line of a request, before a byte of the body is
stored: 2 GB for a file to import, 25 MB for all else (ingest takes 20 MB, forms far less).
Waitress reads requests in one thread and hands only whole ones to its eight, so that a slow
sender occupies no thread; here one who is not done with the headers in time is also cut off.
"""

from __future__ import annotations

import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any, Protocol

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer, create_server

THREADS = 8
MAX_BODY_BYTES = 25 * 1024 * 1024
# A little above what the import takes, so that its own words reach the person.
MAX_UPLOAD_BYTES = 2 * 1024**3 + 1024**2
UPLOAD_PATH = re.compile(r"/p/[^/]+/analytics/imports/")
HEADER_TIME_S = 20.0
IDLE_TIME_S = 60
MAX_CONNECTIONS = 500
LOOK_EVERY_S = 0.25
STOP_TIME_S = 1.2

Application = Callable[..., Any]


class Background(Protocol):
    """What runs beside the server."""

    def start(self) -> None: ...

    def stop(self, timeout_s: float) -> None: ...


class _Limits:
    """Waitress's settings, with the limit of one request."""

    def __init__(self, settings: Any, max_request_body_size: int) -> None:
        self._settings = settings
        self.max_request_body_size = max_request_body_size

    def __getattr__(self, name: str) -> Any:
        return getattr(self._settings, name)


class _Parser(HTTPRequestParser):
    """Lowers the limit of the body as soon as the path is known."""

    adj: Any

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if not (self.command == "POST" and UPLOAD_PATH.fullmatch(self.path)):
            self.adj = _Limits(self.adj, MAX_BODY_BYTES)


class _Channel(HTTPChannel):
    """A connection that remembers since when it waits for the headers of a request."""

    parser_class = _Parser
    began = 0.0

    def received(self, data: bytes) -> bool:
        if self.request is None:
            self.began = time.time()
        return bool(super().received(data))

    def is_too_slow(self, now: float) -> bool:
        request = self.request
        return (
            request is not None
            and not request.headers_finished
            and now - self.began > HEADER_TIME_S
        )


def make_server(application: Application, listening: socket.socket) -> TcpWSGIServer:
    """A server on a socket that listens already."""
    server = create_server(
        application,
        sockets=[listening],
        threads=THREADS,
        ident=None,
        max_request_body_size=MAX_UPLOAD_BYTES,
        channel_timeout=IDLE_TIME_S,
        connection_limit=MAX_CONNECTIONS,
        cleanup_interval=5,
        asyncore_use_poll=True,
    )
    server.channel_class = _Channel
    return server


def serve(
    application: Application,
    listening: socket.socket,
    background: Background,
    on_ready: Callable[[], None],
) -> None:
    """Answer requests until Ctrl-C or SIGTERM, then stop within two seconds."""
    server = make_server(application, listening)
    with _until_signal() as stopping:
        background.start()
        on_ready()
        while not stopping.is_wanted:
            wasyncore.loop(timeout=LOOK_EVERY_S, use_poll=True, map=server._map, count=1)
            close_slow(server, time.time())
        background.stop(STOP_TIME_S / 2)
        server.task_dispatcher.shutdown(timeout=STOP_TIME_S / 2)
        # Once more, for the answers that were just finished.
        wasyncore.loop(timeout=0, use_poll=True, map=server._map, count=1)
        wasyncore.close_all(server._map)


def close_slow(server: TcpWSGIServer, now: float) -> None:
    """End the connections that trickle their headers."""
    for channel in server.active_channels.values():
        if channel.is_too_slow(now):
            channel.will_close = True


@dataclass
class _Stopping:
    """Whether somebody wants the server to stop. No ``Event``: its lock is not re-entrant, so a
    second signal that comes while the first is handled would wait for itself for ever.
    """

    is_wanted: bool = False


@contextmanager
def _until_signal() -> Iterator[_Stopping]:
    """What Ctrl-C and SIGTERM set while the block runs."""
    stopping = _Stopping()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        stopping.is_wanted = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
