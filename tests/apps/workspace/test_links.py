"""Links between things, seen from both ends, and what happens when one end goes."""

from __future__ import annotations

import pytest

from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.captures import set_capture_deleted
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.apps.workspace.services.links import (
    ObjectRef,
    add_link,
    add_outside_link,
    find_objects,
    list_links,
    set_link_removed,
)
from pilothouse.kernel.errors import (
    ConflictError,
    ForbiddenError,
    InvalidValueError,
    NotFoundError,
)
from tests.apps.makers import browser_of
from tests.builders import People, make_capture


@pytest.fixture
def ends(people: People, product: ProductView) -> tuple[ObjectRef, ObjectRef]:
    """Two thoughts."""
    first, second = (make_capture(people.alice, text, product=product) for text in ("One", "Two"))
    return ObjectRef("capture", first.public_id), ObjectRef("capture", second.public_id)


def words_of(access: Access, ref: ObjectRef) -> list[tuple[str, str]]:
    return [(link.words, link.title) for link in list_links(access, ref)]


def test_a_link_is_seen_from_both_ends(people: People, product: ProductView, ends):
    add_link(people.alice, product, *ends, "blocks")
    assert words_of(people.alice, ends[0]) == [("blocks", "Two")]
    assert words_of(people.alice, ends[1]) == [("is blocked by", "One")]
    assert list_acts(people.alice, limit=1)[0].kind == "link.added"


def test_two_things_are_linked_once_whichever_way(people: People, product: ProductView, ends):
    add_link(people.alice, product, *ends)
    with pytest.raises(ConflictError, match="linked already"):
        add_link(people.alice, product, ends[1], ends[0])
    with pytest.raises(ConflictError, match="itself"):
        add_link(people.alice, product, ends[0], ends[0])


def test_an_end_that_is_deleted_is_said_to_be_gone(people: People, product: ProductView, ends):
    add_link(people.alice, product, *ends)
    set_capture_deleted(people.alice, ends[1].object_id, is_deleted=True)
    (link,) = list_links(people.alice, ends[0])
    assert (link.is_gone, link.url) == (True, "")


def test_a_removed_link_can_come_back(people: People, product: ProductView, ends):
    link = add_link(people.alice, product, *ends)
    set_link_removed(people.alice, link.public_id, is_removed=True)
    assert list_links(people.alice, ends[0]) == []
    set_link_removed(people.alice, link.public_id, is_removed=False)
    assert words_of(people.alice, ends[0]) == [("relates to", "Two")]


def test_an_address_outside_is_kept_out_of_the_facts(people: People, product: ProductView, ends):
    add_outside_link(people.alice, product, ends[0], "https://forum.example/t/1", "A complaint")
    assert words_of(people.alice, ends[0]) == [("rests on", "A complaint")]
    act = list_acts(people.alice, limit=1)[0]
    assert act.personal == "https://forum.example/t/1"
    assert "forum" not in str(act.facts)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://", "ftp://a.example", "http://[", "a"]
)
def test_only_whole_web_addresses_are_linked(url: str, people: People, ends):
    with pytest.raises(InvalidValueError):
        add_outside_link(people.alice, None, ends[0], url)


def test_who_may_not_write_may_not_link(people: People, ends):
    with pytest.raises(ForbiddenError):
        add_link(people.as_bob(Role.COMMENTER), None, *ends)


def test_a_stranger_finds_and_links_nothing_of_others(people: People, ends):
    assert find_objects(people.charlie.workspace_id, ends) == {}
    with pytest.raises(NotFoundError):
        add_link(people.charlie, None, *ends)


def test_what_is_typed_names_a_thing_by_its_title(people: People, product: ProductView, ends):
    alice = browser_of(people.alice)
    url = f"/workspace/links/capture/{ends[0].object_id}/add/"
    assert alice.post(url, {"target": "Two", "next": "/"}).status_code == 302
    assert words_of(people.alice, ends[0]) == [("relates to", "Two")]


def test_things_are_found_for_mentions(people: People, product: ProductView, ends):
    alice = browser_of(people.alice)
    found = alice.get("/search/objects/", {"q": "tw", "product": product.public_id}).json()
    assert [each["id"] for each in found["objects"]] == [ends[1].object_id]


def test_links_cost_two_queries(
    people: People, product: ProductView, ends, django_assert_num_queries
):
    for number in range(5):
        other = make_capture(people.alice, f"Thing {number}", product=product)
        add_link(people.alice, product, ends[0], ObjectRef("capture", other.public_id))
    with django_assert_num_queries(2):
        assert len(list_links(people.alice, ends[0])) == 5
