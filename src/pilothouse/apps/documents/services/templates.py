"""Templates of documents: Markdown files with what they are for at the top."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pilothouse.kernel.errors import NotFoundError

# The order in which they are offered.
_ORDER = (
    "prd", "one-pager", "story", "experiment-brief", "launch-plan", "post-mortem", "strategy",
    "interview-guide", "press-release",
)  # fmt: skip


@dataclass(frozen=True)
class Template:
    """A skeleton of a document. ``when`` tells when to use it."""

    key: str
    kind: str
    title: str
    when: str
    body: str

    @property
    def sections(self) -> tuple[str, ...]:
        """Its headings."""
        lines = self.body.splitlines()
        return tuple(line.removeprefix("## ") for line in lines if line.startswith("## "))


@cache
def list_templates() -> tuple[Template, ...]:
    """All templates in their order."""
    folder = files("pilothouse.content").joinpath("documents")
    return tuple(_parse(folder.joinpath(f"{key}.md").read_text("utf-8")) for key in _ORDER)


def get_template(key: str) -> Template:
    """The template called ``key``; NotFoundError names those there are."""
    for template in list_templates():
        if template.key == key:
            return template
    raise NotFoundError(
        "there is no such template.", value=key, remedy=f"Choose one of: {', '.join(_ORDER)}."
    )


def _parse(text: str) -> Template:
    _, head, body = text.split("---\n", 2)
    facts = dict(line.split(": ", 1) for line in head.strip().splitlines())
    return Template(facts["key"], facts["kind"], facts["title"], facts["when"], body.strip() + "\n")
