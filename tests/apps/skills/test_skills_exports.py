"""CASE and xAPI against schemas of our own; what leaves, and what does not."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pilothouse.apps.skills.services.act_reviews import ReviewDraft
from pilothouse.apps.skills.services.asking import ask_review, give_review
from pilothouse.apps.skills.services.exporting import write_skills
from pilothouse.apps.skills.services.exports_case import case_id, to_case_json
from pilothouse.apps.skills.services.exports_record import (
    to_evidence_csv,
    to_record_json,
    to_xapi,
)
from pilothouse.apps.skills.services.ratings import rate_self
from pilothouse.apps.skills.services.targets import TargetDraft, save_target
from pilothouse.apps.workspace.services.ledger import record_act
from tests.apps.makers import browser_of
from tests.apps.skills.test_levels_services import WORDS, decide, endorse
from tests.builders import make_product

UUID = {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}
URI = {"type": "string", "pattern": "^(urn:|https?://)[^ ]+$"}
TIME = {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+)$"}
REF = {
    "type": "object", "required": ["title", "identifier", "uri"], "additionalProperties": False,
    "properties": {"title": {"type": "string", "minLength": 1}, "identifier": {"type": "string"},
                   "uri": URI},
}  # fmt: skip
NODE = {"identifier": UUID, "uri": URI, "lastChangeDateTime": TIME}


def node(required: list[str], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object", "additionalProperties": False, "properties": NODE | properties,
        "required": ["identifier", "uri", "lastChangeDateTime", *required],
    }  # fmt: skip


TEXT = {"type": "string", "minLength": 1}
NUMBER = {"type": "integer"}
LEVEL = node(
    ["description", "quality", "score"], description=TEXT, quality=TEXT, score=NUMBER,
    position=NUMBER, rubricCriterionId=UUID,
)  # fmt: skip
CRITERION = node(
    ["CFRubricCriterionLevels", "CFItemURI"], category=TEXT, description=TEXT, CFItemURI=REF,
    position=NUMBER, rubricId=UUID,
    CFRubricCriterionLevels={"type": "array", "items": LEVEL, "minItems": 4, "maxItems": 4},
)  # fmt: skip
CASE = {
    "type": "object", "additionalProperties": False,
    "required": ["CFDocument", "CFItems", "CFAssociations", "CFRubrics"],
    "properties": {
        "CFDocument": node(
            ["creator", "title"], creator=TEXT, title=TEXT, description=TEXT, language=TEXT,
            version=TEXT,
            adoptionStatus={"enum": ["Private Draft", "Draft", "Adopted", "Deprecated"]},
        ),
        "CFItems": {"type": "array", "minItems": 16, "items": node(
            ["fullStatement", "CFDocumentURI"], fullStatement=TEXT, CFDocumentURI=REF,
            abbreviatedStatement={"type": "string", "maxLength": 60}, humanCodingScheme=TEXT,
            CFItemType=TEXT, conceptKeywords={"type": "array"}, language=TEXT,
            educationLevel={"type": "array", "items": TEXT},
        )},
        "CFAssociations": {"type": "array", "items": node(
            ["associationType", "originNodeURI", "destinationNodeURI"], CFDocumentURI=REF,
            originNodeURI=REF, destinationNodeURI=REF,
            associationType={"enum": ["isChildOf", "isPeerOf", "isPartOf", "exactMatchOf",
                                      "precedes", "isRelatedTo", "replacedBy", "exemplar"]},
        )},
        "CFRubrics": {"type": "array", "minItems": 16, "maxItems": 16, "items": node(
            ["title", "CFRubricCriteria"], title=TEXT, description=TEXT,
            CFRubricCriteria={"type": "array", "items": CRITERION, "minItems": 1},
        )},
    },
}  # fmt: skip
LANGUAGES = {"type": "object", "patternProperties": {"^[a-z]{2}(-[A-Z]{2})?$": TEXT},
             "additionalProperties": False, "minProperties": 1}  # fmt: skip
ACTIVITY = {
    "type": "object", "required": ["id"], "additionalProperties": False,
    "properties": {
        "objectType": {"const": "Activity"}, "id": URI,
        "definition": {"type": "object", "additionalProperties": False,
                       "properties": {"name": LANGUAGES, "type": URI}},
    },
}  # fmt: skip
ACTIVITIES = {"type": "array", "items": ACTIVITY, "minItems": 1}
STATEMENT = {
    "type": "object", "additionalProperties": False,
    "required": ["id", "actor", "verb", "object", "timestamp"],
    "properties": {
        "id": UUID, "version": {"const": "1.0.3"}, "timestamp": TIME, "object": ACTIVITY,
        "actor": {
            "type": "object", "required": ["account"], "additionalProperties": False,
            "properties": {"objectType": {"const": "Agent"}, "account": {
                "type": "object", "required": ["homePage", "name"], "additionalProperties": False,
                "properties": {"homePage": URI, "name": TEXT}}},
        },
        "verb": {"type": "object", "required": ["id", "display"], "additionalProperties": False,
                 "properties": {"id": URI, "display": LANGUAGES}},
        "result": {"type": "object", "additionalProperties": False, "properties": {"score": {
            "type": "object", "additionalProperties": False,
            "properties": {"raw": {"type": "number"}, "min": {"type": "number"},
                           "max": {"type": "number"},
                           "scaled": {"type": "number", "minimum": -1, "maximum": 1}}}}},
        "context": {"type": "object", "additionalProperties": False, "properties": {
            "contextActivities": {"type": "object", "additionalProperties": False,
                                  "properties": {"grouping": ACTIVITIES, "parent": ACTIVITIES}},
            "extensions": {"type": "object", "propertyNames": URI}}},
    },
}  # fmt: skip


def faults(schema: dict[str, Any], body: Any) -> list[str]:
    Draft202012Validator.check_schema(schema)
    return [error.message[:200] for error in Draft202012Validator(schema).iter_errors(body)]


def test_the_model_is_valid_case():
    package = json.loads(json.dumps(to_case_json()))
    assert faults(CASE, package) == []
    assert len(package["CFItems"]) == 16 + 192
    identifiers = [each["identifier"] for part in ("CFItems", "CFAssociations", "CFRubrics")
                   for each in package[part]]  # fmt: skip
    assert len(set(identifiers)) == len(identifiers)
    known = {each["identifier"] for each in package["CFItems"]}
    children = [
        each for each in package["CFAssociations"] if each["associationType"] == "isChildOf"
    ]
    assert len(children) == 192
    assert all(each[end]["identifier"] in known for each in children
               for end in ("originNodeURI", "destinationNodeURI"))  # fmt: skip
    levels = [level["score"] for rubric in package["CFRubrics"]
              for level in rubric["CFRubricCriteria"][0]["CFRubricCriterionLevels"]]  # fmt: skip
    assert levels == [1, 2, 3, 4] * 16


def test_identifiers_are_the_same_in_every_export():
    assert to_case_json() == to_case_json()
    assert case_id("C03") == case_id("C03") != case_id("C04")


@pytest.mark.parametrize(
    "break_it",
    [
        lambda body: body["CFItems"][0].pop("identifier"),
        lambda body: body["CFItems"][0].update(lastChangeDateTime="yesterday"),
        lambda body: body["CFDocument"].update(adoptionStatus="Perhaps"),
        lambda body: body["CFRubrics"].pop(),
        lambda body: body["CFAssociations"][0].update(associationType="likes"),
    ],
)
def test_the_schema_sees_what_is_wrong(break_it: Any):
    package = json.loads(json.dumps(to_case_json()))
    break_it(package)
    assert faults(CASE, package)


@pytest.mark.django_db
def test_evidence_is_valid_xapi_and_names_nobody(people, product):
    sim = make_product(people.alice, "Brindle", world="simulated")
    first = decide(people.alice, product)
    decide(people.alice, sim, "=cmd")
    facts = {"competency": "C06", "score": -130, "world": "w", "seed": 1}
    record_act(people.alice, "simulation.scored", "run", "r1", facts, product=sim)
    endorse(people.alice, first)
    statements = json.loads(json.dumps(to_xapi(people.alice)))
    assert [error for each in statements for error in faults(STATEMENT, each)] == []
    assert len({each["id"] for each in statements}) == len(statements)
    by_act = {each["context"]["extensions"]["urn:pilothouse:sequence"]: each for each in statements}
    assert by_act[first]["context"]["extensions"]["urn:pilothouse:strength"] == 5
    scored = next(each for each in statements if "result" in each)
    assert scored["result"]["score"] == {"raw": -100, "min": -100, "max": 100, "scaled": -1}
    assert scored["context"]["extensions"]["urn:pilothouse:simulated"] is True
    whole = json.dumps(statements)
    for private in ("Alice", "alice@", "Erin", WORDS):
        assert private not in whole
    assert to_xapi(people.alice) == to_xapi(people.alice)
    assert to_xapi(people.bob) == []
    rows = list(csv.DictReader(io.StringIO(to_evidence_csv(people.alice))))
    assert {row["simulated"] for row in rows} == {"yes", "no"}
    assert any(row["title"] == "'=cmd" for row in rows)


@pytest.mark.django_db
def test_a_record_holds_all_that_is_ones_own(people, product, tmp_path: Path):
    number = decide(people.alice, product)
    rate_self(people.alice, "C03", 2, "between us")
    save_target(people.alice, TargetDraft(posting="our roadmap", name="Northwind"))
    asked = ask_review(people.alice, people.bob.user_public_id, number, "C03")
    give_review(people.bob, asked.public_id, ReviewDraft("C03.L1.b1", is_shown=True, note=WORDS))
    endorse(people.alice, number)
    record = json.loads(json.dumps(to_record_json(people.alice)))
    assert {name: len(found) for name, found in record.items() if isinstance(found, list)} == {
        "ratings": 1, "requests": 1, "reviews": 1, "endorsements": 1, "targets": 1,
    }  # fmt: skip
    assert "between us" not in json.dumps(to_record_json(people.bob))
    # What the whole workspace exports holds nobody's words.
    assert write_skills([product], tmp_path) == 2
    text = "".join(path.read_text("utf-8-sig") for path in (tmp_path / "skills").iterdir())
    for private in ("between us", WORDS, "Northwind", "Erin"):
        assert private not in text


@pytest.mark.django_db
def test_files_to_take_away(people, product):
    decide(people.alice, product)
    client = browser_of(people.alice)
    for kind in ("case.json", "xapi.json", "record.json"):
        answer = client.get(f"/skills/export/{kind}/")
        assert answer["Content-Disposition"].startswith("attachment")
        json.loads(answer.content)
    assert client.get("/skills/export/evidence.csv/").content.startswith(b"\xef\xbb\xbfsequence")
    assert client.get("/skills/export/all.zip/").status_code == 404
