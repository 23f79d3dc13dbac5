"""Stories for interviews: STAR and reflection, with numbers that stand in acts of the ledger.

A number that stands in none of the acts chosen is named, and the story is not called whole, until
the person takes it out, chooses an act, or says that it is told from memory. Such numbers stay
named as what they are: nothing becomes a fact by being told again. Days, years and times are not
asked for.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.jobs.interview_models import Confidential, Story
from pilothouse.apps.jobs.services.interview_bank import check_competencies
from pilothouse.apps.jobs.services.interview_content import load_bank
from pilothouse.apps.jobs.services.own_rows import OwnRows
from pilothouse.apps.portfolio.services.evidence import (
    ActLine,
    check_sequences,
    read_lines,
    to_evidence,
)
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import index_entry
from pilothouse.engines.jobs.answers_matching import StoryText
from pilothouse.engines.jobs.answers_text import WORDS_A_MINUTE
from pilothouse.kernel.errors import ConflictError, InvalidValueError
from pilothouse.kernel.evidence import find_unsupported
from pilothouse.kernel.figures import FigureKind, find_figures
from pilothouse.kernel.texts import check_line, check_text

KIND = "interview-story"
ROWS = OwnRows(Story, "story", KIND)
MAX_STORIES, MAX_PART = 200, 4_000
_NUMBERS = frozenset({FigureKind.NUMBER, FigureKind.SHARE})


@dataclass(frozen=True)
class Part:
    """A part of a story, with the question that it answers."""

    key: str
    title: str
    ask: str
    is_required: bool


@dataclass(frozen=True)
class StoryDraft:
    """What a person writes of a story."""

    title: str
    parts: Mapping[str, str] = field(default_factory=dict)
    best_for: Sequence[str] = ()
    questions: Sequence[str] = ()
    confidential: str = Confidential.CAREFUL.value
    # None leaves the figures told from memory as they are.
    memory: Sequence[str] | None = None


@dataclass(frozen=True)
class Unsupported:
    """A number of a story that stands in none of its acts."""

    part: str
    sentence: str
    figure: str

    @property
    def words(self) -> str:
        return f"{self.part}: “{self.sentence}”: {self.figure} stands in none of the acts chosen."


@dataclass(frozen=True)
class StoryCheck:
    """A story held against its acts. ``empty``: parts that it needs and that say nothing;
    ``from_memory``: numbers that no act supports and that the person answers for."""

    unsupported: tuple[Unsupported, ...]
    from_memory: tuple[Unsupported, ...]
    empty: tuple[str, ...]
    lines: tuple[ActLine, ...]
    figures: int

    @property
    def is_whole(self) -> bool:
        return not self.unsupported and not self.empty

    @property
    def is_simulated(self) -> bool:
        """Whether any of it happened in a simulated world: that must be said when it is told."""
        return any(line.context == "simulated" for line in self.lines)


@dataclass(frozen=True)
class StoryView:
    """A story as its person sees it."""

    id: int
    public_id: str
    title: str
    parts: Mapping[str, str]
    acts: tuple[int, ...]
    memory: tuple[str, ...]
    best_for: tuple[str, ...]
    questions: tuple[str, ...]
    confidential: str
    version: int
    checked_version: int | None
    created_at: datetime
    updated_at: datetime
    is_deleted: bool

    @property
    def page(self) -> str:
        return reverse("jobs:interview-story", args=[self.public_id])

    @property
    def written(self) -> tuple[tuple[Part, str], ...]:
        return tuple((part, self.parts.get(part.key, "")) for part in load_parts())

    @property
    def text(self) -> str:
        return "\n".join(text for _, text in self.written if text)

    @property
    def minutes(self) -> float:
        """How long telling it takes."""
        return len(self.text.split()) / WORDS_A_MINUTE

    @property
    def is_whole(self) -> bool:
        """Whether this very version was checked and was whole."""
        return self.checked_version == self.version

    @property
    def confidential_label(self) -> str:
        return Confidential(self.confidential).label

    def to_engine(self) -> StoryText:
        """The story as the match takes it."""
        return StoryText(self.public_id, self.title, self.text, self.best_for, self.questions)


@cache
def load_parts() -> tuple[Part, ...]:
    """The parts of a story, in their order."""
    path = files("pilothouse.content").joinpath("interviews", "story", "parts.toml")
    body = tomllib.loads(path.read_text("utf-8"))
    return tuple(Part(key, row["title"], row["ask"], row["required"]) for key, row in body.items())


def list_stories(access: Access) -> list[StoryView]:
    """One's stories, those changed last first."""
    rows = ROWS.kept_of(access).order_by("-updated_at", "-pk")
    return [to_view(row) for row in rows[:MAX_STORIES]]


