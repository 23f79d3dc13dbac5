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
from pilothouse.engines.jobs.sheet_rows import (
    NO_VERSION,
    SheetApplication,
    SheetContents,
    SheetMove,
    SheetProblem,
    is_own,
    read_applications,
)
from pilothouse.engines.jobs.sheets import (
    COLUMNS,
    LEAVE_OUT,
    Sheet,
    SheetReading,
    count_words,
    guess_reading,
    has_open_days,
    open_sheet,
    with_words,
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
    "COLUMNS",
    "GHOST_DAYS",
    "LEAVE_OUT",
    "LEVELS",
    "NO_VERSION",
    "ROLES",
    "STAGES",
    "STEPS",
    "Conversion",
    "Diagnosis",
    "Funnel",
    "Move",
    "PostingPage",
    "PostingReading",
    "Sheet",
    "SheetApplication",
    "SheetContents",
    "SheetMove",
    "SheetProblem",
    "SheetReading",
    "Span",
    "Stage",
    "StageHistory",
    "Standing",
    "Verdict",
    "WordHit",
    "build_funnel",
    "convert",
    "count_words",
    "decode_page",
    "diagnose",
    "group_conversions",
    "guess_reading",
    "has_open_days",
    "is_own",
    "open_sheet",
    "read_applications",
    "read_history",
    "read_page",
    "read_posting",
    "with_words",
]
