"""Who may ask what: every address and every API operation, by everyone there is.

A route without a row in these tables fails ``test_every_route_has_a_row``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from string import Formatter
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from ninja.constants import NOT_SET

from pilothouse.apps.workspace.models import ApiToken, Member, Role
from pilothouse.apps.workspace.services.access import RANK
from pilothouse.project.api import api
from tests.apps.backlog import rows as backlog_rows
from tests.apps.decisions import rows as decisions_rows
from tests.apps.documents import rows as documents_rows
from tests.apps.experiments import rows as experiments_rows
from tests.apps.jobs import rows as jobs_rows
from tests.apps.makers import browser_of
from tests.apps.matrix import Open, Operation, Page
from tests.apps.people import rows as people_rows
from tests.apps.portfolio import rows as portfolio_rows
from tests.apps.roadmap import rows as roadmap_rows
from tests.apps.skills import rows as skills_rows
from tests.apps.worlds import MARK, World
from tests.builders import member_id_of

NOUNS = {
    "backlog": backlog_rows,
    "roadmap": roadmap_rows,
    "documents": documents_rows,
    "experiments": experiments_rows,
    "decisions": decisions_rows,
    "skills": skills_rows,
    "portfolio": portfolio_rows,
    "jobs": jobs_rows,
    "people": people_rows,
}
# These belong to a person and not to a product.
OF_PERSONS = {"skills", "portfolio", "jobs", "people"}
VERBS = ("get", "post", "put", "patch", "delete")
TREND = {"event": "opened", "measure": "count", "period": "day"}


VIEWER, COMMENTER, EDITOR, OWNER = Role.VIEWER, Role.COMMENTER, Role.EDITOR, Role.OWNER
DRAFT = {"name": "New", "zone": "UTC", "week_start": "0", "currency": "EUR",
         "industry": "technology"}  # fmt: skip
MAPPING = {"actor": "0", "event": "1", "time": "2", "time_format": "iso", "zone": "UTC"}

PAGES: dict[str, Page] = {
    "workspace:home": Page(VIEWER, read_status=302),
    "workspace:logout": Page(writes=VIEWER),
    "workspace:search": Page(VIEWER, query={"q": "thought"}),
    "workspace:objects": Page(VIEWER, query={"q": "thought"}),
    "workspace:link-add": Page(
        writes=EDITOR,
        data={"target": "https://a.example"},
        ids={"kind": "capture", "object_id": "capture_id"},
    ),
    "workspace:link-act": Page(writes=EDITOR, ids={"act": "remove"}),
    "workspace:capture": Page(VIEWER, COMMENTER, {"text": "a thought"}),
    "workspace:capture-detail": Page(VIEWER),
    "workspace:capture-act": Page(writes=COMMENTER, ids={"act": "done"}),
    "workspace:products": Page(VIEWER),
    "workspace:product-new": Page(VIEWER, EDITOR, DRAFT),
    "workspace:product-edit": Page(VIEWER, EDITOR, DRAFT),
    "workspace:product-archive": Page(writes=OWNER),
    "workspace:members": Page(
        VIEWER, OWNER, {"name": "Dora", "email": "dora@example.org", "role": "viewer"},
        write_status=200,
    ),
    "workspace:member-role": Page(writes=OWNER, data={"role": "viewer"}),
    "workspace:member-invite": Page(writes=OWNER, write_status=200),
    "workspace:member-remove": Page(writes=OWNER),
    "workspace:ledger": Page(VIEWER, query={"verify": "yes"}),
    "workspace:ledger-export": Page(VIEWER),
    "workspace:ledger-forget": Page(writes=OWNER),
    "workspace:jobs": Page(VIEWER),
    "workspace:job-detail": Page(VIEWER),
    "workspace:job-cancel": Page(writes=EDITOR),
    "workspace:job-retry": Page(writes=EDITOR, ids={"job_id": "failed_job_id"}),
    # A backup holds the stranger's workspace too: here not even Alice may have one.
    "workspace:backups": Page(OWNER, OWNER, read_status=403, write_status=403),
    "workspace:backup-download": Page(OWNER, read_status=404),
    "workspace:settings": Page(VIEWER, OWNER, {"workspace_name": "Renamed"}),
    "workspace:token-revoke": Page(writes=OWNER),
    "today:home": Page(VIEWER),
    "today:focus": Page(writes=COMMENTER, data={"text": ["one thing"]}),
    "today:reflection": Page(writes=COMMENTER, data={"reflection": "It went well."}),
    "analytics:home": Page(VIEWER),
    "analytics:trend": Page(VIEWER, query=TREND),
    "analytics:funnel": Page(VIEWER, query={"step": ["opened", "opened"]}),
    "analytics:retention": Page(VIEWER, query={"start": "opened", "period": "week"}),
    "analytics:export": Page(VIEWER, ids={"kind": "trend", "extension": "csv"}, query=TREND),
    "analytics:metric-new": Page(
        writes=EDITOR, data={"kind": "trend", "query": "event=opened&measure=count", "name": "M"}
    ),
    "analytics:metric": Page(VIEWER),
    "analytics:metric-act": Page(writes=EDITOR, ids={"act": "delete"}),
    "analytics:events": Page(VIEWER),
    "analytics:sources": Page(VIEWER, EDITOR, {"name": "app"}),
    "analytics:key-revoke": Page(writes=EDITOR),
    "analytics:imports": Page(VIEWER, EDITOR, {"file": "a file"}),
    "analytics:import": Page(VIEWER, EDITOR, MAPPING),
    "analytics:import-start": Page(writes=EDITOR),
    "analytics:import-undo": Page(writes=EDITOR, ids={"import_id": "done_import_id"}),
}  # fmt: skip
for rows in NOUNS.values():
    PAGES |= rows.PAGES

CLIENTS = {"get": 400, "post": 400}
OPEN: dict[str, Open] = {
    "workspace:health": Open({"get": 200}, "/health/"),
    "workspace:login": Open({"get": 200}, "/login/"),
    "workspace:login-by-link": Open({"get": 400}, "/login/never-given/"),
    "patterns": Open({"get": 200}, "/patterns/"),
    "roadmap-shared": Open({"get": 404}, "/roadmap/shared/never-given/"),
    "jobs:receive": Open({"get": 200}, "/jobs/receive/"),
    "skills:endorse": Open({"get": 404, "post": 404}, "/skills/endorse/never-given/"),
    "api:openapi-json": Open(dict.fromkeys(VERBS, 200), "/api/v1/openapi.json"),
    "ingest": Open(CLIENTS, "/batch/"),
    "ingest-v1": Open(CLIENTS, "/i/v1/analytics/events/"),
    "ingest-flags": Open({"get": 200, "post": 200}, "/flags/"),
    "ingest-config": Open({"get": 200, "post": 200}, "/array/phk_x/config"),
    "ingest-config-script": Open({"get": 200, "post": 200}, "/array/phk_x/config.js"),
}


METRIC = {"kind": "trend", "definition": {"event": "opened"}, "name": "By program"}
ANALYTICS = "/products/{product_id}/analytics"
OPERATIONS: dict[str, Operation] = {
    "GET /me": Operation(VIEWER),
    "GET /products": Operation(VIEWER),
    "POST /products": Operation(EDITOR, {"name": "By program"}),
    "GET /products/{product_id}": Operation(VIEWER),
    "PUT /products/{product_id}": Operation(EDITOR, {"name": "Renamed"}),
    "GET /captures": Operation(VIEWER),
    "POST /captures": Operation(COMMENTER, {"text": "by program"}),
    "GET /ledger": Operation(VIEWER),
    "GET /ledger/verification": Operation(VIEWER),
    "GET /search": Operation(VIEWER, query=f"?q={MARK}"),
    f"POST {ANALYTICS}/questions": Operation(VIEWER, {"kind": "trend"}),
    f"GET {ANALYTICS}/inventory": Operation(VIEWER),
    f"GET {ANALYTICS}/metrics": Operation(VIEWER),
    f"POST {ANALYTICS}/metrics": Operation(EDITOR, METRIC),
    f"GET {ANALYTICS}/metrics/{{metric_id}}": Operation(VIEWER),
    f"PUT {ANALYTICS}/metrics/{{metric_id}}": Operation(EDITOR, METRIC),
    f"DELETE {ANALYTICS}/metrics/{{metric_id}}": Operation(EDITOR),
    f"GET {ANALYTICS}/readings": Operation(VIEWER),
    f"GET {ANALYTICS}/sources": Operation(VIEWER),
}
for rows in NOUNS.values():
    OPERATIONS |= rows.OPERATIONS


def walk_routes(patterns: Any, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """All URL patterns of the project by their full names."""
    for each in patterns:
        if isinstance(each, URLPattern):
            yield f"{namespace}{each.name}", each
        else:
            inner = f"{each.namespace}:" if each.namespace else namespace
            yield from walk_routes(each.url_patterns, inner)


def list_operations() -> Iterator[str]:
    """All API operations as ``VERB /path``."""
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                whole = f"/{prefix}/{path}".replace("///", "/").replace("//", "/")
                yield from (f"{verb} {whole}" for verb in operation.methods)


ROUTES = dict(walk_routes(get_resolver().url_patterns))
BLIND = pytest.mark.usefixtures("undone")


def test_every_route_has_a_row():
    operations = {op.view_func.__name__ for op in _operations()} | {"api-root"}
    named = {f"api:{name}" for name in operations}
    assert set(ROUTES) - named == set(PAGES) | set(OPEN)
    assert set(list_operations()) == set(OPERATIONS)
    assert "None" not in "".join(ROUTES)


def test_every_operation_asks_for_a_token():
    assert api.auth is not None
    assert all(op.auth_param in (None, NOT_SET) or op.auth_param for op in _operations())


def _operations() -> Iterator[Any]:
    for _, router in api._routers:
        for view in router.path_operations.values():
            yield from view.operations


def address_of(name: str, ids: dict[str, str]) -> str:
    """The address of a page of Alice's world; ``ids`` replace the usual ones."""
    parts = ROUTES[name].pattern.converters
    inside = _product_part(name) | {part: ids[part] for part in parts if part in ids}
    return reverse(name, kwargs={k: ids.get(k, v) for k, v in inside.items()})


