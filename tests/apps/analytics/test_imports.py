"""Imports through the worker: files, cancel, failure, a killed worker, undo."""

from __future__ import annotations

import json
from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.utils import timezone

from pilothouse.apps.analytics.models import EventImport, Segment
from pilothouse.apps.analytics.services import importing, imports, packing
from pilothouse.apps.analytics.services.answers import ask, take_inventory
from pilothouse.apps.analytics.services.bulk import BulkLoad
from pilothouse.apps.analytics.services.imports import (
    get_import,
    look_at_import,
    set_mapping,
    start_import,
    undo_import,
)
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.analytics.services.store import event_store, list_live_segments
from pilothouse.apps.analytics.services.streams import get_stream
from pilothouse.apps.workspace.models import Job, JobState, Role
from pilothouse.apps.workspace.services import jobs as job_services
from pilothouse.apps.workspace.services import uploads
from pilothouse.apps.workspace.services.jobs import cancel_job, get_job, retry_job
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.apps.workspace.services.worker import run_one
from pilothouse.kernel.errors import (
    ConflictError,
    DamagedError,
    ForbiddenError,
    InvalidValueError,
    NotFoundError,
    UnavailableError,
)
from tests.apps.analytics.test_bulk_loads import make_batch
from tests.apps.makers import CSV, make_event, make_import, send
from tests.builders import make_product

ROWS = [line.split(",") for line in CSV.splitlines()[1:]]


def as_jsonl() -> bytes:
    keys = CSV.splitlines()[0].split(",")
    lines = [dict(zip(keys, row, strict=True)) for row in ROWS]
    numbers = [{**line, "amount": float(line["amount"] or 0) or None} for line in lines]
    return "\n".join(json.dumps(line) for line in numbers).encode()


def as_parquet() -> bytes:
    keys = CSV.splitlines()[0].split(",")
    columns = {key: [row[place] for row in ROWS] for place, key in enumerate(keys)}
    columns["amount"] = [float(value) if value else None for value in columns["amount"]]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue().to_pybytes()


def run(access, product, row):
    """Start an import and let the worker do it."""
    job = start_import(access, product, row.public_id)
    assert run_one("tests")
    return get_import(product, row.public_id), get_job(access, job.public_id)


def state_of(product):
    """What an undo must bring back exactly: the inventory and the names of the segments."""
    inventory = take_inventory(product)
    segments = list_live_segments(get_stream(product).pk)
    return inventory, [segment.name for segment in segments]


@pytest.mark.parametrize(
    ("name", "body"),
    [("a.csv", CSV.encode()), ("a.jsonl", as_jsonl()), ("a.parquet", as_parquet())],
)
def test_each_kind_of_file_gives_the_same_events(people, product, name, body):
    row, job = run(people.alice, product, make_import(people.alice, product, body, name))
    assert (row.state, row.rows, row.accepted, row.duplicates, row.refused) == ("done", 5, 5, 0, 0)
    assert job.state == JobState.DONE
    assert job.result["accepted"] == 5
    inventory = take_inventory(product)
    assert {(e.name, e.count) for e in inventory.events} == {("signed up", 3), ("paid", 2)}
    assert (inventory.actors, inventory.properties) == (3, ("amount", "plan"))
    days = {"from": "2026-11-01", "to": "2026-11-30"}
    question = parse_question("trend", {"event": "paid", "measure": "sum:amount", **days})
    values = {p.period.day: p.value for p in ask(product, question).result.series[0].values}
    assert (values[3], values[9]) == (12.5, 20.0)


def test_nothing_is_seen_before_the_import_ends(people, product, monkeypatch):
    seen = []
    publish = BulkLoad.publish

    def look_then_publish(load):
        seen.append((load.accepted, take_inventory(product).rows))
        return publish(load)

    monkeypatch.setattr(BulkLoad, "publish", look_then_publish)
    run(people.alice, product, make_import(people.alice, product, CSV))
    assert seen == [(5, 0)]


def test_refused_rows_are_counted_with_line_and_reason(people, product):
    text = CSV + "u4,paid,not a time,pro,3\n,paid,2026-11-09T11:00:00Z,pro,3\n"
    row, _ = run(people.alice, product, make_import(people.alice, product, text))
    assert (row.rows, row.accepted, row.refused) == (7, 5, 2)
    assert sum(each["count"] for each in row.refusals) == 2
    lines = sorted(e["line"] for each in row.refusals for e in each["examples"])
    assert lines == [7, 8]


