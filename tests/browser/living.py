"""A live workspace for the browser: its own data folder, somebody logged in, a worker at work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.test import Client, override_settings

from pilothouse.apps.analytics.services.store import event_store
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.worker import Worker
from tests.builders import user_of


@contextmanager
def live_in(folder: Path) -> Iterator[None]:
    """Keep events and uploads in ``folder`` while the block runs."""
    event_store.cache_clear()
    with override_settings(CONFIGURATION=replace(settings.CONFIGURATION, data=folder)):
        yield
    event_store.cache_clear()


@contextmanager
def work() -> Iterator[None]:
    """Run the worker that the server would run."""
    worker = Worker("browser-test")
    worker.start()
    try:
        yield
    finally:
        worker.stop(timeout_s=10.0)
        connections.close_all()


def log_in(access: Access, url: str) -> list[dict[str, str]]:
    """The cookies of a session of whoever holds ``access``, for the server at ``url``."""
    client = Client()
    client.force_login(user_of(access))
    return [
        {"name": name, "value": cookie.value, "url": url} for name, cookie in client.cookies.items()
    ]


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that says nothing."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder as a web server would show it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
