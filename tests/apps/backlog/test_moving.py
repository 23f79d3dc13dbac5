"""Moving items: one row is written, whatever the order was, and nothing is lost."""

from __future__ import annotations

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pilothouse.apps.backlog.models import Item
from pilothouse.apps.backlog.services import order
from pilothouse.apps.backlog.services.batches import list_batches, undo_batch
from pilothouse.apps.backlog.services.filters import ItemFilter
from pilothouse.apps.backlog.services.items import (
    ItemDraft,
    create_item,
    create_items,
    get_item,
    list_items,
    update_item,
)
from pilothouse.apps.backlog.services.moving import (
    Move,
    move_item,
    order_items,
    shift_item,
    shift_status,
)
from pilothouse.apps.backlog.services.pages import outline_page
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.kernel.errors import (
    ConflictError,
    ForbiddenError,
    InvalidValueError,
    NotFoundError,
)
from tests.builders import make_product


def make(people, product, names="abcdef", **more):
    drafts = [ItemDraft(name, **more) for name in names]
    return create_items(people.alice, product, drafts)[1]


def outline(product):
    """The outline as text: a star for every level."""
    rows = outline_page(product, ItemFilter(statuses=("any",)), "1").rows
    return " ".join("*" * row.depth + row.item.title for row in rows)


def names(product):
    return "".join(item.title for item in list_items(product))


def test_items_are_put_before_and_after_each_other(people, product):
    a, _, c, _, e, f = make(people, product)
    move_item(people.alice, product, f.public_id, Move(before_id=a.public_id))
    assert names(product) == "fabcde"
    move_item(people.alice, product, f.public_id, Move(after_id=c.public_id))
    assert names(product) == "abcfde"
    move_item(people.alice, product, a.public_id, Move(after_id=e.public_id))
    assert names(product) == "bcfdea"
    assert create_item(people.alice, product, ItemDraft("x", after_id=c.public_id)).number == 7
    assert names(product) == "bcxfdea"


def test_many_moves_into_one_gap_keep_the_order(people, product):
    """Forty halvings fill a gap: then all are numbered anew, and nobody sees it."""
    items = make(people, product)
    rng = random.Random(3)
    expected = [item.title for item in items]
    ids = {item.title: item.public_id for item in items}
    for _ in range(45):
        who = rng.choice(expected[1:])
        expected.remove(who)
        expected.insert(1, who)
        move_item(people.alice, product, ids[who], Move(after_id=ids[expected[0]]))
        assert names(product) == "".join(expected)
    assert len(set(Item.objects.values_list("position", flat=True))) == 6


def test_a_full_gap_is_opened_on_both_sides(people, product):
    items = make(people, product)
    for place, item in enumerate(items):
        Item.objects.filter(pk=item.id).update(position=place)
    a, b, c, d, *_ = items
    move_item(people.alice, product, c.public_id, Move(before_id=b.public_id))
    assert names(product) == "acbdef"
    assert Item.objects.get(pk=d.id).position > order.GAP
    move_item(people.alice, product, a.public_id, Move(before_id=d.public_id))
    assert names(product) == "cbadef"


def test_a_move_writes_one_row(people, product):
    items = make(people, product, [f"item {n}" for n in range(60)])
    with CaptureQueriesContext(connection) as queries:
        move_item(people.alice, product, items[50].public_id, Move(before_id=items[3].public_id))
    writes = [q["sql"] for q in queries if 'UPDATE "backlog_item" SET' in q["sql"]]
    assert len(writes) == 1
    assert writes[0].startswith("1 times")
    assert len(queries) < 25


def test_moving_the_order_alone_is_no_act_but_can_be_undone(people, product):
    a, *_, f = make(people, product)
    before = len(list_acts(people.alice))
    move_item(people.alice, product, f.public_id, Move(before_id=a.public_id))
    assert len(list_acts(people.alice)) == before
    assert get_item(product, f.public_id).version == f.version
    undo_batch(people.alice, product, list_batches(product)[0].public_id)
    assert names(product) == "abcdef"


