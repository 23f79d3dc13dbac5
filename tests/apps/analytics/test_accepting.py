"""Taking events in: each id once, every refusal counted, the sums exact."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilothouse.apps.analytics.models import Identity, InboxEvent, Stream
from pilothouse.apps.analytics.services.answers import take_inventory
from pilothouse.apps.analytics.services.events import (
    IdentityLink,
    NewRefusal,
    accept_events,
    count_deliveries,
)
from pilothouse.apps.analytics.services.packing import pack_all
from pilothouse.apps.analytics.services.streams import create_write_key, revoke_write_key
from pilothouse.apps.workspace.services.products import archive_product
from pilothouse.kernel.errors import ConflictError, ForbiddenError, InvalidValueError, NotFoundError
from pilothouse.kernel.times import to_us
from tests.apps.makers import NOW, make_event, send, write_key_of
from tests.builders import make_product

NOW_US = to_us(NOW)


def test_an_id_counts_once_within_a_request(people, product):
    outcome = send(people.alice, product, [make_event("1"), make_event("2"), make_event("1")])
    assert (outcome.accepted, outcome.duplicates) == ((0, 1), (2,))


def test_an_id_counts_once_across_inbox_and_segments(people, product):
    send(people.alice, product, [make_event("1")])
    assert send(people.alice, product, [make_event("1")]).duplicates == (0,)
    assert pack_all() == 1
    again = send(people.alice, product, [make_event("1"), make_event("2")])
    assert (again.accepted, again.duplicates) == ((1,), (0,))
    assert take_inventory(product).rows == 2


def test_the_same_id_in_two_products_is_two_events(people, product):
    other = make_product(people.alice, "Other")
    for each in (product, other):
        assert send(people.alice, each, [make_event("1")]).accepted == (0,)
        pack_all()
    assert (take_inventory(product).rows, take_inventory(other).rows) == (1, 1)


def test_sums_are_exact_and_refusals_counted_by_reason(people, product):
    key = write_key_of(people.alice, product)
    bad = [NewRefusal("no-name", "an event needs a name.", f"ex {i}") for i in range(3)]
    late = [NewRefusal("too-old", "an event is younger than this.")]
    accept_events(key, [make_event("1"), make_event("1")], bad, [], NOW_US)
    accept_events(key, [], late, [], NOW_US)
    book = count_deliveries(product, 30, NOW)
    assert (book.accepted, book.duplicates, book.refused, book.sent) == (1, 1, 4, 6)
    assert {(r.reason, r.count) for r in book.refusals} == {("no-name", 3), ("too-old", 1)}
    assert {r.example for r in book.refusals if r.reason == "no-name"} == {"ex 2"}


def test_days_are_counted_apart_and_old_ones_left_out(people, product):
    send(people.alice, product, [make_event("1")], at=NOW - timedelta(days=30))
    send(people.alice, product, [make_event("2")], at=NOW - timedelta(days=29))
    send(people.alice, product, [make_event("3")], at=NOW)
    assert count_deliveries(product, 30, NOW).accepted == 2
    assert count_deliveries(product, 1, NOW).accepted == 1


@given(st.lists(st.lists(st.integers(0, 12), max_size=8), max_size=6))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_sent_in_whatever_parts_the_sums_hold(people, product, requests):
    book = count_deliveries(product, 1, NOW)
    known = {row.tobytes() for row in _stored_ids(product)}
    for place, numbers in enumerate(requests):
        outcome = send(people.alice, product, [make_event(f"n{n}") for n in numbers])
        assert len(outcome.accepted) + len(outcome.duplicates) == len(numbers)
        if place % 2:
            pack_all()
    after = count_deliveries(product, 1, NOW)
    sent = {make_event(f"n{n}").id for numbers in requests for n in numbers}
    assert after.sent - book.sent == sum(map(len, requests))
    assert after.accepted - book.accepted == len(sent - known)
    assert {row.tobytes() for row in _stored_ids(product)} == known | sent


def _stored_ids(product):
    from pilothouse.apps.analytics.services.store import event_store, list_live_segments
    from pilothouse.stores.ids import read_ids

    pack_all()
    stream, _ = Stream.objects.get_or_create(product_id=product.id)
    segments = list_live_segments(stream.pk)
    return list(read_ids(event_store(stream.pk).read(segments))) if segments else []


def test_the_first_link_of_an_alias_holds(people, product):
    key = write_key_of(people.alice, product)
    links = [IdentityLink("anon", "u1"), IdentityLink("anon", "u2"), IdentityLink("u3", "u3")]
    accept_events(key, [], [], links, NOW_US)
    assert list(Identity.objects.values_list("alias", "actor")) == [("anon", "u1")]


@pytest.mark.parametrize("trouble", ["unknown", "revoked", "archived"])
def test_without_a_key_that_works_nothing_is_stored(people, product, trouble):
    key = create_write_key(people.alice, product, "website")
    if trouble == "revoked":
        revoke_write_key(people.alice, product, key.public_id)
    if trouble == "archived":
        archive_product(people.alice, product.public_id, is_archived=True)
    secret = "phk_nobody" if trouble == "unknown" else key.key
    with pytest.raises(NotFoundError, match="no product takes events"):
        accept_events(secret, [make_event("1")], [], [], NOW_US)
    assert not InboxEvent.objects.exists()


def test_write_keys_are_for_editors_of_the_product(people, product):
    from pilothouse.apps.workspace.models import Role

    with pytest.raises(ForbiddenError):
        create_write_key(people.as_bob(Role.COMMENTER), product, "website")
    with pytest.raises(InvalidValueError, match="1 to 100"):
        create_write_key(people.alice, product, "  ")
    with pytest.raises(NotFoundError):
        revoke_write_key(people.alice, product, "nosuchkey222")
    simulated = make_product(people.alice, "Practice", world="simulated", clock=NOW)
    with pytest.raises(ConflictError, match="from its world"):
        create_write_key(people.alice, simulated, "website")


def test_a_name_is_cleaned_before_it_is_stored(people, product):
    assert create_write_key(people.alice, product, "web\x00site\ud800").name == "website?"