def _product_part(name: str) -> dict[str, str]:
    return (
        {"product_id": ""}
        if name.partition(":")[0] in {"today", "analytics", *(set(NOUNS) - OF_PERSONS)}
        else {}
    )


def ids_for(page: Page | Operation, world: World) -> dict[str, str]:
    return world.ids | {part: world.ids.get(value, value) for part, value in page.ids.items()}


def ask(client: Client, verb: str, url: str, page: Page) -> Any:
    """The answer, with everything taken back that it did."""
    with transaction.atomic():
        data = page.query if verb == "get" else _with_file(page.data)
        answer = getattr(client, verb)(url, data)
        b"".join(answer.streaming_content) if answer.streaming else None
        transaction.set_rollback(True)
    return answer


def _with_file(data: dict[str, Any]) -> dict[str, Any]:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.apps.makers import CSV

    return data | ({"file": SimpleUploadedFile("a.csv", CSV.encode())} if "file" in data else {})


def give_bob(world: World, role: Role) -> None:
    Member.objects.filter(public_id=member_id_of(world.people.bob)).update(role=role)


def keeps_product(answer: Any) -> bool:
    """Whether a page names the product at hand in its top bar; files and fragments have none."""
    body = _body(answer)
    return b'class="topbar"' not in body or b'class="switcher-name"' in body