def get_story(access: Access, public_id: str) -> StoryView:
    """One of one's stories; 404 for everybody else's."""
    return to_view(ROWS.get(access, public_id))


def create_story(access: Access, draft: StoryDraft, *, acts: Sequence[int] = ()) -> StoryView:
    """Begin a story."""
    checked = _check(draft)
    chosen = check_sequences(access, acts)
    with transaction.atomic():
        if ROWS.kept_of(access).count() >= MAX_STORIES:
            raise ConflictError(f"at most {MAX_STORIES} stories.", remedy="Delete some first.")
        row = Story.objects.create(
            workspace_id=access.workspace_id, user_id=access.user_id, acts=chosen,
            updated_at=timezone.now(), **checked,
        )  # fmt: skip
        _index(access, row)
    return to_view(row)


def save_story(access: Access, public_id: str, draft: StoryDraft, *, base: int = 0) -> StoryView:
    """Write a story anew. ``base`` is the version that was being edited; 0 asks for no check."""
    checked = _check(draft)
    with transaction.atomic():
        row = ROWS.get(access, public_id, lock=True)
        if base and base != row.version:
            raise ConflictError(
                f"it was changed elsewhere meanwhile: this began from version {base}, now it is "
                f"version {row.version}.",
                remedy="Your text is still below; compare it with the newer version, then save.",
            )
        _change(row, checked)
        _index(access, row)
    return to_view(row)


def choose_acts(
    access: Access, public_id: str, *, add: Sequence[int] = (), remove: Sequence[int] = ()
) -> StoryView:
    """Take acts among the evidence of a story, or out of it."""
    with transaction.atomic():
        row = ROWS.get(access, public_id, lock=True)
        wanted = [each for each in [*row.acts, *add] if each not in set(remove)]
        _change(row, {"acts": check_sequences(access, wanted)})
    return to_view(row)


def check_story(access: Access, story: StoryView) -> StoryCheck:
    """Hold a story against its acts; nothing is written."""
    evidence = to_evidence(access, story.acts)
    found: list[Unsupported] = []
    figures = 0
    for part, text in story.written:
        for sentence in _sentences(text):
            read = [each for each in find_figures(sentence) if each.kind in _NUMBERS]
            figures += len(read)
            found += [
                Unsupported(part.title, sentence, each.text)
                for each in find_unsupported(read, evidence)
            ]
    empty = tuple(part.title for part, text in story.written if part.is_required and not text)
    known = set(story.memory)
    return StoryCheck(
        unsupported=tuple(each for each in found if each.figure not in known),
        from_memory=tuple(each for each in found if each.figure in known),
        empty=empty, lines=read_lines(access, story.acts), figures=figures,
    )  # fmt: skip


def remember_figure(
    access: Access, public_id: str, figure: str, *, is_remembered: bool
) -> StoryView:
    """Say that a figure is told from memory, or that it is not after all."""
    with transaction.atomic():
        row = ROWS.get(access, public_id, lock=True)
        words = check_line("a figure", figure, 60, least=1)
        kept = [each for each in row.memory if each != words]
        _change(row, {"memory": sorted([*kept, words])[:200] if is_remembered else kept})
        _index(access, row)
    return to_view(row)


