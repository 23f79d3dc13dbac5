"""The backlog's pages and its API: what they show, what they do, what they say when it is wrong."""

from __future__ import annotations

import csv
import json
from datetime import timedelta

import pytest
from django.test import Client

from pilothouse.apps.backlog.services.batches import list_batches
from pilothouse.apps.backlog.services.exports import write_items
from pilothouse.apps.backlog.services.fields import list_fields, save_field
from pilothouse.apps.backlog.services.items import (
    ItemDraft,
    create_item,
    create_items,
    find_by_ref,
    get_item,
    list_items,
    set_item_deleted,
    update_item,
)
from pilothouse.apps.backlog.services.saved_views import list_views, save_view, set_default_view
from pilothouse.apps.workspace.services.captures import get_capture
from pilothouse.apps.workspace.services.links import ObjectRef, list_links
from pilothouse.apps.workspace.services.login import create_token
from tests.apps.makers import browser_of
from tests.builders import make_capture, make_product

JSON = {"Accept": "application/json"}


@pytest.fixture
def alice(people):
    return browser_of(people.alice)


@pytest.fixture
def base(product):
    return f"/p/{product.public_id}/backlog/"


def add(people, product, *titles, **more):
    return create_items(people.alice, product, [ItemDraft(title, **more) for title in titles])[1]


def test_an_empty_backlog_teaches(alice, base):
    for page in ("", "table/"):
        html = alice.get(base + page).content.decode()
        assert "Nothing in the backlog" in html
        assert f"{base}new/" in html
    assert "No item matches this filter" in alice.get(base + "?q=nothing").content.decode()


def test_a_form_makes_an_item_and_can_be_undone(alice, base, product):
    form = {"title": "Export", "kind": "feature", "body": "*why*", "estimate": "3", "tags": "a, b"}
    answer = alice.post(base + "new/", form, follow=True)
    [item] = list_items(product)
    assert answer.redirect_chain == [(item.url, 302)]
    html = answer.content.decode()
    assert "<em>why</em>" in html
    assert f'action="{item.url}delete/"' in html
    assert (item.kind, item.estimate, item.tags) == ("feature", 3.0, ("a", "b"))


def test_what_was_typed_is_not_lost(alice, base, people, product):
    form = {"title": "", "body": "a long thought", "parent": "#99", "tags": "one"}
    answer = alice.post(base + "new/", form)
    assert answer.status_code == 400
    assert "a long thought" in answer.content.decode()
    [item] = add(people, product, "one")
    answer = alice.post(item.url, {"title": "two", "due": "tomorrow", "body": "typed"})
    html = answer.content.decode()
    assert answer.status_code == 400
    assert 'value="two"' in html
    assert "typed" in html
    assert "year-month-day" in html
    assert get_item(product, item.public_id).title == "one"


def test_a_change_made_meanwhile_is_told_with_what_was_typed(alice, people, product):
    [item] = add(people, product, "one")
    update_item(people.bob, product, item.public_id, {"title": "Bob's"})
    form = {"title": "mine", "body": "", "version": item.version}
    answer = alice.post(item.url, form)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "changed meanwhile" in html
    assert 'value="mine"' in html
    # The form now stands on the newer version: sent again it replaces.
    version = get_item(product, item.public_id).version
    assert f'name="version" value="{version}"' in html
    assert alice.post(item.url, form | {"version": version}).status_code == 302
    assert get_item(product, item.public_id).title == "mine"


def test_a_form_changes_only_what_it_names(alice, people, product):
    save_field(people.alice, product, "Size", "number")
    [item] = add(people, product, "one", tags=["a"], estimate=3)
    parent = add(people, product, "top")[0]
    form = {"parent": f"#{parent.number} top", "owner": people.bob.user_public_id,
            "field-size": "2", "due": "2026-12-01"}  # fmt: skip
    alice.post(item.url, form)
    after = get_item(product, item.public_id)
    assert (after.title, after.tags, after.estimate) == ("one", ("a",), 3.0)
    assert (after.parent_id, after.owner_name, after.fields) == (
        parent.public_id, "Bob", {"size": 2.0},
    )  # fmt: skip
    alice.post(item.url, {"parent": "", "owner": "", "field-size": "", "due": ""})
    after = get_item(product, item.public_id)
    assert (after.parent_id, after.owner_id, after.fields, after.due) == (None, None, {}, None)


