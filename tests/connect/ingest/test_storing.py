"""From the body of a request to the rows of the inbox, with nothing between replaced."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

from pilothouse.apps.analytics.services.events import count_deliveries
from pilothouse.apps.analytics.services.streams import create_write_key
from tests.builders import make_people, make_product
from tests.connect.ingest.makers import make_batch, make_raw, to_gzip, to_json
from tests.connect.ingest.test_views import send

pytestmark = pytest.mark.django_db


def test_what_was_sent_is_accepted_duplicate_or_refused():
    alice = make_people().alice
    product = make_product(alice)
    key = create_write_key(alice, product, "site").key
    raws = [
        make_raw(timestamp=None, uuid="a", properties={"text": "\0\N{ROCKET}", "big": [2**53]}),
        make_raw(timestamp=None, uuid="a"),
        make_raw(timestamp=None, uuid="b", distinct_id="null"),
        make_raw(timestamp=None, uuid="c", properties={"n": 2**63}),
        make_raw(timestamp=None, event="$identify", properties={"$anon_distinct_id": "d"}),
        "no event",
    ]
    body = to_gzip(to_json(make_batch(*raws, api_key=key)))
    first = json.loads(send("POST", "/batch/", body).content)
    again = json.loads(send("POST", "/batch/", body).content)
    assert (first["accepted"], first["duplicate"], len(first["refused"])) == (2, 1, 3)
    assert (again["accepted"], again["duplicate"], len(again["refused"])) == (0, 3, 3)
    counted = count_deliveries(product, 2, datetime.now(timezone.utc))
    assert (counted.accepted, counted.duplicates, counted.refused) == (2, 4, 6)
    assert counted.sent == 2 * len(raws)
    assert {refusal.reason for refusal in counted.refusals} == {
        "actor-illegal",
        "event-invalid",
        "number-range",
    }


def test_a_key_of_no_product_is_401():
    response = send("POST", "/batch/", to_json(make_batch(make_raw(), api_key="nobody's")))
    assert response.status_code == 401
