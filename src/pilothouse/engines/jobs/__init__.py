"""The computation behind jobs: what a posting asks for, read by rules. Pure; needs no Django."""

from __future__ import annotations

from pilothouse.engines.jobs.reading import (
    LEVELS,
    ROLES,
    PostingReading,
    WordHit,
    read_posting,
)

__all__ = ["LEVELS", "ROLES", "PostingReading", "WordHit", "read_posting"]