def test_an_item_is_made_of_a_captured_thought(alice, base, people, product):
    thought = make_capture(people.alice, "Ask why\nthey stop", product=product)
    html = alice.get(f"{base}new/?capture={thought.public_id}").content.decode()
    assert 'value="Ask why"' in html
    alice.post(base + "new/", {"title": "Ask why", "capture": thought.public_id})
    item = find_by_ref(product, 1)
    assert item is not None
    assert get_capture(people.alice, thought.public_id).is_done
    [link] = list_links(people.alice, ObjectRef("item", item.public_id))
    assert link.title == "Ask why"
    bad = alice.post(base + "new/", {"title": "", "capture": thought.public_id})
    assert f'name="capture" value="{thought.public_id}"' in bad.content.decode()


def test_an_item_page_tells_children_history_and_who_may_not_edit(people, product):
    top, low = add(people, product, "top", "low")
    update_item(people.alice, product, low.public_id, {"parent_id": top.public_id})
    update_item(people.alice, product, low.public_id, {"status": "done"})
    html = browser_of(people.alice).get(top.url).content.decode()
    assert "1 of 1 done" in html
    assert low.url in html
    html = browser_of(people.alice).get(low.url).content.decode()
    assert "set status from <q>new</q> to <q>done</q>" in html
    assert "in <a" in html


def test_viewers_see_no_forms(people, product, base):
    from pilothouse.apps.workspace.models import Member, Role
    from tests.builders import member_id_of

    [item] = add(people, product, "one")
    Member.objects.filter(public_id=member_id_of(people.bob)).update(role=Role.VIEWER)
    bob = browser_of(people.bob)
    for url in (base, base + "board/", base + "table/", base + "changes/", base + "fields/"):
        html = bob.get(url).content.decode()
        assert 'name="item"' not in html, url
        assert "bulk-form" not in html, url
    assert "Save fields" not in bob.get(item.url).content.decode()


def test_many_are_changed_by_a_form(alice, base, people, product):
    items = add(people, product, "one", "two", "three")
    save_field(people.alice, product, "Size", "number")
    ids = [item.public_id for item in items[:2]]
    form = {"item": ids, "status": "ready", "add_tags": "a, b", "owner": people.bob.user_public_id,
            "parent": "#3", "field": "field-size", "field_value": "4", "next": base}  # fmt: skip
    answer = alice.post(base + "bulk/", form)
    assert (answer.status_code, answer["Location"]) == (302, base)
    one, two, _ = list_items(product)
    assert one.tags == two.tags == ("a", "b")
    assert (one.owner_name, one.parent_number, one.fields) == ("Bob", 3, {"size": 4.0})
    alice.post(base + "bulk/", {"item": ids, "owner": "none", "parent": "none"})
    assert (list_items(product)[0].owner_id, list_items(product)[0].parent_id) == (None, None)
    batch = list_batches(product)[0]
    alice.post(f"{base}changes/{batch.public_id}/undo/")
    assert list_items(product)[0].owner_name == "Bob"
    said = alice.post(base + "bulk/", {"item": ids, "delete": "yes"}, headers=JSON).json()
    assert said == {"title": "Deleted: 2 items", "items": 2, "undo": said["undo"]}
    assert [item.title for item in list_items(product)] == ["three"]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"item": []}, 400),
        ({"item": ["nosuchthing2"], "status": "ready"}, 404),
        ({"status": "open"}, 400),
        ({}, 400),
        ({"parent": "top"}, 400),
        ({"owner": "nobody"}, 404),
        ({"field": "field-x", "field_value": "1"}, 400),
    ],
)
def test_a_bad_change_of_many_changes_none(alice, base, people, product, form, status):
    [item] = add(people, product, "one")
    answer = alice.post(base + "bulk/", {"item": [item.public_id]} | form)
    assert answer.status_code == status
    assert get_item(product, item.public_id) == item


