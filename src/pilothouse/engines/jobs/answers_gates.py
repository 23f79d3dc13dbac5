"""Reasons for which an answer cannot be judged at all. No kind number is given instead.

In this order: empty; fewer than ``LEAST_WORDS`` words; not prose of English (a list of words, or
another language); copied from what stood on the page; the same said again and again; padded with
phrases that say nothing; about something else than the question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pilothouse.engines.jobs.answers_text import AnswerText, content_stems, shingles

LEAST_WORDS = 40
LEAST_FUNCTION_SHARE = 0.22
MOST_COPIED = 0.35
LEAST_DISTINCT = 0.6
MOST_FILLER = 0.2
SHINGLE = 4

_FILLER = re.compile(
    r"\b(?:very|really|quite|basically|actually|obviously|of course|in general|generally|"
    r"at the end of the day|as i said|it (?:always )?depends|good question|i am glad|"
    r"(?:very |really |so )?important|many things|all the things|things?|things? (?:here )?that "
    r"one has to \w+|one has to (?:\w+)(?: (?:at|about) it)?|it is all about|"
    r"in a (?:very )?\w+ way|from all sides|all sides|always|i think(?: that)?|"
    r"i would say(?: that)?|some(?:how|thing)|everything|everybody|everyone|nice|great|amazing|"
    r"seamless|engaging|state of the art)\b"
)

# Words of the work itself: who uses them speaks to the question, if poorly.
_WORK = content_stems(
    "team teams customers users product launch release deadline plan measure data market price "
    "cost revenue project manager boss engineers design test feature business experiment"
)


@dataclass(frozen=True)
class Gate:
    """Why an answer cannot be judged. ``key`` is stable; ``sentence`` is for the person."""

    key: str
    sentence: str
    quote: str = ""


def find_gate(
    answer: AnswerText,
    question: str,
    sources: Sequence[str],
    *,
    page: Sequence[str] = (),
    is_personal: bool = False,
) -> Gate | None:
    """The first reason against judging, or None.

    ``sources`` are texts about the question (itself, what a strong answer holds, follow-ups);
    ``page`` are other texts that the person saw. ``is_personal``: the question asks for
    something of one's own, so that the answer need not repeat its words.
    """
    if not answer.words:
        return Gate("empty", "There is no answer.")
    if answer.count < LEAST_WORDS:
        return Gate(
            "short",
            f"{answer.count} words are too few to be judged; from {LEAST_WORDS} on it is tried.",
        )
    return (
        _find_no_prose(answer)
        or _find_copy(answer, [*sources, *page])
        or _find_repetition(answer)
        or _find_padding(answer)
        or (None if is_personal else _find_other_subject(answer, question, sources))
    )


def copied_share(answer: AnswerText, sources: Sequence[str]) -> float:
    """Share of the words of the answer that stand in runs of four words of a source, 0 to 1."""
    known = {run for text in sources for run in shingles(AnswerText(text).words, SHINGLE)}
    runs = shingles(answer.words, SHINGLE)
    covered = {
        place + step
        for place, run in enumerate(runs)
        if run in known
        for step in range(SHINGLE)
    }  # fmt: skip
    return len(covered) / len(answer.words) if answer.words else 0.0


def distinct_share(answer: AnswerText) -> float:
    """Share of runs of three words that are new when they come, 0 to 1."""
    runs = shingles(answer.words, 3)
    return len(set(runs)) / len(runs) if runs else 1.0


def filler_share(answer: AnswerText) -> float:
    """Share of words in phrases that say nothing, 0 to 1."""
    found = sum(len(match[0].split()) for match in _FILLER.finditer(answer.text.lower()))
    return found / answer.count if answer.count else 0.0


def _find_no_prose(answer: AnswerText) -> Gate | None:
    if answer.function_share >= LEAST_FUNCTION_SHARE:
        return None
    commas = answer.text.count(",") / max(answer.count, 1)
    if commas > 0.2:
        return Gate("list", "This is a list of words and no answer in sentences.")
    return Gate("language", "These checks read English prose, and this does not look like it.")


def _find_copy(answer: AnswerText, sources: Sequence[str]) -> Gate | None:
    share = copied_share(answer, sources)
    if share <= MOST_COPIED:
        return None
    return Gate("copied", f"{share:.0%} of it stands word for word on the page of the question.")


def _find_repetition(answer: AnswerText) -> Gate | None:
    if distinct_share(answer) >= LEAST_DISTINCT:
        return None
    doubled = next(
        (each for each in answer.sentences if answer.sentences.count(each) > 1), ""
    )  # fmt: skip
    return Gate("repeated", "It says the same again and again.", doubled)


def _find_padding(answer: AnswerText) -> Gate | None:
    share = filler_share(answer)
    if share <= MOST_FILLER:
        return None
    return Gate("padded", f"{share:.0%} of its words are phrases that say nothing.")


def _find_other_subject(answer: AnswerText, question: str, sources: Sequence[str]) -> Gate | None:
    own = content_stems(question)
    near = frozenset().union(own, *(content_stems(text) for text in sources))
    if answer.stems & own or len(answer.stems & (near | _WORK)) >= 4:
        return None
    return Gate("off-topic", "None of the question's own words are taken up.")
