"""Lint of documents against what the product knows: metrics, events, claims, things mentioned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pilothouse.apps.analytics.services.answers import pack_fresh
from pilothouse.apps.analytics.services.metrics import MetricView, list_metrics
from pilothouse.apps.analytics.services.store import list_live_segments
from pilothouse.apps.documents.services.claims import ClaimView, find_claims
from pilothouse.apps.documents.services.documents import (
    DocumentView,
    list_documents,
    parse_kind,
)
from pilothouse.apps.documents.services.lint_words import load_vague_words
from pilothouse.apps.documents.services.texts import mentioned, quoted_claims
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.apps.workspace.services.links import ObjectRef, find_objects
from pilothouse.engines.documents import (
    ClaimFact,
    Finding,
    Lint,
    LintFacts,
    MetricFact,
    Severity,
    Trace,
    lint_text,
    read_whole,
)
from pilothouse.engines.documents.tracing import TracedEvent

MAX_CHECKED = 200


@dataclass(frozen=True)
class CheckedDocument:
    """A document with what lint found in it."""

    document: DocumentView
    lint: Lint

    @property
    def errors(self) -> int:
        return self.lint.count(Severity.ERROR)

    @property
    def warnings(self) -> int:
        return self.lint.count(Severity.WARNING)

    @property
    def hints(self) -> int:
        return self.lint.count(Severity.HINT)


def lint_document(product: ProductView, document: DocumentView) -> CheckedDocument:
    """Check one document; the same number of queries whatever it says."""
    return lint_documents(product, [document])[0]


def lint_product(product: ProductView) -> list[CheckedDocument]:
    """Check all documents that are not archived, the worst first; the 200 changed last of them."""
    checked = lint_documents(product, list_documents(product, limit=MAX_CHECKED))
    return sorted(
        checked, key=lambda each: (-each.errors, -each.warnings, each.document.title.casefold())
    )


def lint_documents(
    product: ProductView, documents: Sequence[DocumentView]
) -> list[CheckedDocument]:
    """Check several documents against the same facts, which are asked for once."""
    facts = gather_facts(product, [document.body for document in documents])
    return [
        CheckedDocument(each, lint_text(each.body, kind=each.kind, facts=facts))
        for each in documents
    ]


def lint_text_of(product: ProductView, body: str, kind: str) -> Lint:
    """Check a text that is no document yet."""
    return lint_text(body, kind=parse_kind(kind), facts=gather_facts(product, [body]))


def gather_facts(product: ProductView, bodies: Sequence[str]) -> LintFacts:
    """What the product knows of everything that ``bodies`` name."""
    claims = find_claims(product, {id_ for body in bodies for id_ in quoted_claims(body)})
    refs = {ObjectRef(kind, id_) for body in bodies for kind, id_ in mentioned(body)}
    found = find_objects(product.workspace_id, refs)
    has_wikilinks = any("[[" in body for body in bodies)
    return LintFacts(
        metrics=tuple(_to_metric_fact(metric) for metric in list_metrics(product)),
        events=_event_names(product, bodies),
        objects=frozenset((ref.kind, ref.object_id) for ref in found),
        names=_titles(product) if has_wikilinks else frozenset(),
        claims={id_: _to_claim_fact(claim) for id_, claim in claims.items()},
        vague_words=load_vague_words(),
    )


def to_finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as the API and commands show it."""
    return {
        "rule": finding.rule.id,
        "severity": finding.severity.value,
        "heuristic": finding.rule.is_heuristic,
        "line": finding.line,
        "quoted": finding.quoted,
        "demand": finding.rule.demand,
        "remedy": finding.remedy,
        "about": finding.about,
    }


def to_lint_json(lint: Lint) -> dict[str, Any]:
    """All of a check as the API and commands show it."""
    return {
        "errors": lint.count(Severity.ERROR),
        "warnings": lint.count(Severity.WARNING),
        "hints": lint.count(Severity.HINT),
        "requirements": len(lint.traces),
        "stories": lint.stories,
        "criteria": lint.criteria,
        "notes": list(lint.notes),
        "findings": [to_finding_json(finding) for finding in lint.findings],
    }


def to_trace_json(trace: Trace) -> dict[str, Any]:
    """A requirement with its metrics and events as the API and commands show it."""
    return {
        "id": trace.part.id,
        "line": trace.part.line,
        "text": trace.part.text,
        "metrics": [
            {
                "name": metric.name,
                "is_known": metric.is_known,
                "events": [_event_json(event) for event in metric.events],
            }
            for metric in trace.metrics
        ],
        "events": [_event_json(event) for event in trace.events],
    }


def _event_json(event: TracedEvent) -> dict[str, Any]:
    return {"name": event.name, "has_arrived": event.is_seen}


def _titles(product: ProductView) -> frozenset[str]:
    documents = list_documents(product, with_archived=True, limit=100_000)
    return frozenset(each.title.casefold() for each in documents)


def _event_names(product: ProductView, bodies: Sequence[str]) -> frozenset[str] | None:
    """The events that ever arrived, asked for only where a requirement could name one."""
    if not any(read_whole(body)[1].requirements for body in bodies):
        return None
    # The catalogue of segments counts events by name; no index is opened for that.
    segments = list_live_segments(pack_fresh(product))
    return frozenset(name for segment in segments for name in dict(segment.events))


def _to_metric_fact(metric: MetricView) -> MetricFact:
    names = events_of(metric.question.kind, metric.question.definition)
    return MetricFact(metric.public_id, metric.name, tuple(names))


def _to_claim_fact(claim: ClaimView) -> ClaimFact:
    sentence = claim.reason
    if claim.state == "stale" and claim.value_text:
        sentence = f"It was quoted as {claim.quoted_text}; the source says {claim.value_text} now."
    definition = claim.definition
    events: Iterable[str] = ()
    if claim.kind == "question":
        events = events_of(str(definition.get("kind")), definition.get("definition") or {})
    metric_id = str(definition.get("metric", "")) if claim.kind == "metric" else ""
    return ClaimFact(claim.public_id, claim.state, sentence, metric_id, tuple(events))


def events_of(kind: str, definition: Mapping[str, Any]) -> list[str]:
    """The events that a question names, each once; none where it takes any event."""
    if kind == "funnel":
        steps = definition.get("steps") or ()
        named = [step if isinstance(step, str) else step.get("event") for step in steps]
    elif kind == "retention":
        named = [definition.get("start"), definition.get("return")]
    else:
        named = [definition.get("event")]
    return list(dict.fromkeys(name for name in named if name))
