"""What the kill tests do in processes of their own: ``python -m tests.connect.inside ACT ...``.

Each act prints one line of JSON; ``pack`` prints one for every batch and never ends.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BATCH = 25
EVENT_TIME_US = 1_790_000_000_000_000


def prepare() -> dict[str, str]:
    """A product with a write key and a token for the API, and a login link."""
    from pilothouse.apps.analytics.services.streams import create_write_key
    from pilothouse.apps.workspace.services.local import list_owner_accesses, make_local_login
    from pilothouse.apps.workspace.services.login import create_token
    from pilothouse.apps.workspace.services.products import ProductDraft, create_product

    access = list_owner_accesses()[0]
    product = create_product(access, ProductDraft(name="Beacon"))
    return {
        "product": product.public_id,
        "key": create_write_key(access, product, "Test").key,
        "token": create_token(access, "Test", is_read_only=True),
        "login": make_local_login()[1],
    }


def found() -> dict[str, str]:
    """The same in a folder that no server has seen."""
    from pilothouse.apps.workspace.services.database import migrate_database
    from pilothouse.apps.workspace.services.members import found_workspace

    migrate_database()
    found_workspace("Lighthouse", "Alice", "alice@example.org")
    return prepare()


def read_ids(product_id: str) -> list[str]:
    """The ids of all events of a product, in the inbox and in live segments."""
    from pilothouse.apps.analytics.models import InboxEvent, Stream
    from pilothouse.apps.analytics.services.store import event_store, list_live_segments

    stream = Stream.objects.get(product__public_id=product_id)
    waiting = InboxEvent.objects.filter(stream=stream).values_list("event_id", flat=True)
    packed = event_store(stream.pk).read(list_live_segments(stream.pk))["id"].to_pylist()
    return [bytes(value).hex() for value in [*waiting, *packed]]


def check_store(product_id: str) -> dict[str, Any]:
    """Digest and number of a product's sorted ids, its counts, and how its files stand."""
    from django.conf import settings

    from pilothouse.apps.analytics.models import Delivery, Segment, Stream
    from pilothouse.stores.segments import check_segment

    ids = sorted(read_ids(product_id))
    stream = Stream.objects.get(product__public_id=product_id)
    folder: Path = settings.CONFIGURATION.events_dir / str(stream.pk)
    live = list(Segment.objects.filter(stream=stream))
    for segment in live:
        check_segment(folder, segment)  # type: ignore[arg-type]
    sequences = _read_sequences(stream.pk)
    return {
        "rows": len(ids),
        "ids": len(set(ids)),
        "digest": hashlib.sha256("".join(ids).encode()).hexdigest(),
        "accepted": sum(Delivery.objects.filter(stream=stream).values_list("accepted", flat=True)),
        "segments": len(live),
        "not_live": sum(not segment.is_live for segment in live),
        "sequences_are_unique": len(sequences) == len(set(sequences)),
    }


def _read_sequences(stream_id: int) -> list[int]:
    from pilothouse.apps.analytics.models import InboxEvent
    from pilothouse.apps.analytics.services.store import event_store, list_live_segments

    waiting = InboxEvent.objects.filter(stream_id=stream_id).values_list("sequence", flat=True)
    packed = event_store(stream_id).read(list_live_segments(stream_id))["sequence"].to_pylist()
    return [*waiting, *packed]


def accept_batch(key: str) -> list[str]:
    """Accept a batch of new events; their ids."""
    from pilothouse.apps.analytics.services.events import NewEvent, accept_events

    ids = [uuid.uuid4() for _ in range(BATCH)]
    events = [
        NewEvent(each.bytes, "opened", f"actor {n}", EVENT_TIME_US + n, {"n": float(n)})
        for n, each in enumerate(ids)
    ]
    accept_events(key, events, [], [], EVENT_TIME_US)
    return [each.hex for each in ids]


def pack(key: str) -> Iterator[list[str]]:
    """Accept a batch, tell its ids, pack it, merge what is small, without end."""
    from pilothouse.apps.analytics.models import WriteKey
    from pilothouse.apps.analytics.services import packing

    # So small that most rounds end in a merge.
    packing.COMPACT_AT = 3
    stream_id = WriteKey.objects.get(key=key).stream_id
    while True:
        yield accept_batch(key)
        packing.pack_stream(stream_id)


def found_import(path: str) -> dict[str, str]:
    """A new workspace whose product has an import of a file waiting for a worker."""
    from pilothouse.apps.analytics.services.imports import receive_file, start_import
    from pilothouse.apps.workspace.services.access import get_product
    from pilothouse.apps.workspace.services.local import list_owner_accesses

    place = found()
    access = list_owner_accesses()[0]
    product = get_product(access, place["product"])
    row = receive_file(access, product, "events.csv", [Path(path).read_bytes()])
    return {**place, "job": start_import(access, product, row.public_id).public_id}


def import_whole(path: str) -> dict[str, Any]:
    """The state of the store after an import that nothing broke."""
    from pilothouse.apps.workspace.services.worker import run_one

    place = found_import(path)
    assert run_one("test")
    return {**check_store(place["product"]), "job": place["job"]}


def main() -> None:
    """Do the act that the command line names and print what it gives."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "pilothouse.project.settings"
    import django

    django.setup()
    act, *arguments = sys.argv[1:]
    answer = globals()[act](*arguments)
    for line in answer if isinstance(answer, Iterator) else [answer]:
        print(json.dumps(line), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
