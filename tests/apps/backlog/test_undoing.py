"""Whatever was done, undoing it from the last to the first leads back through every state."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import datetime, timezone

import pytest

from pilothouse.apps.backlog.services.batches import list_batches, undo_batch
from pilothouse.apps.backlog.services.fields import save_field
from pilothouse.apps.backlog.services.items import (
    BulkEdit,
    ItemDraft,
    create_item,
    delete_items,
    list_items,
    update_item,
    update_items,
)
from pilothouse.apps.backlog.services.moving import Move, move_item, order_items, shift_item
from pilothouse.apps.workspace.models import World
from pilothouse.kernel.errors import InvalidValueError
from tests.builders import make_product

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


def state(product):
    """All that people see of the items, in their order; not how often they were changed."""
    return [
        (i.number, i.title, i.kind, i.status, i.parent_id, i.tags, i.owner_id, i.estimate, i.due,
         i.fields, i.started_at, i.done_at)
        for i in list_items(product)
    ]  # fmt: skip


def act(rng, access, product):
    """Something that a person might do."""
    ids = [item.public_id for item in list_items(product)]
    one, some = rng.choice(ids), rng.sample(ids, rng.randrange(1, 4))
    parent = rng.choice([None, *ids])
    acts = [
        lambda: create_item(access, product, ItemDraft("new", after_id=one, parent_id=parent)),
        lambda: update_item(access, product, one, {"title": f"t{rng.random()}", "estimate": 3}),
        lambda: update_item(access, product, one, {"status": rng.choice(["doing", "done", "new"])}),
        lambda: update_item(access, product, one, {"parent_id": parent}),
        lambda: update_item(access, product, one, {"fields": {"size": rng.randrange(3) or None}}),
        lambda: update_items(
            access, product, some, BulkEdit({"status": "done"}, add_tags=(f"t{rng.randrange(4)}",))
        ),
        lambda: update_items(
            access, product, some, BulkEdit({"parent_id": parent, "due": "2026-12-01"})
        ),
        lambda: move_item(access, product, one, Move(before_id=rng.choice(ids), status="ready")),
        lambda: shift_item(access, product, one, rng.choice(["up", "down", "indent", "outdent"])),
        lambda: order_items(access, product, some, title="ordered"),
        lambda: delete_items(access, product, some) if len(ids) > 6 else None,
    ]
    # An item below itself is refused, and nothing is changed.
    with suppress(InvalidValueError):
        rng.choice(acts)()


SLOW = (pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 8))


@pytest.mark.parametrize("seed", [1, *SLOW])
def test_undoing_from_the_last_to_the_first_leads_back(people, seed):
    product = make_product(people.alice, "Beacon", world=World.SIMULATED, clock=NOW)
    save_field(people.alice, product, "Size", "number")
    for name in "abcdefgh":
        create_item(people.alice, product, ItemDraft(name))
    rng = random.Random(seed)
    states: dict[str, object] = {}
    known = {batch.public_id for batch in list_batches(product)}
    for _ in range(40):
        before = state(product)
        act(rng, people.alice, product)
        newest = list_batches(product, 1)[0].public_id
        if newest not in known:
            known.add(newest)
            states[newest] = before
    assert len(states) > 20
    for batch_id, before in reversed(states.items()):
        undone = undo_batch(people.alice, product, batch_id)
        assert undone.left == ()
        assert state(product) == before
