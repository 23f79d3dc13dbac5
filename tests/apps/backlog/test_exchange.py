"""Files in and out: idempotent, undone as a whole, and our own comes back as it was."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from pilothouse.apps.backlog.services import imports
from pilothouse.apps.backlog.services.creating import ItemDraft, create_items
from pilothouse.apps.backlog.services.fields import list_fields, save_field
from pilothouse.apps.backlog.services.imports import (
    ItemImportView,
    get_import,
    look_at_import,
    receive_file,
    set_reading,
    start_import,
    to_reading_json,
    undo_import,
)
from pilothouse.apps.backlog.services.item_files import FORMATS, export_items, read_items
from pilothouse.apps.backlog.services.items import ItemView, get_item, list_items, update_item
from pilothouse.apps.workspace.models import JobState, Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.jobs import get_job
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.apps.workspace.services.links import ObjectRef, list_links
from pilothouse.apps.workspace.services.worker import run_one
from pilothouse.kernel.errors import ConflictError, ForbiddenError, InvalidValueError
from tests.apps.backlog.exchange_samples import GITHUB, JIRA, LINEAR, TRELLO
from tests.builders import People, make_product

UTC = timezone.utc
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def take_in(
    access: Access, product: ProductView, text: str | bytes, name="f.csv"
) -> ItemImportView:
    """Import a whole file and do its job."""
    data = text if isinstance(text, bytes) else text.encode()
    row = receive_file(access, product, name, [data])
    job = start_import(access, product, row.public_id)
    assert run_one("test")
    done = get_job(access, job.public_id)
    assert done.state == JobState.DONE, done.message
    return get_import(product, row.public_id)


def all_items(product: ProductView) -> list[ItemView]:
    return list_items(product, limit=100_000)


def count_links(access: Access, product: ProductView) -> int:
    """How many links the items have, each seen from both ends."""
    items = all_items(product)
    return sum(len(list_links(access, ObjectRef("item", each.public_id))) for each in items)


def by_title(product: ProductView) -> dict[str, ItemView]:
    return {item.title: item for item in all_items(product)}


def test_a_jira_file_becomes_items_with_parents_links_and_fields(people: People, product):
    done = take_in(people.alice, product, JIRA)
    items = by_title(product)
    assert (done.created, done.changed, done.unchanged) == (3, 0, 0)
    epic = get_item(product, items["Faster checkout"].public_id)
    story, bug = items["Remember the address"], items["Pays twice, sometimes"]
    assert story.parent_id == epic.public_id
    assert (epic.kind, epic.status, epic.owner_name) == ("feature", "doing", "Alice")
    assert "**Comment: 712020:ab, 2025-07-14 16:00**" in epic.body
    names = {field.key: field.name for field in list_fields(product)}
    assert {names[k]: v for k, v in story.fields.items()}["Owner elsewhere"] == "Nobody Known"
    (link,) = list_links(people.alice, ObjectRef("item", bug.public_id))
    assert (link.words, link.title) == ("is blocked by", "Faster checkout")
    assert any("stray label" in problem.sentence for problem in done.problems)
    assert list_acts(people.alice)[0].kind in {"batch.applied", "links.added"}


@pytest.mark.parametrize(
    "text", [JIRA, LINEAR, TRELLO, GITHUB], ids=["jira", "linear", "trello", "github"]
)
def test_the_same_file_twice_changes_nothing(text: str, people: People, product):
    first = take_in(people.alice, product, text)
    before = [(item.public_id, item.version) for item in all_items(product)]
    ties = count_links(people.alice, product)
    second = take_in(people.alice, product, text)
    assert (second.created, second.changed, second.unchanged) == (0, 0, first.created)
    assert count_links(people.alice, product) == ties
    assert [(item.public_id, item.version) for item in all_items(product)] == before


def test_a_newer_file_changes_what_differs_and_undo_puts_it_back(people: People, product):
    take_in(people.alice, product, JIRA)
    newer = JIRA.replace("Faster checkout", "Checkout in one step").replace(
        "SHOP-3,10003", "SHOP-4,10004"
    )
    done = take_in(people.alice, product, newer)
    assert (done.created, done.changed, done.unchanged) == (1, 1, 1)
    assert len(all_items(product)) == 4
    undo_import(people.alice, product, done.public_id)
    assert set(by_title(product)) == {
        "Faster checkout", "Remember the address", "Pays twice, sometimes",
    }  # fmt: skip
    assert get_import(product, done.public_id).state == "undone"
    with pytest.raises(ConflictError, match="only a finished import"):
        undo_import(people.alice, product, done.public_id)


def test_an_undone_import_can_be_run_again(people: People, product):
    row = take_in(people.alice, product, JIRA)
    undo_import(people.alice, product, row.public_id)
    assert all_items(product) == []
    start_import(people.alice, product, row.public_id)
    assert run_one("test")
    assert len(all_items(product)) == 3


def test_the_mapping_can_be_changed_before_the_import(people: People, product):
    row = receive_file(
        people.alice, product, "x.csv", [b"Title,Where,Note\nA,later,n1\nB,now,n2\n"]
    )
    given: dict[str, Any] = {
        "columns": {"title": [0], "status": [1], "body": [2]},
        "statuses": {"later": "ready"},
    }
    set_reading(people.alice, product, row.public_id, given)
    look = look_at_import(people.alice, product, row.public_id)
    assert [(d.draft.title, d.draft.status, d.draft.body) for d in look.drafts.drafts] == [
        ("A", "ready", "n1"), ("B", "new", "n2"),
    ]  # fmt: skip
    kept = to_reading_json(get_import(product, row.public_id).reading)
    assert kept["statuses"] == {"later": "ready", "now": "new"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"columns": {"title": [99]}}, "no such column"),
        ({"columns": {"titel": [0]}}, "a column is mapped to one of"),
        ({"columns": {"title": ["0"]}}, "by their places"),
        ({"columns": {"title": [0]}, "kinds": {"x": "saga"}}, "kinds are mapped to one of"),
        ({"columns": []}, "columns are an object"),
        ({}, "no column is the title"),
    ],
)
def test_a_wrong_mapping_is_named(given: dict[str, Any], words: str, people: People, product):
    row = receive_file(people.alice, product, "x.csv", [b"Title,Where\nA,later\n"])
    with pytest.raises(InvalidValueError, match=words):
        set_reading(people.alice, product, row.public_id, given)


def test_nothing_is_lost_of_what_does_not_fit(people: People, product):
    title = "A very long title " * 20
    text = f'Title,Tags,Estimate\n"{title}","{"x" * 60}, ok",-3\n'
    row = take_in(people.alice, product, text)
    (item,) = (get_item(product, each.public_id) for each in all_items(product))
    assert item.title.endswith("…")
    assert item.body == " ".join(title.split())
    assert item.tags == ("x" * 40, "ok")
    assert item.estimate is None
    assert len(row.problems) == 3


def test_circles_and_double_ids_are_told(people: People, product):
    text = "Id,Title,Parent\n1,A,2\n2,B,1\n2,C,\n3,D,3\n"
    row = take_in(people.alice, product, text)
    assert set(by_title(product)) == {"A", "B", "D"}
    sentences = " ".join(problem.sentence for problem in row.problems)
    assert "below itself" in sentences
    assert "in the file twice" in sentences


def test_a_failed_import_leaves_nothing_behind(people: People, product, monkeypatch):
    row = receive_file(people.alice, product, "x.csv", [JIRA.encode()])
    job = start_import(people.alice, product, row.public_id)

    def fail(*_args: object) -> None:
        raise InvalidValueError("the disk is full.")

    monkeypatch.setattr(imports, "store_drafts", fail)
    assert run_one("test")
    assert get_job(people.alice, job.public_id).state == JobState.FAILED
    assert get_import(product, row.public_id).state == "failed"
    assert all_items(product) == []


def test_only_editors_import(people: People, product):
    with pytest.raises(ForbiddenError):
        receive_file(people.as_bob(Role.COMMENTER), product, "x.csv", [JIRA.encode()])


def make_backlog(access: Access, product: ProductView, count: int) -> None:
    """Items with every field, hostile texts among them, and parents three levels deep."""
    rng = random.Random(7)
    area = save_field(access, product, "Area, wide", "choice", ["north", "=south", "'west"])
    score = save_field(access, product, "Score", "number")
    day = save_field(access, product, "Promised", "date")
    texts = [
        "=1+1",
        "'quoted'",
        '"',
        "a\nb",
        "plain, with comma",
        "ünïcode 🚀",
        "- list\n- two",
        "\t+1",
    ]
    drafts = []
    for number in range(count):
        created = NOW - timedelta(days=rng.randrange(400), seconds=rng.randrange(86400))
        status = rng.choice(["new", "exploring", "ready", "doing", "done", "dropped"])
        started = (
            created + timedelta(days=2, microseconds=number)
            if status in {"doing", "done"}
            else None
        )
        drafts.append(
            ItemDraft(
                title=f"{rng.choice(texts).strip().splitlines()[0]} {number}",
                kind=rng.choice(["idea", "opportunity", "feature", "story", "bug", "chore"]),
                body=rng.choice(["", *texts]),
                status=status,
                tags=rng.sample(["growth", "=tag", "web", "a b"], rng.randrange(4)),
                owner_id=access.user_public_id if rng.random() < 0.3 else None,
                estimate=rng.choice([None, 0.0, 0.1, 3.0, 1e-7]),
                due=rng.choice([None, date(2026, 12, 24)]),
                fields={
                    area.key: rng.choice([None, "north", "=south", "'west"]),
                    score.key: rng.choice([None, 1.5, -2.0]),
                    day.key: rng.choice([None, "2026-12-31"]),
                },
                parent_index=rng.randrange(number) if number and rng.random() < 0.6 else None,
                number=number * 2 + 1,
                created_at=created,
                started_at=started,
                done_at=started + timedelta(days=3) if started and status == "done" else None,
            )
        )  # fmt: skip
    create_items(access, product, drafts, title="Made")


def plain(product: ProductView) -> list[dict[str, Any]]:
    """Every field of every item, ids replaced by numbers: what must come back."""
    items = read_items(product, list_fields(product))
    numbers = {item.public_id: item.number for item in items}
    hidden = {"public_id", "parent", "source", "external_id"}
    return [
        {k: v for k, v in item.__dict__.items() if k not in hidden}
        | {"parent": numbers.get(item.parent)}
        for item in items
    ]


def round_trip(people: People, count: int) -> None:
    here, there = make_product(people.alice, "Here"), make_product(people.alice, "There")
    make_backlog(people.alice, here, count)
    _, pieces = export_items(here, "pilothouse")
    row = take_in(people.alice, there, b"".join(pieces))
    assert (row.created, row.problems) == (count, ())
    assert plain(there) == plain(here)
    assert [(f.name, f.kind) for f in list_fields(there)] == [
        (f.name, f.kind) for f in list_fields(here)
    ]


@pytest.mark.usefixtures("data_folder")
def test_our_own_file_comes_back_as_it_was(people: People):
    round_trip(people, 300)


@pytest.mark.slow
@pytest.mark.usefixtures("data_folder")
def test_ten_thousand_items_come_back_as_they_were(people: People):
    round_trip(people, 10_000)


def test_our_own_file_handed_back_edits_the_items(people: People, product):
    make_backlog(people.alice, product, 20)
    _, pieces = export_items(product, "pilothouse")
    text = b"".join(pieces).decode("utf-8-sig")
    first = all_items(product)[0]
    update_item(people.alice, product, first.public_id, {"title": "Changed here since"})
    row = take_in(people.alice, product, text)
    assert (row.created, row.changed, row.unchanged) == (0, 1, 19)
    assert get_item(product, first.public_id).title == first.title


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "pilothouse"])
@pytest.mark.usefixtures("data_folder")
def test_files_for_other_tools_are_read_as_theirs(name: str, people: People):
    here, there = make_product(people.alice, "Here"), make_product(people.alice, "There")
    make_backlog(people.alice, here, 60)
    _, pieces = export_items(here, name)
    row = take_in(people.alice, there, b"".join(pieces), f"f.{name}")
    assert (row.source, row.created) == (name, 60)
    before = {item["title"].lstrip("'"): item for item in plain(here)}
    after = {item["title"].lstrip("'"): item for item in plain(there)}
    assert set(after) == set(before)
    wrong = [t for t, item in after.items() if item["kind"] != before[t]["kind"]]
    assert wrong == []
    for title, item in after.items():
        was = before[title]["status"]
        # GitHub knows open and closed only.
        known = was if name != "github" or was in {"done", "dropped"} else "new"
        assert item["status"] == known, title
        assert abs(item["created_at"] - before[title]["created_at"]) < timedelta(minutes=1)
    if name in {"jira", "linear"}:
        titles = {item["number"]: title for title, item in before.items()}
        back = {item["number"]: title for title, item in after.items()}
        assert {t: titles.get(i["parent"]) for t, i in before.items()} == {
            t: back.get(i["parent"]) for t, i in after.items()
        }
