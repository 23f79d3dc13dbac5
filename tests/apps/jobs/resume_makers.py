"""Resumes for tests."""

from __future__ import annotations

from typing import Any

from pilothouse.apps.jobs.services.resume_exchange import import_document
from pilothouse.apps.jobs.services.resume_records import ResumeView
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import ActView, record_act


def to_document(name: str, *bullets: str, **more: Any) -> dict[str, Any]:
    """A JSON Resume document with a job of these bullets."""
    return {
        "basics": {"name": f"{name} Person", "label": "Product manager", "email": "ann@example.org",
                   "phone": "+44 20 7946 0000"},
        "skills": [{"name": "Analytics", "keywords": ["SQL", "funnels"]}],
        "work": [{"name": f"{name} Pay", "position": "Product manager", "startDate": "2022-03",
                  "highlights": list(bullets)}],
        "education": [{"institution": "TU Berlin", "studyType": "BSc", "startDate": "2015",
                       "endDate": "2019"}],
        **more,
    }  # fmt: skip


def base_of(access: Access, *bullets: str, **more: Any) -> ResumeView:
    """A resume of ``access`` with a job of these bullets."""
    return import_document(access, to_document("Ann", *bullets, **more), "Product manager")


def reading(access: Access, product: ProductView | None = None, **facts: Any) -> ActView:
    """A reading in the ledger: 31 of 48."""
    said = {"name": "Finished", "value": 0.6458, "n": 48, "hits": 31} | facts
    return record_act(access, "reading.taken", "metric", "m", said, product=product)
