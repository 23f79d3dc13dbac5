"""The inside of an import's job: one pass over the file, one commit at its end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.analytics.models import EventImport, ImportState
from pilothouse.apps.analytics.services.bulk import BulkLoad
from pilothouse.stores.files import Refusals, from_json, read_batches

if TYPE_CHECKING:
    from pilothouse.apps.workspace.services.jobs import JobContext

EXAMPLES_KEPT = 100


def import_file(row: EventImport, path: Path, job: JobContext) -> None:
    """Read the whole file into segments, then make them live together with the counts."""
    load, refusals = BulkLoad(row.stream_id, row.pk), Refusals()
    batches = read_batches(
        path, from_json(row.mapping), namespace=f"product-{row.stream.product_id}"
    )
    for batch in batches:
        refusals.merge(batch.refusals)
        load.write(batch.table)
        job.progress(batch.bytes_done, batch.bytes_total, unit="bytes", message="Reading the file")
    with transaction.atomic():
        load.publish()
        EventImport.objects.filter(pk=row.pk).update(
            state=ImportState.DONE,
            ended_at=timezone.now(),
            rows=load.accepted + load.duplicates + refusals.total,
            accepted=load.accepted,
            duplicates=load.duplicates,
            refused=refusals.total,
            refusals=_describe(refusals),
        )


def _describe(refusals: Refusals) -> list[dict[str, Any]]:
    """Refusals by reason with their first examples, as plain JSON."""
    return [
        {
            "reason": reason,
            "count": count,
            "examples": [
                {"line": each.line, "value": each.value}
                for each in refusals.examples[:EXAMPLES_KEPT]
                if each.reason == reason
            ],
        }
        for reason, count in refusals.counts.most_common()
    ]
