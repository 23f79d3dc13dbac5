"""Which of one's stories fit which question, and which question has none yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pilothouse.apps.jobs.services.interview_bank import list_questions
from pilothouse.apps.jobs.services.interview_content import BankQuestion
from pilothouse.apps.jobs.services.interview_stories import StoryView, list_stories
from pilothouse.apps.skills.services.competencies import list_competencies
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.jobs.answers_matching import StoryText, Wanted, match_stories


@dataclass(frozen=True)
class Fit:
    """A story that fits a question, with the reasons."""

    story: StoryView
    reasons: tuple[str, ...]
    points: int


@dataclass(frozen=True)
class Covered:
    """A question with the stories that fit it."""

    question: BankQuestion
    fits: tuple[Fit, ...]


def find_fits(question: BankQuestion, stories: Sequence[StoryView]) -> tuple[Fit, ...]:
    """The stories that fit a question, the best first."""
    return next(find_all_fits([question], stories))


def find_all_fits(
    questions: Iterable[BankQuestion], stories: Sequence[StoryView]
) -> Iterator[tuple[Fit, ...]]:
    """The same for many questions: the words of each story are cut once."""
    known = {story.public_id: story for story in stories}
    texts: list[StoryText] = [story.to_engine() for story in stories]
    for question in questions:
        found = match_stories(_wanted(question), texts, _names())
        yield tuple(Fit(known[each.story], each.reasons, each.points) for each in found)


def read_coverage(access: Access, kind: str = "behavioural") -> list[Covered]:
    """The questions of a type (and one's own of it) with the stories that fit; those without a
    story first."""
    wanted = [each for each in list_questions(access) if each.kind == kind]
    fits = find_all_fits(wanted, list_stories(access))
    covered = [Covered(*pair) for pair in zip(wanted, fits, strict=True)]
    return sorted(covered, key=lambda each: bool(each.fits))


def list_fitting_questions(access: Access, story: StoryView) -> list[tuple[BankQuestion, Fit]]:
    """The questions that a story fits: those about behaviour first, for which stories are told."""
    own = [story.to_engine()]
    found = [
        (question, Fit(story, match.reasons, match.points))
        for question in list_questions(access)
        for match in match_stories(_wanted(question), own, _names())
    ]
    return sorted(found, key=lambda each: (each[0].kind != "behavioural", -each[1].points))


def _names() -> dict[str, str]:
    return {each.id: each.title for each in list_competencies()}


def _wanted(question: BankQuestion) -> Wanted:
    return Wanted(question.key, question.text, question.competencies)
