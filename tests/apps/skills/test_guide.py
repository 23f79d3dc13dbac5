"""The guide's pages: links lead into the product that one looked at last."""

from __future__ import annotations

import pytest

from pilothouse.apps.skills.services.guide import (
    choose_product,
    get_guide_page,
    list_guide_pages,
    page_url,
    with_links,
)
from pilothouse.kernel.errors import NotFoundError
from tests.apps.makers import browser_of
from tests.builders import make_product


@pytest.mark.parametrize("page", list_guide_pages(), ids=lambda page: page.key)
def test_every_page_is_shown_with_its_links(page, people, product):
    answer = browser_of(people.alice).get(f"/skills/guide/{page.key}/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert '"page:' not in text
    assert text.count("<h1") == 1
    for name in page.links:
        assert page_url(name, product) in text


def test_links_lead_into_the_product_looked_at_last(people):
    make_product(people.alice, "Alpha")
    second = make_product(people.alice, "Beta")
    alice = browser_of(people.alice)
    alice.get(f"/p/{second.public_id}/backlog/")
    assert f"/p/{second.public_id}/today/" in alice.get("/skills/guide/day/").content.decode()


def test_without_a_product_links_lead_to_the_products(people):
    assert page_url("backlog:home", None) == "/workspace/products/"
    assert choose_product([], "x") is None
    assert with_links("[a](page:skills:faq)", None) == "[a](/skills/faq/)"
    assert browser_of(people.charlie).get("/skills/guide/day/").status_code == 200


def test_a_remembered_product_of_elsewhere_is_not_used(people, product):
    other = make_product(people.charlie, "Hers")
    assert choose_product([product], other.public_id) == product


def test_a_page_that_is_not_there_names_those_there_are():
    with pytest.raises(NotFoundError, match="role, associate"):
        get_guide_page("ceo")


def test_neighbouring_roles_lead_to_the_act_that_adds_most(people, product):
    text = browser_of(people.alice).get("/skills/guide/from/").content.decode()
    assert text.count("To add") == 11
    assert f"/p/{product.public_id}/decisions/" in text
