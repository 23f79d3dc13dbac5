"""Background work: handing it in, watching, cancelling and retrying it.

States: queued -> running -> done | failed | cancelled. A worker holds a running job by a lease of
60 seconds that it keeps renewing; a job whose worker died is taken up again by another, three times
at most. So a handler must be able to begin anew: what it did before must not count twice.

An app says what it can do in its ``AppConfig.ready``, without importing anything heavy there::

    def ready(self):
        from pilothouse.apps.workspace.services.jobs import register_handler

        register_handler("events.import", run_import)

    def run_import(context):
        from pilothouse.apps.analytics.services.imports import run_import as run
        return run(context)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.workspace.models import Job, JobState, Role
from pilothouse.apps.workspace.services.access import (
    Access,
    ProductView,
    get_access,
    to_product_view,
)
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import (
    ConflictError,
    InvalidValueError,
    NotFoundError,
    PilothouseError,
)
from pilothouse.kernel.ids import clean_text

MAX_TITLE = 200
OPEN_STATES = (JobState.QUEUED, JobState.RUNNING)


class JobCancelledError(PilothouseError):
    """Somebody cancelled the job; a handler lets this pass after tidying up."""

    code = "cancelled"


class LeaseLostError(Exception):
    """Another worker has taken the job, because this one seemed to be dead.

    A handler lets this pass and undoes nothing: what it began belongs to the other one now.
    """


class WorkerStoppingError(Exception):
    """The worker is asked to stop; the job goes back into the queue and begins anew."""


class JobContext(Protocol):
    """What a handler is given."""

    @property
    def job_id(self) -> str:
        """The job's public id."""
        ...

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What was handed in with the job."""
        ...

    @property
    def attempt(self) -> int:
        """1, or more when an earlier worker died over this job."""
        ...

    @property
    def is_cancel_wanted(self) -> bool:
        """Whether to stop; for handlers that cannot let an error pass."""
        ...

    def progress(self, done: int, total: int, *, unit: str = "steps", message: str = "") -> None:
        """Say how far the work is; cheap enough for every row (written 3 times a second at most).

        Call it outside your own transactions, or nobody sees it before they end.
        Raises ``JobCancelledError`` when somebody cancelled the job, and ``WorkerStoppingError`` or
        ``LeaseLostError`` when this worker is to leave it.
        """
        ...


Handler = Callable[[JobContext], dict[str, Any]]

_handlers: dict[str, Handler] = {}
# Wakes this process's worker at once; those of other processes look every second.
work_arrived = Event()


@dataclass(frozen=True)
class JobView:
    """A job as the screens show it; ``id`` is for rows that belong to it."""

    id: int
    public_id: str
    kind: str
    title: str
    state: JobState
    message: str
    done: int
    total: int
    unit: str
    attempts: int
    is_cancel_wanted: bool
    result: Mapping[str, Any]
    product_id: int | None
    user_id: int | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def is_over(self) -> bool:
        return self.state not in OPEN_STATES

    @property
    def share(self) -> float | None:
        """How much is done, 0 to 1; None while nobody knows."""
        return min(1.0, self.done / self.total) if self.total else None


def register_handler(kind: str, handler: Handler) -> None:
    """Say which function does the jobs of a kind; it gives the job's result as JSON values."""
    _handlers[kind] = handler


def find_handler(kind: str) -> Handler:
    """The function for jobs of ``kind``."""
    handler = _handlers.get(kind)
    if handler is None:
        raise InvalidValueError("this version does no jobs of this kind.", value=kind)
    return handler


def enqueue(
    access: Access,
    kind: str,
    title: str,
    arguments: Mapping[str, Any],
    *,
    product: ProductView | None = None,
) -> JobView:
    """Hand in a job; it starts when the transaction around this call has ended."""
    access.require(Role.EDITOR, to="starting a job")
    find_handler(kind)
    if product is not None and product.workspace_id != access.workspace_id:
        raise NotFoundError("there is no such product here.", value=product.public_id)
    job = Job.objects.create(
        workspace_id=access.workspace_id,
        product_id=product.id if product else None,
        user_id=access.user_id,
        kind=kind,
        title=clean_text(title)[:MAX_TITLE],
        arguments=dict(arguments),
    )
    transaction.on_commit(work_arrived.set)
    return to_job_view(job)