def test_the_same_file_again_is_all_duplicates(people, product):
    run(people.alice, product, make_import(people.alice, product, CSV))
    before = state_of(product)
    row, _ = run(people.alice, product, make_import(people.alice, product, CSV, "again.csv"))
    assert (row.accepted, row.duplicates) == (0, 5)
    assert state_of(product) == before


def test_undo_is_exact_and_the_file_can_run_again(people, product, monkeypatch):
    send(people.alice, product, [make_event("1"), make_event("2")])
    before = state_of(product)
    folder = event_store(get_stream(product).pk)._events_dir
    files = {path.name for path in folder.iterdir()}
    row, _ = run(people.alice, product, make_import(people.alice, product, CSV))
    after = state_of(product)
    assert after[0].rows == before[0].rows + 5
    assert undo_import(people.alice, product, row.public_id).state == "undone"
    assert state_of(product) == before
    # A question that runs may read the file a little longer; then it goes too.
    monkeypatch.setattr(packing, "SWEEP_AFTER_S", -1.0)
    assert packing.sweep_all() == 1
    assert {path.name for path in folder.iterdir()} == files
    again, _ = run(people.alice, product, get_import(product, row.public_id))
    assert (again.accepted, again.duplicates) == (5, 0)
    assert state_of(product)[0].rows == after[0].rows
    kinds = [act.kind for act in list_acts(people.alice, product_id=product.public_id)]
    assert kinds[:3] == ["import.started", "import.undone", "import.started"]


def test_only_a_finished_import_can_be_undone(people, product):
    row = make_import(people.alice, product, CSV)
    with pytest.raises(ConflictError, match="only a finished"):
        undo_import(people.alice, product, row.public_id)


def test_a_running_import_cannot_be_started_or_mapped(people, product):
    row = make_import(people.alice, product, CSV)
    start_import(people.alice, product, row.public_id)
    with pytest.raises(ConflictError, match="running or done"):
        start_import(people.alice, product, row.public_id)
    with pytest.raises(ConflictError, match="running or done"):
        set_mapping(people.alice, product, row.public_id, row.mapping)


def test_a_cancelled_import_leaves_nothing_behind(people, product, monkeypatch):
    before = state_of(product)
    row = make_import(people.alice, product, CSV)
    job = start_import(people.alice, product, row.public_id)
    read = importing.read_batches

    def cancel_after_the_first(*args, **kwargs):
        for batch in read(*args, chunk_rows=2, **kwargs):
            yield batch
            Job.objects.filter(public_id=job.public_id).update(is_cancel_wanted=True)
            monkeypatch.setattr("pilothouse.apps.workspace.services.leases.WRITE_EVERY_S", 0)

    monkeypatch.setattr(importing, "read_batches", cancel_after_the_first)
    assert run_one("tests")
    assert get_import(product, row.public_id).state == "cancelled"
    assert get_job(people.alice, job.public_id).state == JobState.CANCELLED
    assert state_of(product) == before
    assert not Segment.objects.exists()


def test_an_import_cancelled_before_it_began_can_be_started_again(people, product):
    row = make_import(people.alice, product, CSV)
    job = start_import(people.alice, product, row.public_id)
    cancel_job(people.alice, job.public_id)
    assert not run_one("tests")
    assert get_import(product, row.public_id).state == "cancelled"
    again, _ = run(people.alice, product, get_import(product, row.public_id))
    assert (again.state, again.accepted) == ("done", 5)


def test_a_failed_import_says_why_and_can_be_retried(people, product, monkeypatch):
    row = make_import(people.alice, product, CSV)

    def full(*_args, **_kwargs):
        raise UnavailableError("the disk is full.", remedy="Free some space.")

    with monkeypatch.context() as broken:
        broken.setattr(BulkLoad, "publish", full)
        row, job = run(people.alice, product, row)
    assert (row.state, job.state) == ("failed", JobState.FAILED)
    assert job.message == "the disk is full. Free some space."
    assert not Segment.objects.exists()
    retry_job(people.alice, job.public_id)
    assert run_one("tests")
    assert get_import(product, row.public_id).accepted == 5


def test_another_worker_takes_over_from_one_that_was_killed(people, product):
    row = make_import(people.alice, product, CSV)
    job = start_import(people.alice, product, row.public_id)
    # What kill -9 leaves: a lease, and segments that are not live.
    stale = BulkLoad(get_stream(product).pk, EventImport.objects.get().pk)
    stale.write(make_batch("abc"))
    Job.objects.filter(public_id=job.public_id).update(
        state=JobState.RUNNING, leased_by="dead:1", attempts=1,
        leased_until=timezone.now() - timedelta(seconds=1),
    )  # fmt: skip
    assert run_one("second")
    assert get_job(people.alice, job.public_id).state == JobState.DONE
    assert take_inventory(product).rows == 5
    assert Segment.objects.filter(is_live=False).count() == 0


