"""Acts, studies and projects for the tests of the portfolio."""

from __future__ import annotations

from typing import Any

from pilothouse.apps.portfolio.services.projects import ProjectDraft, ProjectView, begin_project
from pilothouse.apps.portfolio.services.publishing import preview_study, publish_study
from pilothouse.apps.portfolio.services.studies import StudyDraft, StudyView, create_study
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import ActView, record_act

NONE = dict.fromkeys(("problem", "decision", "failed", "part", "help"), "None.")


def reading(access: Access, product: ProductView | None, **facts: Any) -> ActView:
    """A reading in the ledger: 31 of 48."""
    said = {"name": "Finished at Acme", "value": 0.6458, "n": 48, "hits": 31} | facts
    return record_act(access, "reading.taken", "metric", "m", said, product=product)


def study(access: Access, act: ActView, **changes: Any) -> StudyView:
    """A case study that rests on one act and compiles."""
    result = f"Of 48 people at Acme 31 finished (64.6 %). {{act:{act.sequence}}}"
    draft = {
        "title": "How Acme asked less", "summary": "A shorter form.",
        "sections": NONE | {"result": result}, "confidentiality": "mine",
    }  # fmt: skip
    return create_study(access, "case-study", StudyDraft(**draft | changes), acts=[act.sequence])


def published(access: Access, act: ActView, **changes: Any) -> StudyView:
    """The same, published."""
    made = study(access, act, **changes)
    return publish_study(access, made.public_id, preview_study(access, made.public_id).digest)


def van(access: Access, **changes: Any) -> ProjectView:
    """A side project that has just begun."""
    draft = {"name": "Van", "idea": "A van that a whole street shares."}
    return begin_project(access, ProjectDraft(**draft | changes))
