"""A worker killed in the midst of a job: another finishes it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from pilothouse.apps.workspace.models import Job
from pilothouse.apps.workspace.services import jobs, leases
from pilothouse.apps.workspace.services.jobs import JobState, enqueue, get_job, register_handler
from pilothouse.apps.workspace.services.worker import run_one
from tests.builders import make_people

SOURCE = Path(jobs.__file__).parents[4]
# The process works on the tests' database, at a job that writes a line a step and never ends.
PROGRAM = """
import json, sys, time
database, steps = json.loads(sys.argv[1]), sys.argv[2]
import django
from django.conf import settings
settings.DATABASES["default"].update(database)
django.setup()
from pilothouse.apps.workspace.services.jobs import register_handler
from pilothouse.apps.workspace.services.worker import run_one

def work(context):
    for number in range(10_000):
        context.progress(number, 10_000)
        open(steps, "a").write(f"{number}\\n")
        time.sleep(0.01)

register_handler("steps", work)
run_one("victim")
"""


def start_victim(steps: Path) -> subprocess.Popen[bytes]:
    database = {"NAME": str(connection.settings_dict["NAME"])}
    environment = {
        **os.environ,
        "PYTHONPATH": str(SOURCE),
        "DJANGO_SETTINGS_MODULE": "pilothouse.project.settings",
        "PILOTHOUSE_DATA": str(settings.CONFIGURATION.data),
    }
    words = [sys.executable, "-c", PROGRAM, json.dumps(database), str(steps)]
    return subprocess.Popen(words, env=environment)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_job_outlives_a_killed_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_handlers", {})
    people, steps = make_people(), tmp_path / "steps"
    seen: list[int] = []

    def finish(context: jobs.JobContext) -> dict[str, Any]:
        seen.append(context.attempt)
        return {"steps_before": len(steps.read_text().splitlines())}

    register_handler("steps", finish)
    job = enqueue(people.alice, "steps", "Steps", {})
    victim = start_victim(steps)
    try:
        end = time.monotonic() + 60
        while not steps.exists() or len(steps.read_text().splitlines()) < 20:
            assert time.monotonic() < end, "the worker did not begin"
            time.sleep(0.05)
    finally:
        victim.send_signal(signal.SIGKILL)
        victim.wait(timeout=10)
    held = get_job(people.alice, job.public_id)
    assert (held.state, held.attempts) == (JobState.RUNNING, 1)
    assert not run_one("successor")
    # A minute later.
    row = Job.objects.get()
    Job.objects.update(leased_until=row.leased_until - leases.LEASE)
    assert run_one("successor")
    after = get_job(people.alice, job.public_id)
    assert (after.state, after.attempts, seen) == (JobState.DONE, 2, [2])
    assert after.result["steps_before"] >= 20
