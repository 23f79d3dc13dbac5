"""Checks of documents: the findings beside a text, and the matrix over all of them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pilothouse.apps.documents.services.documents import get_document
from pilothouse.apps.documents.services.lint import (
    MAX_CHECKED,
    CheckedDocument,
    lint_document,
    lint_product,
)
from pilothouse.apps.http import with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.engines.documents import RULES, Severity, Trace

SEVERITIES = [(Severity.ERROR, "bad"), (Severity.WARNING, "warn"), (Severity.HINT, "neutral")]
MAX_ROWS = 300
TONES = {severity.value: tone for severity, tone in SEVERITIES}


@require_GET
@with_product
def lint(
    request: HttpRequest, access: Access, product: ProductView, document_id: str
) -> HttpResponse:
    """What lint finds in a document: a panel beside its text, or a page of its own."""
    document = get_document(product, document_id)
    checked = lint_document(product, document)
    is_fragment = bool(request.headers.get("HX-Request"))
    context = {
        "document": document,
        "checked": checked,
        "groups": group_findings(checked),
        "may_edit": access.may(Role.EDITOR),
        "is_fragment": is_fragment,
    }
    name = "lint_panel" if is_fragment else "lint"
    return render(request, f"documents/{name}.html", context)


@require_GET
@with_product
def checks(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """Requirement by requirement: its metrics, their events, and what the data say of them."""
    documents = lint_product(product)
    asked = request.GET.get("show", "")
    traced = [row for each in documents for row in _rows_of(each)]
    rows = [row for row in traced if not row["is_whole"]] if asked == "open" else traced
    context = {
        "documents": [each for each in documents if each.lint.findings or each.lint.traces],
        "all": documents,
        "is_cut": len(documents) == MAX_CHECKED,
        "rows": rows[:MAX_ROWS],
        "left_out": max(0, len(rows) - MAX_ROWS),
        "traced": len(traced),
        "whole": sum(row["is_whole"] for row in traced),
        "open": sum(not row["is_whole"] for row in traced),
        "asked": asked,
        "rules": [(rule, TONES[rule.severity.value]) for rule in RULES.values()],
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "documents/lint_checks.html", context)


def group_findings(checked: CheckedDocument) -> list[dict[str, Any]]:
    """Findings by severity, the gravest first, with the words and colour of each."""
    words = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.HINT: "Hints"}
    groups = []
    for severity, tone in SEVERITIES:
        found = [each for each in checked.lint.findings if each.severity == severity]
        if found:
            groups.append({"title": words[severity], "tone": tone, "findings": found})
    return groups


def _rows_of(checked: CheckedDocument) -> list[dict[str, Any]]:
    return [
        {"document": checked.document, "trace": trace, "is_whole": is_whole(trace)}
        for trace in checked.lint.traces
    ]


def is_whole(trace: Trace) -> bool:
    """Whether a requirement reaches the data: a known metric, all of whose events have arrived."""
    events = [*trace.events, *(event for metric in trace.metrics for event in metric.events)]
    return (
        bool(trace.metrics)
        and all(
            m.is_known is not False and (m.events or not m.has_definition) for m in trace.metrics
        )
        and all(event.is_seen is not False for event in events)
    )
