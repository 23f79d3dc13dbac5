"""Promises: made, kept, broken, renegotiated; never silently changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from django.test import Client

from pilothouse.apps.roadmap.models import PromiseChange
from pilothouse.apps.roadmap.services.promise_views import PromiseView, score_promises
from pilothouse.apps.roadmap.services.promises import (
    PromiseDraft,
    get_promise,
    list_changes,
    list_promise_attention,
    list_promises,
    make_promise,
    renegotiate_promise,
    set_promise_deleted,
    settle_promise,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.apps.workspace.services.search import search
from pilothouse.kernel.errors import (
    ConflictError,
    ForbiddenError,
    InvalidValueError,
    NotFoundError,
)
from tests.apps.makers import browser_of
from tests.builders import People, make_product

NOW = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)
TODAY = date(2026, 11, 25)
DRAFT = PromiseDraft("Reports by plan", "Dana", date(2026, 12, 4), "sales", 0.8)


@pytest.fixture
def product(people: People) -> ProductView:
    return make_product(people.alice, "Beacon", clock=NOW)


@pytest.fixture
def promise(people: People, product: ProductView) -> PromiseView:
    return make_promise(people.alice, product, DRAFT)


@pytest.fixture
def alice(people: People) -> Client:
    return browser_of(people.alice)


def move(people: People, product: ProductView, promise: PromiseView, due: date, **more: str):
    return renegotiate_promise(
        people.alice, product, promise.public_id, due=due,
        what=more.get("what", promise.what), reason=more.get("reason", "Design was ill"),
    )  # fmt: skip


def test_what_was_first_promised_stays(people: People, product: ProductView, promise: PromiseView):
    moved = move(people, product, promise, date(2026, 12, 18), what="Reports by plan and country")
    assert (moved.due, moved.first_due) == (date(2026, 12, 18), DRAFT.due)
    assert (moved.what, moved.first_what) == ("Reports by plan and country", DRAFT.what)
    assert moved.moves == 1
    change, made = list_changes(product, promise.public_id)
    assert (change.act.value, change.due_before, change.due_after) == (
        "renegotiated", DRAFT.due, date(2026, 12, 18),
    )  # fmt: skip
    assert (change.reason, change.user_name, made.act.value) == ("Design was ill", "Alice", "made")


def test_kept_counts_as_it_was_first_made(
    people: People, product: ProductView, promise: PromiseView
):
    assert promise.kept_as_first_made is None
    kept = settle_promise(people.alice, product, promise.public_id, "kept")
    assert (kept.kept_as_first_made, kept.settled_on) == (True, TODAY)
    again = settle_promise(people.alice, product, promise.public_id, "open")
    moved = move(people, product, again, date(2026, 12, 18), what="Less")
    assert settle_promise(
        people.alice, product, moved.public_id, "kept"
    ).kept_as_first_made is False  # fmt: skip
    acts = [change.act.value for change in list_changes(product, promise.public_id)]
    assert acts == ["kept", "renegotiated", "reopened", "kept", "made"]


def test_kept_late_is_not_kept_as_first_made(people: People, product: ProductView):
    late = make_promise(people.alice, product, replace(DRAFT, due=date(2026, 11, 20)))
    assert (late.is_late, late.days_late) == (True, 5)
    kept = settle_promise(people.alice, product, late.public_id, "kept")
    assert kept.kept_as_first_made is False
    on_time = settle_promise(
        people.alice, product,
        make_promise(people.alice, product, replace(DRAFT, due=date(2026, 11, 20))).public_id,
        "kept", on=date(2026, 11, 19),
    )  # fmt: skip
    assert on_time.kept_as_first_made is True


def test_the_ledger_tells_each_act_without_names_in_facts(
    people: People, product: ProductView, promise: PromiseView
):
    move(people, product, promise, date(2026, 12, 18))
    settle_promise(people.alice, product, promise.public_id, "broken", reason="No time")
    acts = [act for act in list_acts(people.alice) if act.object_kind == "promise"]
    assert [act.kind for act in acts] == [
        "promise.broken", "promise.renegotiated", "promise.made",
    ]  # fmt: skip
    assert all("Dana" not in str(act.facts) and "Dana" in act.personal for act in acts)
    assert acts[1].facts["due"] == ["2026-12-04", "2026-12-18"]


def test_a_promise_is_found_by_search(people: People, product: ProductView, promise: PromiseView):
    (hit,) = search(people.alice, "reports", product_id=product.id)
    assert (hit.kind, hit.object_id, hit.url) == ("promise", promise.public_id, promise.url)
    set_promise_deleted(people.alice, product, promise.public_id, is_deleted=True)
    assert search(people.alice, "reports", product_id=product.id) == []
    assert list_promises(product) == []
    set_promise_deleted(people.alice, product, promise.public_id, is_deleted=False)
    assert [p.public_id for p in list_promises(product)] == [promise.public_id]


def test_what_cannot_be_is_refused(people: People, product: ProductView, promise: PromiseView):
    alice, id_ = people.alice, promise.public_id
    for wrong in (
        {"what": ""}, {"to_name": " "}, {"probability": 1.5}, {"due": date(1, 1, 1)},
    ):  # fmt: skip
        with pytest.raises(InvalidValueError):
            make_promise(alice, product, replace(DRAFT, **wrong))
    with pytest.raises(ConflictError, match="nothing of the promise"):
        move(people, product, promise, DRAFT.due)
    with pytest.raises(InvalidValueError, match="reason"):
        move(people, product, promise, date(2026, 12, 18), reason="")
    with pytest.raises(InvalidValueError, match="a day that has come"):
        settle_promise(alice, product, id_, "kept", on=TODAY + timedelta(days=1))
    with pytest.raises(ConflictError, match="open already"):
        settle_promise(alice, product, id_, "open")
    settle_promise(alice, product, id_, "broken")
    with pytest.raises(ConflictError, match="not renegotiated"):
        move(people, product, promise, date(2026, 12, 18))
    with pytest.raises(NotFoundError):
        make_promise(alice, product, DRAFT, negotiation_id="222222222222")
    with pytest.raises(ForbiddenError):
        make_promise(people.as_bob(Role.COMMENTER), product, DRAFT)
    with pytest.raises(NotFoundError):
        get_promise(make_product(alice, "Other"), id_)


def test_only_late_and_near_promises_want_attention(people: People, product: ProductView):
    for days in (-3, -1, 0, 1, 7, 8):
        make_promise(
            people.alice, product, replace(DRAFT, what=f"in {days}", due=TODAY + timedelta(days))
        )
    told = list_promise_attention(people.alice, product, TODAY)
    assert [(each.sentence, each.is_warning) for each in told] == [
        ("Promised to Dana, 3 days late: in -3", True),
        ("Promised to Dana, 1 day late: in -1", True),
        ("Promised to Dana, due today: in 0", False),
        ("Promised to Dana, due tomorrow: in 1", False),
        ("Promised to Dana, due in 7 days: in 7", False),
    ]


def test_forecasts_behind_promises_are_scored_from_twenty_on(
    people: People, product: ProductView, promise: PromiseView
):
    kept = settle_promise(people.alice, product, promise.public_id, "kept")
    broken = replace(kept, state=type(kept.state)("broken"), probability=0.6)
    few = score_promises([kept] * 10 + [broken] * 9, TODAY)
    assert (few.brier, few.scored) == (None, 19)
    assert "Too few" in few.sentence
    assert (few.kept.hits, few.kept.n) == (10, 19)
    enough = score_promises([kept] * 10 + [broken] * 10, TODAY)
    assert enough.brier == pytest.approx((10 * 0.2**2 + 10 * 0.6**2) / 20)


def test_an_open_promise_past_its_first_day_counts_as_not_kept(
    people: People, product: ProductView, promise: PromiseView
):
    moved = move(people, product, promise, date(2026, 12, 18))
    assert score_promises([moved], date(2026, 12, 4)).kept.n == 0
    after = score_promises([moved], date(2026, 12, 5)).kept
    assert (after.hits, after.n) == (0, 1)


def test_pages_by_date_and_by_person(people: People, alice: Client, product: ProductView):
    make_promise(people.alice, product, DRAFT)
    make_promise(people.alice, product, PromiseDraft("Audit log", "Lin", date(2026, 11, 20)))
    url = f"/p/{product.public_id}/roadmap/promises/"
    by_date = alice.get(url).content.decode()
    assert by_date.index("Late <span") < by_date.index("Within a month <span")
    by_person = alice.get(url + "?by=person").content.decode()
    assert by_person.index("Dana <span") < by_person.index("Lin <span")


def test_a_promise_from_the_page_and_back(alice: Client, product: ProductView):
    url = f"/p/{product.public_id}/roadmap/promises/"
    form = {"what": "Reports", "to": "Dana", "role": "", "due": "2026-12-04", "probability": "80"}
    assert alice.post(url, form).status_code == 302
    (made,) = list_promises(product)
    assert made.probability == pytest.approx(0.8)
    bad = alice.post(url, form | {"due": "soon", "what": "Kept words"})
    assert bad.status_code == 400
    assert b"Kept words" in bad.content
    again = alice.post(made.url, {"what": "Kept words", "due": "2026-12-18", "reason": ""})
    assert again.status_code == 400
    assert b"Kept words" in again.content
    alice.post(made.url, {"what": "Reports", "due": "2026-12-18", "reason": "Omar agreed"})
    page = alice.get(made.url).content.decode()
    assert "4 Dec 2026 → 18 Dec 2026" in page
    assert "Omar agreed" in page
    for act, words in (("keep", b"Kept: Reports"), ("reopen", b"Open again: Reports"),
                       ("break", b"Broken: Reports"), ("delete", b"Deleted: Reports"),
                       ("restore", b"Restored: Reports")):  # fmt: skip
        assert words in alice.post(f"{made.url}{act}/", follow=True).content, act
    assert alice.post(f"{made.url}forget/").status_code == 404
    assert PromiseChange.objects.count() == 5
