"""Scores of work with others: promises, deals, trust."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pilothouse.kernel.errors import InvalidValueError


def promise_reliability(kept: Sequence[bool], weights: Sequence[float] | None = None) -> float:
    """The weighted share of promises that were kept; 1 if none was made."""
    heavy = weights if weights is not None else [1.0] * len(kept)
    total = math.fsum(heavy)
    return math.fsum(w for w, k in zip(heavy, kept, strict=True) if k) / total if total else 1.0


def early_share(days_before: Sequence[int | None]) -> float:
    """The share of slips that were told before they were due; 1 if nothing slipped.

    For each slip the days before its date on which it was told; None if it never was.
    """
    told = sum(1 for days in days_before if days is not None and days > 0)
    return told / len(days_before) if days_before else 1.0


def deal_score(ours: float, theirs: float, best: float) -> float:
    """Joint utility of a deal as a share of the best there was."""
    return (ours + theirs) / best if best else 0.0


def own_share(agreed: float, *, limit: float, best: float) -> float:
    """Where a settlement lies between our own limit (0) and the other side's (1), cut to 0..1."""
    if limit == best:
        raise InvalidValueError("a zone of agreement has two ends.", value=(limit, best))
    return min(1.0, max(0.0, (agreed - limit) / (best - limit)))


def told_before_offers(told_at: Sequence[int | None], first_offer_at: int) -> float:
    """The share of interests told before the first offer; ``told_at`` None: never told."""
    told = sum(1 for at in told_at if at is not None and at < first_offer_at)
    return told / len(told_at) if told_at else 1.0


def trust_gain(trust: Sequence[float], neutral: Sequence[float]) -> float:
    """Mean trust over the days, less that of the same days lived by the neutral policy."""
    if not trust or len(trust) != len(neutral):
        raise InvalidValueError("both lives have the same days.", value=(len(trust), len(neutral)))
    return (math.fsum(trust) - math.fsum(neutral)) / len(trust)