def expected(page: Page, verb: str, role: Role) -> int:
    least = {"get": page.reads, "post": page.writes}.get(verb)
    if least is None:
        return 405
    if RANK[role] < RANK[least]:
        return 403
    return page.read_status if verb == "get" else page.write_status


@BLIND
@pytest.mark.parametrize("name", PAGES)
def test_members_may_what_their_role_says(name: str, world: World):
    page = PAGES[name]
    url = address_of(name, ids_for(page, world))
    bob = browser_of(world.people.bob)
    for role in (EDITOR, COMMENTER, VIEWER):
        give_bob(world, role)
        for verb in _taken(page):
            # Alice's token is hers alone, whatever Bob's role.
            is_hers = page.is_own or (name == "workspace:token-revoke" and verb == "post")
            wanted = 404 if is_hers else expected(page, verb, role)
            assert ask(bob, verb, url, page).status_code == wanted, (verb, role)
    alice = browser_of(world.people.alice)
    for verb in VERBS:
        answer = ask(alice, verb, url, page)
        assert answer.status_code == expected(page, verb, OWNER), verb
        assert keeps_product(answer), verb


@BLIND
@pytest.mark.parametrize("name", PAGES)
def test_strangers_learn_nothing(name: str, world: World):
    page = PAGES[name]
    ids = ids_for(page, world)
    url = address_of(name, ids)
    has_ids = set(ROUTES[name].pattern.converters) - {"act", "kind", "extension"}
    is_named = bool(has_ids or _product_part(name))
    charlie = browser_of(world.people.charlie)
    for verb in _taken(page):
        answer = ask(charlie, verb, url, page)
        wanted = 404 if is_named else expected(page, verb, OWNER)
        assert answer.status_code == wanted, verb
        assert MARK.encode() not in _body(answer).replace(f'value="{MARK}"'.encode(), b"")


