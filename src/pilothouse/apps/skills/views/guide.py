"""The role guide and the questions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pilothouse.apps.http import with_access
from pilothouse.apps.markdown import render_markdown
from pilothouse.apps.skills.services.faq import (
    TOPICS,
    Answered,
    answer_questions,
    find_questions,
    list_questions,
)
from pilothouse.apps.skills.services.guide import (
    choose_product,
    get_guide_page,
    group_guide_pages,
    list_guide_pages,
    list_pivots,
    page_url,
    with_links,
)
from pilothouse.apps.skills.services.industries import list_industries
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.products import list_products

# How the pages that questions lead to are called there.
PAGE_NAMES = {
    "skills:home": "Your path", "skills:map": "Map", "skills:gap": "Gap",
    "skills:endorsements": "Endorsements", "skills:learn": "Learning plan",
    "skills:library": "Library", "skills:cards": "Cards", "skills:exercises": "Exercises",
    "skills:guide": "Role guide", "skills:fit": "Fit", "skills:industries": "Industries",
    "portfolio:home": "Portfolio", "portfolio:projects": "Side projects",
    "today:home": "Today", "backlog:home": "Backlog", "roadmap:home": "Roadmap",
    "roadmap:promises": "Promises", "decisions:home": "Decisions",
    "decisions:calibration": "Calibration", "decisions:forecasts": "Forecasts",
    "analytics:home": "Analytics", "documents:home": "Documents", "jobs:home": "Jobs",
    "jobs:resumes": "Resumes", "people:home": "People", "experiments:home": "Experiments",
}  # fmt: skip


@require_GET
@with_access
def guide(request: HttpRequest, _access: Access) -> HttpResponse:
    """What the guide holds."""
    context = {
        "groups": group_guide_pages(),
        "industries": list_industries(),
        "pivots": len(list_pivots()),
        "questions": len(list_questions()),
    }
    return render(request, "skills/guide.html", context)


@require_GET
@with_access
def guide_page(request: HttpRequest, access: Access, kind: str) -> HttpResponse:
    """One page of the guide."""
    page = get_guide_page(kind)
    pages = list_guide_pages()
    place = pages.index(page)
    text = with_links(page.body, linked_product(request, access))
    context = {
        "page": page,
        "body": render_markdown(text, top_level=1),
        "groups": group_guide_pages(),
        "before": pages[place - 1] if place else None,
        "after": pages[place + 1] if place + 1 < len(pages) else None,
    }
    return render(request, "skills/guide_page.html", context)


@require_GET
@with_access
def guide_pivots(request: HttpRequest, access: Access) -> HttpResponse:
    """The roles from which people come."""
    product = linked_product(request, access)
    rows = [(pivot, page_url(pivot.page, product)) for pivot in list_pivots()]
    return render(
        request, "skills/guide_pivots.html", {"rows": rows, "groups": group_guide_pages()}
    )


@require_GET
@with_access
def faq(request: HttpRequest, access: Access) -> HttpResponse:
    """Questions, found by words and topic, answered from the record where it can."""
    text, topic = request.GET.get("q", "")[:200], request.GET.get("topic", "")
    product = linked_product(request, access)
    answered = answer_questions(access, find_questions(text, topic))
    context = {
        "rows": [_row(each, product) for each in answered],
        "topics": TOPICS,
        "text": text,
        "topic": topic,
        "total": len(list_questions()),
    }
    return render(request, "skills/faq.html", context)


def linked_product(request: HttpRequest, access: Access) -> ProductView | None:
    """The product to which the links of a page lead."""
    return choose_product(list_products(access), request.session.get("product_id"))


def _row(answered: Answered, product: ProductView | None) -> dict[str, Any]:
    record = answered.record
    return {
        "question": answered.question,
        "record": record,
        "record_url": page_url(record.page, product) if record else "",
        "record_page": PAGE_NAMES.get(record.page.partition("?")[0], "Do it") if record else "",
        "links": [
            (PAGE_NAMES.get(name, name), page_url(name, product))
            for name in answered.question.pages
        ],
    }
