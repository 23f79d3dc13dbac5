"""The computation behind jobs: postings read by rules, histories of stages, the funnel of them.

Pure; usable without Django.
"""

from __future__ import annotations

from pilothouse.engines.jobs.funnel import (
    STEPS,
    Conversion,
    Diagnosis,
    Funnel,
    Verdict,
    build_funnel,
    convert,
    diagnose,
    group_conversions,
)
from pilothouse.engines.jobs.page import PostingPage, decode_page, read_page
from pilothouse.engines.jobs.reading import (
    LEVELS,
    ROLES,
    PostingReading,
    WordHit,
    read_posting,
)
from pilothouse.engines.jobs.stages import (
    GHOST_DAYS,
    STAGES,
    Move,
    Span,
    Stage,
    StageHistory,
    Standing,
    read_history,
)

__all__ = [
    "GHOST_DAYS",
    "LEVELS",
    "ROLES",
    "STAGES",
    "STEPS",
    "Conversion",
    "Diagnosis",
    "Funnel",
    "Move",
    "PostingPage",
    "PostingReading",
    "Span",
    "Stage",
    "StageHistory",
    "Standing",
    "Verdict",
    "WordHit",
    "build_funnel",
    "convert",
    "decode_page",
    "diagnose",
    "group_conversions",
    "read_history",
    "read_page",
    "read_posting",
]
