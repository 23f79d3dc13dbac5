"""Lint: a text and what is known of the world in, findings out.

Rules are in ``rules``; this module runs them, drops those that a comment of the text switches off
and orders what is left by line. Nothing here changes a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pilothouse.engines.documents.checks_parts import (
    check_criteria,
    check_requirements,
    check_stories,
)
from pilothouse.engines.documents.checks_text import (
    check_decisions,
    check_goals,
    check_kind,
    check_links,
    check_numbers,
    check_words,
)
from pilothouse.engines.documents.facts import LintFacts, VagueWord
from pilothouse.engines.documents.outline import Outline
from pilothouse.engines.documents.parts import Parts, read_whole
from pilothouse.engines.documents.rules import RULES, Finding, Severity, find
from pilothouse.engines.documents.tracing import Trace, trace_requirements
from pilothouse.engines.documents.words import looks_english

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.HINT: 2}
NOT_ENGLISH = "Vague words were not judged: the text does not look English."
_SWITCH_ALL = "all"


@dataclass(frozen=True)
class Lint:
    """What was found in a text, what was not judged and why, and what its requirements name."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    traces: tuple[Trace, ...]
    stories: int
    criteria: int

    def count(self, severity: Severity) -> int:
        """How many findings are of ``severity``."""
        return sum(finding.severity == severity for finding in self.findings)


def lint_text(text: str, *, kind: str = "note", facts: LintFacts | None = None) -> Lint:
    """Check a Markdown text of a kind of document (``prd``, ``story``, ...) against the facts.

    >>> [f.rule.id for f in lint_text("As a buyer, I want to pay.").findings]
    ['story-valuable', 'story-testable']
    """
    facts = facts or LintFacts()
    outline, parts = read_whole(text)
    traces = trace_requirements(outline, parts, facts)
    is_english = looks_english(" ".join(block.prose for block in outline.blocks))
    words = facts.vague_words if is_english else ()
    found = {
        (each.rule.id, each.line, each.quoted, each.about): each
        for each in _check(kind, _Read(outline, parts, traces), facts, words)
        if each.rule.id not in outline.switched_off and _SWITCH_ALL not in outline.switched_off
    }
    return Lint(
        findings=tuple(sorted(found.values(), key=lambda each: (each.line, _ORDER[each.severity]))),
        notes=tuple(_notes(outline, facts, is_english=is_english)),
        traces=traces,
        stories=sum(part.kind == "story" or bool(part.role) for part in parts.parts),
        criteria=len(parts.criteria),
    )


@dataclass(frozen=True)
class _Read:
    """A text as it was read."""

    outline: Outline
    parts: Parts
    traces: tuple[Trace, ...]


def _check(
    kind: str, read: _Read, facts: LintFacts, words: tuple[VagueWord, ...]
) -> Iterator[Finding]:
    yield from check_criteria(read.parts, words)
    yield from check_requirements(read.outline, read.traces)
    yield from check_stories(read.parts)
    yield from check_words(read.outline, words, _criterion_lines(read.parts))
    yield from check_numbers(read.outline)
    yield from check_goals(read.outline)
    yield from check_decisions(read.outline)
    yield from check_kind(kind, read.parts)
    yield from check_links(read.outline, facts)
    for rule in sorted(read.outline.switched_off - RULES.keys() - {_SWITCH_ALL}):
        yield find("unknown-rule", 1, rule)


def _criterion_lines(parts: Parts) -> set[int]:
    """The lines of criteria and their steps: a vague word there is judged as untestable already."""
    return {
        line
        for criterion in parts.criteria
        for line in (criterion.line, *(step.line for step in criterion.steps))
    }


def _notes(outline: Outline, facts: LintFacts, *, is_english: bool) -> Iterator[str]:
    if not is_english:
        yield NOT_ENGLISH
    if facts.metrics is None:
        yield "Metrics and events were not judged: the product is not known."
    off = sorted(outline.switched_off & (RULES.keys() | {_SWITCH_ALL}))
    if off:
        yield f"Switched off in this text: {', '.join(off)}."
