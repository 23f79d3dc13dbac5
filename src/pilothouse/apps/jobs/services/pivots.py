"""Neighbouring roles: what each gives and lacks, and which saved postings mean it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pilothouse.apps.jobs.services.postings import PostingView
from pilothouse.apps.skills.services.guide import Pivot, list_pivots

# The one role that has another name in the guide.
_NAMES = {"product-marketing": "product-marketing-manager"}


@dataclass(frozen=True)
class PivotView:
    """A neighbouring role with one's postings for it."""

    pivot: Pivot
    postings: tuple[PostingView, ...]


def find_pivot(role: str | None) -> Pivot | None:
    """The neighbouring role of a posting; None for a product manager's, or where it is not read."""
    key = _NAMES.get(role or "", role)
    return next((pivot for pivot in list_pivots() if pivot.key == key), None)


def list_pivot_views(postings: Sequence[PostingView]) -> list[PivotView]:
    """All neighbouring roles, those first for which there are postings."""
    found: dict[str, list[PostingView]] = {}
    for posting in postings:
        pivot = find_pivot(posting.reading.role)
        if pivot is not None:
            found.setdefault(pivot.key, []).append(posting)
    views = [PivotView(pivot, tuple(found.get(pivot.key, ()))) for pivot in list_pivots()]
    return sorted(views, key=lambda view: -len(view.postings))