def finish_story(access: Access, public_id: str) -> StoryView:
    """Call a story whole, and say so in the ledger; ``InvalidValueError`` names the first number
    without an act, or a part that is empty."""
    with transaction.atomic():
        row = ROWS.get(access, public_id, lock=True)
        view = to_view(row)
        check = check_story(access, view)
        _refuse_gaps(check)
        if row.checked_version != row.version:
            row.checked_version = row.version
            row.save(update_fields=["checked_version"])
            facts = {
                "acts": len(row.acts), "figures": check.figures,
                "from_memory": len(check.from_memory),
                "reflection": bool(view.parts.get("reflection")),
                "simulated": check.is_simulated, "context": "study",
            }  # fmt: skip
            record_act(access, "interview-story.checked", "interview-story", public_id, facts)
    return to_view(row)


def set_story_deleted(access: Access, public_id: str, *, is_deleted: bool) -> StoryView:
    """Throw a story away, or bring it back."""
    return to_view(ROWS.set_deleted(access, public_id, is_deleted=is_deleted, index=_index))


def to_view(row: Story) -> StoryView:
    """The row as the frozen value that screens show."""
    return StoryView(
        id=row.pk, public_id=row.public_id, title=row.title, parts=row.parts,
        acts=tuple(row.acts), memory=tuple(row.memory), best_for=tuple(row.best_for),
        questions=tuple(row.questions),
        confidential=row.confidential, version=row.version, checked_version=row.checked_version,
        created_at=row.created_at, updated_at=row.updated_at,
        is_deleted=row.deleted_at is not None,
    )  # fmt: skip


def _index(access: Access, row: Story) -> None:
    """Findable by its person and by nobody else."""
    view = to_view(row)
    index_entry(
        access.workspace_id, kind=KIND, object_id=row.public_id, title=row.title, body=view.text,
        url=view.page, owner_id=access.user_id,
    )  # fmt: skip


def _sentences(text: str) -> list[str]:
    """Sentences without the signs of acts, which hold digits of their own."""
    from pilothouse.engines.portfolio import split_sentences

    return [each.text for each in split_sentences(text)]


def _refuse_gaps(check: StoryCheck) -> None:
    if check.empty:
        raise InvalidValueError(
            f"still empty: {', '.join(check.empty)}.", remedy="Say it, even in a sentence."
        )
    if check.unsupported:
        more = len(check.unsupported) - 1
        raise InvalidValueError(
            check.unsupported[0].words + (f" {more} more of its kind." if more else ""),
            remedy="Choose an act that says so, say that it is from memory, or leave it out.",
        )


def _change(row: Story, changed: Mapping[str, Any]) -> None:
    if all(getattr(row, name) == value for name, value in changed.items()):
        return
    for name, value in changed.items():
        setattr(row, name, value)
    row.version += 1
    row.updated_at = timezone.now()
    row.save()


def _check(draft: StoryDraft) -> dict[str, Any]:
    unknown = sorted(set(draft.parts) - {part.key for part in load_parts()})
    if unknown:
        raise InvalidValueError("a story has no such part.", value=unknown[0])
    if draft.confidential not in Confidential.values:
        raise InvalidValueError(
            f"confidentiality is one of {', '.join(Confidential.values)}.",
            value=draft.confidential,
        )
    parts = {
        part.key: check_text(part.title, draft.parts.get(part.key, ""), MAX_PART)
        for part in load_parts()
    }
    return {
        "title": check_line("a title", draft.title, 200, least=1),
        "parts": {key: text for key, text in parts.items() if text},
        "best_for": check_competencies(draft.best_for),
        "questions": _check_questions(draft.questions),
        "confidential": draft.confidential,
        **_check_memory(draft.memory),
    }


def _check_memory(memory: Sequence[str] | None) -> dict[str, Any]:
    if memory is None:
        return {}
    return {"memory": sorted({check_line("a figure", each, 60, least=1) for each in memory[:200]})}


def _check_questions(keys: Sequence[str]) -> list[str]:
    unknown = [key for key in keys if key not in load_bank() and not key.startswith("own:")]
    if unknown:
        raise InvalidValueError("there is no such question.", value=unknown[0])
    return sorted(set(keys))[:100]
