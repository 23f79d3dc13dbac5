"""A live workspace for the browser: its own data folder, somebody logged in, a worker at work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
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
