"""From each requirement to its metrics, and from each metric to its events."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pilothouse.engines.documents.facts import LintFacts, MetricFact
from pilothouse.engines.documents.outline import Block, Link, Outline
from pilothouse.engines.documents.parts import Part, Parts
from pilothouse.engines.documents.words import any_of

# At the start of a line or after a sentence, up to the end of the sentence.
_NAMES = r"\s*:[ \t]*([^;()\n]+?)(?=\.\s|[;()]|$)"
_START = r"(?:^|[.;(]\s+)\W*"
_METRIC_LINE = re.compile(
    rf"{_START}(?:success )?(?:metrics?|measured by|kpis?){_NAMES}", re.I | re.M
)
_EVENT_LINE = re.compile(rf"{_START}events?{_NAMES}", re.I | re.M)
_NONE = {"", "none", "tbd", "todo", "n/a", "-", "?", "…", "..."}
_ANY_ID = re.compile(r"(?<![\w-])(?:R|REQ|FR|NFR)[-_ ]?\d+(?:\.\d+)*(?![\w-])", re.I)
_OPENED = "mention:metric/"


@dataclass(frozen=True)
class TracedEvent:
    """An event that is named; ``is_seen`` is None where the events are not known."""

    name: str
    line: int
    is_seen: bool | None


@dataclass(frozen=True)
class TracedMetric:
    """A metric that a requirement names. ``is_known`` is None where the metrics are not known."""

    name: str
    line: int
    is_known: bool | None
    events: tuple[TracedEvent, ...]
    # Whether its events are known at all: then an empty tuple means that it counts none.
    has_definition: bool


@dataclass(frozen=True)
class Trace:
    """A requirement with the metrics it names and the events it names itself."""

    part: Part
    metrics: tuple[TracedMetric, ...]
    events: tuple[TracedEvent, ...]


def trace_requirements(outline: Outline, parts: Parts, facts: LintFacts) -> tuple[Trace, ...]:
    """A trace for each requirement, in order."""
    elsewhere = _Elsewhere.find(outline)
    return tuple(_trace(part, elsewhere, facts) for part in parts.requirements)


def _trace(part: Part, elsewhere: _Elsewhere, facts: LintFacts) -> Trace:
    blocks = (*part.body, *elsewhere.about(part))
    metrics: dict[str, TracedMetric] = {}
    for metric in _metrics(blocks, facts):
        metrics.setdefault(metric.name.casefold(), metric)
    events = [
        _event(name, line, facts) for block in blocks for name, line in _named(_EVENT_LINE, block)
    ]
    return Trace(part, tuple(metrics.values()), tuple(events))


@dataclass(frozen=True)
class _Elsewhere:
    """What tables and sections on metrics say of requirements, by the ids that they name."""

    by_id: Mapping[str, Sequence[Block]]

    @staticmethod
    def find(outline: Outline) -> _Elsewhere:
        """Read it once for all requirements."""
        by_id: dict[str, list[Block]] = {}
        for block in outline.blocks:
            if block.rows:
                for row, id_ in _rows_of(block):
                    by_id.setdefault(id_, []).append(row)
            elif block.kind in {"item", "paragraph"} and "metric" in block.section:
                for match in _ANY_ID.finditer(block.text):
                    by_id.setdefault(match[0].casefold(), []).append(block)
        return _Elsewhere(by_id)

    def about(self, part: Part) -> Iterator[Block]:
        """What is said of the requirement outside of its own lines."""
        own = {block.line for block in part.body}
        found = self.by_id.get(part.id.casefold(), ()) if part.id else ()
        yield from (block for block in found if block.line not in own)


def _rows_of(table: Block) -> Iterator[tuple[Block, str]]:
    """The rows that begin with the id of a requirement, as lines "HEAD: CELL"."""
    for row in table.rows[1:]:
        match = _ANY_ID.match(row[0].strip()) if row else None
        if match:
            cells = "\n".join(
                f"{head.strip()}: {cell}" for head, cell in zip(table.rows[0], row, strict=False)
            )
            links = tuple(link for link in table.links if link.words in row)
            block = Block("paragraph", cells, cells, table.line, table.end_line, links=links)
            yield block, match[0].casefold()


def _metrics(blocks: tuple[Block, ...], facts: LintFacts) -> Iterator[TracedMetric]:
    for block in blocks:
        for link in block.links:
            yield from _linked(link, facts)
        linked = {link.words for link in block.links}
        for name, line in _named(_METRIC_LINE, block):
            if name not in linked:
                yield _metric(name, line, facts)
        if facts.metrics and block.kind != "code":
            pattern = _pattern_of(facts.metrics)
            for match in pattern.finditer(block.prose):
                yield _metric(" ".join(match[0].split()), block.line_of(match.start()), facts)


@lru_cache(maxsize=8)
def _pattern_of(metrics: tuple[MetricFact, ...]) -> re.Pattern[str]:
    return any_of(metric.name for metric in metrics)


def _linked(link: Link, facts: LintFacts) -> Iterator[TracedMetric]:
    words = link.words.lstrip("@")
    if link.target.startswith(_OPENED):
        metric = facts.find_metric(link.target.removeprefix(_OPENED))
        yield (
            _metric(metric.name, link.line, facts) if metric else _unknown(words, link.line, facts)
        )
    elif link.target.startswith("claim:"):
        claim = (facts.claims or {}).get(link.target.removeprefix("claim:"))
        if claim and claim.metric_id and (metric := facts.find_metric(claim.metric_id)):
            yield _metric(metric.name, link.line, facts)
        elif claim is None or claim.events:
            events = tuple(
                _event(each, link.line, facts) for each in (claim.events if claim else ())
            )
            yield TracedMetric(f"claim {words}", link.line, None, events, bool(claim))


def _metric(name: str, line: int, facts: LintFacts) -> TracedMetric:
    metric = facts.find_metric(name)
    if metric is None:
        return _unknown(name, line, facts)
    return TracedMetric(metric.name, line, True, _events(metric, line, facts), True)


def _unknown(name: str, line: int, facts: LintFacts) -> TracedMetric:
    return TracedMetric(name, line, None if facts.metrics is None else False, (), False)


def _events(metric: MetricFact, line: int, facts: LintFacts) -> tuple[TracedEvent, ...]:
    return tuple(_event(name, line, facts) for name in metric.events)


def _event(name: str, line: int, facts: LintFacts) -> TracedEvent:
    return TracedEvent(name, line, None if facts.events is None else name in facts.events)


def _named(pattern: re.Pattern[str], block: Block) -> Iterator[tuple[str, int]]:
    """The names listed after "Metric:" or "Event:", each with its line."""
    if block.kind == "code":
        return
    for match in pattern.finditer(block.text):
        for name in re.split(r"\s*[,;]\s*", match[1]):
            clean = name.strip(' .`“”"').lstrip("@")
            if clean.casefold() not in _NONE:
                yield clean, block.line_of(match.start(1))