@BLIND
@pytest.mark.parametrize("name", PAGES)
def test_who_is_not_logged_in_is_sent_to_the_login(name: str, world: World):
    page = PAGES[name]
    url = address_of(name, ids_for(page, world))
    for verb in _taken(page):
        answer = ask(Client(), verb, url, page)
        if name == "workspace:logout":
            assert answer.status_code == 302
            continue
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/login/"), verb


@BLIND
@pytest.mark.parametrize("name", [n for n in PAGES if ROUTES[n].pattern.converters or ":" in n])
def test_a_bad_id_is_not_found(name: str, world: World):
    page = PAGES[name]
    ids = ids_for(page, world)
    alice = browser_of(world.people.alice)
    parts = {*ROUTES[name].pattern.converters, *_product_part(name)}
    for part in parts:
        for bad in ("999999", "a'b;--") if part != "sequence" else ("999999",):
            url = address_of(name, ids | {part: bad})
            for verb in _taken(page):
                assert ask(alice, verb, url, page).status_code == 404, (part, bad, verb)


@BLIND
@pytest.mark.parametrize("name", PAGES)
def test_a_removed_member_is_a_stranger(name: str, world: World):
    page = PAGES[name]
    bob = browser_of(world.people.bob)
    Member.objects.filter(public_id=member_id_of(world.people.bob)).delete()
    url = address_of(name, ids_for(page, world))
    for verb in _taken(page):
        wanted = 302 if name == "workspace:logout" else 404
        assert ask(bob, verb, url, page).status_code == wanted, verb


@BLIND
@pytest.mark.parametrize("name", OPEN)
def test_open_pages_are_the_same_for_all(name: str, world: World):
    row = OPEN[name]
    for verb in VERBS:
        wanted = row.verbs.get(verb, 405)
        answer = getattr(Client(), verb)(row.path)
        assert answer.status_code == wanted, verb
        assert MARK.encode() not in _body(answer)
        assert not answer.cookies.get("sessionid")


def _taken(page: Page) -> list[str]:
    given = {"get": page.reads, "post": page.writes}
    return [verb for verb, least in given.items() if least is not None]


