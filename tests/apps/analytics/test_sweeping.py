"""Files that no catalogue names are removed, but not under a question that still reads them."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from pilothouse.apps.analytics.models import Segment
from pilothouse.apps.analytics.services import packing
from pilothouse.apps.analytics.services.answers import open_log
from pilothouse.apps.analytics.services.packing import SWEEP_AFTER_S, pack_stream, sweep_files
from pilothouse.apps.analytics.services.store import event_store, list_live_segments
from pilothouse.apps.analytics.services.streams import create_write_key, get_stream
from pilothouse.apps.workspace.services.access import ProductView
from tests.builders import People
from tests.connect.inside import accept_batch


@pytest.fixture
def folder(people: People, product: ProductView, data_folder: Path, monkeypatch) -> Path:
    """Three batches of a client, packed one by one and then merged."""
    monkeypatch.setattr(packing, "COMPACT_AT", 3)
    key = create_write_key(people.alice, product, "Website").key
    stream = get_stream(product)
    for _ in range(3):
        accept_batch(key)
        pack_stream(stream.pk)
    return data_folder / "events" / str(stream.pk)


def _age(path: Path) -> None:
    past = time.time() - SWEEP_AFTER_S - 1
    os.utime(path, (past, past))


def test_a_question_that_began_before_a_merge_can_end(product, folder):
    live = {segment.name for segment in list_live_segments(get_stream(product).pk)}
    files = {path.name for path in folder.iterdir()}
    assert len(live) == 1
    assert len(files) == 4
    assert live < files


def test_left_over_files_go_after_a_while_and_live_ones_stay(product, folder):
    stream = get_stream(product)
    (folder / ".part-of-a-crash").write_bytes(b"half")
    for path in folder.iterdir():
        _age(path)
    assert sweep_files(stream.pk) == 4
    assert [path.name for path in folder.iterdir()] == list(
        Segment.objects.filter(stream=stream).values_list("name", flat=True)
    )
    assert open_log(product).rows == 75


def test_fresh_files_stay_as_their_line_may_come_yet(product, folder):
    stream = get_stream(product)
    batch = event_store(stream.pk).read(list_live_segments(stream.pk)).slice(0, 5)
    waiting = event_store(stream.pk).append(batch)
    assert sweep_files(stream.pk) == 0
    assert (folder / waiting.name).exists()
