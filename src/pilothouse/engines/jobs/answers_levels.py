"""Levels of the dimensions of the rubric, by rules over the signs in an answer.

A level is what the anchors ask for *and the wording shows*. A rule cannot tell whether a segment is
the right one or a measure a wise one; it tells whether one is named. ``None`` is "cannot judge".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pilothouse.engines.jobs.answers_cues import CUES, count_cue, distinct_cue, find_cue
from pilothouse.engines.jobs.answers_gates import Gate, filler_share
from pilothouse.engines.jobs.answers_numbers import find_statements
from pilothouse.engines.jobs.answers_rubric import Dimension, Rubric
from pilothouse.engines.jobs.answers_text import AnswerText

LEAST_FOLLOW_UP = 15  # words
LEAST_SIGNPOSTS = 2  # words or colons that lead on
MOST_VAGUE = 0.03
_FIGURE = re.compile(r"\d")
_SHORT, _LONG = 6, 34  # words in a sentence, on average, that can be followed


@dataclass(frozen=True)
class Judged:
    """A dimension of one answer. ``level`` is None where it cannot be judged, and ``why`` says so;
    ``quote`` is what the level rests on; ``missing`` is the anchor of the next level."""

    dimension: str
    level: int | None
    why: str = ""
    quote: str = ""
    missing: str = ""


@dataclass(frozen=True)
class _Found:
    level: int
    quote: str = ""


Rule = Callable[[AnswerText, str], _Found]


def judge_levels(
    rubric: Rubric, kind: str, answer: AnswerText, gate: Gate | None, follow_up: str = ""
) -> tuple[Judged, ...]:
    """The dimensions that the type asks for, each judged or not."""
    return tuple(
        Judged(each.key, None, gate.sentence, gate.quote)
        if gate
        else _judge(each, kind, answer, follow_up)
        for each in rubric.asked(kind)
    )


def _judge(dimension: Dimension, kind: str, answer: AnswerText, follow_up: str) -> Judged:
    anchors = dimension.anchors_for(kind)
    if dimension.key == "communication":
        found = _communication(answer, follow_up)
    else:
        found = _RULES[dimension.key](answer, kind)
    missing = anchors[found.level] if found.level < len(anchors) else ""
    return Judged(dimension.key, found.level, anchors[found.level - 1], found.quote, missing)


def _first(answer: AnswerText, names: Sequence[str]) -> str:
    return next((quote for name in names if (quote := find_cue(answer, name))), "")


def _has(answer: AnswerText, name: str) -> bool:
    return bool(find_cue(answer, name))


def _frame(answer: AnswerText, kind: str) -> _Found:
    goal, limit, ask = (_has(answer, name) for name in ("goal", "limit", "ask"))
    if kind == "estimation":
        assumed = count_cue(answer, "limit") + count_cue(answer, "goal")
        level = 3 if assumed >= 2 else 2 if assumed else 1
        return _Found(level, _first(answer, ("limit", "goal")))
    if _has(answer, "reframe") and (goal or limit or ask):
        return _Found(4, find_cue(answer, "reframe"))
    known = goal + limit + ask
    if goal and known >= 2:
        return _Found(3, find_cue(answer, "goal"))
    return _Found(2 if known else 1, _first(answer, ("goal", "ask", "limit")))


def _users(answer: AnswerText, _kind: str) -> _Found:
    segments = distinct_cue(answer, "segment")
    felt = [
        each
        for each in answer.sentences
        if CUES["segment"].search(each) and CUES["need"].search(each)
    ]
    if segments >= 2 and _has(answer, "unserved") and _has(answer, "known"):
        return _Found(4, find_cue(answer, "unserved"))
    if segments >= 2 and felt:
        return _Found(3, felt[0])
    return _Found(2 if segments else 1, find_cue(answer, "segment"))


def count_options(answer: AnswerText) -> int:
    """How many ways an answer names: the longest list behind a word such as *options* or *could*,
    or how many are introduced one by one."""
    best = 0
    for sentence, after in zip(answer.sentences, (*answer.sentences[1:], ""), strict=True):
        if CUES["option-word"].search(sentence):
            listed = _listed(sentence) or after
            best = max(best, len(_items(listed)))
        elif match := _COULD.search(sentence):
            best = max(best, len(_items(match["rest"])))
    text = answer.text.lower()
    return max(best, sum(mark in text for mark in _ONE_BY_ONE))


_COULD = re.compile(r"\bcould (?P<rest>.+\bor\b.+)", re.IGNORECASE)
_BEHIND = re.compile(r":|\b(?:are|is|between)\b(?!:)")
_ONE_BY_ONE = (
    "one idea", "another", "a second is", "second,", "a third", "alternatively", "a plain way",
)  # fmt: skip


def _listed(sentence: str) -> str:
    _, mark, listed = sentence.partition(":")
    if mark:
        return listed
    match = _BEHIND.search(sentence)
    listed = sentence[match.end() :] if match else ""
    return listed if "," in listed or " or " in listed or " and " in listed else ""


def _items(listed: str) -> list[str]:
    parts = re.split(r";|,(?:\s*(?:or|and)\b)?|\bor\b", listed)
    if len(parts) == 1:
        parts = re.split(r"\band\b", listed)
    kept = [part for part in parts if part.strip(" .")]
    return kept if len(kept) > 1 else []


def _options(answer: AnswerText, _kind: str) -> _Found:
    count, quote = count_options(answer), find_cue(answer, "option-word")
    if count >= 3 and _has(answer, "nothing") and _has(answer, "cheap-test"):
        return _Found(4, find_cue(answer, "nothing"))
    if count >= 3 and _has(answer, "criteria"):
        return _Found(3, quote)
    return _Found(2 if count >= 2 else 1, quote)


def _tradeoffs(answer: AnswerText, _kind: str) -> _Found:
    criteria, given = _has(answer, "criteria"), _has(answer, "given-up")
    chosen, reason = _has(answer, "choice"), _has(answer, "reason")
    grounds = criteria or (chosen and reason)
    if given and grounds and _has(answer, "sensitivity"):
        return _Found(4, find_cue(answer, "sensitivity"))
    if (given and grounds) or (criteria and chosen):
        return _Found(3, _first(answer, ("given-up", "criteria")))
    known = criteria or given or chosen
    return _Found(2 if known else 1, _first(answer, ("choice", "criteria", "given-up")))


def _metrics(answer: AnswerText, kind: str) -> _Found:
    if kind == "estimation":
        return _estimate(answer)
    if not _has(answer, "measure"):
        return _Found(1, find_cue(answer, "vanity"))
    backed = _has(answer, "baseline") + _has(answer, "guardrail")
    rigour = sum(_has(answer, name) for name in ("sample", "mislead", "rule"))
    if backed >= 1 and rigour >= 2:
        return _Found(4, _first(answer, ("mislead", "sample", "rule")))
    if backed == 2 or (backed and rigour):
        return _Found(3, _first(answer, ("guardrail", "baseline")))
    return _Found(2, find_cue(answer, "measure"))


def _estimate(answer: AnswerText) -> _Found:
    statements = find_statements(answer)
    wrong = next((each for each in statements if not each.is_right), None)
    if wrong is not None:
        return _Found(1, wrong.text)
    steps = sum(bool(_FIGURE.search(each)) for each in answer.sentences)
    if steps < 3:
        return _Found(1, next((each for each in answer.sentences if _FIGURE.search(each)), ""))
    if _has(answer, "crosscheck"):
        return _Found(4, find_cue(answer, "crosscheck"))
    if _has(answer, "range") and _has(answer, "limit"):
        return _Found(3, find_cue(answer, "range"))
    return _Found(2, statements[0].text if statements else "")


def _business(answer: AnswerText, _kind: str) -> _Found:
    if not _has(answer, "money"):
        return _Found(1)
    linked = _has(answer, "model") + _has(answer, "position")
    if linked and _has(answer, "second-order"):
        return _Found(4, find_cue(answer, "second-order"))
    if linked == 2 or (_has(answer, "model") and count_cue(answer, "money") >= 2):
        return _Found(3, find_cue(answer, "model"))
    return _Found(2, find_cue(answer, "money"))


def _execution(answer: AnswerText, _kind: str) -> _Found:
    order, owner, risk = (_has(answer, name) for name in ("sequence", "owner", "risk"))
    staged, stops = _has(answer, "rollout"), _has(answer, "stop")
    if stops and staged and (owner or risk):
        return _Found(4, find_cue(answer, "stop"))
    if order + owner + risk >= 2 and order:
        return _Found(3, find_cue(answer, "sequence"))
    names = ("sequence", "owner", "risk", "task")
    return _Found(2 if _first(answer, names) else 1, _first(answer, names))


def _communication(answer: AnswerText, follow_up: str) -> _Found:
    reply = AnswerText(follow_up)
    lengths = answer.count / max(len(answer.sentences), 1)
    has_figures = bool(_FIGURE.search(answer.text))
    is_vague = filler_share(answer) > MOST_VAGUE and not has_figures
    is_ordered = (
        len(CUES["signpost"].findall(answer.text)) >= LEAST_SIGNPOSTS and _SHORT <= lengths <= _LONG
    )
    if is_vague or not is_ordered:
        return _Found(1, answer.sentences[0])
    if reply.count < LEAST_FOLLOW_UP:
        return _Found(2, find_cue(answer, "signpost"))
    if _has(reply, "yields"):
        return _Found(4, find_cue(reply, "yields"))
    return _Found(3, reply.sentences[0])


_RULES: dict[str, Rule] = {
    "frame": _frame, "users": _users, "options": _options, "tradeoffs": _tradeoffs,
    "metrics": _metrics, "business": _business, "execution": _execution,
}  # fmt: skip
