"""The competency model as CASE 1.0 JSON: documents, items, associations and rubrics.

Identifiers are UUIDs of version 5 of the framework's names: the same in every export.
"""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pilothouse.apps.skills.services.competencies import (
    FRAMEWORK,
    LEVEL_NAMES,
    Competency,
    CompetencyLevel,
    list_competencies,
)

# When what it says was changed last; part of the version.
CHANGED_AT = "2026-11-25T00:00:00+00:00"


def to_case_json() -> dict[str, Any]:
    """The whole model as one CASE package."""
    competencies = list_competencies()
    return {
        "CFDocument": _document(),
        "CFItems": [item for each in competencies for item in _items(each)],
        "CFAssociations": [link for each in competencies for link in _associations(each)],
        "CFRubrics": [_rubric(each) for each in competencies],
    }


def case_id(name: str) -> str:
    """The identifier of a part of the framework, such as ``C03`` or ``C03.L2.b1``."""
    return str(uuid5(NAMESPACE_URL, f"{FRAMEWORK}:{name}"))


def _document() -> dict[str, Any]:
    return {
        **_node("document"),
        "creator": "Pilothouse",
        "title": "Competencies of a product manager",
        "description": "Sixteen competencies in four levels, each shown by acts.",
        "adoptionStatus": "Draft",
        "language": "en",
        "version": FRAMEWORK.rsplit(":", 1)[-1],
    }


def _node(name: str) -> dict[str, Any]:
    identifier = case_id(name)
    return {
        "identifier": identifier,
        "uri": f"urn:uuid:{identifier}",
        "lastChangeDateTime": CHANGED_AT,
    }


def _ref(name: str, title: str) -> dict[str, str]:
    identifier = case_id(name)
    return {"title": title, "identifier": identifier, "uri": f"urn:uuid:{identifier}"}


def _in_document() -> dict[str, Any]:
    return {"CFDocumentURI": _ref("document", "Competencies of a product manager")}


def _items(competency: Competency) -> list[dict[str, Any]]:
    whole = {
        **_node(competency.id),
        **_in_document(),
        "fullStatement": f"{competency.title}. {competency.summary}",
        "abbreviatedStatement": competency.title[:60],
        "humanCodingScheme": competency.id,
        "CFItemType": "Competency",
        "conceptKeywords": list(competency.skills),
        "language": "en",
    }
    behaviours = [
        {
            **_node(behaviour.key),
            **_in_document(),
            "fullStatement": behaviour.text,
            "humanCodingScheme": behaviour.key,
            "CFItemType": "Behaviour",
            "educationLevel": [level.name],
            "language": "en",
        }
        for level in competency.levels
        for behaviour in level.behaviours
    ]
    return [whole, *behaviours]


def _associations(competency: Competency) -> list[dict[str, Any]]:
    parent = _ref(competency.id, competency.title)
    children = [
        _association(_ref(behaviour.key, behaviour.text), "isChildOf", parent)
        for level in competency.levels
        for behaviour in level.behaviours
    ]
    related = [
        _association(
            parent,
            "isRelatedTo",
            {"title": each.label or each.id, "identifier": each.id, "uri": each.url},
        )
        for each in competency.alignments
        if each.url
    ]
    return [*children, *related]


def _association(origin: dict[str, str], kind: str, target: dict[str, str]) -> dict[str, Any]:
    name = f"{origin['identifier']}:{kind}:{target['identifier']}"
    return {
        **_node(name),
        **_in_document(),
        "associationType": kind,
        "originNodeURI": origin,
        "destinationNodeURI": target,
    }


def _rubric(competency: Competency) -> dict[str, Any]:
    name = f"{competency.id}.rubric"
    return {
        **_node(name),
        "title": f"{competency.id} {competency.title}",
        "description": "What a person at each level does.",
        "CFRubricCriteria": [
            {
                **_node(f"{name}.criterion"),
                "category": competency.title,
                "description": competency.summary,
                "CFItemURI": _ref(competency.id, competency.title),
                "position": 1,
                "rubricId": case_id(name),
                "CFRubricCriterionLevels": [
                    _criterion_level(name, level) for level in competency.levels
                ],
            }
        ],
    }


def _criterion_level(name: str, level: CompetencyLevel) -> dict[str, Any]:
    return {
        **_node(f"{name}.level{level.level}"),
        "description": " ".join(each.text for each in level.behaviours),
        "quality": LEVEL_NAMES[level.level - 1],
        "score": level.level,
        "position": level.level,
        "rubricCriterionId": case_id(f"{name}.criterion"),
    }
