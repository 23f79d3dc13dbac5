"""Taking events in: durable before the answer, each id once, every refusal counted.

For each request: sent = accepted + duplicates + refused. All three are counted in the transaction
that stores the events, so the sums on the sources page are exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from threading import Lock
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models import F

from pilothouse.apps.analytics.models import (
    Delivery,
    Identity,
    InboxEvent,
    Refusal,
    Stream,
    WriteKey,
)
from pilothouse.apps.analytics.services.store import event_store, list_live_segments
from pilothouse.apps.analytics.services.streams import lock_stream
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.errors import NotFoundError
from pilothouse.kernel.times import from_us

_turn = Lock()

Scalar = str | float | bool | None


@dataclass(frozen=True)
class NewEvent:
    """An event that passed all rules."""

    id: bytes
    name: str
    actor: str
    time_us: int
    properties: Mapping[str, Scalar]


@dataclass(frozen=True)
class NewRefusal:
    """An event that broke a rule."""

    reason: str
    sentence: str
    example: str = ""


@dataclass(frozen=True)
class IdentityLink:
    """A client says that two ids are one person."""

    alias: str
    actor: str


@dataclass(frozen=True)
class Accepted:
    """Positions of the accepted and of the duplicate events among those handed in."""

    accepted: tuple[int, ...] = ()
    duplicates: tuple[int, ...] = ()


@dataclass(frozen=True)
class RefusalView:
    """Refusals for one reason on one day."""

    day: date
    reason: str
    sentence: str
    example: str
    count: int
    last_at: datetime


@dataclass(frozen=True)
class DeliveryView:
    """What clients sent: the sum of the three is what they sent."""

    accepted: int = 0
    duplicates: int = 0
    refused: int = 0
    refusals: tuple[RefusalView, ...] = field(default=())

    @property
    def sent(self) -> int:
        return self.accepted + self.duplicates + self.refused


def accept_events(
    key: str,
    events: Sequence[NewEvent],
    refusals: Sequence[NewRefusal],
    links: Sequence[IdentityLink],
    received_us: int,
) -> Accepted:
    """Store what a client sent under a write key; returns only when it would survive a crash."""
    stream_id = (
        WriteKey.objects.filter(key=key, revoked_at=None, stream__product__archived_at=None)
        .values_list("stream_id", flat=True)
        .first()
    )
    if stream_id is None:
        raise NotFoundError(
            "no product takes events under this key.",
            value=key,
            remedy="Copy the write key from the product's Sources page.",
        )
    ids = [event.id for event in events]
    with _turn_to_write(), transaction.atomic():
        stream = lock_stream(stream_id)
        known = _known_ids(stream, ids)
        accepted, duplicates = _split_new(ids, known)
        _insert_inbox(stream, [(ids[i], events[i]) for i in accepted])
        _link_identities(stream, links)
        outcome = Accepted(tuple(accepted), tuple(duplicates))
        _count(stream, outcome, refusals, received_us)
    return outcome


def _turn_to_write() -> AbstractContextManager[object]:
    """SQLite has a second writer sleep and try again; in a queue the longest waits are a third."""
    is_free = connection.vendor == "sqlite" and not connection.in_atomic_block
    return _turn if is_free else nullcontext()


def count_deliveries(product: ProductView, days: int, now: datetime) -> DeliveryView:
    """What clients sent in the last ``days`` days (UTC days), with refusals by reason."""
    since = (now.astimezone(timezone.utc) - timedelta(days=days - 1)).date()
    totals = Counter[str]()
    rows = Delivery.objects.filter(stream__product_id=product.id, day__gte=since)
    for accepted, duplicates, refused in rows.values_list("accepted", "duplicates", "refused"):
        totals.update(accepted=accepted, duplicates=duplicates, refused=refused)
    refusals = Refusal.objects.filter(stream__product_id=product.id, day__gte=since)
    return DeliveryView(
        totals["accepted"],
        totals["duplicates"],
        totals["refused"],
        tuple(_to_refusal_view(refusal) for refusal in refusals.order_by("-last_at")[:200]),
    )


def _known_ids(stream: Stream, ids: Sequence[bytes]) -> set[bytes]:
    if not ids:
        return set()
    rows = InboxEvent.objects.filter(stream=stream, event_id__in=list(ids))
    known = {bytes(value) for value in rows.values_list("event_id", flat=True)}
    segments = list_live_segments(stream.pk)
    if not segments:
        return known
    import numpy as np

    keys = np.frombuffer(b"".join(ids), dtype=np.uint8).reshape(len(ids), 16)
    packed = event_store(stream.pk).known(keys, segments)
    known.update(value for value, is_known in zip(ids, packed, strict=True) if is_known)
    return known


def _split_new(ids: Sequence[bytes], known: set[bytes]) -> tuple[list[int], list[int]]:
    accepted: list[int] = []
    duplicates: list[int] = []
    seen = set(known)
    for position, value in enumerate(ids):
        (duplicates if value in seen else accepted).append(position)
        seen.add(value)
    return accepted, duplicates


def _insert_inbox(stream: Stream, events: Sequence[tuple[bytes, NewEvent]]) -> None:
    if not events:
        return
    first = stream.next_sequence
    table = InboxEvent._meta.db_table
    rows: list[tuple[Any, ...]] = [
        (
            stream.pk,
            value,
            first + offset,
            event.name,
            event.actor,
            event.time_us,
            orjson.dumps(dict(event.properties)).decode(),
        )
        for offset, (value, event) in enumerate(events)
    ]
    # Plain SQL: the ORM's bulk insert costs three times as much on the hottest path there is.
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (stream_id, event_id, sequence, name, actor, time_us, properties)"  # noqa: S608
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            rows,
        )
    Stream.objects.filter(pk=stream.pk).update(next_sequence=first + len(events))


def _link_identities(stream: Stream, links: Sequence[IdentityLink]) -> None:
    for link in links:
        if link.alias != link.actor:
            # The first link of an alias holds: a later one would move history between people.
            Identity.objects.get_or_create(
                stream=stream, alias=link.alias, defaults={"actor": link.actor}
            )


def _count(
    stream: Stream, outcome: Accepted, refusals: Sequence[NewRefusal], received_us: int
) -> None:
    received = from_us(received_us)
    day = received.date()
    sums = {
        "accepted": len(outcome.accepted),
        "duplicates": len(outcome.duplicates),
        "refused": len(refusals),
    }
    added = {name: F(name) + count for name, count in sums.items()}
    # The stream is locked: nobody else begins this day meanwhile.
    if not Delivery.objects.filter(stream=stream, day=day).update(**added):
        Delivery.objects.create(stream=stream, day=day, **sums)
    counts = Counter(refusal.reason for refusal in refusals)
    latest = {refusal.reason: refusal for refusal in refusals}
    for reason, count in counts.items():
        refusal = latest[reason]
        Refusal.objects.get_or_create(
            stream=stream, day=day, reason=reason[:60],
            defaults={"sentence": refusal.sentence[:400], "last_at": received},
        )  # fmt: skip
        Refusal.objects.filter(stream=stream, day=day, reason=reason[:60]).update(
            count=F("count") + count,
            sentence=refusal.sentence[:400],
            example=refusal.example[:400],
            last_at=received,
        )


def _to_refusal_view(refusal: Refusal) -> RefusalView:
    return RefusalView(
        day=refusal.day,
        reason=refusal.reason,
        sentence=refusal.sentence,
        example=refusal.example,
        count=refusal.count,
        last_at=refusal.last_at,
    )
