"""Which of one's stories fit a question, with the reasons; which question has none yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pilothouse.engines.jobs.answers_text import content_stems

CHOSEN, COMPETENCY, WORD = 10, 3, 1
MOST_WORDS = 4
FITS_FROM = 4  # one competency and a word, or more
# Words of most questions and most stories: that both have them says nothing.
_COMMON = content_stems(
    "tell time describe give example product work thing person company team people somebody "
    "something anything want need ask say build built change way decide decision explain happen "
    "handle deal face project manager difficult recent long last first new get come find found "
    "take start finish use know think feel hear learn show put keep let lead led long good bad "
    "big small better best different important result week month year day"
)


@dataclass(frozen=True)
class StoryText:
    """A story as the match sees it. ``best_for`` are competencies; ``chosen`` are questions."""

    key: str
    title: str
    text: str
    best_for: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of its words: cut once, however many questions ask."""
        return content_stems(f"{self.title} {self.text}")


@dataclass(frozen=True)
class Wanted:
    """A question as the match sees it."""

    key: str
    text: str
    competencies: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """A story that fits, how well, and why. Points order; they are no measure."""

    story: str
    points: int
    reasons: tuple[str, ...]


def match_stories(
    question: Wanted, stories: Sequence[StoryText], names: Mapping[str, str] | None = None
) -> tuple[Match, ...]:
    """The stories that fit a question, the best first. ``names`` are competencies in words.

    Ten points where the person chose it for the question, three for each competency of both, one
    for each word of the question that the story holds (at most four), those aside that most
    questions and stories have. It fits from four points on.
    """
    own = content_stems(question.text) - _COMMON
    found = [_match(question, own, story, names or {}) for story in stories]
    fitting = [match for match in found if match.points >= FITS_FROM]
    return tuple(sorted(fitting, key=lambda each: (-each.points, each.story)))


def find_uncovered(questions: Sequence[Wanted], stories: Sequence[StoryText]) -> tuple[Wanted, ...]:
    """The questions that no story fits."""
    return tuple(each for each in questions if not match_stories(each, stories))


def _match(
    question: Wanted, own: frozenset[str], story: StoryText, names: Mapping[str, str]
) -> Match:
    points, reasons = 0, []
    if question.key in story.chosen:
        points, reasons = CHOSEN, ["you chose it for this question"]
    shared = [each for each in question.competencies if each in story.best_for]
    if shared:
        points += COMPETENCY * len(shared)
        reasons.append(f"shows {' and '.join(_say(each, names) for each in shared)}")
    words = sorted(own & story.stems)[:MOST_WORDS]
    if words:
        points += WORD * len(words)
        both = ", ".join(f"“{_whole(each, question.text)}”" for each in words)
        reasons.append(f"both say {both}")
    return Match(story.key, points, tuple(reasons))


def _say(key: str, names: Mapping[str, str]) -> str:
    """A competency within a sentence: its name, or its number where there is none."""
    name = names.get(key, "")
    return f"{name[:1].lower()}{name[1:]}" if name else key


def _whole(stem: str, text: str) -> str:
    """The word of the question that has this stem."""
    return next(
        (word for word in text.lower().replace("?", " ").replace(".", " ").replace(",", " ").split()
         if content_stems(word) == {stem}),
        stem,
    )  # fmt: skip
