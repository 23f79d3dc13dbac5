"""Many rows by plain SQL are the rows that the ORM would write."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from pilothouse.apps.people.models import Contact
from pilothouse.apps.workspace.services.bulk import insert_many, update_many

NAMES = ("public_id", "name", "emails", "met_on", "due_on")
ROWS = [
    ("222222222222", "Ana Ruiz", ["a@x.org"], date(2026, 1, 2), None),
    ("333333333333", "Żółć 🚀 'quoted' %s", [], None, date(2026, 3, 4)),
]


def own(people) -> dict[str, int]:
    return {"workspace_id": people.alice.workspace_id, "user_id": people.alice.user_id}


def insert(people) -> list[Contact]:
    insert_many(Contact(**own(people), source="linkedin", added_on=date(2026, 5, 6)), NAMES, ROWS)
    return list(Contact.objects.order_by("pk"))


def test_inserted_rows_are_those_of_the_orm(people):
    found = insert(people)
    for values in ROWS:
        fields = {**dict(zip(NAMES, values, strict=True)), "public_id": f"4{values[0][1:]}"}
        Contact.objects.create(
            **own(people), source="linkedin", added_on=date(2026, 5, 6), **fields
        )
    same = [f.attname for f in Contact._meta.concrete_fields
            if f.attname not in {"id", "public_id", "created_at", "updated_at"}]  # fmt: skip
    theirs = list(Contact.objects.order_by("pk"))[2:]
    for mine, their in zip(found, theirs, strict=True):
        assert [getattr(mine, name) for name in same] == [getattr(their, name) for name in same]
        assert mine.created_at is not None


def test_updated_rows_have_what_was_set_and_nothing_else(people):
    first, second = insert(people)
    update_many(Contact, ("name", "links"), [(first.pk, ("New", ["https://a.example"]))])
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.name, first.links, first.emails) == ("New", ["https://a.example"], ["a@x.org"])
    assert second.name == ROWS[1][1]


def test_no_rows_are_no_fault_and_many_are_one_statement(people):
    insert_many(Contact(**own(people), added_on=date(2026, 5, 6)), NAMES, [])
    update_many(Contact, ("name",), [])
    with CaptureQueriesContext(connection) as asked:
        insert(people)
    assert sum("INSERT" in query["sql"] for query in asked) == 1
