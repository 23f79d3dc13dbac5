"""Checks of the text as a whole: its words, numbers, goals, decisions and links."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pilothouse.engines.documents.facts import LintFacts, VagueWord
from pilothouse.engines.documents.outline import Block, Link, Outline
from pilothouse.engines.documents.parts import Parts
from pilothouse.engines.documents.rules import Finding, find
from pilothouse.engines.documents.words import find_words, looks_english

_PROSE = {"heading", "paragraph", "item"}
_PROBLEM = re.compile(
    r"\b(?:problem|background|why|context|evidence|opportunity|situation)\b", re.I
)
# A share, an amount of money, or a count of two digits and more with a noun after it.
_NUMBER = re.compile(
    r"(?<![\w.#/-])(?:[€$£]\s?\d[\d,. ]*\d|[€$£]\s?\d|\d[\d,.]*\s?(?:%|percent\b|per cent\b)"
    r"|\d[\d,.]*x\b|\d[\d,.]*\d\s+(?:of\s+)?[a-z]{3,})", re.I,
)  # fmt: skip
_DATE = re.compile(
    r"(?:19|20)\d\d\b|\d{1,2}\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b", re.I
)
_SOURCE = re.compile(r"\b(?:source|according to|see|survey|study|interviews?)\b", re.I)
_GOALS = re.compile(r"\A(?:\d+[.)]?\s*)?(?:goals?|objectives?)\b", re.I)
_NON_GOALS = re.compile(r"non[- ]?goals?|out of scope|not (?:in scope|goals?|doing)|won['’]t", re.I)
_DECISION = re.compile(
    r"\b(?:it (?:was|is) decided|we (?:have )?decided|(?:needs?|need) (?:a|to be) deci(?:sion|ded)"
    r"|to be decided|decision needed|decision:)", re.I,
)  # fmt: skip
_OWNER = re.compile(
    r"@|\bowners?\b|\bdecid(?:er|ed by|es)\b|\bapprov(?:er|ed by|es)\b|\bdaci\b|\bby [A-Z]\w+"
    r"|\b(?!We\b|It\b)[A-Z][a-z]+ (?:decides|decided|approves|approved)\b"
)
_WIKILINK = re.compile(r"\[\[([^\[\]|#\n]+)(?:#[^\[\]|\n]*)?(?:\|[^\[\]\n]*)?\]\]")
_SAFE = re.compile(r"(?:https?://|mailto:)\S+\Z", re.I)


def check_words(
    outline: Outline, words: tuple[VagueWord, ...], skipped: set[int]
) -> Iterator[Finding]:
    """Vague words in prose, except in the lines of ``skipped``, which are judged more strictly."""
    for block in outline.blocks:
        if block.kind not in _PROSE or not looks_english(block.text):
            continue
        for word, match in find_words(block.prose, words):
            line = block.line_of(match.start())
            if line not in skipped:
                yield find("vague-words", line, match[0], remedy=f"Say instead: {word.instead}.")


def check_numbers(outline: Outline) -> Iterator[Finding]:
    """Numbers without a source where the problem is described."""
    for block in outline.blocks:
        if block.kind not in {"paragraph", "item"} or not _PROBLEM.search(block.section):
            continue
        if block.links or _SOURCE.search(block.text):
            continue
        for match in _NUMBER.finditer(block.prose):
            if not _DATE.match(match[0]):
                yield find("number-source", block.line_of(match.start()), match[0])


def check_goals(outline: Outline) -> Iterator[Finding]:
    """Goals without non-goals."""
    heads = [block for block in outline.blocks if block.kind == "heading"]
    if any(_NON_GOALS.search(block.text) for block in heads):
        return
    for block in heads:
        if _GOALS.match(block.text.strip()):
            yield find("goals-non-goals", block.line, block.text)
            return


def check_decisions(outline: Outline) -> Iterator[Finding]:
    """Decisions without a name."""
    for block in outline.blocks:
        match = _DECISION.search(block.prose) if block.kind in _PROSE - {"heading"} else None
        if match and not block.links and not _OWNER.search(block.text):
            yield find("decision-owner", block.line_of(match.start()), match[0])


def check_kind(kind: str, parts: Parts) -> Iterator[Finding]:
    """What a kind of document must hold to be checked at all."""
    if kind == "prd" and not parts.requirements:
        yield find("no-requirements", 1)


def check_links(outline: Outline, facts: LintFacts) -> Iterator[Finding]:
    """Mentions, claims, links inside the text and to other documents."""
    anchors = {_slug(block.text) for block in outline.blocks if block.kind == "heading"}
    for link in outline.links:
        yield from _check_link(link, anchors, facts)
    if facts.names is not None:
        for block in outline.blocks:
            yield from _check_wikilinks(block, facts.names)


def _check_link(link: Link, anchors: set[str], facts: LintFacts) -> Iterator[Finding]:
    target = link.target
    if target.startswith("mention:"):
        kind, _, id_ = target.removeprefix("mention:").partition("/")
        if facts.objects is not None and (kind, id_) not in facts.objects:
            yield find("broken-mention", link.line, link.words or target)
    elif target.startswith("claim:"):
        yield from _check_claim(link, facts)
    elif target.startswith("#"):
        if target[1:].casefold().removeprefix("s-") not in anchors:
            yield find("broken-link", link.line, target, remedy="No heading here has this name.")
    elif not target:
        yield find("broken-link", link.line, link.words, remedy="It has no target.")
    elif ":" in target.split("/")[0] and not _SAFE.match(target):
        yield find("broken-link", link.line, target,
                   remedy="A link begins with https, http or mailto.")  # fmt: skip


def _check_claim(link: Link, facts: LintFacts) -> Iterator[Finding]:
    if facts.claims is None:
        return
    claim = facts.claims.get(link.target.removeprefix("claim:"))
    if claim is None:
        yield find("broken-claim", link.line, link.words, remedy="There is no such claim.")
    elif claim.state in {"stale", "broken"}:
        remedy = f"{claim.sentence} ".lstrip()
        rule = f"{claim.state}-claim"
        found = find(rule, link.line, link.words)
        yield find(rule, link.line, link.words, remedy=f"{remedy}{found.remedy}")


def _check_wikilinks(block: Block, names: frozenset[str]) -> Iterator[Finding]:
    for match in _WIKILINK.finditer(block.prose):
        if match[1].strip().casefold() not in names:
            yield find("broken-link", block.line_of(match.start()), match[0],
                       remedy="No document has this title.")  # fmt: skip


def _slug(title: str) -> str:
    """The anchor of a heading: small letters, hyphens for spaces, no punctuation."""
    return re.sub(r"\s+", "-", re.sub(r"[^\w\s-]", "", title.casefold()).strip())
