"""Templates of side projects and the stages they go through, from ``content/projects``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pilothouse.kernel.errors import InvalidValueError

_TEMPLATES = ("app", "writing", "volunteer")


@dataclass(frozen=True)
class Ask:
    """What a stage asks for: at least ``least`` acts of these kinds. ``page`` is where they are."""

    text: str
    kinds: tuple[str, ...]
    least: int
    page: str


@dataclass(frozen=True)
class StageGuide:
    """A stage: its aim, what to do, what it asks for."""

    key: str
    name: str
    aim: str
    do: str
    asks: tuple[Ask, ...]


@dataclass(frozen=True)
class FirstItem:
    """An item that a new project begins with; ``parent`` is the title of an earlier one."""

    kind: str
    title: str
    parent: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class ProjectTemplate:
    """What a side project of a sort begins with."""

    key: str
    name: str
    when: str
    idea: str
    items: tuple[FirstItem, ...]
    documents: tuple[tuple[str, str], ...]
    outcomes: tuple[tuple[str, str], ...]
    metrics: tuple[Mapping[str, str], ...]
    launch_title: str
    launch: tuple[str, ...]


@cache
def list_stages() -> tuple[StageGuide, ...]:
    """All stages in their order."""
    return tuple(
        StageGuide(
            raw["key"], raw["name"], raw["aim"], raw["do"],
            tuple(Ask(a["text"], tuple(a["kinds"]), a["least"], a["page"]) for a in raw["ask"]),
        )
        for raw in _read("stages")["stage"]
    )  # fmt: skip


def get_stage(key: str) -> StageGuide:
    """The stage called ``key``."""
    return next(stage for stage in list_stages() if stage.key == key)


@cache
def list_templates() -> tuple[ProjectTemplate, ...]:
    """All templates in their order."""
    return tuple(_parse(_read(key)) for key in _TEMPLATES)


def get_template(key: str) -> ProjectTemplate:
    """The template called ``key``."""
    for template in list_templates():
        if template.key == key:
            return template
    raise InvalidValueError(f"a template is one of {', '.join(_TEMPLATES)}.", value=key)


def _read(key: str) -> dict[str, Any]:
    path = files("pilothouse.content").joinpath("projects", f"{key}.toml")
    return tomllib.loads(path.read_text("utf-8"))


def _parse(raw: dict[str, Any]) -> ProjectTemplate:
    return ProjectTemplate(
        key=raw["key"],
        name=raw["name"],
        when=raw["when"],
        idea=raw["idea"],
        items=tuple(
            FirstItem(each["kind"], each["title"], each["parent"], tuple(each["tags"]))
            for each in raw["item"]
        ),
        documents=tuple((each["template"], each["title"]) for each in raw["document"]),
        outcomes=tuple((each["title"], each["why"]) for each in raw["outcome"]),
        metrics=tuple(raw["metric"]),
        launch_title=raw["launch"]["title"],
        launch=tuple(raw["launch"]["items"]),
    )