def test_a_card_goes_into_a_column_unless_it_went_elsewhere(people, product):
    a, b, *_ = make(people, product)
    move = Move(status="doing", from_status="new", before_id=b.public_id)
    assert move_item(people.alice, product, a.public_id, move).status == "doing"
    assert list_acts(people.alice)[0].kind == "item.status-changed"
    with pytest.raises(ConflictError, match="doing by now"):
        move_item(people.alice, product, a.public_id, Move(status="ready", from_status="new"))
    assert get_item(product, a.public_id).status == "doing"


def test_in_and_out_and_up_and_down(people, product):
    a, b, c, *_ = make(people, product, "abcd")
    shift = lambda item, way: shift_item(people.alice, product, item.public_id, way)  # noqa: E731
    shift(b, "indent")
    shift(c, "indent")
    assert outline(product) == "a *b *c d"
    shift(c, "indent")
    assert outline(product) == "a *b **c d"
    shift(c, "up")
    assert outline(product) == "a *b **c d"
    shift(c, "outdent")
    assert outline(product) == "a *b *c d"
    shift(c, "up")
    assert outline(product) == "a *c *b d"
    shift(c, "down")
    assert outline(product) == "a *b *c d"
    shift(b, "outdent")
    assert outline(product) == "a *c b d"
    shift(b, "up")
    assert outline(product) == "b a *c d"
    # At the edges nothing happens.
    for item, way in ((b, "up"), (b, "indent"), (a, "outdent")):
        shift(item, way)
    assert outline(product) == "b a *c d"
    with pytest.raises(InvalidValueError):
        shift(a, "sideways")


def test_an_item_goes_in_behind_the_children_that_are_there(people, product):
    a, b, c, d = make(people, product, "abcd")
    update_item(people.alice, product, d.public_id, {"parent_id": a.public_id})
    shift_item(people.alice, product, b.public_id, "indent")
    assert outline(product) == "a *d *b c"
    del c


def test_within_a_column_only_its_cards_are_passed(people, product):
    a, b, c, *_ = make(people, product, "abc")
    update_item(people.alice, product, b.public_id, {"status": "doing"})
    shift_item(people.alice, product, c.public_id, "up", within="column")
    assert names(product) == "cab"
    assert shift_status(people.alice, product, b.public_id, 1).status == "done"
    assert shift_status(people.alice, product, a.public_id, -1).status == "new"


def test_an_order_is_applied_to_the_places_that_items_hold(people, product):
    a, _, c, _, e, _ = make(people, product)
    wanted = [e.public_id, c.public_id, a.public_id]
    batch = order_items(people.alice, product, wanted, title="By RICE")
    assert names(product) == "ebcdaf"
    assert batch is not None
    assert (batch.title, batch.items) == ("By RICE", 2)
    assert list_acts(people.alice)[0].facts["name"] == "By RICE"
    assert order_items(people.alice, product, wanted, title="Again") is None
    undo_batch(people.alice, product, batch.public_id)
    assert names(product) == "abcdef"


def test_who_may_not_write_may_not_move(people, product):
    a, b, *_ = make(people, product)
    bob = people.as_bob(Role.COMMENTER)
    with pytest.raises(ForbiddenError):
        move_item(bob, product, a.public_id, Move(after_id=b.public_id))
    with pytest.raises(ForbiddenError):
        shift_item(bob, product, a.public_id, "down")
    with pytest.raises(ForbiddenError):
        order_items(bob, product, [a.public_id], title="x")


def test_nothing_is_moved_beside_items_of_another_product(people, product):
    a, *_ = make(people, product)
    other = make_product(people.alice, "Other")
    [x] = make(people, other, "x")
    for move in (Move(after_id=x.public_id), Move(parent_id=x.public_id)):
        with pytest.raises(NotFoundError):
            move_item(people.alice, product, a.public_id, move)
    with pytest.raises(NotFoundError):
        order_items(people.alice, product, [a.public_id, x.public_id], title="x")
    with pytest.raises(InvalidValueError):
        move_item(people.alice, product, a.public_id, Move(parent_id=a.public_id))
