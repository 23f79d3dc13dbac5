"""Role and level of a posting by its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.jobs import LEVELS, ROLES, read_posting


@pytest.mark.parametrize(
    ("title", "role", "level"),
    [
        ("Product Manager", "product-manager", None),
        ("Senior Product Manager, Growth", "product-manager", "senior"),
        ("Associate Product Manager (Graduate)", "product-manager", "associate"),
        ("Group Product Manager", "product-manager", "lead"),
        ("Sr. Product Manager", "product-manager", "senior"),
        ("Director of Product", "product-manager", "lead"),
        ("Product Marketing Manager", "product-marketing", None),
        ("Technical Product Owner", "product-owner", None),
        ("Senior Business Analyst", "business-analyst", "senior"),
        ("Project Manager / Product Manager", None, None),
        ("PM", None, None),
        ("Leadership coach", None, None),
    ],
)
def test_titles(title: str, role: str | None, level: str | None):
    reading = read_posting(title, "")
    assert (reading.role, reading.level) == (role, level)


def test_the_text_is_asked_only_where_the_title_does_not_tell():
    text = "Our product managers work with one project manager. As product manager you decide."
    assert read_posting("Come and join us", text).role == "product-manager"
    assert read_posting("Project manager", text).role == "project-manager"
    one = read_posting("Come and join us", "You report to a product manager.")
    assert one.role is None
    assert "“product manager” (1)" in one.why_role


def test_years_give_a_level_where_the_title_names_none():
    text = "- 5+ years of experience in product\n- 10 years on the market"
    reading = read_posting("Product Manager", text)
    assert (reading.level, reading.years) == ("senior", 5)
    assert "asks for 5 years" in reading.why_level
    assert read_posting("Product Manager", "We are 10 years old.").level is None
    assert read_posting("Product Manager", "3+ years as a product manager.").years == 3
    assert read_posting("Product Manager", "10 years in the market, one product.").years is None


def test_what_was_not_chosen_is_shown_too():
    reading = read_posting("Project Manager / Product Manager", "")
    assert [hit.key for hit in reading.role_hits] == ["product-manager", "project-manager"]
    assert reading.why_role.startswith("Cannot tell")


@given(st.text(max_size=200), st.text(max_size=500))
def test_any_text_is_read_and_the_answer_has_its_words(title: str, text: str):
    reading = read_posting(title, text)
    assert reading.role is None or reading.role in ROLES
    assert reading.level is None or reading.level in LEVELS
    assert (reading.role is None) == reading.why_role.startswith("Cannot tell")
    assert reading.role is None or any(hit.key == reading.role for hit in reading.role_hits)
