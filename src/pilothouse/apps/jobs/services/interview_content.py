"""The question bank and the rubric that come with the product. Knows no database, so that commands
can use it."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pilothouse.engines.jobs.answers_checks import Question
from pilothouse.engines.jobs.answers_rubric import Dimension, QuestionType, Rubric

LEVELS = {"associate": "Associate", "pm": "Product manager", "senior": "Senior", "lead": "Lead"}
OWN = "own:"


@dataclass(frozen=True)
class BankQuestion:
    """A question. ``strong``: what a strong answer holds; ``level`` is empty for one's own."""

    key: str
    kind: str
    text: str
    level: str
    industry: str
    competencies: tuple[str, ...]
    strong: tuple[str, ...]
    follow_ups: tuple[str, ...]

    @property
    def is_own(self) -> bool:
        return self.key.startswith(OWN)

    @property
    def kind_title(self) -> str:
        return load_rubric().types[self.kind].title

    @property
    def level_title(self) -> str:
        return LEVELS.get(self.level, "")

    def to_engine(self) -> Question:
        """The question as the checks take it, with all that stood on its page."""
        return Question(self.kind, self.text, (*self.strong, *self.follow_ups), _rubric_lines())


@dataclass(frozen=True)
class Wanted:
    """What a person looks for in the bank; empty means all."""

    kind: str = ""
    level: str = ""
    industry: str = ""
    competency: str = ""
    text: str = ""


@cache
def load_rubric() -> Rubric:
    """The rubric with its types of question."""
    body = tomllib.loads(_folder().joinpath("rubric.toml").read_text("utf-8"))
    dimensions = {key: _to_dimension(key, row) for key, row in body["dimension"].items()}
    types = {
        key: QuestionType(
            key, row["title"], tuple(row["asks"]),
            (row["minutes"][0], row["minutes"][1]), tuple(row["parts"]),
        )
        for key, row in body["type"].items()
    }  # fmt: skip
    return Rubric(dimensions, types)


@cache
def load_bank() -> dict[str, BankQuestion]:
    """All questions of ours by their keys, type by type."""
    found: dict[str, BankQuestion] = {}
    for kind in load_rubric().types:
        body = tomllib.loads(
            _folder().joinpath(f"{kind.replace('-', '_')}.toml").read_text("utf-8")
        )
        for key, row in body.items():
            if isinstance(row, dict):
                found[key] = _to_question(key, kind, row)
    return found


def search_bank(questions: Sequence[BankQuestion], wanted: Wanted) -> list[BankQuestion]:
    """The questions that fit; every word of the text must occur in one."""
    words = wanted.text.casefold().split()
    return [
        each
        for each in questions
        if wanted.kind in {"", each.kind}
        and wanted.level in {"", each.level}
        and wanted.industry in {"", each.industry}
        and (not wanted.competency or wanted.competency in each.competencies)
        and all(word in f"{each.text} {' '.join(each.strong)}".casefold() for word in words)
    ]


def _folder() -> Any:
    return files("pilothouse.content").joinpath("interviews")


@cache
def _rubric_lines() -> tuple[str, ...]:
    rubric = load_rubric()
    return tuple(
        line for each in rubric.dimensions.values() for line in (*each.anchors, *each.examples)
    )


def _to_dimension(key: str, row: dict[str, Any]) -> Dimension:
    instead = {kind: tuple(anchors) for kind, anchors in row.get("instead", {}).items()}
    return Dimension(
        key, row["title"], tuple(row["competencies"]), tuple(row["anchors"]),
        tuple(row["examples"]), instead,
    )  # fmt: skip


def _to_question(key: str, kind: str, row: dict[str, Any]) -> BankQuestion:
    return BankQuestion(
        key, kind, row["text"], row["level"], row.get("industry", ""),
        tuple(row["competencies"]), tuple(row["strong"]), tuple(row["follow_ups"]),
    )  # fmt: skip
