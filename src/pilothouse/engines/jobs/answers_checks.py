"""Checks of an answer: each says what it found, what is missing, or that it cannot judge.

A check reads wording. It can see that a measure is named and not whether it is a wise one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from pilothouse.engines.jobs.answers_cues import find_cue
from pilothouse.engines.jobs.answers_gates import Gate, find_gate
from pilothouse.engines.jobs.answers_levels import Judged, count_options, judge_levels
from pilothouse.engines.jobs.answers_numbers import find_statements
from pilothouse.engines.jobs.answers_rubric import QuestionType, Rubric
from pilothouse.engines.jobs.answers_text import AnswerText, content_stems

LEAST_ADDRESSED = 0.25
# The signs by which a part of an answer is seen, and what the part is called.
_PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "goal": ("what it is for", ("goal", "reframe", "ask")),
    "who": ("whom it is for", ("segment",)),
    "options": ("options", ("option-word",)),
    "criteria": ("by what to choose", ("criteria",)),
    "choice": ("a choice", ("choice", "criteria", "given-up")),
    "measure": ("a measure", ("measure",)),
    "steps": ("steps in an order", ("sequence", "signpost")),
    "risk": ("what may go wrong", ("risk", "stop")),
    "assumptions": ("assumptions", ("limit",)),
    "number": ("a number at the end", ("measure", "money")),
    "range": ("a range", ("range", "crosscheck")),
    "situation": ("the situation", ("situation",)),
    "task": ("your task in it", ("task-own",)),
    "action": ("what you did", ("action",)),
    "result": ("the result", ("result",)),
    "reflection": ("what you took from it", ("reflection",)),
}


class State(Enum):
    """What a check says."""

    FOUND = "found"
    MISSING = "missing"
    FAULT = "fault"
    UNJUDGED = "cannot judge"


@dataclass(frozen=True)
class Check:
    """One check. ``quote`` is the sentence on which it rests."""

    key: str
    title: str
    state: State
    sentence: str
    quote: str = ""


@dataclass(frozen=True)
class Question:
    """What the checks need of a question. ``sources``: what else belongs to it (what a strong
    answer holds, follow-ups); ``page``: other texts that the person saw, to be told from an
    answer."""

    kind: str
    text: str
    sources: Sequence[str] = ()
    page: Sequence[str] = ()


@dataclass(frozen=True)
class Judgement:
    """All that the rules say of one answer."""

    gate: Gate | None
    checks: tuple[Check, ...]
    levels: tuple[Judged, ...]


def judge_answer(
    rubric: Rubric,
    question: Question,
    text: str,
    *,
    follow_up: str = "",
    seconds: int | None = None,
) -> Judgement:
    """Hold an answer against the rubric. ``seconds``: how long it took, where known.

    The same input gives the same output. Short, empty, copied, repeated, padded answers, lists of
    words, other languages and other subjects get no level at all.
    """
    answer = AnswerText(text)
    kind = rubric.types[question.kind]
    sources = [question.text, *question.sources]
    seen = [*sources, *question.page]
    is_personal = kind.key == "behavioural"
    gate = find_gate(answer, question.text, sources, page=question.page, is_personal=is_personal)
    reply = AnswerText(follow_up)
    return Judgement(
        gate,
        _checks(answer, question, kind, gate, seconds),
        judge_levels(rubric, kind.key, answer, gate, _fresh(reply, seen)),
    )


def _fresh(reply: AnswerText, sources: Sequence[str]) -> str:
    """The reply to a follow-up, unless it is only the question or the page again."""
    from pilothouse.engines.jobs.answers_gates import MOST_COPIED, copied_share

    return "" if copied_share(reply, sources) > MOST_COPIED else reply.text


def _checks(
    answer: AnswerText, question: Question, kind: QuestionType, gate: Gate | None,
    seconds: int | None,
) -> tuple[Check, ...]:  # fmt: skip
    length = check_length(answer, kind, seconds)
    if gate is not None:
        others = ("structure", "metrics", "numbers", "trade-off", "question")
        return (
            length,
            *(Check(key, _TITLES[key], State.UNJUDGED, gate.sentence) for key in others),
        )
    return (
        length,
        _check_structure(answer, kind),
        _check_metrics(answer),
        _check_numbers(answer),
        _check_tradeoff(answer),
        _check_question(answer, question),
    )


_TITLES = {
    "length": "Length and time",
    "structure": "Structure",
    "metrics": "Measures named",
    "numbers": "Numbers hold together",
    "trade-off": "Something is given up",
    "question": "The question's own words",
}


def check_length(answer: AnswerText, kind: QuestionType, seconds: int | None) -> Check:
    """Words against the usual length of the type, spoken at 150 words a minute."""
    least, most = kind.minutes
    minutes = answer.spoken_minutes
    title = _TITLES["length"]
    if not answer.count:
        return Check("length", title, State.UNJUDGED, "There is no answer.")
    took = f" It took {seconds // 60}:{seconds % 60:02}." if seconds is not None else ""
    told = f"{answer.count} words, {minutes:.1f} minutes spoken.{took}"
    usual = f"Usual are {least:g} to {most:g} minutes."
    if minutes > most:
        return Check("length", title, State.FAULT, f"{told} {usual} Cut what decides nothing.")
    if minutes < least * 0.5:
        return Check("length", title, State.MISSING, f"{told} {usual}")
    return Check("length", title, State.FOUND, told)


def find_parts(answer: AnswerText, kind: QuestionType) -> dict[str, str]:
    """The parts of an answer of this type with the sentence that shows each, or an empty text."""
    found = {}
    for part in kind.parts:
        if part == "options":
            found[part] = find_cue(answer, "option-word") if count_options(answer) >= 2 else ""
            continue
        names = _PARTS[part][1]
        found[part] = next((quote for name in names if (quote := find_cue(answer, name))), "")
    return found


def _check_structure(answer: AnswerText, kind: QuestionType) -> Check:
    parts = find_parts(answer, kind)
    lacking = [_PARTS[part][0] for part, quote in parts.items() if not quote]
    title = _TITLES["structure"]
    if not lacking:
        return Check("structure", title, State.FOUND, "All parts can be found.")
    words = f"Not found: {', '.join(lacking)}."
    return Check("structure", title, State.MISSING, words)


def _check_metrics(answer: AnswerText) -> Check:
    title, measure = _TITLES["metrics"], find_cue(answer, "measure")
    if not measure:
        vanity = find_cue(answer, "vanity")
        words = "Only figures that grow by themselves." if vanity else "No measure is named."
        return Check("metrics", title, State.MISSING, words, vanity)
    lacking = [
        words
        for name, words in (("baseline", "a baseline"), ("guardrail", "what must not get worse"))
        if not find_cue(answer, name)
    ]
    told = f"A measure is named; not found: {' and '.join(lacking)}." if lacking else (
        "A measure, its baseline and a guardrail are named."
    )  # fmt: skip
    return Check("metrics", title, State.MISSING if lacking else State.FOUND, told, measure)


def _check_numbers(answer: AnswerText) -> Check:
    title, statements = _TITLES["numbers"], find_statements(answer)
    wrong = [each for each in statements if not each.is_right]
    if wrong:
        told = " ".join(each.sentence for each in wrong)
        return Check("numbers", title, State.FAULT, told, wrong[0].text)
    if not statements:
        words = "No calculation is written out, so there is nothing to check."
        return Check("numbers", title, State.UNJUDGED, words)
    count = len(statements)
    told = f"{count} calculation{'s' if count > 1 else ''} written out, all of them right."
    return Check("numbers", title, State.FOUND, told, statements[0].text)


def _check_tradeoff(answer: AnswerText) -> Check:
    title, quote = _TITLES["trade-off"], find_cue(answer, "given-up")
    if quote:
        return Check("trade-off", title, State.FOUND, "It says what is given up.", quote)
    words = "Nothing is said to be given up or left out."
    return Check("trade-off", title, State.MISSING, words, find_cue(answer, "choice"))


def _check_question(answer: AnswerText, question: Question) -> Check:
    title, own = _TITLES["question"], content_stems(question.text)
    if question.kind == "behavioural" or len(own) < 2:
        words = "The question asks for a story of your own, which need not repeat its words."
        return Check("question", title, State.UNJUDGED, words)
    taken = own & answer.stems
    told = f"{len(taken)} of its {len(own)} words that carry meaning are taken up."
    state = State.FOUND if len(taken) >= LEAST_ADDRESSED * len(own) else State.MISSING
    return Check("question", title, state, told)
