"""From each requirement to its metrics, and from each metric to its events."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

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
    return tuple(_trace(part, outline, facts) for part in parts.requirements)


def _trace(part: Part, outline: Outline, facts: LintFacts) -> Trace:
    blocks = (*part.body, *_elsewhere(part, outline))
    metrics: dict[str, TracedMetric] = {}
    for metric in _metrics(blocks, facts):
        metrics.setdefault(metric.name.casefold(), metric)
    events = [
        _event(name, line, facts) for block in blocks for name, line in _named(_EVENT_LINE, block)
    ]
    return Trace(part, tuple(metrics.values()), tuple(events))


def _elsewhere(part: Part, outline: Outline) -> Iterator[Block]:
    """What is said of the requirement by its id in a section on metrics, or in a table's row."""
    if not part.id:
        return
    names_it = any_of([part.id])
    own = {block.line for block in part.body}
    for block in outline.blocks:
        if block.line in own:
            continue
        if block.rows:
            yield from _rows_of(block, part.id)
        elif block.kind in {"item", "paragraph"} and "metric" in block.section:
            yield from [block] if names_it.search(block.text) else []


def _rows_of(table: Block, id_: str) -> Iterator[Block]:
    for row in table.rows:
        if row and row[0].strip().casefold().startswith(id_.casefold()):
            cells = "\n".join(
                f"{head.strip()}: {cell}" for head, cell in zip(table.rows[0], row, strict=False)
            )
            links = tuple(link for link in table.links if link.words in row)
            yield Block("paragraph", cells, cells, table.line, table.end_line, links=links)


def _metrics(blocks: tuple[Block, ...], facts: LintFacts) -> Iterator[TracedMetric]:
    for block in blocks:
        for link in block.links:
            yield from _linked(link, facts)
        linked = {link.words for link in block.links}
        for name, line in _named(_METRIC_LINE, block):
            if name not in linked:
                yield _metric(name, line, facts)
        if facts.metrics and block.kind != "code":
            pattern = any_of(metric.name for metric in facts.metrics)
            for match in pattern.finditer(block.prose):
                yield _metric(" ".join(match[0].split()), block.line_of(match.start()), facts)


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
