"""Hostile values in every field of every form and every API operation: never a fault of ours."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from pilothouse.apps.analytics.services.metrics import get_metric
from pilothouse.apps.workspace.services.access import get_product
from tests.apps.makers import browser_of
from tests.apps.test_access_matrix import NOUNS, OPERATIONS, PAGES, address_of, ids_for
from tests.apps.worlds import World

pytestmark = pytest.mark.usefixtures("undone", "few_zones")


@pytest.fixture
def few_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six hundred options in a list take long to write and test nothing here."""
    for module in ("workspace.views.products", "analytics.views.files"):
        name = f"pilothouse.apps.{module}.available_timezones"
        monkeypatch.setattr(name, lambda: {"UTC", "Europe/Berlin"})


TEXTS = {
    "empty": "",
    "nul": "a\x00b",
    "surrogate": "a\ud800b",
    "long": "x" * 20_000,
    "digits": "9" * 5_000,
    "2^63": str(2**63),
    "nan": "NaN",
    "infinity": "1e999",
    "superscript": "²",
    "script": '"><script>alert(1)</script>',
    "template": "{{ 7|add:7 }}{% debug %}",
    "sql": "'; DROP TABLE workspace_user; --",
    "bidi": "\u202eabc\u2066",
    "line": "a\u2028b\x85c\x1cd",
    "year 1": "0001-01-01",
    "year 9999": "9999-12-31",
    "window": "999999999w",
}
# What finds most; the others, and each field alone, are tried with the slow tests.
FIRST = ("nul", "surrogate", "long", "script", "year 9999")
# These pages take longest; what the other forms share with them is tried there.
SLOW_FORMS = {
    "analytics:import", "today:focus", "roadmap:negotiation", "roadmap:negotiation-agree",
    "roadmap:negotiation-live",
}  # fmt: skip
ALONE = ("digits", "nul", "surrogate", "window", "year 9999")
# Every field of every form, with values that are fine; one of them is made hostile at a time.
FORMS: dict[str, dict[str, Any]] = {
    "workspace:capture": {"text": "a", "kind": "note", "due": "2026-11-23", "product": "x",
                          "next": "/"},
    "workspace:capture-act": {"next": "/"},
    "workspace:link-add": {"target": "https://a.example", "title": "", "relation": "evidence",
                           "product": "", "next": "/"},
    "workspace:link-act": {"next": "/"},
    "workspace:product-new": {"name": "N", "description": "", "zone": "UTC", "week_start": "0",
                              "currency": "EUR", "industry": "technology"},
    "workspace:product-edit": {"name": "N", "description": "", "zone": "UTC", "week_start": "0",
                               "currency": "EUR", "industry": "technology"},
    "workspace:product-archive": {"archived": "yes"},
    "workspace:members": {"name": "Dora", "email": "dora@example.org", "role": "viewer"},
    "workspace:member-role": {"role": "viewer"},
    "workspace:settings": {"workspace_name": "N"},
    "today:focus": {"text": "a", "done": "0"},
    "today:reflection": {"reflection": "a"},
    "analytics:metric-new": {"kind": "trend", "query": "event=opened&measure=count", "name": "N",
                             "description": "", "direction": "up", "metric": ""},
    "analytics:sources": {"name": "app"},
    "analytics:import": {"actor": "0", "event": "1", "event_name": "e", "time": "2",
                         "time_format": "iso", "zone": "UTC", "id": "", "take": "3",
                         "name-3": "plan", "kind-3": "text"},
}  # fmt: skip
TOKEN_FORM = {"token_name": "t", "rights": "read"}
QUERIES: dict[str, dict[str, Any]] = {
    "workspace:search": {"q": "a"},
    "workspace:objects": {"q": "a", "product": ""},
    "workspace:ledger": {"before": "9", "verify": "yes"},
    "analytics:trend": {"event": "opened", "measure": "sum", "property": "plan", "period": "day",
                        "breakdown": "plan", "last": "9", "from": "2026-11-01",
                        "to": "2026-11-23", "fp": "plan", "fo": "is", "fv": "pro", "metric": ""},
    "analytics:funnel": {"step": ["opened", "paid"], "window": "7d", "immature": "exclude",
                         "breakdown": "", "last": "9", "fp": "plan", "fo": "is", "fv": "pro"},
    "analytics:retention": {"start": "opened", "return": "", "period": "week", "periods": "4",
                            "last": "9", "fp": "plan", "fo": "greater", "fv": "3"},
}  # fmt: skip
HAS_NO_TEXT = {
    "workspace:logout", "workspace:member-invite", "workspace:member-remove",
    "workspace:ledger-forget", "workspace:job-cancel", "workspace:job-retry",
    "workspace:backups", "workspace:token-revoke", "analytics:metric-act",
    "analytics:key-revoke", "analytics:import-start", "analytics:import-undo",
    "analytics:imports",
}  # fmt: skip
for rows in NOUNS.values():
    FORMS |= rows.FORMS
    QUERIES |= rows.QUERIES
    HAS_NO_TEXT |= rows.HAS_NO_TEXT


