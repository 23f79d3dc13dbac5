"""Checks of what a person writes: by rules, each saying what it found or that it cannot judge.

No language model and no taste: a message that passes may still be a bad one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pilothouse.kernel.evidence import Evidence, find_unsupported
from pilothouse.kernel.figures import FigureKind, find_figures

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_UNSURE = re.compile(
    r"\b(?:interval|between\s+\S+\s+and|at\s+least|at\s+most|about|likely|unlikely|probably|might|may|"
    r"uncertain|unsure|confiden\w+|chance|odds|give\s+or\s+take|so\s+far|too\s+early)\b|±|\+/-",
    re.IGNORECASE,
)
_ASK = re.compile(
    r"\?|\b(?:please|i\s+(?:ask|need|propose|suggest)|we\s+(?:ask|need|propose|suggest)|could\s+you|"
    r"can\s+you|would\s+you|let\s+me\s+know|tell\s+me|confirm|approve|decide)\b",
    re.IGNORECASE,
)
_DECISION = re.compile(
    r"\b(?:we|i)(?:\s+(?:will|have|are|am)|'ll|'ve)?\s+(?:not\s+)?(?:decid\w+|ship\w*|stop\w*|keep\w*|"
    r"drop\w*|delay\w*|mov\w+|build\w*|hold\w*|start\w*|roll\w*|cut\w*|cutting)\b|\bdecision\b",
    re.IGNORECASE,
)
_USER = re.compile(
    r"\bas\s+an?\s+\w+|\bwhen\s+(?:i|an?|the)\s+\w+|\bfor\s+(?:\w+\s+){1,3}who\b", re.I
)
_OUTCOME = re.compile(
    r"\bso\s+that\b|\bin\s+order\s+to\b|\bso\s+(?:i|they|we)\s+can\b", re.IGNORECASE
)
_ACCEPTANCE = re.compile(
    r"\bgiven\b.*\bwhen\b.*\bthen\b|\baccept(?:ance|ed)\b|\bdone\s+when\b", re.I | re.S
)


@dataclass(frozen=True)
class TextCheck:
    """One rule on one text: ``passed`` None where the rule has nothing to judge."""

    name: str
    passed: bool | None
    found: str = ""


def check_message(text: str, evidence: Sequence[Evidence]) -> tuple[TextCheck, ...]:
    """What a message to a stakeholder holds: numbers, their uncertainty, an ask, a decision.

    ``evidence`` is what the sender could see. A number stands where evidence says it, rounded to
    the digits written, or is reckoned from two that do.
    """
    sentences = [each for each in _SENTENCE.split(text) if each.strip()]
    figures = [find_figures(sentence) for sentence in sentences]
    wrong = [figure.text for each in figures for figure in find_unsupported(each, evidence)]
    shares = any(figure.kind is FigureKind.SHARE for each in figures for figure in each)
    return (
        TextCheck("numbers", not wrong if any(figures) else None, ", ".join(wrong)),
        TextCheck("uncertainty", bool(_UNSURE.search(text)) if shares else None),
        TextCheck("ask", bool(_ASK.search(text))),
        TextCheck("decision", bool(_DECISION.search(text))),
    )


def check_story(text: str) -> tuple[TextCheck, ...]:
    """What a story holds: whose it is, what it is for, and how to see that it is done."""
    return (
        TextCheck("user", bool(_USER.search(text))),
        TextCheck("outcome", bool(_OUTCOME.search(text))),
        TextCheck("acceptance", bool(_ACCEPTANCE.search(text))),
    )


def text_score(checks: Sequence[TextCheck]) -> float | None:
    """0 to 100: the share of rules passed among those that could judge; None if none could."""
    judged = [check.passed for check in checks if check.passed is not None]
    return 100.0 * sum(judged) / len(judged) if judged else None
