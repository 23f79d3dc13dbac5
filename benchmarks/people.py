"""A book of 20,000 contacts: what its pages, its questions and its files cost.

    python -m benchmarks.people --json

A file as LinkedIn writes it is imported (with 8,000 companies, many in several spellings), then a
tenth of the contacts get talks. For each page: median milliseconds of server time through the test
client, by the clock and of the processor alone (on a busy machine the first holds the waiting for
others too), and how often it asks the database; the same number of queries is asked with 200
contacts, which is checked. SQLite; the data folder is thrown away.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import platform
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

CONTACTS, FEW = 20_000, 200
ROUNDS = 9
GOAL_MS = 150.0
NOW = datetime(2026, 11, 23, 8, tzinfo=timezone.utc)
PAGES = {
    "list": "/people/",
    "list, page 200": "/people/?page=200",
    "list, by last contact": "/people/?sort=-last",
    "list, by company": "/people/?sort=company",
    "search, two words": "/people/?q=head+pricing",
    "search, one letter": "/people/?q=a",
    "filter, not contacted for long": "/people/?state=stale",
    "filter, by group": "/people/?group=LinkedIn",
    "who do I know there": "/people/ask/?company=Northwind",
    "who knows about": "/people/ask/?about=pricing",
    "next": "/people/next/",
    "companies": "/people/companies/",
    "search over everything": "/search/?q=ruiz",
}
_GIVEN = ("Ana", "Tom", "Zoë", "Łukasz", "Mina", "Bo", "Eve", "Raj", "Chen", "Olu", "Ines", "Max")
_FAMILY = ("Ruiz", "Berg", "Çelik", "Park", "Okafor", "Novak", "Silva", "Haas", "Ito", "Marsh")
_ROLES = ("Head of Product", "Engineer", "Designer", "Recruiter", "Pricing Lead", "Founder")
_FORMS = ("GmbH", "Inc.", "Ltd", "S.A.", "", "Group", "Technologies")


def make_file(contacts: int, seed: int = 1) -> bytes:
    """A file of connections, always the same for the same seed."""
    rng = random.Random(seed)
    text = io.StringIO()
    text.write('Notes:\n"When exporting…"\n\n')
    writer = csv.writer(text)
    writer.writerow(("First Name", "Last Name", "URL", "Email Address", "Company", "Position",
                     "Connected On"))  # fmt: skip
    firms = ["Northwind", *(f"{rng.choice(_FAMILY)} {n}" for n in range(contacts * 2 // 5))]
    for n in range(contacts):
        firm = f"{rng.choice(firms)} {rng.choice(_FORMS)}".strip()
        day = NOW - timedelta(days=rng.randrange(4000))
        mail = f"p{n}@example.org" if rng.random() < 0.05 else ""
        writer.writerow((rng.choice(_GIVEN), f"{rng.choice(_FAMILY)}-{n}",
                         f"https://www.linkedin.com/in/p{n}", mail, firm, rng.choice(_ROLES),
                         f"{day:%d %b %Y}"))  # fmt: skip
    return text.getvalue().encode()


def measure(contacts: int) -> dict[str, Any]:
    """All times, with the queries of each page."""
    folder = tempfile.mkdtemp(prefix="pilothouse-bench-")
    os.environ["PILOTHOUSE_DATA"] = folder
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilothouse.project.settings")
    try:
        return _measure(contacts)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(contacts: int) -> dict[str, Any]:
    import django
    from django.conf import settings

    django.setup()
    from django.core.management import call_command

    settings.ALLOWED_HOSTS.append("testserver")
    call_command("migrate", verbosity=0)
    few_client, _, _ = _fill(FEW, "few")
    client, access, filled_s = _fill(contacts, "many")
    pages = {name: _time_page(client, path) for name, path in PAGES.items()}
    few = {name: _count(few_client, path) for name, path in PAGES.items()}
    return {
        "contacts": contacts,
        **{name: round(seconds, 2) for name, seconds in filled_s.items()},
        "duplicates_s": round(_duplicates(access), 2),
        "known_there": _time_known(access),
        "pages": pages,
        "same_queries_as_for_200": {n: p["queries"] for n, p in pages.items()} == few,
        "goal_ms": GOAL_MS,
        "is_met": all(page["cpu_ms"] < GOAL_MS for page in pages.values()),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def _fill(contacts: int, name: str) -> tuple[Any, Any, dict[str, float]]:
    """A person with so many contacts, logged in."""
    from django.test import Client

    from pilothouse.apps.people.models import Contact
    from pilothouse.apps.people.services.imports import (
        look_at_contacts,
        receive_contacts,
        start_book_import,
    )
    from pilothouse.apps.people.services.rhythms import set_rhythm
    from pilothouse.apps.people.services.talks import TalkDraft, log_talk
    from pilothouse.apps.workspace.models import User
    from pilothouse.apps.workspace.services.members import found_workspace

    access = found_workspace(f"Benchmark {name}", "Owner", f"{name}@example.org")
    row = receive_contacts(access, "Connections.csv", [make_file(contacts)], now=NOW)
    began, spent = time.perf_counter(), time.process_time()
    look_at_contacts(access, row.public_id)
    looked, looked_cpu = time.perf_counter(), time.process_time()
    start_book_import(access, row.public_id, group="LinkedIn", now=NOW)
    done, done_cpu = time.perf_counter(), time.process_time()
    set_rhythm(access, "LinkedIn", 90)
    mine = Contact.objects.filter(workspace_id=access.workspace_id)
    for n, public_id in enumerate(mine.values_list("public_id", flat=True)[: contacts // 20]):
        day = NOW.date() - timedelta(days=n % 400)
        log_talk(access, public_id, TalkDraft(f"We spoke about pricing, {n}", on=day), now=NOW)
    client = Client()
    client.force_login(User.objects.get(pk=access.user_id))
    return client, access, {
        "look_s": looked - began, "look_cpu_s": looked_cpu - spent,
        "import_s": done - looked, "import_cpu_s": done_cpu - looked_cpu,
    }  # fmt: skip


def _time_page(client: Any, path: str) -> dict[str, Any]:
    clock, cpu = [], []
    for _ in range(ROUNDS):
        began, spent = time.perf_counter(), time.process_time()
        answer = client.get(path)
        cpu.append((time.process_time() - spent) * 1000)
        clock.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, path
    return {
        "ms": round(statistics.median(clock), 1),
        "cpu_ms": round(statistics.median(cpu), 1),
        "queries": _count(client, path),
    }


def _count(client: Any, path: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)


def _time_known(access: Any) -> dict[str, float]:
    """What another app waits for when it asks who is known at a company."""
    from pilothouse.apps.people.services.known import list_known_at

    def ask(name: str) -> Callable[[], Any]:
        return lambda: list_known_at(access, name)

    return {name: _time(ask(name)) for name in ("Northwind", "Berg 17 GmbH", "Nowhere at all")}


def _time(act: Callable[[], Any]) -> float:
    taken = []
    for _ in range(ROUNDS):
        spent = time.process_time()
        act()
        taken.append((time.process_time() - spent) * 1000)
    return round(statistics.median(taken), 1)


def _duplicates(access: Any) -> float:
    from pilothouse.apps.people.services.merging import list_twins

    began = time.perf_counter()
    list_twins(access)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--contacts", type=int, default=CONTACTS)
    arguments = parser.parse_args()
    answer = measure(arguments.contacts)
    print(json.dumps(answer, indent=None if arguments.json else 2))


if __name__ == "__main__":
    main()
