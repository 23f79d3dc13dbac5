"""The ledger: a chain that shows every change, refuses changes, and forgets persons."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from pilothouse.apps.workspace.models import Act, Role, Workspace
from pilothouse.apps.workspace.services.ledger import (
    GENESIS,
    list_acts,
    record_act,
    remove_personal,
    verify_ledger,
)
from pilothouse.kernel.errors import ForbiddenError, NotFoundError
from tests.apps.makers import browser_of
from tests.builders import People, make_capture, make_people, make_product

TAMPERED: dict[str, Any] = {
    "sequence": 77,
    "at": timezone.now() - timedelta(days=400),
    "user_id": "bcdfghjkmnpq",
    "kind": "capture.deleted",
    "object_kind": "metric",
    "object_id": "nothing",
    "product_id": "bcdfghjkmnpq",
    "is_simulated": True,
    "facts": '{"kind":"decision"}',
    "personal": "Something else",
    "personal_salt": "0" * 32,
    "personal_digest": "1" * 64,
    "previous": "2" * 64,
    "hash": "3" * 64,
}


def tamper(sql: str, arguments: list[Any] | None = None) -> None:
    """Write past the triggers, as somebody with the file in hands can."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE workspace_act DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER IF EXISTS act_no_update")
            cursor.execute("DROP TRIGGER IF EXISTS act_no_delete")
        cursor.execute(sql, arguments or [])


@pytest.fixture
def acts(people: People) -> People:
    """Alice's workspace with six acts: founding, inviting, product and three captures."""
    make_product(people.alice)
    for text in ("one", "two", "three"):
        make_capture(people.bob, text)
    return people


def test_an_untouched_chain_holds(acts: People) -> None:
    outcome = verify_ledger(acts.alice.workspace_id)
    assert (outcome.acts, outcome.is_whole, outcome.broken_at) == (6, True, None)
    assert outcome.head == list_acts(acts.alice)[0].hash


def test_an_empty_chain_holds(db: None) -> None:
    assert verify_ledger(12345).head == GENESIS


def test_acts_are_numbered_and_linked(acts: People) -> None:
    rows = list(Act.objects.filter(workspace_id=acts.alice.workspace_id).order_by("sequence"))
    assert [row.sequence for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row.previous for row in rows] == [GENESIS, *(row.hash for row in rows[:-1])]


@pytest.mark.parametrize("field", TAMPERED)
def test_every_changed_field_is_detected(acts: People, field: str) -> None:
    act = Act.objects.get(workspace_id=acts.alice.workspace_id, sequence=5)
    value = TAMPERED[field]
    value = value if field != "at" or connection.vendor == "postgresql" else value.isoformat(" ")
    tamper(f"UPDATE workspace_act SET {field} = %s WHERE id = %s", [value, act.pk])
    outcome = verify_ledger(acts.alice.workspace_id)
    assert not outcome.is_whole
    assert outcome.reason


def test_every_field_is_tried(db: None) -> None:
    fields = {field.attname for field in Act._meta.concrete_fields}
    assert fields - set(TAMPERED) == {"id", "workspace_id"}


@pytest.mark.parametrize("sequence", [1, 3])
def test_a_missing_act_is_detected(acts: People, sequence: int) -> None:
    act = Act.objects.get(workspace_id=acts.alice.workspace_id, sequence=sequence)
    tamper("DELETE FROM workspace_act WHERE id = %s", [act.pk])
    outcome = verify_ledger(acts.alice.workspace_id)
    assert outcome.reason == f"act {sequence} is missing"


def test_exchanged_acts_are_detected(acts: People) -> None:
    first, second = (
        Act.objects.get(workspace_id=acts.alice.workspace_id, sequence=number) for number in (4, 5)
    )
    for sequence, act in ((99, first), (4, second), (5, first)):
        tamper("UPDATE workspace_act SET sequence = %s WHERE id = %s", [sequence, act.pk])
    assert verify_ledger(acts.alice.workspace_id).broken_at == 4