def test_every_form_is_tried():
    assert {name for name, page in PAGES.items() if page.writes} == set(FORMS) | HAS_NO_TEXT


def send(client: Client, url: str, data: dict[str, Any], verb: str = "post") -> Any:
    """As a browser would send it; a half of a character goes out as the bytes that it has."""
    body = urlencode(data, doseq=True, errors="surrogatepass")
    with transaction.atomic():
        answer = (
            client.post(url, body, content_type="application/x-www-form-urlencoded")
            if verb == "post"
            else client.get(f"{url}?{body}")
        )
        transaction.set_rollback(True)
    return answer


def try_all(
    client: Client,
    url: str,
    data: dict[str, Any],
    verb: str,
    *,
    texts: tuple[str, ...] = tuple(TEXTS),
    alone: tuple[str, ...] = ALONE,
) -> list[str]:
    """The values that were met with a fault: some in each field alone, all in all fields."""
    trials = [(name, dict.fromkeys(data, TEXTS[name])) for name in texts]
    trials += [
        (f"{field}: {name}", data | {field: TEXTS[name]}) for field in data for name in alone
    ]
    faults = []
    for name, fields in trials:
        if verb == "get" and max(len(str(text)) for text in fields.values()) > 6_000:
            continue
        answer = send(client, url, fields, verb)
        if answer.status_code >= 500 or b"<script>alert(1)" in answer.content:
            faults.append(name)
    return faults


@pytest.mark.parametrize("name", [*FORMS, "token"])
def test_forms(name: str, world: World):
    assert try_form(name, world, FIRST, ()) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({*FORMS, "token"} - SLOW_FORMS))
def test_forms_field_by_field(name: str, world: World):
    assert try_form(name, world, tuple(set(TEXTS) - set(FIRST)), ALONE) == []


def try_form(name: str, world: World, texts: tuple[str, ...], alone: tuple[str, ...]) -> list[str]:
    page = "workspace:settings" if name == "token" else name
    url = address_of(page, ids_for(PAGES[page], world))
    data = FORMS.get(name, TOKEN_FORM)
    return try_all(browser_of(world.people.alice), url, data, "post", texts=texts, alone=alone)


@pytest.mark.parametrize("name", QUERIES)
def test_addresses(name: str, world: World):
    alice = browser_of(world.people.alice)
    url, query = address_of(name, ids_for(PAGES[name], world)), QUERIES[name]
    assert try_all(alice, url, query, "get", texts=FIRST, alone=()) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", QUERIES)
def test_addresses_by_all_values(name: str, world: World):
    alice = browser_of(world.people.alice)
    url, query = address_of(name, ids_for(PAGES[name], world)), QUERIES[name]
    app, _, kind = name.partition(":")
    rest = tuple(set(TEXTS) - set(FIRST))
    alone = ALONE if app == "workspace" else ()
    assert try_all(alice, url, query, "get", texts=rest, alone=alone) == []
    if app == "analytics":
        # The same question as a file: quicker to ask for each field alone.
        file = address_of("analytics:export", world.ids | {"kind": kind, "extension": "json"})
        assert try_all(alice, file, query, "get") == []


@pytest.mark.parametrize("name", ["a\x00b", "%00", "x" * 5_000, "\u202eabc", "9" * 5_000])
@pytest.mark.parametrize(
    "path",
    [
        "/p/{}/today/", "/workspace/captures/{}/", "/workspace/jobs/{}/", "/login/{}/",
        "/workspace/backups/{}/", "/workspace/ledger/{}/forget/", "/api/v1/products/{}",
        "/array/{}/config", "/nowhere/{}/",
    ],
)  # fmt: skip
def test_parts_of_addresses(name: str, path: str, world: World):
    from urllib.parse import quote

    client = browser_of(world.people.alice)
    headers = {"Authorization": f"Bearer {world.tokens['owner']}"}
    answer = client.get(path.format(quote(name)), headers=headers)
    assert answer.status_code < 500


@pytest.mark.parametrize("name", ["=1+1.csv", "a\x00b.csv", "x" * 300, "<b>.csv", "\u202e.csv"])
def test_file_names(name: str, world: World):
    url = address_of("analytics:imports", world.ids)
    file = SimpleUploadedFile("f.csv", b"user,event,time\nu,e,2026-11-23\n")
    file.name = name
    answer = browser_of(world.people.alice).post(url, {"file": file}, follow=True)
    assert answer.status_code in {200, 400}
    assert b"<b>.csv" not in answer.content


