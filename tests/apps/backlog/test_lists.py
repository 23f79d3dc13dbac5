"""What lists show: filters, the outline, the board, the table, saved views."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.apps.backlog.models import ItemKind, ItemStatus
from pilothouse.apps.backlog.services import pages
from pilothouse.apps.backlog.services.attention import list_attention
from pilothouse.apps.backlog.services.fields import list_fields, save_field
from pilothouse.apps.backlog.services.filters import (
    ItemFilter,
    Sorting,
    count_tags,
    parse_filter,
    parse_sorting,
)
from pilothouse.apps.backlog.services.history import list_history
from pilothouse.apps.backlog.services.items import (
    ItemDraft,
    create_items,
    delete_items,
    list_items,
    set_item_deleted,
    update_item,
)
from pilothouse.apps.backlog.services.pages import (
    board_column,
    board_columns,
    filtered_items,
    outline_page,
    table_page,
    today_of,
)
from pilothouse.apps.backlog.services.saved_views import (
    list_views,
    save_view,
    set_default_view,
    set_view_deleted,
)
from pilothouse.apps.workspace.models import Role, World
from pilothouse.kernel.errors import ConflictError, ForbiddenError, InvalidValueError
from tests.builders import make_product

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


@pytest.fixture
def product(people):
    return make_product(people.alice, "Beacon", world=World.SIMULATED, clock=NOW)


def day(offset):
    return (NOW + timedelta(days=offset)).date()


@pytest.fixture
def items(people, product):
    drafts = [
        ItemDraft("Invite", kind="opportunity", tags=["mobile", 'Ü "x"']),
        ItemDraft("Suggest", kind="feature", parent_index=0, status="doing", estimate=5),
        ItemDraft("Mail", kind="bug", parent_index=1, status="done", due=day(-3)),
        ItemDraft("Measure", kind="chore", due=day(-1), owner_id=people.alice.user_public_id),
        ItemDraft("Export", kind="feature", due=day(7), tags=["mobile phones"], estimate=1),
        ItemDraft("Fax", status="dropped", due=day(30)),
    ]
    return create_items(people.alice, product, drafts)[1]


def shown(product, query):
    rows = outline_page(product, parse_filter(QueryDict(query)), "1").rows
    return [row.item.title for row in rows]


FILTERED = [
    ("", "Invite Suggest Measure Export"),
    ("status=any", "Invite Suggest Mail Measure Export Fax"),
    ("status=done&status=dropped", "Mail Fax"),
    ("kind=feature&kind=bug&status=any", "Suggest Mail Export"),
    ("tag=mobile", "Invite"),
    ("tag=%C3%9C+%22x%22", "Invite"),
    ("tag=mobile&tag=mobile+phones", ""),
    ("owner=none", "Invite Suggest Export"),
    ("parent=none", "Invite Measure Export"),
    ("due=overdue", "Measure"),
    ("due=soon&status=any", "Mail Measure Export"),
    ("due=none&status=any", "Invite Suggest"),
    ("due=some", "Measure Export"),
    ("estimate=none", "Invite Measure"),
    ("estimate=some", "Suggest Export"),
    ("q=EXP", "Export"),
    ("q=%232", "Suggest"),
    ("q=%25", ""),
    ("owner=nobody&kind=nonsense&due=x", ""),
    ("kind=nonsense&due=x&estimate=y&status=z", "Invite Suggest Measure Export"),
]


def test_filters(product, items):
    for query, expected in FILTERED:
        assert shown(product, query) == expected.split(), query


def test_filters_by_people_and_parents(people, product, items):
    assert shown(product, f"owner={people.alice.user_public_id}") == ["Measure"]
    assert shown(product, f"parent={items[1].public_id}&status=any") == ["Mail"]


@given(
    st.builds(
        ItemFilter,
        text=st.from_regex(r"[a-z#0-9&=%+]{0,8}", fullmatch=True),
        kinds=st.lists(st.sampled_from(ItemKind.values), unique=True).map(tuple),
        statuses=st.lists(st.sampled_from(ItemStatus.values), unique=True).map(tuple),
        tags=st.lists(st.from_regex(r"[a-zé\"&= ]{1,6}", fullmatch=True), max_size=3).map(tuple),
        owner=st.sampled_from(["", "none", "abc"]),
        parent=st.sampled_from(["", "none", "abc"]),
        due=st.sampled_from(["", "overdue", "soon", "some", "none"]),
        estimate=st.sampled_from(["", "some", "none"]),
    )
)
def test_a_filter_comes_back_from_its_address(wanted):
    assert parse_filter(QueryDict(wanted.query())) == wanted


def test_the_outline_shows_levels_progress_and_the_parents_that_are_hidden(people, product, items):
    rows = outline_page(product, ItemFilter(statuses=("any",)), "1").rows
    assert [(row.item.title, row.depth, row.has_children) for row in rows][:3] == [
        ("Invite", 0, True), ("Suggest", 1, True), ("Mail", 2, False),
    ]  # fmt: skip
    assert [(row.progress.done, row.progress.of) for row in rows if row.progress] == [
        (0, 1), (1, 1),
    ]  # fmt: skip
    [mail] = outline_page(product, ItemFilter(statuses=("done",)), "1").rows
    assert (mail.depth, mail.item.parent_title) == (0, "Suggest")


def test_lists_come_in_pages(people, product, monkeypatch):
    monkeypatch.setattr(pages, "ROWS_A_PAGE", 2)
    monkeypatch.setattr(pages, "CARDS_A_COLUMN", 2)
    create_items(people.alice, product, [ItemDraft(name) for name in "abcde"])
    assert [r.item.title for r in outline_page(product, ItemFilter(), "2").rows] == ["c", "d"]
    # What is no page shows the first, what is beyond shows the last.
    assert [r.item.title for r in outline_page(product, ItemFilter(), "x").rows] == ["a", "b"]
    assert [r.item.title for r in outline_page(product, ItemFilter(), "99").rows] == ["e"]
    column = board_columns(product, ItemFilter())[0]
    assert ([i.title for i in column.items], column.count, column.next_offset) == (["a", "b"], 5, 2)
    more = board_column(product, ItemFilter(), "new", 4)
    assert ([i.title for i in more.items], more.next_offset) == (["e"], None)
    count, some = filtered_items(product, QueryDict("q=a"), limit=1)
    assert (count, [item.title for item in some]) == (1, ["a"])


def test_the_board_has_a_column_for_every_status_that_is_asked_for(product, items):
    columns = board_columns(product, ItemFilter())
    assert [(c.status, c.count) for c in columns] == [
        ("new", 3), ("exploring", 0), ("ready", 0), ("doing", 1), ("done", 1), ("dropped", 1),
    ]  # fmt: skip
    assert [c.status for c in board_columns(product, ItemFilter(statuses=("doing",)))] == ["doing"]


SORTED = [
    ("title", "Export Fax Invite Mail Measure Suggest"),
    ("-number", "Fax Export Measure Mail Suggest Invite"),
    ("due", "Mail Measure Export Fax Invite Suggest"),
    ("-due", "Fax Export Measure Mail Invite Suggest"),
    ("status", "Invite Measure Export Suggest Mail Fax"),
    ("-estimate", "Suggest Export Invite Mail Measure Fax"),
    ("field-size", "Fax Export Invite Suggest Mail Measure"),
    ("-field-size", "Export Fax Invite Suggest Mail Measure"),
    ("nonsense", "Invite Suggest Mail Measure Export Fax"),
]


def test_the_table_is_sorted_and_keeps_the_unknown_last(people, product, items):
    save_field(people.alice, product, "Size", "number")
    fields = list_fields(product)
    for item, size in ((items[4], 10), (items[5], 9)):
        update_item(people.alice, product, item.public_id, {"fields": {"size": size}})
    keys = ("title", "number", "due", "status", "estimate", "field-size")
    for sort, expected in SORTED:
        sorting = parse_sorting(sort, keys)
        assert sorting == Sorting() or sorting.text == sort
        page = table_page(product, ItemFilter(statuses=("any",)), sorting, fields, "1")
        assert [item.title for item in page.items] == expected.split(), sort


def test_tags_are_counted_over_what_is_there(people, product, items):
    assert count_tags(product.id) == [("mobile", 1), ("mobile phones", 1), ('Ü "x"', 1)]
    delete_items(people.alice, product, [items[0].public_id])
    assert count_tags(product.id) == [("mobile phones", 1)]


def test_history_says_what_people_say(people, product, items):
    owner = people.bob.user_public_id
    values = {"owner_id": owner, "parent_id": items[3].public_id, "tags": ["a", "b"], "body": "x"}
    update_item(people.alice, product, items[4].public_id, values)
    set_item_deleted(people.bob, product, items[4].public_id, is_deleted=True)
    rows = {row.field: row for row in list_history(product, items[4].id)}
    assert (rows["owner"].before_text, rows["owner"].after_text) == ("nothing", "Bob")
    assert rows["parent"].after_text == "#4 Measure"
    assert (rows["tags"].before_text, rows["tags"].after_text) == ("mobile phones", "a, b")
    assert (rows["body"].label, rows["deleted"].after_text) == ("description", "deleted")
    assert (rows["deleted"].user_name, rows["created"].after_text) == ("Bob", "new")


def test_attention_names_what_is_due_and_what_is_old(people, product, items):
    lines = list_attention(people.alice, product, today_of(product))
    assert [line.sentence for line in lines] == [
        "#4 Measure was due yesterday", "#5 Export is due in 7 days",
    ]  # fmt: skip
    assert [line.is_warning for line in lines] == [True, False]
    later = make_product(people.alice, "Later", world=World.SIMULATED, clock=NOW)
    long_ago = NOW - timedelta(days=40)
    create_items(
        people.alice, later,
        [ItemDraft("Slow", status="doing", created_at=long_ago, started_at=long_ago)],
    )  # fmt: skip
    [line] = list_attention(people.alice, later, today_of(later))
    assert line.sentence == "#1 Slow has been in work for 40 days"


def test_views_are_saved_by_name_and_one_opens_first(people, product):
    alice = people.alice
    mobile = save_view(alice, product, " Mobile ", "board", "?tag=mobile")
    save_view(alice, product, "all", "table", "status=any")
    assert [(v.name, v.url.split("/backlog/")[1]) for v in list_views(product)] == [
        ("all", f"table/?status=any&view={list_views(product)[0].public_id}"),
        ("Mobile", f"board/?tag=mobile&view={mobile.public_id}"),
    ]  # fmt: skip
    again = save_view(alice, product, "Mobile", "outline", "")
    assert (again.public_id, again.query, len(list_views(product))) == (mobile.public_id, "", 2)
    set_default_view(alice, product, mobile.public_id, is_default=True)
    assert [view.is_default for view in list_views(product)] == [False, True]
    set_view_deleted(alice, product, mobile.public_id, is_deleted=True)
    new = save_view(alice, product, "Mobile", "board", "")
    with pytest.raises(ConflictError):
        set_view_deleted(alice, product, mobile.public_id, is_deleted=False)
    set_view_deleted(alice, product, new.public_id, is_deleted=True)
    assert not set_view_deleted(alice, product, mobile.public_id, is_deleted=False).is_default
    for bad in (("", "board", ""), ("x" * 61, "board", ""), ("x", "gantt", "")):
        with pytest.raises(InvalidValueError):
            save_view(alice, product, *bad)
    with pytest.raises(InvalidValueError):
        save_view(alice, product, "x", "board", "q" * 2001)
    with pytest.raises(ForbiddenError):
        save_view(people.as_bob(Role.COMMENTER), product, "x", "board", "")


def test_lists_of_views_have_no_descriptions(people, product):
    create_items(people.alice, product, [ItemDraft("a", body="long")])
    assert list_items(product)[0].body == ""


def test_what_is_over_stands_latest_first(people, product):
    drafts = [
        ItemDraft(title=f"t{days}", status="done", done_at=NOW - timedelta(days=days))
        for days in range(12)
    ]
    create_items(people.alice, product, drafts, title="Made")
    (done,) = (c for c in board_columns(product, ItemFilter()) if c.status == "done")
    assert [item.title for item in done.items] == [f"t{days}" for days in range(10)]
    assert (done.count, done.next_offset) == (12, 10)
