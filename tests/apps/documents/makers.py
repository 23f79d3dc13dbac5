"""People who sign up and finish, and documents that quote them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pilothouse.apps.analytics.services.metrics import MetricDraft, MetricView, save_metric
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.documents.services.claims import ClaimView, create_claim
from pilothouse.apps.documents.services.documents import (
    DocumentDraft,
    DocumentView,
    create_document,
    get_document,
    save_document,
)
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import ActView, list_acts
from tests.apps.makers import make_event, send


def come(access: Access, product: ProductView, count: int, finish: int, prefix: str = "a") -> None:
    """``count`` people sign up three days ago, ``finish`` of them finish five minutes later."""
    then = product.now - timedelta(days=3)
    later = then + timedelta(minutes=5)
    begun = [make_event(f"{prefix}s{n}", "signed up", f"{prefix}{n}", then) for n in range(count)]
    ended = [make_event(f"{prefix}f{n}", "finished", f"{prefix}{n}", later) for n in range(finish)]
    send(access, product, [*begun, *ended], at=product.now)


def make_funnel(access: Access, product: ProductView, window: str = "1h") -> MetricView:
    """The metric *Activation*: finished of signed up."""
    question = parse_question("funnel", {"steps": ["signed up", "finished"], "window": window})
    return save_metric(access, product, MetricDraft("Activation", question))


def make_document(
    access: Access, product: ProductView, title: str = "Plan", body: str = "Text."
) -> DocumentView:
    """A document with one version."""
    return create_document(access, product, DocumentDraft(title, body))


def quote(
    access: Access, product: ProductView, document: DocumentView, metric: MetricView, **more: Any
) -> ClaimView:
    """A claim on the metric's second step that the document's text quotes."""
    claim = create_claim(
        access, product, document.public_id, kind="metric",
        definition={"metric": metric.public_id, "part": {"step": 2}}, **more,
    )  # fmt: skip
    current = get_document(product, document.public_id)
    write(access, product, current, f"{current.body}\n\nOnly {claim.markdown} finish.")
    return claim


def write(access: Access, product: ProductView, document: DocumentView, body: str) -> DocumentView:
    """The document with another text."""
    return save_document(
        access, product, document.public_id, title=document.title, body=body, base=document.digest
    )


def acts(access: Access, kind: str) -> list[ActView]:
    """The acts of one kind, the newest first."""
    return [act for act in list_acts(access, limit=200) if act.kind == kind]