def test_all_of_a_list_is_changed_at_once(alice, base, people, product):
    add(people, product, *(f"open {n}" for n in range(101)))
    add(people, product, "closed", status="done")
    html = alice.get(base + "?q=open").content.decode()
    assert "all 101 of this list" in html
    alice.post(base + "bulk/", {"matching": "q=open", "kind": "bug"})
    kinds = {item.title: item.kind for item in list_items(product)}
    assert kinds.pop("closed") == "idea"
    assert set(kinds.values()) == {"bug"}


def test_a_parent_is_named_by_number_or_by_its_whole_title(alice, people, product):
    top, low, _, _ = add(people, product, "Top", "low", "twice", "twice")
    for name in ("#1", "1", "#1 Top", "top"):
        alice.post(low.url, {"parent": name})
        assert get_item(product, low.public_id).parent_id == top.public_id, name
        alice.post(low.url, {"parent": ""})
    for name in ("twice", "nothing", "#99"):
        assert alice.post(low.url, {"parent": name}).status_code == 400


def test_deleting_says_what_and_is_undone_whole(alice, people, product):
    top, low = add(people, product, "top", "low")
    update_item(people.alice, product, low.public_id, {"parent_id": top.public_id})
    html = alice.post(f"{top.url}delete/", follow=True).content.decode()
    assert "Deleted: #1 top" in html
    undo = html.split('class="note-undo"')[0].rsplit('action="', 1)[1].split('"')[0]
    alice.post(undo)
    assert get_item(product, low.public_id).parent_id == top.public_id
    assert "It is there already" in alice.post(f"{top.url}restore/", follow=True).content.decode()


def test_scripts_are_answered_in_json(alice, base, people, product):
    one, two = add(people, product, "one", "two")
    said = alice.post(one.url, {"title": "first"}, headers=JSON).json()
    assert (said["title"], said["version"]) == ("first", 2)
    moved = alice.post(f"{one.url}move/", {"after": two.public_id}, headers=JSON)
    assert moved.status_code == 200
    assert [item.title for item in list_items(product)] == ["two", "first"]
    stale = {"status": "done", "from": "doing"}
    refused = alice.post(f"{one.url}move/", stale, headers=JSON)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
    made = alice.post(base + "new/", {"title": "x", "after": two.public_id}, headers=JSON).json()
    assert [item.title for item in list_items(product)] == ["two", "x", "first"]
    assert made["number"] == 3
    bad = alice.post(base + "new/", {"title": ""}, headers=JSON)
    assert (bad.status_code, bad.json()["error"]["code"]) == (400, "invalid-value")


def test_moving_by_plain_forms(alice, people, product):
    one, two = add(people, product, "one", "two")
    assert alice.post(f"{two.url}up/").status_code == 302
    assert [item.title for item in list_items(product)] == ["two", "one"]
    alice.post(f"{one.url}indent/")
    assert get_item(product, one.public_id).parent_id == two.public_id
    alice.post(f"{one.url}forward/")
    assert get_item(product, one.public_id).status == "exploring"
    assert alice.post(f"{one.url}sideways/").status_code == 404
    away = alice.post(f"{one.url}up/", {"next": "//evil.test/"})
    assert away["Location"] == one.url


def test_fragments_hold_rows_only(alice, base, people, product):
    add(people, product, "one")
    for page in ("", "board/", "table/"):
        html = alice.get(base + page, headers={"HX-Request": "true"}).content.decode()
        assert "one" in html
        assert "<html" not in html
    more = alice.get(base + "board/new/?from=0").content.decode()
    assert "card-row" in more
    assert alice.get(base + "board/open/").status_code == 404


def test_the_default_view_opens_first_and_can_be_left(alice, base, people, product):
    view = save_view(people.alice, product, "Mobile", "board", "tag=mobile")
    assert alice.get(base).status_code == 200
    set_default_view(people.alice, product, view.public_id, is_default=True)
    assert alice.get(base)["Location"] == view.url
    assert alice.get(base + "?status=").status_code == 200
    form = {"name": "Again", "layout": "table", "query": "kind=bug", "default": "on"}
    assert "table/?kind=bug" in alice.post(base + "views/", form)["Location"]
    assert [(v.name, v.is_default) for v in list_views(product)] == [
        ("Again", True), ("Mobile", False),
    ]  # fmt: skip
    alice.post(f"{base}views/{view.public_id}/delete/")
    assert [v.name for v in list_views(product)] == ["Again"]


