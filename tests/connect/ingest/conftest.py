"""A service that remembers what it was given, behind the real views."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from pilothouse.apps.analytics.services import events
from pilothouse.apps.analytics.services.events import Accepted
from pilothouse.kernel.errors import NotFoundError
from tests.connect.ingest.makers import KEY


@dataclass
class RememberingService:
    """Accepts each id once; raises ``trouble`` instead where there is any."""

    taken: dict[bytes, Any] = field(default_factory=dict)
    refusals: list[Any] = field(default_factory=list)
    links: list[Any] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)
    calls: int = 0

    def __call__(self, key, new_events, refusals, links, received_us):
        self.calls += 1
        if self.troubles:
            raise self.troubles.pop(0)
        if key != KEY:
            raise NotFoundError("no product takes events under this key.", value=key)
        accepted, duplicates = [], []
        for position, event in enumerate(new_events):
            (duplicates if event.id in self.taken else accepted).append(position)
            self.taken.setdefault(event.id, event)
        self.refusals += refusals
        self.links += links
        return Accepted(tuple(accepted), tuple(duplicates))


@pytest.fixture
def service(monkeypatch):
    remembering = RememberingService()
    monkeypatch.setattr(events, "accept_events", remembering)
    return remembering