def _body(answer: Any) -> bytes:
    return b"" if answer.streaming else answer.content


def call(operation: str, world: World, token: str | None, client: Client | None = None) -> Any:
    """Ask an API operation about Alice's world."""
    verb, path = operation.split(" ", 1)
    row = OPERATIONS[operation]
    url = "/api/v1" + path.format(**ids_for(row, world)) + row.query
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with transaction.atomic():
        answer = (client or Client()).generic(
            verb, url, _json(row.body), content_type="application/json", headers=headers
        )
        transaction.set_rollback(True)
    return answer


def _json(body: Any) -> bytes:
    import orjson

    return b"" if body is None else orjson.dumps(body)


@BLIND
@pytest.mark.parametrize("operation", OPERATIONS)
def test_tokens_may_what_their_member_may(operation: str, world: World):
    row = OPERATIONS[operation]
    least = row.needs
    for role in (OWNER, EDITOR, COMMENTER, VIEWER):
        if role != OWNER:
            give_bob(world, role)
        wanted = row.status if RANK[role] >= RANK[least] else 403
        wanted = 404 if row.is_own and role != OWNER and wanted != 403 else wanted
        assert call(operation, world, world.tokens[role.value]).status_code == wanted, role
    wanted = row.status if least == VIEWER else 403
    assert call(operation, world, world.tokens["read-only"]).status_code == wanted


@BLIND
@pytest.mark.parametrize("operation", OPERATIONS)
def test_tokens_of_strangers_learn_nothing(operation: str, world: World):
    answer = call(operation, world, world.tokens["stranger"])
    wanted = 404 if "{" in operation else OPERATIONS[operation].status
    assert answer.status_code == wanted
    assert MARK.encode() not in answer.content


def _revoke(world: World) -> None:
    ApiToken.objects.filter(name="old").update(revoked_at="2026-11-23T00:00:00Z")


BREAKERS: dict[str, tuple[Callable[[World], object], str]] = {
    "none": (lambda world: None, ""),
    "revoked": (_revoke, "revoked"),
    "removed member": (lambda world: Member.objects.filter(
        public_id=member_id_of(world.people.bob)).delete(), "editor"),
}  # fmt: skip


@BLIND
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("trouble", BREAKERS)
def test_without_a_token_that_works_there_is_no_answer(operation: str, trouble: str, world: World):
    breaker, token = BREAKERS[trouble]
    breaker(world)
    # The cookie of a browser opens the pages, never the API.
    alice = browser_of(world.people.alice)
    answer = call(operation, world, world.tokens.get(token), alice)
    assert answer.status_code == 401
    assert MARK.encode() not in answer.content


@BLIND
@pytest.mark.parametrize("operation", [op for op in OPERATIONS if "{" in op])
def test_a_bad_id_is_not_found_by_programs(operation: str, world: World):
    parts = [name for _, name, _, _ in Formatter().parse(operation) if name]
    for part in parts:
        bad = world.ids | {OPERATIONS[operation].ids.get(part, part): "nosuchthing2"}
        other = World(world.people, world.product, bad, world.tokens)
        answer = call(operation, other, world.tokens["owner"])
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not-found")


@BLIND
def test_wrong_verbs_are_refused_by_the_api(world: World):
    paths = {operation.split(" ", 1)[1] for operation in OPERATIONS}
    token = world.tokens["owner"]
    parts = {name for path in paths for _, name, _, _ in Formatter().parse(path) if name}
    # A verb is refused before anything is looked up.
    ids = dict.fromkeys(parts, "nothing") | world.ids
    for path in paths:
        for verb in VERBS:
            if f"{verb.upper()} {path}" in OPERATIONS:
                continue
            answer = Client().generic(
                verb.upper(), "/api/v1" + path.format(**ids),
                headers={"Authorization": f"Bearer {token}"},
            )  # fmt: skip
            assert answer.status_code == 405, (verb, path)
