"""Items: what may be said of them, and what history, search and ledger say afterwards."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from pilothouse.apps.backlog.models import Item, ItemChange
from pilothouse.apps.backlog.services.batches import list_batches, undo_batch
from pilothouse.apps.backlog.services.fields import save_field, set_field_deleted
from pilothouse.apps.backlog.services.flow import list_flow, list_status_changes
from pilothouse.apps.backlog.services.items import (
    BulkEdit,
    ItemDraft,
    create_item,
    create_items,
    delete_items,
    find_items,
    get_item,
    list_items,
    set_item_deleted,
    update_item,
    update_items,
)
from pilothouse.apps.workspace.models import Role, World
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.apps.workspace.services.members import remove_member
from pilothouse.apps.workspace.services.products import set_clock
from pilothouse.apps.workspace.services.search import search
from pilothouse.kernel.errors import (
    ConflictError,
    ForbiddenError,
    InvalidValueError,
    NotFoundError,
)
from tests.builders import make_product, member_id_of

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


@pytest.fixture
def product(people):
    """A simulated product, whose clock stands still."""
    return make_product(people.alice, "Beacon", world=World.SIMULATED, clock=NOW)


def titles(product, **filters):
    return [item.title for item in list_items(product, **filters)]


def make(people, product, *names, **more):
    return [create_item(people.alice, product, ItemDraft(name, **more)) for name in names]


def test_an_item_is_what_was_said_of_it(people, product):
    owner = people.bob.user_public_id
    draft = ItemDraft(
        "  Export   a board ", kind="feature", body="As *CSV*", tags=["a", "b", "a"],
        owner_id=owner, estimate=3, due="2026-12-01",
    )  # fmt: skip
    item = create_item(people.alice, product, draft)
    assert (item.number, item.ref, item.title, item.status) == (1, "#1", "Export a board", "new")
    assert (item.tags, item.owner_name, item.estimate) == (("a", "b"), "Bob", 3.0)
    assert (item.due, item.created_at, item.done_at) == (date(2026, 12, 1), NOW, None)
    assert item.url == f"/p/{product.public_id}/backlog/items/{item.public_id}/"
    assert get_item(product, item.public_id) == item
    act = list_acts(people.alice)[0]
    assert (act.kind, act.object_id, act.is_simulated) == ("item.created", item.public_id, True)
    assert act.facts == {"name": "Export a board", "number": 1, "kind": "feature"}
    assert search(people.alice, "export csv")[0].object_id == item.public_id


BAD = [
    {"title": ""}, {"title": "x" * 201}, {"title": 3}, {"kind": "epic"}, {"status": "open"},
    {"body": "x" * 100_001}, {"tags": ["x" * 41]}, {"tags": ["a,b"]}, {"tags": 3},
    {"tags": [str(n) for n in range(21)]}, {"estimate": -1}, {"estimate": "two"},
    {"estimate": float("nan")}, {"estimate": True}, {"due": "tomorrow"}, {"due": 5},
    {"fields": {"nothing": 1}}, {"fields": []}, {"parent_id": 4}, {"colour": "red"},
]  # fmt: skip


def test_what_breaks_a_rule_is_refused_and_changes_nothing(people, product):
    [item] = make(people, product, "one")
    for values in BAD:
        with pytest.raises(InvalidValueError):
            update_item(people.alice, product, item.public_id, values)
        assert get_item(product, item.public_id) == item, values


def test_viewers_and_commenters_may_not_write(people, product):
    [item] = make(people, product, "one")
    for role in (Role.VIEWER, Role.COMMENTER):
        bob = people.as_bob(role)
        with pytest.raises(ForbiddenError):
            create_item(bob, product, ItemDraft("x"))
        with pytest.raises(ForbiddenError):
            update_item(bob, product, item.public_id, {"title": "x"})
        with pytest.raises(ForbiddenError):
            update_items(bob, product, [item.public_id], BulkEdit({"status": "done"}))
        with pytest.raises(ForbiddenError):
            set_item_deleted(bob, product, item.public_id, is_deleted=True)
        with pytest.raises(ForbiddenError):
            undo_batch(bob, product, list_batches(product)[0].public_id)


def test_items_of_another_product_do_not_exist_here(people, product):
    other = make_product(people.alice, "Other")
    [item] = make(people, product, "one")
    with pytest.raises(NotFoundError):
        update_item(people.alice, other, item.public_id, {"title": "x"})
    [mine] = make(people, other, "mine")
    with pytest.raises(NotFoundError):
        update_item(people.alice, other, mine.public_id, {"parent_id": item.public_id})
    with pytest.raises(NotFoundError):
        update_items(
            people.alice, other, [mine.public_id, item.public_id], BulkEdit({"status": "done"})
        )
    assert get_item(other, mine.public_id).status == "new"


def test_only_members_own_items(people, product):
    [item] = make(people, product, "one")
    with pytest.raises(NotFoundError):
        update_item(
            people.alice, product, item.public_id, {"owner_id": people.charlie.user_public_id}
        )


def test_status_keeps_the_times_of_beginning_and_ending(people, product):
    [item] = make(people, product, "one")

    def move(status, days):
        later = set_clock(people.alice, product, NOW + timedelta(days=days))
        return update_item(people.alice, later, item.public_id, {"status": status})

    assert move("doing", 1).started_at == NOW + timedelta(days=1)
    done = move("done", 3)
    assert (done.started_at, done.done_at) == (
        NOW + timedelta(days=1), NOW + timedelta(days=3),
    )  # fmt: skip
    again = move("doing", 4)
    assert (again.started_at, again.done_at) == (NOW + timedelta(days=1), None)
    acts = [act.facts for act in list_acts(people.alice) if act.kind == "item.status-changed"]
    assert [(facts["from"], facts["to"]) for facts in reversed(acts)] == [
        ("new", "doing"), ("doing", "done"), ("done", "doing"),
    ]  # fmt: skip
    # Straight to done: when work began is not known.
    [other] = make(people, product, "two")
    assert (
        update_item(people.alice, product, other.public_id, {"status": "done"}).started_at is None
    )


def test_flow_tells_every_arrival(people, product):
    [item] = make(people, product, "one")
    later = set_clock(people.alice, product, NOW + timedelta(days=2))
    update_item(people.alice, later, item.public_id, {"status": "doing"})
    changes = list_status_changes(product)
    assert [(c.before, c.after, c.at) for c in changes] == [
        (None, "new", NOW), ("new", "doing", NOW + timedelta(days=2)),
    ]  # fmt: skip
    assert [(f.number, f.status, f.started_at) for f in list_flow(product)] == [
        (1, "doing", NOW + timedelta(days=2))
    ]
    update_item(people.alice, later, item.public_id, {"status": "done"})
    assert list_flow(later, NOW + timedelta(days=2)) != []
    assert list_flow(later, NOW + timedelta(days=3)) == []
    assert len(list_status_changes(later, NOW + timedelta(days=1))) == 2


def test_imported_items_bring_their_past(people, product):
    past = [NOW - timedelta(days=days) for days in (30, 20, 10)]
    drafts = [
        ItemDraft("done", status="done", created_at=past[0], started_at=past[1], done_at=past[2]),
        ItemDraft("child", parent_index=0, number=40, source="jira", external_id="AB-1"),
    ]
    batch, items = create_items(people.alice, product, drafts, title="Imported", kind="import")
    assert [(c.before, c.after, c.at) for c in list_status_changes(product)][:3] == [
        (None, "new", past[0]), ("new", "doing", past[1]), ("doing", "done", past[2]),
    ]  # fmt: skip
    assert [item.number for item in items] == [41, 40]
    assert items[1].parent_id == items[0].public_id
    assert create_item(people.alice, product, ItemDraft("next")).number == 42
    assert [act.kind for act in list_acts(people.alice)][1] == "batch.applied"
    undo_batch(people.alice, product, batch.public_id)
    assert titles(product) == ["next"]


def test_a_change_is_history_and_can_be_undone(people, product):
    [item] = make(people, product, "one")
    update_item(people.alice, product, item.public_id, {"title": "two", "tags": ["x"], "due": ""})
    batch = list_batches(product)[0]
    rows = ItemChange.objects.filter(batch__public_id=batch.public_id)
    assert {row.field: (row.before, row.after) for row in rows} == {
        "title": ("one", "two"), "tags": ([], ["x"]),
    }  # fmt: skip
    undone = undo_batch(people.alice, product, batch.public_id)
    assert undone.left == ()
    assert (get_item(product, item.public_id).title, search(people.alice, "two")) == ("one", [])
    # An undo is a batch as well: undone, the change holds again.
    assert undone.batch is not None
    undo_batch(people.alice, product, undone.batch.public_id)
    assert get_item(product, item.public_id).title == "two"
    assert [each.is_undone for each in list_batches(product)] == [False, True, False, False]


def test_undoing_leaves_what_was_changed_since(people, product):
    [item] = make(people, product, "one")
    update_item(people.alice, product, item.public_id, {"title": "two", "kind": "bug"})
    first = list_batches(product)[0]
    update_item(people.bob, product, item.public_id, {"title": "three"})
    undone = undo_batch(people.alice, product, first.public_id)
    assert undone.left == ("#1 title",)
    after = get_item(product, item.public_id)
    assert (after.title, after.kind) == ("three", "idea")
    with pytest.raises(ConflictError):
        undo_batch(people.alice, product, first.public_id)


def test_undoing_gives_no_item_to_who_has_left(people, product):
    [item] = make(people, product, "one", owner_id=people.bob.user_public_id)
    update_item(people.alice, product, item.public_id, {"owner_id": None, "kind": "bug"})
    remove_member(people.alice, member_id_of(people.bob))
    undone = undo_batch(people.alice, product, list_batches(product)[0].public_id)
    assert undone.left == ("#1 owner",)
    after = get_item(product, item.public_id)
    assert (after.owner_id, after.kind) == (None, "idea")


def test_undoing_a_status_puts_its_times_back(people, product):
    [item] = make(people, product, "one", status="doing")
    done = update_item(people.alice, product, item.public_id, {"status": "done"})
    later = set_clock(people.alice, product, NOW + timedelta(days=5))
    update_item(people.alice, later, item.public_id, {"status": "ready"})
    undo_batch(people.alice, later, list_batches(product)[0].public_id)
    after = get_item(product, item.public_id)
    assert (after.status, after.started_at, after.done_at) == ("done", NOW, done.done_at)


def test_what_did_not_change_is_no_batch_and_no_act(people, product):
    [item] = make(people, product, "one")
    before = len(list_acts(people.alice))
    same = update_item(people.alice, product, item.public_id, {"title": "one", "tags": []})
    assert (same, len(list_acts(people.alice)), len(list_batches(product))) == (item, before, 1)
    assert update_items(people.alice, product, [item.public_id], BulkEdit({"kind": "idea"})) is None


def test_many_items_change_as_one_batch_with_one_act(people, product):
    items = make(people, product, "one", "two", "three", tags=["old"])
    ids = [item.public_id for item in items]
    before = len(list_acts(people.alice))
    change = BulkEdit({"status": "ready"}, add_tags=("new",), remove_tags=("old",))
    batch = update_items(people.alice, product, ids, change)
    assert batch is not None
    assert (batch.items, batch.title) == (
        3, "Status ready, tag new added, tag old removed: 3 items",
    )  # fmt: skip
    assert {(i.status, i.tags) for i in list_items(product)} == {("ready", ("new",))}
    assert len(list_acts(people.alice)) == before + 1
    assert list_acts(people.alice)[0].facts["fields"] == ["status", "tags"]
    undo_batch(people.alice, product, batch.public_id)
    assert {(i.status, i.tags) for i in list_items(product)} == {("new", ("old",))}


def test_a_change_made_meanwhile_is_told(people, product):
    [item] = make(people, product, "one")
    update_item(people.bob, product, item.public_id, {"title": "Bob's"})
    with pytest.raises(ConflictError, match="title"):
        update_item(people.alice, product, item.public_id, {"title": "mine"}, version=item.version)
    # What is the same as it is now does no harm.
    update_item(people.alice, product, item.public_id, {"title": "Bob's"}, version=item.version)
    assert get_item(product, item.public_id).title == "Bob's"


def test_no_item_lies_below_itself(people, product):
    top, middle, low = make(people, product, "top", "middle", "low")
    update_item(people.alice, product, middle.public_id, {"parent_id": top.public_id})
    update_item(people.alice, product, low.public_id, {"parent_id": middle.public_id})
    for parent in (low, middle, top):
        with pytest.raises(InvalidValueError):
            update_item(people.alice, product, top.public_id, {"parent_id": parent.public_id})
    # In bulk the parent itself stays where it is.
    ids = [middle.public_id, low.public_id]
    update_items(people.alice, product, ids, BulkEdit({"parent_id": middle.public_id}))
    assert get_item(product, low.public_id).parent_id == middle.public_id


def test_children_of_deleted_items_move_up_and_come_back(people, product):
    top, middle, low = make(people, product, "top", "middle", "low")
    update_item(people.alice, product, middle.public_id, {"parent_id": top.public_id})
    update_item(people.alice, product, low.public_id, {"parent_id": middle.public_id})
    batch = delete_items(people.alice, product, [top.public_id, middle.public_id])
    assert batch is not None
    assert titles(product) == ["low"]
    assert get_item(product, low.public_id).parent_id is None
    assert [hit.title for hit in search(people.alice, "middle")] == []
    undo_batch(people.alice, product, batch.public_id)
    assert titles(product) == ["top", "middle", "low"]
    assert get_item(product, low.public_id).parent_id == middle.public_id
    assert [hit.title for hit in search(people.alice, "middle")] == ["middle"]


def test_an_item_comes_back_to_the_top_when_its_parent_is_gone(people, product):
    top, low = make(people, product, "top", "low")
    update_item(people.alice, product, low.public_id, {"parent_id": top.public_id})
    set_item_deleted(people.alice, product, low.public_id, is_deleted=True)
    set_item_deleted(people.alice, product, top.public_id, is_deleted=True)
    set_item_deleted(people.alice, product, low.public_id, is_deleted=False)
    assert get_item(product, low.public_id).parent_id is None
    assert find_items(product, [top.public_id]) == {}
    assert find_items(product, [top.public_id], with_deleted=True)[top.public_id].is_deleted


def test_custom_fields_hold_what_their_kind_says(people, product):
    [item] = make(people, product, "one")
    alice = people.alice
    segment = save_field(alice, product, "Segment", "choice", ["Small", "Large"])
    size = save_field(alice, product, "2 sizes", "number")
    day = save_field(alice, product, "Day", "date")
    assert (segment.key, size.key, day.key) == ("segment", "field-2-sizes", "day")
    values = {"segment": "Large", "field-2-sizes": "2.5", "day": "2026-12-01"}
    after = update_item(alice, product, item.public_id, {"fields": values})
    assert after.fields == {"segment": "Large", "field-2-sizes": 2.5, "day": "2026-12-01"}
    for bad in ({"segment": "Huge"}, {"field-2-sizes": "x"}, {"day": "soon"}, {"none": 1}):
        with pytest.raises(InvalidValueError):
            update_item(alice, product, item.public_id, {"fields": bad})
    assert update_item(alice, product, item.public_id, {"fields": {"day": ""}}).fields == {
        "segment": "Large", "field-2-sizes": 2.5,
    }  # fmt: skip
    set_field_deleted(alice, product, segment.public_id, is_deleted=True)
    with pytest.raises(InvalidValueError):
        update_item(alice, product, item.public_id, {"fields": {"segment": "Small"}})
    # A name can be given again; the key of the first stays its own.
    assert save_field(alice, product, "Segment").key == "segment-2"
    with pytest.raises(ConflictError):
        set_field_deleted(alice, product, segment.public_id, is_deleted=False)


def test_list_items_filters_by_kind_status_and_text(people, product):
    make(people, product, "Export a board", kind="feature")
    make(people, product, "Import a file", kind="story", status="done")
    assert titles(product, kinds=["feature"]) == ["Export a board"]
    assert titles(product, statuses=["done"]) == ["Import a file"]
    assert titles(product, text="BOARD") == ["Export a board"]
    assert titles(product, limit=1) == ["Export a board"]


def test_numbers_are_never_given_twice(people, product):
    items = make(people, product, "one", "two")
    delete_items(people.alice, product, [item.public_id for item in items])
    assert make(people, product, "three")[0].number == 3
    assert Item.objects.count() == 3
