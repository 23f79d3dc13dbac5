"""The guide, the questions, the industries and the roles are whole, ours and lead somewhere."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise

import pytest
from django.urls import reverse

from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.backlog.models import ItemKind
from pilothouse.apps.documents.services.templates import list_templates
from pilothouse.apps.skills.services.faq import TOPICS, list_questions
from pilothouse.apps.skills.services.faq_rules import RULES
from pilothouse.apps.skills.services.fit import list_fit_items
from pilothouse.apps.skills.services.guide import (
    PRODUCT_NOUNS,
    list_guide_pages,
    list_pivots,
    name_competencies,
)
from pilothouse.apps.skills.services.industries import PACKS, get_industry, list_industries
from pilothouse.apps.skills.views.guide import PAGE_NAMES
from pilothouse.apps.workspace.models import Industry
from pilothouse.kernel.errors import NotFoundError

COMPETENCIES = {f"C{number:02}" for number in range(1, 17)}
LEVELS = ("associate", "pm", "senior", "lead")
# American spellings of words that the texts use.
AMERICAN = re.compile(
    r"\b(?:colors?|behaviors?|favors?|honors?|labor|centers?|catalogs?|enroll(?:ment)?s?|"
    r"prioritiz\w*|(?<!World Health )organiz\w*|recogniz\w*|summariz\w*|analyz\w*|judgment|"
    r"canceled|traveled|modeling|labeled|defense|offense|fulfillment|skeptic\w*)\b",
    re.IGNORECASE,
)


def page_names() -> Iterator[str]:
    """All names of pages that the texts lead to."""
    for page in list_guide_pages():
        yield from page.links
    for pivot in list_pivots():
        yield pivot.page
    for question in list_questions():
        yield from question.pages


def texts() -> Iterator[tuple[str, str]]:
    """Every text of this content with where it stands."""
    for page in list_guide_pages():
        yield f"guide {page.key}", f"{page.title}. {page.summary}\n\n{page.body}"
    for pivot in list_pivots():
        yield f"pivot {pivot.key}", f"{pivot.text}\n\n{pivot.add}"
    for question in list_questions():
        yield f"question {question.key}", f"{question.text}\n\n{question.answer}"
    for item in list_fit_items():
        yield f"fit {item.key}", f"{item.ask}\n\n{item.low}\n\n{item.high}"
    for key in PACKS:
        text = files("pilothouse.content.industries").joinpath(f"{key}.toml").read_text("utf-8")
        yield f"industry {key}", "\n\n".join(re.findall(r'"([^"]+)"', text))


@pytest.mark.parametrize("name", sorted(set(page_names())))
def test_every_link_leads_to_a_page_that_is_there(name: str):
    arguments = ["p"] if name.partition(":")[0] in PRODUCT_NOUNS else []
    assert reverse(name, args=arguments)


def test_links_of_questions_and_rules_have_names():
    assert {page for question in list_questions() for page in question.pages} <= set(PAGE_NAMES)


def test_no_address_is_written_by_hand():
    for where, text in texts():
        assert not re.search(r"\]\((?!page:)|https?://", text), where


def test_no_paragraph_stands_twice():
    paragraphs = Counter(
        " ".join(paragraph.split())
        for _, text in texts()
        for paragraph in text.split("\n\n")
        if len(paragraph.split()) >= 8 and not paragraph.startswith("#")
    )
    assert [text for text, count in paragraphs.items() if count > 1] == []


def test_spelling_is_british():
    found = [(where, match[0]) for where, text in texts() for match in AMERICAN.finditer(text)]
    assert found == []


def test_no_text_is_empty_or_loose():
    for where, text in texts():
        assert text.strip(), where
        assert "TODO" not in text, where
        assert not re.search(r" {2,}\S|\s[,.;:](?:\s|$)", text), where


def test_the_guide_has_four_levels_and_the_day_with_its_fourteen_activities():
    pages = {page.key: page for page in list_guide_pages()}
    assert set(LEVELS) <= set(pages)
    assert len(pages) == 10
    assert len(re.findall(r"^\*\*", pages["day"].body, re.MULTILINE)) == 14
    assert all(120 <= len(page.body.split()) <= 900 for page in pages.values())
    for key in LEVELS:
        headings = re.findall(r"^## (.+)$", pages[key].body, re.MULTILINE)
        assert headings[:3] == ["What is expected", "What is not expected", "How it goes wrong"]


def test_all_sixteen_competencies_are_meant_by_some_neighbouring_role_or_industry():
    assert set(name_competencies()) == COMPETENCIES
    assert len(list_pivots()) == 11
    for pivot in list_pivots():
        gives = {each.key for each in pivot.gives}
        lacks = {each.key for each in pivot.lacks}
        assert len(gives) == len(lacks) == 3
        assert not gives & lacks, pivot.key


def test_forty_questions_with_short_sentences():
    questions = list_questions()
    assert len(questions) == 40
    assert len({question.key for question in questions}) == 40
    assert [topic for topic in TOPICS if not any(q.topic == topic for q in questions)] == []
    for question in questions:
        assert question.text.endswith(("?", "."))
        assert 20 <= len(question.answer.split()) <= 90, question.key
        for sentence in re.split(r"(?<=[.?!])\s+", question.answer):
            assert len(sentence.split()) <= 40, (question.key, sentence)


def test_every_rule_is_asked_for_and_every_asked_rule_is_there():
    assert {question.rule for question in list_questions() if question.rule} == set(RULES)


@pytest.mark.parametrize("key", PACKS)
def test_a_pack_is_whole(key: str):
    pack = get_industry(key)
    assert pack.key in Industry.values
    assert len(pack.terms) >= 25
    assert len(pack.metrics) >= 12
    assert len(pack.items) >= 10
    assert pack.question_count >= 25
    assert [note.topic for note in pack.day] == [
        "Morning", "Through the day", "Afternoon", "Evening"]  # fmt: skip
    assert len(pack.rules) >= 4
    assert all(set(asks) for asks in pack.questions.values())
    asked = [*pack.skills, *(ask for asks in pack.questions.values() for ask in asks)]
    assert {ask.competency for ask in asked} <= COMPETENCIES
    assert len({term.word.casefold() for term in pack.terms}) == len(pack.terms)


@pytest.mark.parametrize("key", PACKS)
def test_a_product_can_be_made_of_every_pack(key: str):
    pack = get_industry(key)
    names = [metric.name for metric in pack.metrics]
    assert len(set(names)) == len(names)
    assert any(metric.is_guardrail for metric in pack.metrics)
    for metric in pack.metrics:
        question = parse_question(metric.kind, metric.definition)
        assert question.kind == metric.kind
        assert metric.events, metric.name
        assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", event) for event in metric.events)
        assert metric.direction in {"up", "down", "none"}
    assert {item.kind for item in pack.items} <= set(ItemKind.values)
    for item in pack.items:
        parent = item.parent_index
        assert parent is None or pack.items[parent].kind == "opportunity"
    assert {outcome.metric for outcome in pack.outcomes} <= set(names)
    templates = {template.key for template in list_templates()}
    assert {hint.template for hint in pack.documents} <= templates


def test_packs_differ_from_each_other():
    for part in ("metrics", "items", "outcomes"):
        names = [
            getattr(each, "name", None) or each.title
            for pack in list_industries()
            for each in getattr(pack, part)
        ]
        assert len(names) == len(set(names)), part


def test_a_pack_that_is_not_there_names_those_there_are():
    with pytest.raises(NotFoundError, match="technology, consumer"):
        get_industry("finance")


def roles() -> dict[str, dict[str, int]]:
    text = files("pilothouse.content").joinpath("roles.toml").read_text("utf-8")
    return tomllib.loads(text)


def test_every_level_and_industry_has_sixteen_required_levels():
    found = roles()
    assert set(found) == {f"{level}-{industry}" for level in LEVELS for industry in PACKS}
    for role, required in found.items():
        assert set(required) == COMPETENCIES, role
        assert set(required.values()) <= {1, 2, 3, 4}, role


@pytest.mark.parametrize("industry", PACKS)
def test_no_higher_level_of_a_role_asks_for_less(industry: str):
    found = roles()
    for lower, higher in pairwise(LEVELS):
        below, above = found[f"{lower}-{industry}"], found[f"{higher}-{industry}"]
        assert all(below[key] <= above[key] for key in COMPETENCIES), (lower, higher)


@pytest.mark.parametrize("industry", PACKS)
def test_an_industry_asks_more_of_the_skills_its_pack_names(industry: str):
    found = roles()
    leans_on = {skill.competency for skill in get_industry(industry).skills}
    for key in leans_on:
        others = [found[f"pm-{other}"][key] for other in PACKS]
        assert found[f"pm-{industry}"][key] == max(others), key


def test_practice_worlds_are_enough_for_an_associate():
    assert all(max(roles()[f"associate-{industry}"].values()) == 2 for industry in PACKS)
