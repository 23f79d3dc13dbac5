"""Jobs: each ends, none is lost when a worker dies, and two workers never do the same one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from pilothouse.apps.workspace.models import Job, JobState, Role
from pilothouse.apps.workspace.services import jobs as jobs_module
from pilothouse.apps.workspace.services import leases, worker
from pilothouse.apps.workspace.services.jobs import (
    JobContext,
    JobView,
    cancel_job,
    enqueue,
    get_job,
    list_jobs,
    register_handler,
    retry_job,
)
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.apps.workspace.services.worker import Worker, register_tick, run_one
from pilothouse.kernel.errors import (
    ConflictError,
    DamagedError,
    ForbiddenError,
    InvalidValueError,
    NotFoundError,
)
from tests.builders import People, make_people, make_product


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "_handlers", {})
    monkeypatch.setattr(worker, "_ticks", [])


def hand_in(people: People, work: Callable[[JobContext], Any], **arguments: Any) -> JobView:
    register_handler("test", work)
    return enqueue(people.bob, "test", "A test", arguments)


def let_lease_expire(job: JobView) -> None:
    Job.objects.filter(public_id=job.public_id).update(
        leased_until=timezone.now() - timedelta(seconds=1)
    )


def claim() -> leases.Lease | None:
    return leases.claim_job("other", Event())


def test_a_job_is_done_with_its_result(people: People) -> None:
    def add(context: JobContext) -> dict[str, Any]:
        context.progress(2, 4, unit="rows", message="Half way")
        return {"sum": context.arguments["a"] + context.arguments["b"], "id": context.job_id}

    job = hand_in(people, add, a=1, b=2)
    assert (job.state, job.is_over, job.share) == (JobState.QUEUED, False, None)
    assert run_one("w")
    after = get_job(people.alice, job.public_id)
    assert (after.state, after.result) == (JobState.DONE, {"sum": 3, "id": job.public_id})
    assert (after.done, after.total, after.unit, after.message) == (2, 4, "rows", "Half way")
    assert (after.is_over, after.share, after.attempts) == (True, 0.5, 1)
    assert after.ended_at >= after.started_at >= after.created_at
    assert not run_one("w")


def test_the_oldest_job_comes_first(people: People) -> None:
    seen: list[int] = []
    for number in range(3):
        hand_in(people, lambda context: seen.append(context.arguments["n"]) or {}, n=number)
    while run_one("w"):
        pass
    assert seen == [0, 1, 2]


def test_a_known_error_is_the_message(people: People) -> None:
    def fail(context: JobContext) -> dict[str, Any]:
        raise DamagedError("is not a table.", value="x.csv", remedy="Save it as CSV.")

    job = hand_in(people, fail)
    run_one("w")
    after = get_job(people.bob, job.public_id)
    assert (after.state, after.message) == (
        JobState.FAILED,
        "x.csv: is not a table. Save it as CSV.",
    )


def test_an_unknown_error_is_in_the_log_only(
    people: People, caplog: pytest.LogCaptureFixture
) -> None:
    job = hand_in(people, lambda context: 1 / 0)
    with caplog.at_level(logging.ERROR):
        run_one("w")
    after = get_job(people.bob, job.public_id)
    assert after.state == JobState.FAILED
    assert "division" not in after.message
    error_id = after.message.rstrip(".").split()[-1]
    assert error_id in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_a_queued_job_is_cancelled_at_once(people: People) -> None:
    job = hand_in(people, lambda context: {})
    assert cancel_job(people.bob, job.public_id).state == JobState.CANCELLED
    assert not run_one("w")
    assert list_acts(people.bob)[0].kind == "job.cancelled"


def test_a_running_job_is_cancelled_at_its_next_step(people: People) -> None:
    steps: list[int] = []

    def work(context: JobContext) -> dict[str, Any]:
        context.progress(0, 2)
        cancel_job(people.bob, context.job_id)
        assert context.is_cancel_wanted
        time.sleep(leases.WRITE_EVERY_S)
        context.progress(1, 2)
        steps.append(1)
        return {}

    job = hand_in(people, work)
    run_one("w")
    assert get_job(people.bob, job.public_id).state == JobState.CANCELLED
    assert steps == []


def test_progress_is_written_three_times_a_second_at_most(
    people: People, django_assert_max_num_queries: Any
) -> None:
    hand_in(people, lambda context: {})
    lease = claim()
    with django_assert_max_num_queries(2):
        for number in range(1000):
            lease.progress(number, 1000)
    lease.end(JobState.DONE)
    assert Job.objects.get().done == 999


def test_an_expired_lease_is_taken_up_again(people: People) -> None:
    seen: list[int] = []
    job = hand_in(people, lambda context: seen.append(context.attempt) or {"ok": True})
    assert claim().attempt == 1
    assert not run_one("w")
    let_lease_expire(job)
    assert run_one("w")
    assert seen == [2]
    assert get_job(people.bob, job.public_id).state == JobState.DONE


def test_after_three_deaths_a_job_fails_with_a_sentence(people: People) -> None:
    job = hand_in(people, lambda context: {})
    for _ in range(leases.MAX_ATTEMPTS):
        assert claim() is not None
        let_lease_expire(job)
    assert claim() is None
    after = get_job(people.bob, job.public_id)
    assert (after.state, after.message) == (JobState.FAILED, leases.GAVE_UP)
    assert after.ended_at is not None


def test_a_job_cancelled_while_its_worker_was_dead_is_not_run_again(people: People) -> None:
    job = hand_in(people, lambda context: {})
    claim()
    cancel_job(people.bob, job.public_id)
    let_lease_expire(job)
    assert not run_one("w")
    assert get_job(people.bob, job.public_id).state == JobState.CANCELLED


def test_a_worker_that_overslept_cannot_write_over_the_next(people: People) -> None:
    job = hand_in(people, lambda context: {})
    sleeper = claim()
    let_lease_expire(job)
    successor = claim()
    with pytest.raises(jobs_module.LeaseLostError):
        sleeper.progress(1, 2)
    sleeper.end(JobState.FAILED, message="too late")
    sleeper.give_back()
    assert get_job(people.bob, job.public_id).state == JobState.RUNNING
    successor.end(JobState.DONE, result={"by": "successor"})
    assert get_job(people.bob, job.public_id).result == {"by": "successor"}


def test_renewing_extends_the_lease(people: People) -> None:
    job = hand_in(people, lambda context: {})
    lease = claim()
    let_lease_expire(job)
    lease.renew()
    assert Job.objects.get().leased_until > timezone.now() + timedelta(seconds=50)


def test_a_failed_job_can_be_retried(people: People) -> None:
    outcomes: Iterator[Any] = iter([InvalidValueError("no."), None])

    def work(context: JobContext) -> dict[str, Any]:
        if error := next(outcomes):
            raise error
        return {"attempt": context.attempt}

    job = hand_in(people, work)
    run_one("w")
    again = retry_job(people.bob, job.public_id)
    assert (again.state, again.message, again.ended_at) == (JobState.QUEUED, "", None)
    run_one("w")
    assert get_job(people.bob, job.public_id).result == {"attempt": 1}


def test_what_is_over_cannot_be_cancelled_and_what_is_done_not_retried(people: People) -> None:
    job = hand_in(people, lambda context: {})
    with pytest.raises(ConflictError):
        retry_job(people.bob, job.public_id)
    run_one("w")
    with pytest.raises(ConflictError):
        cancel_job(people.bob, job.public_id)
    with pytest.raises(ConflictError):
        retry_job(people.bob, job.public_id)


def test_who_may_what(people: People) -> None:
    job = hand_in(people, lambda context: {})
    for use in (get_job, cancel_job, retry_job):
        with pytest.raises(NotFoundError):
            use(people.charlie, job.public_id)
    commenter = people.as_bob(Role.COMMENTER)
    for use in (cancel_job, retry_job):
        with pytest.raises(ForbiddenError):
            use(commenter, job.public_id)
    with pytest.raises(ForbiddenError):
        enqueue(commenter, "test", "A test", {})
    assert get_job(commenter, job.public_id).public_id == job.public_id
    assert list_jobs(people.charlie) == []


def test_an_unknown_kind_is_refused(people: People) -> None:
    with pytest.raises(InvalidValueError, match="no jobs of this kind"):
        enqueue(people.bob, "nothing", "Nothing", {})


def test_jobs_are_listed_newest_first_with_their_product(people: People) -> None:
    register_handler("test", lambda context: {})
    product = make_product(people.alice)
    enqueue(people.bob, "test", "First", {}, product=product)
    enqueue(people.bob, "test", "x" * 500, {})
    second, first = list_jobs(people.alice)
    assert (first.title, first.product_id, len(second.title)) == ("First", product.id, 200)
    assert [job.title for job in list_jobs(people.alice, limit=1)] == [second.title]


def test_a_job_waits_for_its_time(people: People) -> None:
    hand_in(people, lambda context: {})
    Job.objects.update(not_before=timezone.now() + timedelta(hours=1))
    assert not run_one("w")


def test_a_stopping_worker_gives_its_job_back(people: People) -> None:
    stopping = Event()

    def work(context: JobContext) -> dict[str, Any]:
        stopping.set()
        context.progress(1, 2)
        raise AssertionError("progress should have stopped this")

    job = hand_in(people, work)
    run_one("w", stopping)
    after = get_job(people.bob, job.public_id)
    assert (after.state, after.attempts) == (JobState.QUEUED, 0)


@pytest.mark.django_db(transaction=True)
def test_two_claims_at_once_never_get_the_same_job() -> None:
    people = make_people()
    for _ in range(12):
        hand_in(people, lambda context: {})
    claimed: list[int] = []
    start = Barrier(4)

    def take() -> None:
        start.wait(timeout=10)
        try:
            while lease := claim():
                claimed.append(lease.pk)
        finally:
            connection.close()

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(claimed) == sorted(Job.objects.values_list("pk", flat=True))


def wait_until(is_so: Callable[[], bool], timeout_s: float = 10.0) -> None:
    end = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_jobs_and_ticks_and_stops_quickly() -> None:
    people = make_people()
    ticked: list[float] = []
    register_tick(lambda: ticked.append(time.monotonic()), 0.1)
    running = Worker("test")
    running.start()
    try:
        began = time.monotonic()
        job = hand_in(people, lambda context: {"ok": 1})
        wait_until(lambda: get_job(people.bob, job.public_id).is_over)
        assert time.monotonic() - began < 1.0
        wait_until(lambda: len(ticked) >= 3)
    finally:
        began = time.monotonic()
        running.stop()
    assert time.monotonic() - began < 1.0
    count = len(ticked)
    time.sleep(0.2)
    assert len(ticked) == count


@pytest.mark.django_db(transaction=True)
def test_the_worker_survives_what_fails(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    people = make_people()
    monkeypatch.setattr(worker, "LOOK_EVERY_S", 0.05)
    usual, faults = worker.claim_job, iter(range(3))

    def claim_badly(*arguments: Any) -> Any:
        if next(faults, None) is not None:
            raise OperationalError("the server is away")
        return usual(*arguments)

    monkeypatch.setattr(worker, "claim_job", claim_badly)
    register_tick(lambda: 1 / 0, 0.05)
    job = hand_in(people, lambda context: {})
    running = Worker("test")
    with caplog.at_level(logging.WARNING):
        running.start()
        try:
            wait_until(lambda: get_job(people.bob, job.public_id).is_over)
        finally:
            running.stop()
    assert get_job(people.bob, job.public_id).state == JobState.DONE
    assert caplog.text.count("the database does not answer") == 3
    assert "regular work failed" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_silent_handler_keeps_its_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    people = make_people()
    monkeypatch.setattr(worker, "RENEW_EVERY_S", 0.05)

    def work(context: JobContext) -> dict[str, Any]:
        let_lease_expire(get_job(people.bob, context.job_id))
        wait_until(lambda: Job.objects.get().leased_until > timezone.now())
        return {}

    job = hand_in(people, work)
    run_one("w")
    assert get_job(people.bob, job.public_id).state == JobState.DONE
