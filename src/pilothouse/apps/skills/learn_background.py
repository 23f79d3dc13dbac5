"""What the learning plan and the library tell the workspace at start.

They have no jobs: feeds are fetched while a person waits, within limits. And they are in no export
of the workspace, which is for its owner: each person takes their own (``plans_export.py``).
"""

from __future__ import annotations


def register() -> None:
    """Called once at start; loads nothing heavy."""
