"""What study cards tell the workspace at start (exports, jobs, ticks)."""

from __future__ import annotations


def register() -> None:
    """Called once at start; loads nothing heavy."""
