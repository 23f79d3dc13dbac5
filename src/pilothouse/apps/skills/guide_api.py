"""What programs may ask of the role guide, the FAQ and the industries.

Fit is left out on purpose: what a person writes there is for that person's eyes only.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import ConfigDict

from pilothouse.apps.skills.services.faq import answer_questions, find_questions
from pilothouse.apps.skills.services.guide import get_guide_page, list_guide_pages, list_pivots
from pilothouse.apps.skills.services.guide_jsons import (
    to_answered_json,
    to_industry_json,
    to_page_json,
    to_pivot_json,
    to_started_json,
)
from pilothouse.apps.skills.services.industries import get_industry, list_industries
from pilothouse.apps.skills.services.industries_start import StartDraft, start_product

router = Router()


class StartBody(Schema):
    """A product to start from an industry pack."""

    model_config = ConfigDict(extra="forbid")

    industry: str
    name: str
    description: str = ""
    zone: str = "UTC"
    currency: str = "USD"
    with_metrics: bool = True
    with_items: bool = True
    with_outcomes: bool = True
    with_documents: bool = True


@router.get("/guide")
def read_guide(request: HttpRequest) -> dict[str, Any]:
    """The pages of the guide and the neighbouring roles."""
    del request
    return {
        "pages": [to_page_json(page) for page in list_guide_pages()],
        "pivots": [to_pivot_json(pivot) for pivot in list_pivots()],
    }


@router.get("/guide/page")
def read_guide_page(request: HttpRequest, key: str = "role") -> dict[str, Any]:
    """One page with its text."""
    del request
    page = get_guide_page(key)
    return {**to_page_json(page), "body": page.body}


@router.get("/faq")
def read_faq(request: HttpRequest, q: str = "", topic: str = "") -> dict[str, Any]:
    """Questions with answers, also from the record of the token's person."""
    answered = answer_questions(request.auth, find_questions(q[:200], topic))  # type: ignore[attr-defined]
    return {"questions": [to_answered_json(each) for each in answered]}


@router.get("/industries")
def read_industries(request: HttpRequest) -> dict[str, Any]:
    """The industries there are."""
    del request
    packs = list_industries()
    return {"industries": [{"key": p.key, "name": p.name, "focus": p.focus} for p in packs]}


@router.get("/industries/pack")
def read_industry(request: HttpRequest, key: str = "technology") -> dict[str, Any]:
    """All of one industry."""
    del request
    return to_industry_json(get_industry(key))


@router.post("/industries/products")
def start_from_industry(request: HttpRequest, body: StartBody) -> dict[str, Any]:
    """Start a real product from the pack of an industry."""
    given = body.model_dump()
    industry = given.pop("industry")
    return to_started_json(start_product(request.auth, industry, StartDraft(**given)))  # type: ignore[attr-defined]
