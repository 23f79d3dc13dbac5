"""What the learning plan and the library tell the workspace at start (exports, jobs, ticks)."""

from __future__ import annotations


def register() -> None:
    """Called once at start; loads nothing heavy."""
