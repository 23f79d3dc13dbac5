"""Documents checked like code: what changed, what is missing, and the forms they travel in."""

from __future__ import annotations

from pilothouse.engines.documents.diff import DiffLine, DiffWord, diff_texts, fold_same, is_changed
from pilothouse.engines.documents.facts import ClaimFact, LintFacts, MetricFact, VagueWord
from pilothouse.engines.documents.gherkin import Feature, build_feature, write_feature
from pilothouse.engines.documents.gherkin_read import read_feature
from pilothouse.engines.documents.lint import Lint, lint_text
from pilothouse.engines.documents.outline import Outline, read_outline
from pilothouse.engines.documents.parts import Criterion, read_parts, read_whole
from pilothouse.engines.documents.rules import RULES, Finding, Rule, Severity
from pilothouse.engines.documents.tracing import Trace

__all__ = [
    "RULES",
    "ClaimFact",
    "Criterion",
    "DiffLine",
    "DiffWord",
    "Feature",
    "Finding",
    "Lint",
    "LintFacts",
    "MetricFact",
    "Outline",
    "Rule",
    "Severity",
    "Trace",
    "VagueWord",
    "build_feature",
    "diff_texts",
    "fold_same",
    "is_changed",
    "lint_text",
    "read_feature",
    "read_outline",
    "read_parts",
    "read_whole",
    "write_feature",
]
