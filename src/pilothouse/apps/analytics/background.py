"""What the worker does for analytics: imports as jobs, packing at every tick.

The work itself is imported when it is due, so that a start stays quick.
"""

from __future__ import annotations

from typing import Any

from pilothouse.apps.workspace.services.jobs import JobContext, register_handler
from pilothouse.apps.workspace.services.worker import register_tick

IMPORT_KIND = "import-events"
# A question packs what is fresh by itself; this is for the time when nobody asks.
PACK_EVERY_S = 30.0
SWEEP_EVERY_S = 900.0


def register() -> None:
    """Tell the worker; called once at start."""
    register_handler(IMPORT_KIND, _run_import)
    register_tick(_pack, PACK_EVERY_S)
    register_tick(_sweep, SWEEP_EVERY_S)


def _run_import(job: JobContext) -> dict[str, Any]:
    from pilothouse.apps.analytics.services.imports import run_import

    return run_import(job)


def _pack() -> None:
    from pilothouse.apps.analytics.models import InboxEvent

    if InboxEvent.objects.exists():
        from pilothouse.apps.analytics.services.packing import pack_all

        pack_all()


def _sweep() -> None:
    from pilothouse.apps.analytics.models import Stream

    if Stream.objects.exists():
        from pilothouse.apps.analytics.services.packing import sweep_all

        sweep_all()
