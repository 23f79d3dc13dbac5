"""The content: sixteen competencies, the table of acts, the path; whole, unique, and true to it."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from django.urls import reverse

from pilothouse.apps.documents.services.templates import list_templates
from pilothouse.apps.portfolio.services.kinds import list_forms
from pilothouse.apps.skills.services.addresses import PRODUCT_NOUNS
from pilothouse.apps.skills.services.competencies import (
    IDS,
    list_act_rules,
    list_competencies,
    planned_kinds,
)
from pilothouse.apps.skills.services.roles import ROLES, load_roles
from pilothouse.apps.workspace.models import Industry
from pilothouse.engines.skills import Strength

SOURCE = Path(__file__).resolve().parents[3] / "src" / "pilothouse"
TESTS = {"present", "empty", "is", "in", "at-least", "at-most", "longer-than"}
# Of career.md's model: the tails of ESCO skills, by competency.
ESCO_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ONET_ID = re.compile(r"2\.[ABC]\.[0-9]\.[a-z]")
PRODUCT = PRODUCT_NOUNS


def test_there_are_sixteen_with_four_levels_each():
    found = list_competencies()
    assert tuple(each.id for each in found) == IDS
    assert {each.kind for each in found} == {"hard", "soft"}
    for each in found:
        assert [level.level for level in each.levels] == [1, 2, 3, 4]
        assert all(len(level.behaviours) == 3 and level.acts for level in each.levels)
    assert len({each.title for each in found}) == 16


def test_every_behaviour_is_one_sentence_and_said_once():
    texts = [
        behaviour.text
        for each in list_competencies()
        for level in each.levels
        for behaviour in level.behaviours
    ]
    assert len(texts) == len(set(texts)) == 192
    for text in texts:
        assert 20 <= len(text) <= 160, text
        assert text.endswith("."), text
        assert text[0].isupper(), text
        assert "  " not in text, text


def test_the_skills_that_people_name_have_a_competency():
    skills = {skill for each in list_competencies() for skill in each.skills}
    asked = {
        "critical thinking", "organisation", "attention to detail", "prioritisation", "listening",
        "self-motivation", "communication", "data analysis", "business model development",
        "market analysis", "prototyping", "roadmap development", "user stories",
        "sprint planning", "product lifecycle",
    }  # fmt: skip
    assert asked <= skills


def test_crosswalks_have_ids_of_their_frameworks():
    for each in list_competencies():
        by_framework: dict[str, list[str]] = {}
        for alignment in each.alignments:
            by_framework.setdefault(alignment.framework, []).append(alignment.id)
            assert alignment.id or alignment.label
        assert set(by_framework) == {"ESCO", "O*NET", "GDaD"}
        assert all(ESCO_ID.fullmatch(tail) for tail in by_framework["ESCO"])
        assert all(ONET_ID.fullmatch(element) for element in by_framework["O*NET"])
    mehta = {each.mehta for each in list_competencies()}
    assert mehta == {"execution", "customer insight", "strategy", "influencing people"}


def test_words_of_postings_belong_to_few_competencies():
    owners: dict[str, list[str]] = {}
    for each in list_competencies():
        assert len(each.words) == len(set(each.words)) >= 8
        for word in each.words:
            assert word == word.lower().strip(), word
            owners.setdefault(word, []).append(each.id)
    shared = {word: ids for word, ids in owners.items() if len(ids) > 1}
    assert shared.keys() <= {"design thinking"}


def resolves(page: str) -> bool:
    name, _, query = page.partition("?")
    args = ["x"] if name.partition(":")[0] in PRODUCT else []
    return reverse(name, args=args).startswith("/") and ("?" not in page or "=" in query)


def test_every_next_act_leads_to_a_page():
    pages = {
        act.page for each in list_competencies() for level in each.levels for act in level.acts
    }
    assert all(resolves(page) for page in pages)


def test_a_next_act_from_a_template_names_one_that_there_is():
    templates = {each.key for each in list_templates()}
    chosen = [
        parse_qs(act.page.partition("?")[2])
        for each in list_competencies() for level in each.levels for act in level.acts
        if "?" in act.page
    ]  # fmt: skip
    assert {key for query in chosen for key in query} == {"template", "competency", "kind"}
    assert {query["template"][0] for query in chosen if "template" in query} <= templates
    assert {query["competency"][0] for query in chosen if "competency" in query} <= set(IDS)
    forms = {form.key for form in list_forms()}
    assert {query["kind"][0] for query in chosen if "kind" in query} <= forms


def test_the_path_has_six_steps_whose_pages_exist():
    text = files("pilothouse.content").joinpath("competencies/path.toml").read_text("utf-8")
    steps = tomllib.loads(text)["step"]
    assert [step["key"] for step in steps] == ["A1", "A2", "A3", "A4", "A5", "A6"]
    pages = {step["page"] for step in steps} | {
        rule["page"] for step in steps for rule in step["rules"] if "page" in rule
    }
    assert all(resolves(page) for page in pages)
    kinds = {"acts", "levels", "rated", "targets", "postings", "later"}
    # "later" is for parts that do not record yet; there may be none.
    assert {rule["kind"] for step in steps for rule in step["rules"]} | {"later"} == kinds
    for step in steps:
        for rule in step["rules"]:
            assert rule["words"]
            assert rule["at_least"] >= 1
            assert ("page" in rule) == (rule["kind"] != "later")


def recorded_kinds() -> set[str]:
    """What the code calls acts: every text that looks like a kind, in any app."""
    text = "".join(path.read_text("utf-8") for path in SOURCE.glob("apps/*/**/*.py"))
    return set(re.findall(r'"([a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)"', text)) | {
        # Made of a noun and a state.
        "promise.kept", "promise.broken",
    }  # fmt: skip


def test_the_table_knows_kinds_that_are_recorded_or_says_that_they_are_not_yet():
    rules = list_act_rules()
    kinds = {rule.kind for rule in rules}
    recorded = recorded_kinds()
    assert kinds - planned_kinds() <= recorded
    assert not planned_kinds() & recorded


def test_the_table_is_well_formed():
    seen = set()
    for rule in list_act_rules():
        row = (rule.kind, rule.competency, tuple(check.value for check in rule.when if check))
        assert repr(row) not in seen, row
        seen.add(repr(row))
        assert rule.competency in IDS or rule.competency.startswith("$")
        assert rule.weight in {0.5, 1.0}
        assert rule.says
        assert rule.strength in {Strength.RECORDED, Strength.CHECKED, Strength.SCORED}
        assert rule.independent in {"object", "day", "product", "world", "act"}
        for check in (*rule.when, *rule.checks):
            assert check.test in TESTS
        assert all(check.says for check in rule.checks)
        assert (rule.strength == Strength.SCORED) == bool(rule.score)


@pytest.mark.parametrize("name", IDS)
def test_every_competency_has_a_whole_act_to_show_it(name: str):
    rows = [rule for rule in list_act_rules() if rule.competency in {name, "$competency"}]
    assert any(rule.weight == 1 and rule.strength >= Strength.CHECKED for rule in rows)


def test_only_simulated_worlds_score():
    scored = [rule for rule in list_act_rules() if rule.strength == Strength.SCORED]
    assert {rule.kind for rule in scored} == {"simulation.scored"}


def test_roles_ask_all_sixteen_in_every_industry():
    roles = load_roles()
    assert set(roles) == {f"{role}-{industry}" for role in ROLES for industry in Industry.values}
    for name, levels in roles.items():
        assert set(levels) == set(IDS), name
        assert all(level in {1, 2, 3, 4} for level in levels.values()), name
