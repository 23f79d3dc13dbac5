"""The worker: does jobs and calls what has to be done regularly, each in a thread of its own.

The server runs one; ``pilothouse workspace worker`` runs another. A long job therefore never holds
up the packing of events.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Thread

from django.db import Error as DatabaseError
from django.db import close_old_connections, connections

from pilothouse.apps.workspace.models import JobState
from pilothouse.apps.workspace.services.jobs import (
    JobCancelledError,
    LeaseLostError,
    WorkerStoppingError,
    find_handler,
    work_arrived,
)
from pilothouse.apps.workspace.services.leases import RENEW_EVERY_S, Lease, claim_job
from pilothouse.kernel.errors import PilothouseError
from pilothouse.kernel.ids import new_public_id

LOG = logging.getLogger(__name__)
LOOK_EVERY_S = 1.0
MAX_BACKOFF_S = 30.0


@dataclass(frozen=True)
class Tick:
    """Something to be called every ``every_s`` seconds."""

    call: Callable[[], object]
    every_s: float


_ticks: list[Tick] = []


def register_tick(call: Callable[[], object], every_s: float) -> None:
    """Have every worker call something regularly; say it in ``AppConfig.ready``.

    Workers of several processes do so at the same time: ``call`` must bear that.
    """
    _ticks.append(Tick(call, every_s))


def run_one(worker_name: str, stopping: Event | None = None) -> bool:
    """Do the next job to its end; False when none waits."""
    lease = claim_job(worker_name, stopping or Event())
    if lease is None:
        return False
    over = Event()
    heartbeat = Thread(target=_keep_lease, args=(lease, over), name="heartbeat", daemon=True)
    heartbeat.start()
    try:
        _run(lease)
    finally:
        over.set()
        heartbeat.join(timeout=5)
    return True


class Worker:
    """Two daemon threads of this process: one for jobs, one for what is regular."""

    def __init__(self, name: str = "") -> None:
        self.name = name or f"worker-{os.getpid()}"
        self._stopping = Event()
        self._threads: list[Thread] = []

    def start(self) -> None:
        """Begin; a worker starts once."""
        self._threads = [
            Thread(target=self._loop, args=(self._do_job,), name=f"{self.name}-jobs", daemon=True),
            Thread(target=self._loop, args=(self._make_ticker(),), name=f"{self.name}-ticks",
                   daemon=True),
        ]  # fmt: skip
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        """Stop soon: a running job goes back into the queue at its next step."""
        self._stopping.set()
        work_arrived.set()
        end = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(timeout=max(0.0, end - time.monotonic()))

    def _do_job(self) -> float:
        """Do one job; the seconds until the next look."""
        return 0.0 if run_one(self.name, self._stopping) else LOOK_EVERY_S

    def _make_ticker(self) -> Callable[[], float]:
        due = [time.monotonic()] * len(_ticks)

        def tick() -> float:
            for index, each in enumerate(_ticks[: len(due)]):
                if time.monotonic() >= due[index] and not self._stopping.is_set():
                    due[index] = time.monotonic() + each.every_s
                    _call(each)
            wait_s = min(due, default=float("inf")) - time.monotonic()
            return min(max(wait_s, 0.05), LOOK_EVERY_S)

        return tick

    def _loop(self, step: Callable[[], float]) -> None:
        backoff_s = LOOK_EVERY_S
        try:
            while not self._stopping.is_set():
                close_old_connections()
                try:
                    wait_s = step()
                    backoff_s = LOOK_EVERY_S
                except DatabaseError as error:
                    LOG.warning(
                        "the database does not answer; again in %.0f s: %s", backoff_s, error
                    )
                    wait_s, backoff_s = backoff_s, min(backoff_s * 2, MAX_BACKOFF_S)
                    _close_connections()
                self._rest(step, wait_s)
        finally:
            _close_connections()

    def _rest(self, step: Callable[[], float], wait_s: float) -> None:
        if step == self._do_job:
            work_arrived.wait(wait_s)
            work_arrived.clear()
        else:
            self._stopping.wait(wait_s)


def _run(lease: Lease) -> None:
    """Call the handler and write how it ended."""
    try:
        result = find_handler(lease.kind)(lease)
        lease.end(JobState.DONE, result=result)
    except JobCancelledError:
        lease.end(JobState.CANCELLED)
    except WorkerStoppingError:
        lease.give_back()
    except LeaseLostError:
        LOG.warning("job %s was taken up by another worker", lease.job_id)
    except PilothouseError as error:
        lease.end(JobState.FAILED, message=error.sentence)
    except Exception:
        error_id = new_public_id()
        LOG.exception("job %s (%s) failed, error %s", lease.job_id, lease.kind, error_id)
        message = (
            f"Something went wrong that should not have. The server's log has it as {error_id}."
        )
        lease.end(JobState.FAILED, message=message)


def _keep_lease(lease: Lease, over: Event) -> None:
    """Renew the lease while the handler is silent, from a connection of this thread."""
    try:
        while not over.wait(RENEW_EVERY_S):
            try:
                lease.renew()
            except LeaseLostError:
                return
            except DatabaseError as error:
                LOG.warning("the lease of job %s was not renewed: %s", lease.job_id, error)
    finally:
        _close_connections()


def _call(tick: Tick) -> None:
    try:
        tick.call()
    except DatabaseError:
        raise
    except Exception:
        LOG.exception("regular work failed; it is tried again in %s s", tick.every_s)


def _close_connections() -> None:
    # A connection that broke may refuse even to be closed; there is nothing left to save.
    with suppress(DatabaseError):
        connections.close_all()
