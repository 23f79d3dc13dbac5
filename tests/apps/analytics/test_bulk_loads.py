"""Bulk loads: all at once or not at all, and each id once whatever happens meanwhile."""

from __future__ import annotations

import pyarrow as pa
import pytest
from django.db import transaction

from pilothouse.apps.analytics.models import EventImport, Segment
from pilothouse.apps.analytics.services import packing
from pilothouse.apps.analytics.services.answers import take_inventory
from pilothouse.apps.analytics.services.bulk import BulkLoad, load_batches, sweep_load
from pilothouse.apps.analytics.services.packing import pack_all, to_batch
from pilothouse.apps.analytics.services.store import event_store
from pilothouse.apps.analytics.services.streams import get_stream
from pilothouse.kernel.errors import ConflictError
from pilothouse.kernel.ids import event_id
from pilothouse.kernel.times import to_us
from tests.apps.makers import NOW, make_event, send
from tests.builders import make_product


def make_batch(ids: str) -> pa.Table:
    """A batch with one event for each character of ``ids``."""
    rows = [
        (None, event_id(each), place, "opened", "a1", to_us(NOW), "{}")
        for place, each in enumerate(ids)
    ]
    return to_batch(rows)


def publish(load):
    with transaction.atomic():
        load.publish()


def files_of(product):
    folder = event_store(get_stream(product).pk)._events_dir
    return sorted(path.name for path in folder.glob("*.parquet")) if folder.exists() else []


def test_nothing_is_visible_before_it_is_published(product):
    load = BulkLoad(get_stream(product).pk)
    load.write(make_batch("abc"))
    assert take_inventory(product).rows == 0
    publish(load)
    assert take_inventory(product).rows == 3


def test_duplicates_are_counted_wherever_they_lie(people, product):
    send(people.alice, product, [make_event("a")])
    load = BulkLoad(get_stream(product).pk)
    load.write(make_batch("abcb"))
    load.write(make_batch("cd"))
    publish(load)
    assert (load.accepted, load.duplicates) == (3, 3)
    assert take_inventory(product).rows == 4


def test_a_load_that_died_is_swept_with_its_files(people, product):
    stream = get_stream(product)
    source = EventImport.objects.create(stream=stream, file_name="f", file_digest="", upload="")
    BulkLoad(stream.pk, source.pk).write(make_batch("abc"))
    assert len(files_of(product)) == 1
    sweep_load(stream.pk, source.pk)
    assert not Segment.objects.exists()
    assert files_of(product) == []
    assert send(people.alice, product, [make_event("a")]).accepted == (0,)


def test_two_products_with_one_file_do_not_share_it(people, product):
    other = make_product(people.alice, "Other")
    stream = get_stream(product)
    source = EventImport.objects.create(stream=stream, file_name="f", file_digest="", upload="")
    BulkLoad(stream.pk, source.pk).write(make_batch("abc"))
    assert load_batches(other, [make_batch("abc")]) == 3
    sweep_load(stream.pk, source.pk)
    assert take_inventory(other).rows == 3


def test_an_id_that_came_in_meanwhile_stops_the_load(people, product):
    load = BulkLoad(get_stream(product).pk)
    load.write(make_batch("abc"))
    send(people.alice, product, [make_event("c")])
    with pytest.raises(ConflictError, match="meanwhile"):
        publish(load)
    assert take_inventory(product).rows == 1


def test_of_two_loads_of_the_same_events_one_goes_live(product):
    first, second = BulkLoad(get_stream(product).pk), BulkLoad(get_stream(product).pk)
    first.write(make_batch("abc"))
    second.write(make_batch("cde"))
    publish(first)
    with pytest.raises(ConflictError, match="meanwhile"):
        publish(second)
    assert take_inventory(product).rows == 3


def test_other_events_that_came_in_meanwhile_do_no_harm(people, product):
    load = BulkLoad(get_stream(product).pk)
    load.write(make_batch("abc"))
    send(people.alice, product, [make_event("x")])
    pack_all()
    send(people.alice, product, [make_event("y")])
    load.write(make_batch("dx"))
    publish(load)
    assert (load.accepted, load.duplicates) == (4, 1)
    assert take_inventory(product).rows == 6


def test_small_segments_may_be_merged_while_a_load_runs(people, product, monkeypatch):
    monkeypatch.setattr(packing, "COMPACT_AT", 6)
    for each in range(5):
        send(people.alice, product, [make_event(f"n{each}")])
        pack_all()
    load = BulkLoad(get_stream(product).pk)
    load.write(make_batch("a"))
    send(people.alice, product, [make_event("last")])
    pack_all()
    assert Segment.objects.filter(is_live=True).count() == 1
    event_store.cache_clear()
    load.write(make_batch("b"))
    publish(load)
    assert take_inventory(product).rows == 8


def test_a_load_whose_segments_were_swept_does_not_go_live(product):
    stream = get_stream(product)
    source = EventImport.objects.create(stream=stream, file_name="f", file_digest="", upload="")
    load = BulkLoad(stream.pk, source.pk)
    load.write(make_batch("abc"))
    sweep_load(stream.pk, source.pk)
    with pytest.raises(ConflictError, match="another worker"):
        publish(load)
