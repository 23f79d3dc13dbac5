"""The computation behind portfolio: claims held against evidence, and words that must not leave."""

from __future__ import annotations

from pilothouse.engines.portfolio.compiling import (
    CheckedSentence,
    Compilation,
    Gap,
    Section,
    Why,
    compile_study,
)
from pilothouse.engines.portfolio.redaction import (
    Exposure,
    Redaction,
    find_exposures,
    mark,
    redact,
)
from pilothouse.engines.portfolio.sentences import REFERENCE, Sentence, plain, split_sentences
from pilothouse.kernel.evidence import Evidence, is_supported
from pilothouse.kernel.figures import Figure, FigureKind, days_in, find_figures, numbers_in

__all__ = [
    "REFERENCE",
    "CheckedSentence",
    "Compilation",
    "Evidence",
    "Exposure",
    "Figure",
    "FigureKind",
    "Gap",
    "Redaction",
    "Section",
    "Sentence",
    "Why",
    "compile_study",
    "days_in",
    "find_exposures",
    "find_figures",
    "is_supported",
    "mark",
    "numbers_in",
    "plain",
    "redact",
    "split_sentences",
]
