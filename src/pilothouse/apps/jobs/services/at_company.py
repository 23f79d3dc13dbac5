"""Postings and applications of one company, for its page in the book of people."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from pilothouse.apps.jobs.models import Posting
from pilothouse.apps.jobs.services.briefs import list_briefs
from pilothouse.apps.people.services.beside import Beside
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.people.companies import match_companies, to_firm

MAX_LINES = 20


def list_at_company(access: Access, name: str) -> list[Beside]:
    """Applications there, then postings that none of them is for; six queries, however many."""
    applications = list_briefs(access)
    postings = _list_unused(access, {each.posting_id for each in applications})
    companies = {each.company for each in applications} | {each[2] for each in postings}
    there = _find_same(name, companies)
    begun = [
        Beside(each.title, each.url, each.stage_name.lower())
        for each in applications
        if each.company in there
    ]
    saved = [
        Beside(title, reverse("jobs:posting", args=[public_id]), "posting saved")
        for public_id, title, company in postings
        if company in there
    ]
    return [*begun, *saved][:MAX_LINES]


def _list_unused(access: Access, used: set[str]) -> list[tuple[str, str, str]]:
    rows = Posting.objects.filter(
        workspace_id=access.workspace_id, user_id=access.user_id, deleted_at=None
    ).exclude(company="")
    found = rows.order_by("-pk").values_list("public_id", "title", "company")
    return [each for each in found if each[0] not in used]


def _find_same(name: str, companies: Iterable[str]) -> set[str]:
    """Those that are surely this one: the page says it without a question mark."""
    known = list(companies)
    found = match_companies(name, ((number, to_firm(each)) for number, each in enumerate(known)))
    return {known[number] for number, tier in found.items() if tier != "weak"}