@pytest.mark.parametrize("field", [f for f in TAMPERED if f != "personal_salt"])
def test_the_database_refuses_to_change_an_act(acts: People, field: str) -> None:
    act = Act.objects.get(workspace_id=acts.alice.workspace_id, sequence=5)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Act.objects.filter(pk=act.pk).update(**{field: TAMPERED[field]})
    act.refresh_from_db()
    assert verify_ledger(acts.alice.workspace_id).is_whole


def test_the_database_refuses_to_move_an_act_to_another_workspace(acts: People) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Act.objects.filter(sequence=5).update(workspace_id=acts.charlie.workspace_id)


def test_the_database_refuses_to_delete_acts(acts: People) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Act.objects.all()._raw_delete("default")
    assert verify_ledger(acts.alice.workspace_id).acts == 6


def test_removing_personal_data_keeps_the_chain(acts: People) -> None:
    before = list_acts(acts.alice)[0]
    after = remove_personal(acts.alice, 6)
    assert (before.personal, after.personal) == ("three", "")
    assert after.is_personal_removed
    assert after.hash == before.hash
    outcome = verify_ledger(acts.alice.workspace_id)
    assert (outcome.is_whole, outcome.acts) == (True, 7)
    row = Act.objects.get(workspace_id=acts.alice.workspace_id, sequence=6)
    assert (row.personal_salt, len(row.personal_digest)) == ("", 64)


def test_only_owners_remove_personal_data(acts: People) -> None:
    with pytest.raises(ForbiddenError):
        remove_personal(acts.bob, 6)
    with pytest.raises(NotFoundError):
        remove_personal(acts.charlie, 6)


def test_the_newest_acts_come_first_page_by_page(acts: People) -> None:
    assert [act.sequence for act in list_acts(acts.alice, limit=2)] == [6, 5]
    assert [act.sequence for act in list_acts(acts.alice, before=5, limit=2)] == [4, 3]


def test_strangers_see_their_own_acts_only(acts: People) -> None:
    assert [act.kind for act in list_acts(acts.charlie)] == ["workspace.founded"]


def test_acts_in_a_simulated_product_are_marked(people: People) -> None:
    product = make_product(people.alice, "Toy", world="simulated")
    assert [act.is_simulated for act in list_acts(people.alice, product_id=product.public_id)] == [
        True
    ]


def test_an_act_of_a_failed_transaction_leaves_no_trace(people: People) -> None:
    with transaction.atomic():
        record_act(people.alice, "test.done", "thing", "1", {})
        transaction.set_rollback(True)
    assert verify_ledger(people.alice.workspace_id).acts == 2


def test_facts_of_every_language_and_size_are_kept(people: People) -> None:
    facts = {"text": "Ünï \u2028 🚀 'quotes' \"more\"", "number": 2**53 - 1, "list": [1.5, None]}
    act = record_act(people.alice, "test.done", "thing", "1", facts)
    assert list_acts(people.alice)[0].facts == facts == act.facts
    assert verify_ledger(people.alice.workspace_id).is_whole


@pytest.mark.django_db(transaction=True)
def test_many_threads_write_one_chain() -> None:
    people = make_people()
    before = verify_ledger(people.alice.workspace_id).acts
    faults: list[Exception] = []

    def write(number: int) -> None:
        try:
            for turn in range(5):
                record_act(people.alice, "test.done", "thing", f"{number}-{turn}", {"n": turn})
        except Exception as error:  # noqa: BLE001 -- told to the test below
            faults.append(error)
        finally:
            connection.close()

    threads = [Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert faults == []
    outcome = verify_ledger(people.alice.workspace_id)
    assert (outcome.acts, outcome.is_whole) == (before + 30, True)
    assert Workspace.objects.count() == 2
    assert people.alice.role == Role.OWNER


def test_a_fact_may_have_any_name(people: People) -> None:
    facts = {"items": 3, "keys": "a", "values": [1]}
    record_act(people.alice, "batch.applied", "batch", "b1", facts)
    page = browser_of(people.alice).get("/workspace/ledger/").content.decode()
    assert '<span class="quiet">items</span> 3' in page