def test_fields_are_added_changed_and_taken_away(alice, base, people, product):
    bad = alice.post(base + "fields/", {"name": "Size", "kind": "choice", "options": ""})
    assert (bad.status_code, 'value="Size"' in bad.content.decode()) == (400, True)
    alice.post(base + "fields/", {"name": "Size", "kind": "choice", "options": "S\nL\n\nS"})
    [field] = list_fields(product)
    assert field.options == ("S", "L")
    alice.post(f"{base}fields/{field.public_id}/", {"name": "Sizes", "options": "S\nM"})
    [field] = list_fields(product)
    assert (field.name, field.key, field.options) == ("Sizes", "size", ("S", "M"))
    alice.post(f"{base}fields/{field.public_id}/delete/")
    assert list_fields(product) == []


def test_the_api_does_what_the_pages_do(people, product):
    token = create_token(people.alice, "all", is_read_only=False)
    api = f"/api/v1/products/{product.public_id}/backlog"
    headers = {"Authorization": f"Bearer {token}"}

    def call(verb, path, body=None):
        answer = Client().generic(
            verb, api + path, json.dumps(body) if body is not None else "",
            content_type="application/json", headers=headers,
        )  # fmt: skip
        return answer.status_code, answer.json()

    _, item = call("POST", "/items", {"title": "one", "tags": ["a"]})
    assert call("PATCH", f"/items/{item['id']}", {"estimate": 3})[1]["estimate"] == 3
    # A null that is sent clears; what is not sent stays.
    after = call("PATCH", f"/items/{item['id']}", {"estimate": None})[1]
    assert (after["estimate"], after["tags"]) == (None, ["a"])
    assert call("PATCH", f"/items/{item['id']}", {"title": "x", "version": 1})[0] == 409
    listed = call("GET", "/items?tag=a")[1]
    assert (listed["count"], listed["simulated"], listed["items"][0]["id"]) == (
        1, False, item["id"],
    )  # fmt: skip
    assert call("GET", "/items?limit=0")[0] == 400
    _, done = call("POST", "/bulk", {"ids": [item["id"]], "values": {"status": "ready"}})
    assert done["batch"]["items"] == 1
    history = call("GET", f"/items/{item['id']}/history")[1]["history"]
    assert [change["field"] for change in history] == ["status", "estimate", "estimate", "created"]
    _, undone = call("POST", f"/changes/{done['batch']['id']}/undo")
    assert (undone["left"], call("GET", f"/items/{item['id']}")[1]["status"]) == ([], "new")
    call("DELETE", f"/items/{item['id']}")
    assert call("GET", f"/items/{item['id']}")[0] == 404
    assert call("POST", f"/items/{item['id']}/restore")[1]["title"] == "one"


def test_the_export_holds_everything(people, product, tmp_path):
    save_field(people.alice, product, "Size", "number")
    one, gone = add(people, product, "=one", "gone", body="words", fields={"size": 2})
    update_item(people.alice, product, one.public_id, {"owner_id": people.bob.user_public_id})
    set_item_deleted(people.alice, product, gone.public_id, is_deleted=True)
    other = make_product(people.alice, "Other")
    create_item(people.alice, other, ItemDraft("elsewhere", due=product.now.date()))
    assert write_items([product, other], tmp_path) == 3
    with (tmp_path / "items.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["product"], row["title"]) for row in rows] == [
        ("Beacon", "'=one"), ("Other", "elsewhere"),
    ]  # fmt: skip
    body = json.loads((tmp_path / "items.json").read_text("utf-8"))["products"][0]
    assert [(item["title"], item["is_deleted"]) for item in body["items"]] == [
        ("=one", False), ("gone", True),
    ]  # fmt: skip
    assert [change["field"] for change in body["items"][0]["history"]] == ["created", "owner"]
    assert (body["items"][0]["fields"], body["fields"][0]["key"]) == ({"size": 2.0}, "size")


def test_what_is_done_is_not_overdue(alice, base, people, product):
    late = (product.now - timedelta(days=3)).date()
    add(people, product, "open", due=late)
    add(people, product, "closed", due=late, status="done")
    html = alice.get(base + "?status=any").content.decode()
    assert html.count('data-due="late"') == 1
