"""Commands on a product of the workspace. Whoever runs them owns the data folder's files."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from pilothouse.cli.analytics import Source
from pilothouse.cli.django import start_django
from pilothouse.cli.output import print_answer
from pilothouse.kernel.errors import ConflictError, NotFoundError, PilothouseError
from pilothouse.kernel.times import parse_zone

if TYPE_CHECKING:
    from pilothouse.apps.analytics.services.readings import Reading
    from pilothouse.apps.workspace.services.access import Access, ProductView
    from pilothouse.apps.workspace.services.jobs import JobView

POLL_S = 0.2


def find_product(name: str, data: Path | None) -> tuple[Access, ProductView]:
    """The product called ``name`` (or with that id) with its owner's access."""
    start_django(data)
    from pilothouse.apps.workspace.services.local import list_owner_accesses
    from pilothouse.apps.workspace.services.products import list_products

    known: list[str] = []
    for access in list_owner_accesses():
        for product in list_products(access, with_archived=True):
            if name in {product.name, product.public_id}:
                return access, product
            known.append(product.name)
    raise NotFoundError(
        "there is no such product.",
        value=name,
        remedy=f"There are: {', '.join(known)}." if known else "Create one in the browser first.",
    )


def open_product_source(name: str, data: Path | None, zone: str | None) -> Source:
    """A product's events, with its zone, week and clock."""
    _, product = find_product(name, data)
    from pilothouse.apps.analytics.services.answers import asked_at, open_log

    log = open_log(product)
    now_us, _ = asked_at(product, log)
    return Source(
        log=log,
        zone=parse_zone(zone or product.zone),
        week_start=product.week_start,
        as_of_us=now_us,
        origin={"source": {"product": product.name, "simulated": product.is_simulated}},
    )


def import_file(
    *,
    file: Path,
    product: str,
    mapping: BinaryIO | None,
    dry_run: bool,
    undo: bool,
    data: Path | None,
    as_json: bool,
) -> None:
    """Import ``file``, show what it would become, or take it out again."""
    access, view = find_product(product, data)
    if undo:
        _undo(access, view, file, as_json=as_json)
        return
    from pilothouse.apps.analytics.services import imports

    with file.open("rb") as stream:
        row = imports.receive_file(access, view, file.name, iter(lambda: stream.read(2**20), b""))
    if mapping is not None:
        row = imports.set_mapping(access, view, row.public_id, _read_json(mapping))
    if dry_run:
        _, seen = imports.look_at_import(view, row.public_id)
        imports.discard_import(access, view, row.public_id)
        answer = {"mapping": row.mapping, "rows": seen.rows, "warnings": seen.warnings}
        print_answer(answer, [f"{each}" for each in seen.rows], as_json=as_json)
        return
    job = imports.start_import(access, view, row.public_id)
    wait_for_job(access, job.public_id, "Importing", quiet=as_json)
    done = imports.get_import(view, row.public_id)
    counts = {
        "import": done.public_id,
        "rows": done.rows,
        "accepted": done.accepted,
        "duplicates": done.duplicates,
        "refused": done.refused,
        "refusals": done.refusals,
    }
    line = (
        f"{done.accepted:,} events from {done.rows:,} rows; "
        f"{done.duplicates:,} duplicates, {done.refused:,} refused."
    )
    print_answer(counts, [line], as_json=as_json)


def print_metrics(*, product: str, data: Path | None, as_json: bool) -> None:
    """What the metrics of a product say now."""
    _, view = find_product(product, data)
    from pilothouse.apps.analytics.services.metrics import list_metrics
    from pilothouse.apps.analytics.services.readings import read_metrics, to_reading_json

    readings = read_metrics(view, list_metrics(view))
    answer = {
        "product": view.name,
        "simulated": view.is_simulated,
        "readings": [to_reading_json(reading) for reading in readings],
    }
    print_answer(answer, [describe_reading(each) for each in readings], as_json=as_json)


def describe_reading(reading: Reading) -> str:
    """One metric in one line."""
    if reading.latest is None or reading.latest.value is None:
        return f"{reading.metric.name}: {reading.reason}"
    value = reading.latest.value
    shown = f"{value:.1%}" if reading.unit == "share" else f"{value:,.6g}"
    change = "" if reading.change is None else f", {reading.change:+.1%} to usual"
    return (
        f"{reading.metric.name}: {shown} (n {reading.latest.n:,}) in the {reading.period} of "
        f"{reading.latest.period}{change}; {reading.verdict}: {reading.reason}"
    )


def wait_for_job(access: Access, job_id: str, label: str, *, quiet: bool) -> JobView:
    """Do the job here unless a server's worker has it; show progress; raise if it failed."""
    from pilothouse.apps.workspace.services.jobs import get_job
    from pilothouse.apps.workspace.services.worker import Worker

    worker = Worker("command")
    worker.start()
    try:
        with click.progressbar(length=100, label=label, hidden=quiet) as bar:
            while not (job := get_job(access, job_id)).is_over:
                bar.update(int(100 * (job.share or 0)) - bar.pos)
                time.sleep(POLL_S)
            bar.update(100 - bar.pos)
    finally:
        worker.stop()
    if job.state != "done":
        raise ConflictError(f"the job {job.state}: {job.message}", value=job.title)
    return job


def _undo(access: Access, product: ProductView, file: Path, *, as_json: bool) -> None:
    from pilothouse.apps.analytics.services import imports

    for row in imports.list_imports(product):
        if row.file_name == file.name and row.state == "done":
            imports.undo_import(access, product, row.public_id)
            answer = {"import": row.public_id, "undone": row.accepted}
            print_answer(answer, [f"{row.accepted:,} events are out again."], as_json=as_json)
            return
    raise NotFoundError("no finished import of this file.", value=file.name)


def _read_json(file: BinaryIO) -> dict[str, Any]:
    import orjson

    try:
        mapping: dict[str, Any] = orjson.loads(file.read())
    except orjson.JSONDecodeError as error:
        raise PilothouseError(f"the mapping is not JSON: {error}.") from error
    return mapping