def test_a_worker_that_lost_its_lease_leaves_the_others_segments_alone(
    people, product, monkeypatch
):
    row = make_import(people.alice, product, CSV)
    start_import(people.alice, product, row.public_id)

    def lose_lease(import_row, _path, _job):
        # Meanwhile the worker that took over has written a segment.
        BulkLoad(import_row.stream_id, import_row.pk).write(make_batch("abc"))
        raise job_services.LeaseLostError

    monkeypatch.setattr(imports, "import_file", lose_lease)
    assert run_one("slept")
    assert Segment.objects.filter(is_live=False).count() == 1
    assert get_import(product, row.public_id).state == "running"


def test_a_crash_between_commit_and_end_of_the_job_does_not_import_twice(people, product):
    _, job = run(people.alice, product, make_import(people.alice, product, CSV))
    Job.objects.filter(public_id=job.public_id).update(
        state=JobState.RUNNING, leased_until=timezone.now() - timedelta(seconds=1)
    )
    assert run_one("second")
    assert get_job(people.alice, job.public_id).result["accepted"] == 5
    assert take_inventory(product).rows == 5


def test_a_mapping_is_checked_kept_and_shown_in_the_preview(people, product):
    row = make_import(people.alice, product, CSV)
    changed = {**row.mapping, "event": {"constant": "row"}, "properties": []}
    set_mapping(people.alice, product, row.public_id, changed)
    guess, preview = look_at_import(product, row.public_id)
    assert guess.format == "csv"
    assert {each["event"] for each in preview.rows} == {"row"}
    with pytest.raises(InvalidValueError, match="no such field"):
        set_mapping(people.alice, product, row.public_id, {**changed, "extra": 1})


@pytest.mark.parametrize("body", [b"", b"\x00\x01\x02", b"PAR1nonsense", b"{" * 100])
def test_a_file_that_cannot_be_read_is_refused_and_not_kept(people, product, body, data_folder):
    with pytest.raises((InvalidValueError, DamagedError)):
        make_import(people.alice, product, body)
    assert not EventImport.objects.exists()
    assert not list((data_folder / "uploads").iterdir())


def test_a_file_name_is_only_a_name(people, product):
    assert make_import(people.alice, product, CSV, "../../etc/pa\x00sswd").file_name == "passwd"
    assert make_import(people.alice, product, CSV, "C:\\Users\\a\\b.csv").file_name == "b.csv"
    assert make_import(people.alice, product, CSV, "..").file_name in {"..", "events"}


def test_imports_are_for_editors_of_real_products(people, product):
    viewer = people.as_bob(Role.COMMENTER)
    row = make_import(people.alice, product, CSV)
    for act in (
        lambda: make_import(viewer, product, CSV),
        lambda: set_mapping(viewer, product, row.public_id, row.mapping),
        lambda: start_import(viewer, product, row.public_id),
        lambda: undo_import(viewer, product, row.public_id),
    ):
        with pytest.raises(ForbiddenError):
            act()
    other = make_product(people.alice, "Other")
    with pytest.raises(NotFoundError):
        get_import(other, row.public_id)


def test_a_missing_upload_is_told(people, product, data_folder):
    row = make_import(people.alice, product, CSV)
    for path in (data_folder / "uploads").iterdir():
        path.unlink()
    with pytest.raises(NotFoundError, match="gone"):
        look_at_import(product, row.public_id)
    after, job = run(people.alice, product, row)
    assert (after.state, job.state) == ("failed", JobState.FAILED)
    assert "Choose it again" in job.message


def test_no_more_than_two_gigabytes_are_taken(people, product, monkeypatch, data_folder):
    monkeypatch.setattr(imports, "MAX_UPLOAD_BYTES", 20)
    with pytest.raises(InvalidValueError, match="at most 2 GB"):
        make_import(people.alice, product, CSV)
    monkeypatch.setattr(imports, "MAX_UPLOAD_BYTES", 2000)
    monkeypatch.setattr(uploads, "DISK_RESERVE_BYTES", 10**18)
    with pytest.raises(UnavailableError, match="disk is nearly full"):
        make_import(people.alice, product, CSV)
    assert not list((data_folder / "uploads").iterdir())
