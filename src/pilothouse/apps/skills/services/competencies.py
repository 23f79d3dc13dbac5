"""The sixteen competencies and the table from acts to evidence, read once from their files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pilothouse.engines.skills import ActRule, Check, Context, Strength
from pilothouse.kernel.errors import NotFoundError

IDS = tuple(f"C{number:02}" for number in range(1, 17))
LEVEL_NAMES = ("Awareness", "Working", "Practitioner", "Expert")
# What badges and exports name. A change of the rules or of the table makes another version.
FRAMEWORK = "urn:pilothouse:competencies:1"
RULES_VERSION = "1"
ESCO_SKILL = "http://data.europa.eu/esco/skill/"
ONET_ELEMENT = "https://www.onetonline.org/find/descriptor/result/"


@dataclass(frozen=True)
class Alignment:
    """A skill of a public framework. ``label`` is empty where the framework's is not known."""

    framework: str
    id: str
    label: str

    @property
    def url(self) -> str:
        """Where the framework keeps it; empty where it has no address of its own."""
        return {"ESCO": ESCO_SKILL, "O*NET": ONET_ELEMENT}.get(self.framework, "") and (
            {"ESCO": ESCO_SKILL, "O*NET": ONET_ELEMENT}[self.framework] + self.id
        )


@dataclass(frozen=True)
class Behaviour:
    """What a person at a level does. ``key`` is ``C11.L2.b1``."""

    key: str
    text: str


@dataclass(frozen=True)
class NextAct:
    """Something to do in the workbench. ``page`` is the name of its address."""

    words: str
    page: str


@dataclass(frozen=True)
class CompetencyLevel:
    """One of the four levels of a competency."""

    level: int
    behaviours: tuple[Behaviour, ...]
    acts: tuple[NextAct, ...]

    @property
    def name(self) -> str:
        return LEVEL_NAMES[self.level - 1]


@dataclass(frozen=True)
class Competency:
    """One of the sixteen. ``kind`` is hard or soft; ``words`` are what postings call it."""

    id: str
    title: str
    kind: str
    summary: str
    skills: tuple[str, ...]
    mehta: str
    svpg: tuple[str, ...]
    alignments: tuple[Alignment, ...]
    words: tuple[str, ...]
    levels: tuple[CompetencyLevel, ...]

    def behaviour(self, key: str) -> Behaviour:
        """The behaviour of that key."""
        for level in self.levels:
            for each in level.behaviours:
                if each.key == key:
                    return each
        raise NotFoundError(f"{self.id} has no such behaviour.", value=key)


@cache
def list_competencies() -> tuple[Competency, ...]:
    """All sixteen, C01 to C16."""
    return tuple(_to_competency(_read(f"{name}.toml")) for name in IDS)


def get_competency(public_id: str) -> Competency:
    """A competency by its id, C01 to C16."""
    for each in list_competencies():
        if each.id == public_id:
            return each
    raise NotFoundError("there is no such competency.", value=public_id, remedy="C01 to C16.")


@cache
def list_act_rules() -> tuple[ActRule, ...]:
    """The table: what an act of each kind says of a competency."""
    return tuple(_to_rule(row) for row in _read("acts.toml")["act"])


@cache
def planned_kinds() -> frozenset[str]:
    """Kinds that the table knows but that nothing records yet."""
    return frozenset(row["kind"] for row in _read("acts.toml")["act"] if row.get("planned"))


def _read(name: str) -> dict[str, Any]:
    folder = files("pilothouse.content").joinpath("competencies")
    return tomllib.loads(folder.joinpath(name).read_text("utf-8"))


def _to_competency(row: Mapping[str, Any]) -> Competency:
    return Competency(
        id=row["id"],
        title=row["title"],
        kind=row["kind"],
        summary=row["summary"],
        skills=tuple(row["skills"]),
        mehta=row["mehta"],
        svpg=tuple(row["svpg"]),
        alignments=(
            *(Alignment("ESCO", each["id"], each["label"]) for each in row["esco"]),
            *(Alignment("O*NET", each["id"], each["label"]) for each in row["onet"]),
            *(Alignment("GDaD", "", label) for label in row["gdad"]),
        ),
        words=tuple(row["words"]),
        levels=tuple(
            _to_level(row["id"], number, each) for number, each in enumerate(row["levels"], 1)
        ),
    )


def _to_level(competency: str, number: int, row: Mapping[str, Any]) -> CompetencyLevel:
    texts = enumerate(row["behaviours"], 1)
    return CompetencyLevel(
        level=number,
        behaviours=tuple(Behaviour(f"{competency}.L{number}.b{n}", text) for n, text in texts),
        acts=tuple(NextAct(each["words"], each["page"]) for each in row["acts"]),
    )


def _to_rule(row: Mapping[str, Any]) -> ActRule:
    context = row.get("context")
    return ActRule(
        kind=row["kind"],
        competency=row["competency"],
        says=row["says"],
        strength=Strength(row.get("strength", Strength.CHECKED)),
        weight=float(row.get("weight", 1)),
        independent=row.get("independent", "object"),
        when=tuple(Check(**each) for each in row.get("when", ())),
        checks=tuple(Check(**each) for each in row.get("checks", ())),
        context=Context(context) if context else None,
        contexts=row.get("contexts", ""),
        score=row.get("score", ""),
        world=row.get("world", ""),
        raises=row.get("raises", False),
    )
