"""Documents checked like code: what changed, what is missing, and the forms they travel in."""

from __future__ import annotations

from pilothouse.engines.documents.diff import DiffLine, DiffWord, diff_texts, fold_same, is_changed

__all__ = ["DiffLine", "DiffWord", "diff_texts", "fold_same", "is_changed"]
