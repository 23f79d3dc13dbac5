"""The guide, the questions and the industries as the API and commands show them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pilothouse.apps.skills.services.faq import Answered
from pilothouse.apps.skills.services.guide import GuidePage, Pivot
from pilothouse.apps.skills.services.industries import IndustryPack
from pilothouse.apps.skills.services.industries_start import Started


def to_page_json(page: GuidePage) -> dict[str, Any]:
    """A page without its text."""
    return {
        "key": page.key,
        "title": page.title,
        "group": page.group,
        "summary": page.summary,
        "minutes": page.minutes,
    }


def to_pivot_json(pivot: Pivot) -> dict[str, Any]:
    """A neighbouring role."""
    return {
        "key": pivot.key,
        "name": pivot.name,
        "text": pivot.text,
        "gives": [each.key for each in pivot.gives],
        "lacks": [each.key for each in pivot.lacks],
        "add": pivot.add,
    }


def to_answered_json(answered: Answered) -> dict[str, Any]:
    """A question with its answer and what the record says."""
    question, record = answered.question, answered.record
    return {
        "key": question.key,
        "topic": question.topic,
        "question": question.text,
        "answer": question.answer,
        "record": None
        if record is None
        else {"says": record.says, "change": record.change, "is_empty": record.is_empty},
    }


def to_industry_json(pack: IndustryPack) -> dict[str, Any]:
    """All of an industry; metrics with the events that they wait for."""
    whole = asdict(pack)
    whole["metrics"] = [{**asdict(metric), "events": metric.events} for metric in pack.metrics]
    return whole


def to_started_json(started: Started) -> dict[str, Any]:
    """A product that began from a pack."""
    product = started.product
    return {
        "id": product.public_id,
        "name": product.name,
        "industry": product.industry,
        "simulated": product.is_simulated,
        "metrics": started.metrics,
        "items": started.items,
        "outcomes": started.outcomes,
        "documents": started.documents,
    }