def get_job(access: Access, public_id: str) -> JobView:
    """A job of this workspace by its public id."""
    return to_job_view(_get(access, public_id))


def list_jobs(access: Access, limit: int = 50) -> list[JobView]:
    """The jobs of this workspace, the newest first."""
    jobs = Job.objects.filter(workspace_id=access.workspace_id).order_by("-created_at", "-pk")
    return [to_job_view(job) for job in jobs[:limit]]


def cancel_job(access: Access, public_id: str) -> JobView:
    """Stop a job: at once when it waits, at its next step when it runs."""
    access.require(Role.EDITOR, to="cancelling a job")
    with transaction.atomic():
        job = _get(access, public_id, is_locked=True)
        if job.state == JobState.QUEUED:
            job.state, job.ended_at = JobState.CANCELLED, timezone.now()
        elif job.state != JobState.RUNNING:
            raise ConflictError(f"this job is {job.state} already.", value=job.title)
        job.is_cancel_wanted = True
        job.save(update_fields=["state", "ended_at", "is_cancel_wanted"])
        record_act(access, "job.cancelled", "job", public_id, {"kind": job.kind})
    return to_job_view(job)


def retry_job(access: Access, public_id: str) -> JobView:
    """Queue a job again that failed or was cancelled."""
    access.require(Role.EDITOR, to="retrying a job")
    with transaction.atomic():
        job = _get(access, public_id, is_locked=True)
        if job.state not in (JobState.FAILED, JobState.CANCELLED):
            raise ConflictError(
                f"only a failed or cancelled job can be retried; this one is {job.state}.",
                value=job.title,
            )
        find_handler(job.kind)
        fresh: dict[str, Any] = {
            "state": JobState.QUEUED, "message": "", "done": 0, "total": 0, "attempts": 0,
            "is_cancel_wanted": False, "leased_by": "", "leased_until": None, "not_before": None,
            "started_at": None, "ended_at": None, "result": {},
        }  # fmt: skip
        for name, value in fresh.items():
            setattr(job, name, value)
        job.save(update_fields=list(fresh))
        record_act(access, "job.retried", "job", public_id, {"kind": job.kind})
    transaction.on_commit(work_arrived.set)
    return to_job_view(job)


def who_asked(context: JobContext) -> tuple[Access, ProductView]:
    """The access that whoever handed the job in has now, and the job's product.

    Raises ``NotFoundError`` when that person is no member any more.
    """
    job = Job.objects.select_related("user", "product").get(public_id=context.job_id)
    if job.user is None or job.product is None:
        raise NotFoundError("whoever handed this job in is gone.", value=job.title)
    return get_access(job.user, job.workspace_id), to_product_view(job.product)


def to_job_view(job: Job) -> JobView:
    """The row as the frozen value that crosses app borders."""
    return JobView(
        id=job.pk,
        public_id=job.public_id,
        kind=job.kind,
        title=job.title,
        state=JobState(job.state),
        message=job.message,
        done=job.done,
        total=job.total,
        unit=job.unit,
        attempts=job.attempts,
        is_cancel_wanted=job.is_cancel_wanted,
        result=job.result,
        product_id=job.product_id,
        user_id=job.user_id,
        created_at=job.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
    )


def _get(access: Access, public_id: str, *, is_locked: bool = False) -> Job:
    jobs = Job.objects.select_for_update() if is_locked else Job.objects.all()
    job = jobs.filter(workspace_id=access.workspace_id, public_id=public_id).first()
    if job is None:
        raise NotFoundError("there is no such job here.", value=public_id)
    return job
