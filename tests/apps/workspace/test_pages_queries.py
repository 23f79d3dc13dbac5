"""Every page asks the database a fixed number of times, however much there is."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pilothouse.apps.analytics.models import EventImport
from pilothouse.apps.analytics.services.metrics import MetricDraft, save_metric
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.analytics.services.streams import create_write_key, get_stream
from pilothouse.apps.workspace.models import Job, Role
from pilothouse.apps.workspace.services.login import create_token
from pilothouse.apps.workspace.services.members import invite_member
from tests.apps.makers import browser_of, daily_events, send
from tests.apps.test_access_matrix import NOUNS
from tests.builders import make_capture, make_product

# The most that a page may ask; each page also asks the same number for 1 and for 20 of all.
PAGES = {
    "/p/{id}/today/": 66,
    "/p/{id}/analytics/": 14,
    "/p/{id}/analytics/trend/": 14,
    "/p/{id}/analytics/funnel/": 11,
    "/p/{id}/analytics/retention/": 14,
    "/p/{id}/analytics/events/": 10,
    "/p/{id}/analytics/sources/": 14,
    "/p/{id}/analytics/imports/": 6,
    "/workspace/products/": 5,
    "/workspace/members/": 5,
    "/workspace/ledger/": 5,
    "/workspace/ledger/?verify=yes": 6,
    "/workspace/jobs/": 5,
    "/workspace/settings/": 5,
    "/search/?q=thing": 6,
}
for rows in NOUNS.values():
    PAGES |= rows.COUNTS


def fill(people: Any, product: Any, numbers: range) -> None:
    """One more of everything for each number."""
    alice = people.alice
    for n in numbers:
        make_product(alice, f"Product thing {n}")
        make_capture(alice, f"thing {n}", product=product)
        question = parse_question("trend", {"event": "opened", "measure": "count"})
        save_metric(alice, product, MetricDraft(f"Metric thing {n}", question))
        create_write_key(alice, product, f"key {n}")
        create_token(alice, f"token {n}", is_read_only=True)
        invite_member(alice, f"Member {n}", f"m{n}@example.org", Role.VIEWER.value)
        job = Job.objects.create(
            workspace_id=alice.workspace_id, kind="backup", title=f"job {n}", state="done"
        )
        EventImport.objects.create(
            stream=get_stream(product), job=job, file_name=f"f{n}", file_digest="", upload=""
        )
        for rows in NOUNS.values():
            rows.fill(alice, product, n)


def count_queries(client: Any, url: str) -> int:
    client.get(url)  # what is made once is made now
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.usefixtures("data_folder")
def test_pages_ask_as_often_for_many_as_for_one(people, product):
    alice = browser_of(people.alice)
    send(people.alice, product, daily_events([3] * 20))
    fill(people, product, range(1))
    urls = {path: path.format(id=product.public_id) for path in PAGES}
    few = {path: count_queries(alice, url) for path, url in urls.items()}
    fill(people, product, range(1, 12))
    many = {path: count_queries(alice, url) for path, url in urls.items()}
    assert many == few
    assert {path: n for path, n in many.items() if n > PAGES[path]} == {}
