"""Checks of requirements, stories and acceptance criteria."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pilothouse.engines.documents.facts import VagueWord
from pilothouse.engines.documents.outline import Outline
from pilothouse.engines.documents.parts import Criterion, Part, Parts
from pilothouse.engines.documents.rules import Finding, find
from pilothouse.engines.documents.tracing import Trace, TracedEvent
from pilothouse.engines.documents.vocabulary import (
    AMOUNTS,
    BEHIND,
    CASE_SECTIONS,
    CASES,
    INNER_STATES,
    INSIDERS,
    JOINED,
    NUMBERS,
    OPEN_POINTS,
    OTHER_STORIES,
    PEOPLE,
    SOLUTIONS,
    VERBS,
)
from pilothouse.engines.documents.words import find_words

_MAX_WISH_WORDS = 30
_MAX_CRITERIA = 8


def check_requirements(outline: Outline, traces: tuple[Trace, ...]) -> Iterator[Finding]:
    """Metrics, events, ids and the cases that are easily forgotten."""
    seen: dict[str, int] = {}
    covered = _covered_cases(outline)
    for trace in traces:
        part = trace.part
        key = re.sub(r"[-_ ]", "", part.id).casefold()
        if key and key in seen:
            yield find("duplicate-requirement", part.line, part.id, about=part.name,
                remedy=f"Line {seen[key]} has it already; take the next free number.")  # fmt: skip
        seen.setdefault(key, part.line)
        if not trace.metrics:
            yield find("requirement-metric", part.line, part.text, about=part.name)
        yield from _check_metrics(trace)
        yield from _check_cases(part, covered)


def _check_metrics(trace: Trace) -> Iterator[Finding]:
    about = trace.part.name
    for metric in trace.metrics:
        if metric.is_known is False:
            yield find("unknown-metric", metric.line, metric.name, about=about)
        elif metric.has_definition and not metric.events:
            yield find("metric-event", metric.line, metric.name, about=about)
        yield from _check_events(metric.events, f" (counted by {metric.name})", about)
    yield from _check_events(trace.events, "", about)


def _check_events(events: tuple[TracedEvent, ...], why: str, about: str) -> Iterator[Finding]:
    for event in events:
        if event.is_seen is False:
            yield find("event-absent", event.line, f"{event.name}{why}", about=about)


def _covered_cases(outline: Outline) -> set[str]:
    """The cases that a section of their own deals with for all requirements."""
    return {
        rule
        for rule, pattern in CASE_SECTIONS.items()
        for block in outline.blocks
        if block.kind == "heading" and pattern.search(block.text)
    }


def _check_cases(part: Part, covered: set[str]) -> Iterator[Finding]:
    if not PEOPLE.search(part.text) or BEHIND.search(part.text):
        return
    for rule, pattern in CASES.items():
        if rule not in covered and not pattern.search(part.whole):
            yield find(rule, part.line, part.text, about=part.name)


def check_stories(parts: Parts) -> Iterator[Finding]:
    """INVEST, one letter after the other; a requirement in the form of a story counts as one."""
    for part in parts.parts:
        if part.kind == "story" or part.role:
            yield from _check_story(part)


def _check_story(part: Part) -> Iterator[Finding]:
    about = part.name
    if not part.role or not part.wish:
        yield find("story-form", part.line, part.text, about=about)
    for rule, pattern, where in (
        ("story-independent", OTHER_STORIES, part.whole),
        ("story-negotiable", SOLUTIONS, part.wish),
        ("story-estimable", OPEN_POINTS, part.whole),
    ):
        match = pattern.search(where)
        if match:
            yield find(rule, part.line, match[0], about=about)
    yield from _check_value(part)
    yield from _check_size(part)
    if not part.criteria:
        yield find("story-testable", part.line, part.text, about=about)


def _check_value(part: Part) -> Iterator[Finding]:
    if part.role and not part.reason:
        yield find("story-valuable", part.line, part.text, about=part.name)
    elif part.reason and _same_words(part.reason, part.wish):
        yield find("story-valuable", part.line, part.reason, about=part.name,
                   remedy="The reason repeats the wish; say what the person gains.")  # fmt: skip
    inside = INSIDERS.fullmatch(part.role.strip())
    if inside:
        yield find("story-valuable", part.line, inside[0], about=part.name,
                   remedy="Name the person outside the team who gains by it.")  # fmt: skip


def _same_words(reason: str, wish: str) -> bool:
    small = {"i", "can", "to", "the", "a", "an", "my", "be", "able", "it"}
    first, second = (set(re.findall(r"\w+", text.casefold())) - small for text in (reason, wish))
    return bool(first) and first <= second


def _check_size(part: Part) -> Iterator[Finding]:
    for match in JOINED.finditer(part.wish):
        if match[1].casefold() in VERBS:
            yield find("story-small", part.line, match[0].strip(), about=part.name)
            break
    words = len(part.wish.split())
    if words > _MAX_WISH_WORDS:
        remedy = f"The wish has {words} words; {_MAX_WISH_WORDS} are plenty."
        yield find("story-small", part.line, part.wish, about=part.name, remedy=remedy)
    if len(part.criteria) > _MAX_CRITERIA:
        remedy = f"It has {len(part.criteria)} criteria; {_MAX_CRITERIA} are plenty."
        yield find("story-small", part.line, part.text, about=part.name, remedy=remedy)


def check_criteria(parts: Parts, words: tuple[VagueWord, ...]) -> Iterator[Finding]:
    """Whether each criterion can be judged by anybody in the same way."""
    untestable = tuple(word for word in words if word.is_untestable)
    for part in (*parts.parts, None):
        for criterion in part.criteria if part else parts.loose:
            yield from _check_criterion(criterion, untestable, part.name if part else "")


def _check_criterion(
    criterion: Criterion, words: tuple[VagueWord, ...], about: str
) -> Iterator[Finding]:
    if criterion.is_background:
        return
    text = criterion.text
    has_vague = False
    for word, match in find_words(text, words):
        has_vague = True
        yield find("criterion-vague", _line(criterion, match[0]), match[0], about=about,
                   remedy=f"Say instead: {word.instead}.")  # fmt: skip
    yield from _check_outcome(criterion, about)
    amount = AMOUNTS.search(text)
    if amount and not has_vague and not NUMBERS.search(text) and "<" not in text:
        yield find("criterion-number", _line(criterion, amount[0]), amount[0], about=about)


def _check_outcome(criterion: Criterion, about: str) -> Iterator[Finding]:
    if criterion.steps and not any(step.keyword == "Then" for step in criterion.steps):
        yield find("criterion-outcome", criterion.line, criterion.text, about=about)
        return
    outcome = _outcome(criterion)
    inner = INNER_STATES.search(outcome)
    if inner:
        yield find("criterion-outcome", _line(criterion, inner[0]), inner[0], about=about,
                   remedy="Nobody sees that; say what is shown, sent or stored.")  # fmt: skip


def _outcome(criterion: Criterion) -> str:
    """What comes from the first Then on; all of a plain sentence."""
    for place, step in enumerate(criterion.steps):
        if step.keyword == "Then":
            return " ".join(each.text for each in criterion.steps[place:])
    return criterion.name


def _line(criterion: Criterion, words: str) -> int:
    for step in criterion.steps:
        if words.casefold() in step.text.casefold():
            return step.line
    return criterion.line