RAW_JSON = {
    "nothing": b"",
    "null": b"null",
    "list": b"[]",
    "broken": b'{"name": ',
    "deep": b'{"name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "nested": b'{"kind": "trend", "definition": ' + b'{"from":' * 300 + b"1" + b"}" * 301,
    "not utf-8": b'{"name": "\xff\xfe"}',
    "huge number": b'{"kind": "trend", "definition": {"last": ' + b"9" * 5_000 + b"}}",
}
JSON_VALUES: dict[str, bytes] = {
    "nan": b"NaN",
    "infinity": b"1e999",
    "-infinity": b"-Infinity",
    "2^63": b"9223372036854775808",
    "2^70": b"1180591620717411303424",
    "10^400": b"1" + b"0" * 400,
    "float": b"0.1",
    "surrogate": rb'"a\ud800b"',
    "nul": rb'"a\u0000b"',
    "list": b"[]",
    "object": b"{}",
    "true": b"true",
    "null": b"null",
    "long": b'"' + b"x" * 20_000 + b'"',
    "year 1": b'"0001-01-01"',
    "year 9999": b'"9999-12-31"',
}
# What finds most; the others are tried with the slow tests.
USUAL_FAULTS = ("2^70", "nul")
TREND_PARTS = ("event", "measure", "period", "breakdown", "from", "to", "last", "filters")
FUNNEL = b'"steps": ["opened", "opened"]'
DEFINITIONS = {
    **{f"trend {part}": (b"trend", b'{"%s": @}' % part.encode()) for part in TREND_PARTS},
    "measure of": (b"trend", b'{"measure": "sum:plan", "event": @}'),
    "trend filter property": (
        b"trend", b'{"filters": [{"property": @, "operator": "is", "values": ["a"]}]}'),
    "trend filter operator": (
        b"trend", b'{"filters": [{"property": "a", "operator": @, "values": ["a"]}]}'),
    "trend filter value": (
        b"trend", b'{"filters": [{"property": "a", "operator": "is", "values": [@]}]}'),
    "trend filter above": (
        b"trend", b'{"filters": [{"property": "a", "operator": "greater", "values": [@]}]}'),
    "funnel steps": (b"funnel", b'{"steps": @}'),
    "funnel step": (b"funnel", b'{"steps": ["opened", @]}'),
    "funnel step event": (b"funnel", b'{"steps": ["opened", {"event": @}]}'),
    "funnel step filters": (b"funnel", b'{"steps": ["opened", {"event": "a", "filters": @}]}'),
    "funnel window": (b"funnel", b"{" + FUNNEL + b', "window": @}'),
    "funnel immature": (b"funnel", b"{" + FUNNEL + b', "immature": @}'),
    "retention start": (b"retention", b'{"start": @}'),
    "retention return": (b"retention", b'{"return": @}'),
    "retention periods": (b"retention", b'{"periods": @}'),
    "retention last": (b"retention", b'{"last": @}'),
}  # fmt: skip


def call(world: World, operation: str, body: bytes) -> Any:
    verb, path = operation.split(" ", 1)
    headers = {"Authorization": f"Bearer {world.tokens['owner']}"}
    url = "/api/v1" + path.format(**ids_for(OPERATIONS[operation], world))
    with transaction.atomic():
        answer = Client().generic(verb, url, body, content_type="application/json", headers=headers)
        transaction.set_rollback(True)
    return answer


WRITES = [operation for operation, row in OPERATIONS.items() if row.body is not None]


@pytest.mark.parametrize("operation", WRITES)
def test_bodies_of_the_api(operation: str, world: World):
    for kind, body in RAW_JSON.items():
        answer = call(world, operation, body)
        assert 400 <= answer.status_code < 500, kind
        assert answer.json()["error"]["message"], kind


FIELDS = {
    "POST /products": ("name", "description", "zone", "week_start", "currency", "industry"),
    "PUT /products/{product_id}": ("name", "zone", "week_start"),
    "POST /captures": ("text", "kind", "due", "product_id"),
    "POST /products/{product_id}/analytics/metrics": (
        "name", "description", "direction", "is_on_today", "kind", "definition"),
    "PUT /products/{product_id}/analytics/metrics/{metric_id}": ("name", "direction"),
    "POST /products/{product_id}/analytics/questions": ("kind", "definition"),
}  # fmt: skip
for rows in NOUNS.values():
    FIELDS |= rows.FIELDS


def test_every_field_of_the_api_is_tried():
    assert set(FIELDS) == set(WRITES)


@pytest.mark.parametrize("operation", WRITES)
def test_fields_of_the_api(operation: str, world: World):
    try_fields(operation, world, USUAL_FAULTS)


@pytest.mark.slow
@pytest.mark.parametrize("operation", WRITES)
def test_fields_of_the_api_by_all_values(operation: str, world: World):
    try_fields(operation, world, tuple(set(JSON_VALUES) - set(USUAL_FAULTS)))


def try_fields(operation: str, world: World, kinds: tuple[str, ...]) -> None:
    import orjson

    good = OPERATIONS[operation].body or {}
    for field in FIELDS[operation]:
        whole = orjson.dumps({**good, field: "@@"})
        for kind in kinds:
            answer = call(world, operation, whole.replace(b'"@@"', JSON_VALUES[kind]))
            assert answer.status_code < 500, (field, kind)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_definitions(name: str, world: World):
    kind, template = DEFINITIONS[name]
    path = "POST /products/{product_id}/analytics/"
    for value_name, value in JSON_VALUES.items():
        definition = template.replace(b"@", value)
        body = b'{"kind": "%s", "definition": %s}' % (kind, definition)
        answer = call(world, path + "questions", body)
        assert answer.status_code < 500, value_name
        saved = call(world, path + "metrics", body[:-1] + b', "name": "H"}')
        assert saved.status_code < 500, value_name
        # What can be asked can be saved, and the other way round.
        assert (saved.status_code == 200) == (answer.status_code == 200), value_name


EXTRA = {
    "POST /products": {"world": "simulated", "clock": "2020-01-01T00:00:00Z", "workspace_id": 2,
                       "public_id": "222222222222", "archived_at": None},
    "PUT /products/{product_id}": {"world": "simulated", "id": 7, "created_at": "2020-01-01"},
    "POST /captures": {"user_id": 2, "workspace_id": 2, "done_at": "2020-01-01", "public_id": "x"},
    "POST /products/{product_id}/analytics/metrics": {"position": 9, "product_id": 2,
                                                      "deleted_at": None, "user_id": 2},
    "PUT /products/{product_id}/analytics/metrics/{metric_id}": {"position": 9, "id": 3},
    "POST /products/{product_id}/analytics/questions": {"now_us": 1, "zone": "UTC"},
}  # fmt: skip
for rows in NOUNS.values():
    EXTRA |= rows.EXTRA


@pytest.mark.parametrize("operation", WRITES)
def test_fields_that_are_not_offered_are_refused_by_the_api(operation: str, world: World):
    import orjson

    good = OPERATIONS[operation].body or {}
    for field, value in EXTRA[operation].items():
        answer = call(world, operation, orjson.dumps({**good, field: value}))
        assert answer.status_code in {400, 422}, field
        assert answer.json()["error"]["value"] == field


def test_fields_that_are_not_offered_are_ignored_by_forms(world: World):
    alice, charlie = browser_of(world.people.alice), world.people.charlie
    before = get_product(world.people.alice, world.product.public_id)
    url = address_of("workspace:product-edit", world.ids)
    more = {"world": "simulated", "clock": "2020-01-01", "workspace_id": charlie.workspace_id,
            "public_id": "222222222222", "archived_at": "2020-01-01"}  # fmt: skip
    answer = alice.post(url, {**FORMS["workspace:product-edit"], **more})
    assert answer.status_code == 302
    after = get_product(world.people.alice, world.product.public_id)
    assert after.name == "N"
    for part in ("id", "world", "clock", "workspace_id", "is_archived"):
        assert getattr(after, part) == getattr(before, part)


def test_a_metric_of_another_product_cannot_be_changed(world: World):
    from pilothouse.apps.workspace.services.products import list_products

    mine = list_products(world.people.charlie)[0]
    charlie = browser_of(world.people.charlie)
    url = f"/p/{mine.public_id}/analytics/metrics/new/"
    form = {**FORMS["analytics:metric-new"], "metric": world.ids["metric_id"]}
    assert charlie.post(url, form).status_code == 404
    assert get_metric(world.product, world.ids["metric_id"]).name != "N"


def test_a_capture_cannot_be_put_into_a_strangers_product(world: World):
    charlie = browser_of(world.people.charlie)
    form = {"text": "hello", "product": world.product.public_id}
    assert charlie.post("/workspace/capture/", form).status_code == 404
    headers = {"Authorization": f"Bearer {world.tokens['stranger']}"}
    body = {"text": "hello", "product_id": world.product.public_id}
    answer = Client().post(
        "/api/v1/captures", body, content_type="application/json", headers=headers
    )
    assert answer.status_code == 404


def test_going_on_never_leads_to_another_site(world: World):
    alice = browser_of(world.people.alice)
    for target in ("https://evil.test/", "//evil.test", "javascript:alert(1)", "/\\evil.test"):
        answer = alice.post("/workspace/capture/", {"text": "a", "next": target})
        assert (answer.status_code, answer["Location"]) == (302, "/"), target
