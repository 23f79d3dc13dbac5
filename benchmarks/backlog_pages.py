"""Server time of the backlog's pages at 10,000 items, through the test client, logged in.

``measure()`` gives for each page the median of the time by the clock and of the processor's time
(on a busy machine the first holds the waiting for others too), and how often it asks the database.
Its data folder is its own and is thrown away.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

ITEMS = 10_000
ROUNDS = 9
GOAL_MS = 150.0
_KINDS = ("idea", "opportunity", "feature", "story", "story", "bug", "chore")
_STATUSES = ("new", "new", "exploring", "ready", "doing", "done", "done", "dropped")
_TAGS = ("mobile", "speed", "onboarding", "billing", "mail", "search", "export", "trust")


def measure() -> dict[str, Any]:
    """Medians by page and act, how many queries each asks, and whether the goal is met."""
    folder = tempfile.mkdtemp(prefix="pilothouse-bench-")
    os.environ["PILOTHOUSE_DATA"] = folder
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilothouse.project.settings")
    try:
        return _measure()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure() -> dict[str, Any]:
    import django
    from django.conf import settings

    django.setup()
    from django.core.management import call_command

    settings.ALLOWED_HOSTS.append("testserver")
    call_command("migrate", verbosity=0)
    client, base, ids, filled_s = _fill()
    pages = {name: _time_page(client, base + path) for name, path in _PAGES.items()}
    pages["item"] = _time_page(client, f"{base}items/{ids[0]}/")
    acts = {
        "bulk edit of 500": _time(lambda n: _bulk(client, base, ids, n)),
        "move": _time(lambda n: _move(client, base, ids, n)),
        "new item": _time(lambda n: client.post(f"{base}new/", {"title": f"item {n}"})),
    }
    return {
        "items": ITEMS,
        "filled_s": round(filled_s, 2),
        "pages": pages,
        "acts": acts,
        "goal_ms": GOAL_MS,
        "is_met": all(page["ms"] < GOAL_MS for page in pages.values()),
    }


_PAGES = {
    "list": "",
    "list, page 50": "?page=50",
    "list, all statuses": "?status=any",
    "list, by tag": "?tag=mobile",
    "board": "board/",
    "table": "table/",
    "table, by a custom field": "table/?sort=-field-customers&status=any",
}


def _fill() -> tuple[Any, str, list[str], float]:
    from django.test import Client

    from pilothouse.apps.backlog.services.fields import save_field
    from pilothouse.apps.backlog.services.items import create_items
    from pilothouse.apps.workspace.models import User
    from pilothouse.apps.workspace.services.members import found_workspace
    from pilothouse.apps.workspace.services.products import ProductDraft, create_product

    access = found_workspace("Bench", "Alice", "alice@example.org")
    product = create_product(access, ProductDraft("Beacon"))
    save_field(access, product, "Customers", "number")
    save_field(access, product, "Segment", "choice", ["Small", "Large"])
    begun = time.perf_counter()
    _, items = create_items(access, product, _drafts(), title="Filled", kind="import")
    filled_s = time.perf_counter() - begun
    client = Client()
    client.force_login(User.objects.get(pk=access.user_id))
    return client, f"/p/{product.public_id}/backlog/", [i.public_id for i in items], filled_s


def _drafts() -> list[Any]:
    """An outline of three levels, with texts of the usual lengths."""
    from pilothouse.apps.backlog.services.items import ItemDraft

    rng = random.Random(7)
    drafts = []
    for n in range(ITEMS):
        level = n % 10
        parent = None if level == 0 else n - level if level < 4 else n - level + rng.randrange(1, 4)
        drafts.append(
            ItemDraft(
                f"Item {n}: make {rng.choice(_TAGS)} better for {rng.choice(_TAGS)}",
                kind=rng.choice(_KINDS), status=rng.choice(_STATUSES), parent_index=parent,
                tags=rng.sample(_TAGS, rng.randrange(0, 3)), body="Some words. " * 20,
                estimate=rng.choice((None, 1, 2, 3, 5, 8)),
                due=rng.choice((None, None, "2026-12-01")),
                fields={"customers": rng.randrange(500)} if n % 2 else {"segment": "Small"},
            )
        )  # fmt: skip
    return drafts


def _time_page(client: Any, url: str) -> dict[str, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    # The first visit writes to the session what later ones find there.
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
    # The next request empties the log.
    seen = {"queries": len(queries), "rows": answer.content.count(b"data-item=")}
    return {**_time(lambda _: client.get(url)), **seen}


def _time(work: Callable[[int], Any]) -> dict[str, float]:
    """Medians of rounds in milliseconds; the first round is not counted."""
    clock, processor = [], []
    for number in range(ROUNDS + 1):
        begun, begun_cpu = time.perf_counter(), time.process_time()
        answer = work(number)
        clock.append((time.perf_counter() - begun) * 1000)
        processor.append((time.process_time() - begun_cpu) * 1000)
        assert answer.status_code in {200, 302}, answer.content[:500]
    return {
        "ms": round(statistics.median(clock[1:]), 1),
        "cpu_ms": round(statistics.median(processor[1:]), 1),
    }


def _bulk(client: Any, base: str, ids: list[str], number: int) -> Any:
    chosen = ids[1000:1500]
    return client.post(f"{base}bulk/", {"item": chosen, "add_tags": f"round {number}"})


def _move(client: Any, base: str, ids: list[str], number: int) -> Any:
    target = ids[5000 + 37 * number]
    return client.post(f"{base}items/{ids[20]}/move/", {"after": target})


if __name__ == "__main__":
    import json

    print(json.dumps(measure(), indent=1))
