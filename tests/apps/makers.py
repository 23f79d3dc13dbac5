"""Events, files and browsers for the tests of pages and services."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from pilothouse.apps.analytics.services.events import Accepted, NewEvent, accept_events
from pilothouse.apps.analytics.services.imports import ImportView, receive_file
from pilothouse.apps.analytics.services.streams import create_write_key, list_write_keys
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.ids import event_id
from pilothouse.kernel.times import to_us
from tests.builders import user_of

UTC = timezone.utc
# A Monday, noon: no test here depends on the wall clock.
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def make_event(
    id_: str, name: str = "opened", actor: str = "a1", at: datetime = NOW, **properties: Any
) -> NewEvent:
    """One accepted event."""
    return NewEvent(event_id(id_), name, actor, to_us(at), properties)


def write_key_of(access: Access, product: ProductView) -> str:
    """The product's first write key, made when there is none."""
    keys = list_write_keys(product)
    return keys[0].key if keys else create_write_key(access, product, "website").key


def send(
    access: Access, product: ProductView, events: Sequence[NewEvent], *, at: datetime = NOW
) -> Accepted:
    """Events as a client would send them, in one request."""
    return accept_events(write_key_of(access, product), events, [], [], to_us(at))


def daily_events(
    counts: Iterable[int], *, last: datetime = NOW, name: str = "opened", prefix: str = "d"
) -> list[NewEvent]:
    """``counts[-1]`` events on the day of ``last``, those before on the days before."""
    numbers = list(counts)
    return [
        make_event(f"{prefix}{back}-{i}", name, f"a{i}", last - timedelta(days=back))
        for back, count in zip(range(len(numbers) - 1, -1, -1), numbers, strict=True)
        for i in range(count)
    ]


def make_import(
    access: Access, product: ProductView, text: str | bytes, name: str = "events.csv"
) -> ImportView:
    """A file taken in and looked at."""
    body = text.encode() if isinstance(text, str) else text
    return receive_file(access, product, name, [body])


def browser_of(access: Access, **options: Any) -> Client:
    """A browser in which the person of ``access`` is logged in.

    The session is written as a login leaves it; a login itself asks the database six times.
    """
    client, user, session = Client(**options), user_of(access), SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save(must_create=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


CSV = """user_id,event,timestamp,plan,amount
u1,signed up,2026-11-01T08:00:00Z,free,
u1,paid,2026-11-03T09:30:00Z,pro,12.5
u2,signed up,2026-11-02T10:00:00Z,free,
u3,signed up,2026-11-02T11:00:00Z,pro,
u3,paid,2026-11-09T11:00:00Z,pro,20
"""
