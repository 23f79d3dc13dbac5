"""What lint is told about the world of a document. None means not known, and is never judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class MetricFact:
    """A metric with the events that it counts; none means that its definition names no event."""

    id: str
    name: str
    events: tuple[str, ...]


@dataclass(frozen=True)
class ClaimFact:
    """A live claim: its state, what happened to its source, and the metric or events behind it."""

    id: str
    state: str
    sentence: str = ""
    metric_id: str = ""
    events: tuple[str, ...] = ()


@dataclass(frozen=True)
class VagueWord:
    """A word or phrase that means something else to each reader, with what to say instead."""

    word: str
    instead: str
    # A criterion with it cannot be tested; elsewhere it is only a hint.
    is_untestable: bool = False


@dataclass(frozen=True)
class LintFacts:
    """Everything known from outside the text.

    ``objects`` are the (kind, id) that a mention may name; ``names`` the titles that a
    ``[[wikilink]]`` may name; ``events`` the names of all events that ever arrived.
    """

    metrics: tuple[MetricFact, ...] | None = None
    events: frozenset[str] | None = None
    objects: frozenset[tuple[str, str]] | None = None
    names: frozenset[str] | None = None
    claims: Mapping[str, ClaimFact] | None = None
    vague_words: tuple[VagueWord, ...] = field(default=())

    def find_metric(self, name: str) -> MetricFact | None:
        """The metric of that name (capitals ignored) or id."""
        wanted = name.strip().casefold()
        for metric in self.metrics or ():
            if wanted in {metric.name.casefold(), metric.id}:
                return metric
        return None
