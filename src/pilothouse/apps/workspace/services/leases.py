"""Holding a job: taking it, keeping it, ending it. Every write asks whether it is still held.

Each claim has a token of its own, so a worker that slept through its lease cannot write over the
one that took the job up after it.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from pilothouse.apps.workspace.models import Job, JobState
from pilothouse.apps.workspace.services.jobs import (
    JobCancelledError,
    LeaseLostError,
    WorkerStoppingError,
)

LEASE = timedelta(seconds=60)
RENEW_EVERY_S = 15.0
WRITE_EVERY_S = 0.3
MAX_ATTEMPTS = 3
GAVE_UP = (
    "This job was started three times and its worker stopped each time without a word."
    " Look at the server's log, then retry."
)


@dataclass
class Lease:
    """A held job; what its handler is given (``JobContext``)."""

    pk: int
    job_id: str
    kind: str
    arguments: dict[str, Any]
    attempt: int
    token: str
    stopping: Event
    is_lost: bool = False
    _last_write: float = field(default=float("-inf"))
    _latest: dict[str, Any] = field(default_factory=dict)

    @property
    def is_cancel_wanted(self) -> bool:
        return bool(self._held().filter(is_cancel_wanted=True).exists())

    def progress(self, done: int, total: int, *, unit: str = "steps", message: str = "") -> None:
        self._latest = {
            "done": max(0, int(done)),
            "total": max(0, int(total)),
            "unit": unit[:20],
            "message": message[:2000],
        }
        if self.stopping.is_set():
            raise WorkerStoppingError
        if time.monotonic() - self._last_write < WRITE_EVERY_S:
            return
        self.renew(**self._latest)
        if self.is_cancel_wanted:
            raise JobCancelledError("this job was cancelled.")

    def renew(self, **changes: Any) -> None:
        """Hold the job for another minute; raises ``LeaseLostError`` when it is no longer ours."""
        self._last_write = time.monotonic()
        if not self._held().update(leased_until=timezone.now() + LEASE, **changes):
            self.is_lost = True
        if self.is_lost:
            raise LeaseLostError

    def end(
        self, state: JobState, *, result: dict[str, Any] | None = None, message: str = ""
    ) -> None:
        """Write how the job ended, unless another worker holds it now."""
        last_words = {"message": message} if message else {}
        self._held().update(
            **{**self._latest, **last_words},
            state=state,
            result=result or {},
            ended_at=timezone.now(),
            leased_by="",
            leased_until=None,
        )

    def give_back(self) -> None:
        """Put the job back into the queue; this attempt does not count."""
        self._held().update(
            state=JobState.QUEUED, leased_by="", leased_until=None, attempts=self.attempt - 1
        )

    def _held(self) -> Any:
        return Job.objects.filter(pk=self.pk, leased_by=self.token, state=JobState.RUNNING)


def claim_job(worker_name: str, stopping: Event) -> Lease | None:
    """The oldest job that waits or whose worker died, or None."""
    # Looking first spares SQLite a write lock every second.
    while _claimable().exists():
        with transaction.atomic():
            job = _lock_next()
            if job is None:
                return None
            lease = _take(job, worker_name, stopping)
        if lease is not None:
            return lease
    return None


def _claimable() -> Any:
    now = timezone.now()
    waits = Q(state=JobState.QUEUED) & (Q(not_before=None) | Q(not_before__lte=now))
    died = Q(state=JobState.RUNNING, leased_until__lt=now)
    return Job.objects.filter(waits | died).order_by("created_at", "pk")


def _lock_next() -> Job | None:
    jobs = _claimable()
    if connection.features.has_select_for_update_skip_locked:
        jobs = jobs.select_for_update(skip_locked=True)
    job: Job | None = jobs.first()
    return job


def _take(job: Job, worker_name: str, stopping: Event) -> Lease | None:
    """Hold the locked ``job``, or end it when it was cancelled or died too often."""
    now = timezone.now()
    same = Job.objects.filter(pk=job.pk, state=job.state, leased_by=job.leased_by)
    if job.is_cancel_wanted:
        same.update(state=JobState.CANCELLED, ended_at=now, leased_by="", leased_until=None)
        return None
    if job.attempts >= MAX_ATTEMPTS:
        same.update(
            state=JobState.FAILED, message=GAVE_UP, ended_at=now, leased_by="", leased_until=None
        )
        return None
    token = f"{worker_name[:23]}:{secrets.token_hex(8)}"
    taken = same.update(
        state=JobState.RUNNING,
        leased_by=token,
        leased_until=now + LEASE,
        attempts=job.attempts + 1,
        started_at=job.started_at or now,
    )
    if not taken:
        return None
    return Lease(job.pk, job.public_id, job.kind, job.arguments, job.attempts + 1, token, stopping)
