"""Forms of case studies: which sections each has and what each asks."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pilothouse.kernel.errors import InvalidValueError


@dataclass(frozen=True)
class FormSection:
    """A section of a form and what it asks."""

    key: str
    title: str
    ask: str
    is_required: bool


@dataclass(frozen=True)
class Form:
    """A form of case study. ``evidence`` is ``acts``, ``sources`` or ``both``."""

    key: str
    name: str
    when: str
    evidence: str
    sections: tuple[FormSection, ...]

    @property
    def takes_acts(self) -> bool:
        return self.evidence in {"acts", "both"}

    @property
    def takes_sources(self) -> bool:
        return self.evidence in {"sources", "both"}


@cache
def list_forms() -> tuple[Form, ...]:
    """All forms in their order."""
    text = files("pilothouse.content").joinpath("studies", "kinds.toml").read_text("utf-8")
    return tuple(_parse(each) for each in tomllib.loads(text)["kind"])


def get_form(key: str) -> Form:
    """The form called ``key``."""
    for form in list_forms():
        if form.key == key:
            return form
    known = ", ".join(form.key for form in list_forms())
    raise InvalidValueError(f"a kind is one of {known}.", value=key)


def _parse(raw: dict[str, object]) -> Form:
    sections = tuple(
        FormSection(each["key"], each["title"], each["ask"], each.get("required", False))
        for each in raw["section"]  # type: ignore[attr-defined]
    )
    return Form(str(raw["key"]), str(raw["name"]), str(raw["when"]), str(raw["evidence"]), sections)
