"""Questions about the role, in our own words; some are answered from the asker's record as well."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pilothouse.apps.skills.services.faq_record import read_record
from pilothouse.apps.skills.services.faq_rules import RULES, STANDING_RULE, Answer
from pilothouse.apps.workspace.services.access import Access

# In the order in which they are shown.
TOPICS = (
    "The role", "Is it for me?", "Ways in", "Skills", "Learning", "Proof", "Machines", "The job",
)  # fmt: skip


@dataclass(frozen=True)
class Question:
    """A question with its answer; ``rule`` names what reads the record, or is empty."""

    key: str
    topic: str
    text: str
    answer: str
    rule: str
    pages: tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """A question with what the asker's record says to it, if a rule reads it."""

    question: Question
    record: Answer | None


@cache
def list_questions() -> tuple[Question, ...]:
    """All questions, topic by topic."""
    text = files("pilothouse.content").joinpath("faq.toml").read_text("utf-8")
    found = [
        Question(
            each["key"],
            each["topic"],
            each["ask"],
            each["answer"],
            each.get("record", ""),
            tuple(each.get("pages", ())),
        )
        for each in tomllib.loads(text)["questions"]
    ]
    return tuple(sorted(found, key=lambda question: TOPICS.index(question.topic)))


def find_questions(text: str = "", topic: str = "") -> list[Question]:
    """The questions of a topic in which all words of ``text`` stand."""
    words = text.casefold().split()
    return [
        question
        for question in list_questions()
        if topic in ("", question.topic)
        and all(word in f"{question.text} {question.answer}".casefold() for word in words)
    ]


def answer_questions(access: Access, questions: Iterable[Question]) -> list[Answered]:
    """The questions with what the record of this person says; the ledger is read once or twice."""
    wanted = list(questions)
    if not any(question.rule for question in wanted):
        return [Answered(question, None) for question in wanted]
    record = read_record(
        access, with_standing=any(question.rule == STANDING_RULE for question in wanted)
    )
    return [
        Answered(question, RULES[question.rule](record) if question.rule else None)
        for question in wanted
    ]
