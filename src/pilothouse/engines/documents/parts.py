"""What a document asks for: its requirements, stories and acceptance criteria.

A requirement is a heading, list item or paragraph that begins with an id (``R1:``, ``REQ-2``,
``FR 3.1``), or an item right below a heading "Requirements". A story is a sentence of the form
"As a ..., I want ..., so that ..." (Connextra), or what begins with "Story:". Criteria are steps
(Given, When, Then, And, But), or plain sentences below "Acceptance criteria"; they belong to the
last requirement or story above them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from pilothouse.engines.documents.outline import Block, Link, Outline, read_outline

PartKind = Literal["requirement", "story", "rule"]

_ID = re.compile(r"((?:R|REQ|FR|NFR)[-_ ]?\d+(?:\.\d+)*)\s*[:.)\-–—]\s*(?=\S)", re.I)
_RULE = re.compile(r"rule\s*:\s*(?=\S)", re.I)
_STORY_LABEL = re.compile(r"(?:user )?story(?: \d+)?\s*[:–—-]\s*(?=\S)", re.I)
_CONNEXTRA = re.compile(
    r"as an?\s+(?P<role>[^,\n]{1,120}?),?\s+i\s+(?P<verb>want|need|would like|wish|can)\b"
    r"(?P<wish>.*?)(?:[,;]?\s+(?:so that|in order to)\s+(?P<reason>.+))?\Z",
    re.I | re.S,
)
_STEP = re.compile(r"(given|when|then|and|but)\b[ \t]*(?=\S)", re.I)
_ONE_LINE = re.compile(
    r"given\b(?P<given>.+?),?\s+when\b(?P<when>.+?),?\s+then\b(?P<then>.+)\Z", re.I | re.S
)
# What else stands in the sentence of a requirement is not what it asks for.
_ASIDE = re.compile(r"\s*(?:^|(?<=[.;\s]))(?:success )?(?:metrics?|events?)\s*:.*", re.I)
_CRITERIA = re.compile(r"acceptance criteria|scenarios?\b|\Aexamples?\b|\Abackground\b", re.I)
_SCENARIO = re.compile(r"(scenario(?: outline)?|example|background)\s*:[ \t]*", re.I)
_REQUIREMENTS = re.compile(r"requirements?\b", re.I)


@dataclass(frozen=True)
class Step:
    """One step of a criterion: Given, When, Then, And or But, with what follows it."""

    keyword: str
    text: str
    line: int
    document: str = ""


@dataclass(frozen=True)
class Criterion:
    """An acceptance criterion: named steps, or one plain sentence (``steps`` is empty then).

    ``examples`` is the table of a criterion with ``<placeholders>``, its heads first.
    """

    name: str
    line: int
    steps: tuple[Step, ...] = ()
    examples: tuple[tuple[str, ...], ...] = ()
    is_background: bool = False

    @property
    def text(self) -> str:
        """All its words."""
        steps = (f"{step.keyword} {step.text}" for step in self.steps)
        return " ".join([self.name, *steps] if self.steps else [self.name]).strip()


@dataclass(frozen=True)
class Part:
    """A requirement, story or rule with everything that was written below it.

    A rule ("Rule: ..." as a heading, as Gherkin has it) only gathers criteria. A story told below a
    requirement or rule is part of it.
    """

    kind: PartKind
    id: str
    text: str
    line: int
    body: tuple[Block, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    role: str = ""
    wish: str = ""
    reason: str = ""

    @property
    def name(self) -> str:
        """How to speak of it: its id, or its first words."""
        short = self.text if len(self.text) <= 60 else self.text[:59].rstrip() + "…"
        return self.id or short

    @property
    def links(self) -> tuple[Link, ...]:
        """The links in it and below it."""
        return tuple(link for block in self.body for link in block.links)

    @property
    def whole(self) -> str:
        """Its text with everything below it."""
        return "\n".join(block.text for block in self.body)


@dataclass(frozen=True)
class Parts:
    """The requirements and stories of a document, and criteria that belong to none."""

    parts: tuple[Part, ...] = ()
    loose: tuple[Criterion, ...] = ()

    @property
    def requirements(self) -> tuple[Part, ...]:
        """The requirements in order."""
        return tuple(part for part in self.parts if part.kind == "requirement")

    @property
    def stories(self) -> tuple[Part, ...]:
        """The stories in order."""
        return tuple(part for part in self.parts if part.kind == "story")

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria of the document."""
        return (*self.loose, *(each for part in self.parts for each in part.criteria))


_MAX_KEPT = 50_000


def read_whole(text: str) -> tuple[Outline, Parts]:
    """The outline and the parts of a text; those of the last texts of usual size are kept."""
    return _read_kept(text) if len(text) <= _MAX_KEPT else _read(text)


def _read(text: str) -> tuple[Outline, Parts]:
    outline = read_outline(text)
    return outline, read_parts(outline)


@lru_cache(maxsize=256)
def _read_kept(text: str) -> tuple[Outline, Parts]:
    return _read(text)


@dataclass
class _Building:
    """A part, or nothing yet (None), while its blocks are gathered."""

    part: Part | None
    start: Block | None
    body: list[Block] = field(default_factory=list)


def read_parts(outline: Outline) -> Parts:
    """The parts of an outline in the order of the text."""
    groups = [_Building(None, None)]
    is_criteria = False
    for block in outline.blocks:
        if block.kind in {"heading", "paragraph"}:
            is_criteria = bool(_CRITERIA.search(block.text)) if _heads(block) else False
        part = _begin(block, is_criteria=is_criteria)
        whole = groups[-1].part
        if part is not None and whole is not None and _joins(groups[-1], part, block):
            groups[-1].part = _with_story(whole, part.text)
        elif part is not None:
            groups.append(_Building(part, block))
        elif _ends(groups[-1], block):
            groups.append(_Building(None, None))
        groups[-1].body.append(block)
    parts = [
        replace(each.part, body=tuple(each.body), criteria=read_criteria(each.body[1:]))
        for each in groups
        if each.part is not None
    ]
    loose = [c for each in groups if each.part is None for c in read_criteria(each.body)]
    return Parts(tuple(parts), tuple(loose))


def _heads(block: Block) -> bool:
    return block.kind == "heading" or _is_label(block)


def _begin(block: Block, *, is_criteria: bool) -> Part | None:
    """The part that begins with ``block``, if one does."""
    if block.kind not in {"heading", "item", "paragraph"}:
        return None
    text = block.text.strip()
    named = _ID.match(text)
    if named:
        return _told(Part("requirement", named[1], _asked(text[named.end() :]), block.line))
    rule = _RULE.match(text) if block.kind == "heading" else None
    if rule:
        return Part("rule", "", text[rule.end() :], block.line)
    label = _STORY_LABEL.match(text)
    rest = text[label.end() :] if label else text
    story = _CONNEXTRA.match(rest)
    if story or label:
        return _told(Part("story", "", rest, block.line))
    is_listed = block.kind == "item" and block.depth == 1 and block.is_lead and not is_criteria
    if (
        is_listed
        and not _STEP.match(text)
        and block.headings
        and _REQUIREMENTS.search(block.headings[-1][1])
    ):
        return _told(Part("requirement", "", _asked(text), block.line))
    return None


def is_requirement(text: str) -> bool:
    """Whether ``text`` begins with the id of a requirement."""
    return _ID.match(text) is not None


def _joins(building: _Building, part: Part, block: Block) -> bool:
    """Whether a story is told inside the requirement or rule above it."""
    whole = building.part
    is_open = whole is not None and whole.kind != "story" and not whole.role
    return (
        is_open and part.kind == "story" and bool(part.role)
        and block.kind != "heading" and not _ends(building, block)
    )  # fmt: skip


def _asked(text: str) -> str:
    """What a requirement asks for, without the metric and event that it names beside."""
    lines = (_ASIDE.sub("", line) for line in text.split("\n"))
    return " ".join(" ".join(line for line in lines if line).split()) or text


def _told(part: Part) -> Part:
    return _with_story(part, part.text)


def _with_story(part: Part, text: str) -> Part:
    match = _CONNEXTRA.match(text)
    if match is None:
        return part
    words = {
        name: " ".join((match[name] or "").split()).strip(" .,") for name in match.re.groupindex
    }
    return replace(part, role=words["role"], wish=words["wish"], reason=words["reason"])


def _ends(building: _Building, block: Block) -> bool:
    """Whether ``block`` no longer belongs to the part that is being gathered."""
    start = building.start
    if start is None:
        return False
    if block.kind == "heading":
        is_below = start.kind == "heading" and block.level > start.level
        return not (is_below or _CRITERIA.search(block.text))
    if start.kind == "item":
        # Deeper items and what is indented below the item are its own; a table or code may follow.
        return block.depth < start.depth or (block.depth == start.depth and block.is_lead)
    return False


def read_criteria(blocks: Sequence[Block]) -> tuple[Criterion, ...]:
    """The criteria that ``blocks`` spell, in their order."""
    found: list[Criterion] = []
    waiting: str | None = None
    is_listing = False
    for block in blocks:
        if block.kind == "heading" or _is_label(block):
            name = _SCENARIO.match(block.text)
            waiting = _scenario_name(block.text) if name else None
            is_listing = bool(_CRITERIA.search(block.text))
        elif block.kind in {"table", "code"}:
            _attach(found, block)
        elif block.kind in {"item", "paragraph"}:
            waiting = _read_block(found, block, waiting, is_listing=is_listing)
    return tuple(found)


def _is_label(block: Block) -> bool:
    text = block.text.strip()
    is_named = _SCENARIO.match(text) and "\n" not in text
    return block.kind in {"paragraph", "item"} and bool(
        is_named or (_CRITERIA.match(text) and text.endswith(":"))
    )


def _scenario_name(text: str) -> str:
    match = _SCENARIO.match(text)
    if match is None:
        return ""
    kind = "background" if match[1].lower() == "background" else ""
    return f"{kind}:{text[match.end() :].strip()}"


def _read_block(
    found: list[Criterion], block: Block, waiting: str | None, *, is_listing: bool
) -> str | None:
    """Add what ``block`` says to ``found``; give the scenario's name that is still waiting."""
    whole = _ONE_LINE.match(block.text.strip())
    if whole and "\n" not in block.text.strip():
        steps = [
            (key.capitalize(), " ".join(whole[key].split())) for key in ("given", "when", "then")
        ]
        _start(found, waiting, block.line)
        _extend(found, [Step(key, text, block.line) for key, text in steps])
        return None
    steps_here = list(_read_steps(block))
    if not steps_here:
        if is_listing and block.kind == "item":
            found.append(Criterion(" ".join(block.text.split()), block.line))
        return waiting
    for step in steps_here:
        if waiting is not None or _begins_new(found, step):
            _start(found, waiting, step.line)
            waiting = None
        _extend(found, [step])
    return waiting


def _read_steps(block: Block) -> Iterator[Step]:
    for offset, line in enumerate(block.text.split("\n")):
        match = _STEP.match(line.strip())
        if match:
            text = " ".join(line.strip()[match.end() :].split())
            yield Step(match[1].capitalize(), text, block.line + offset)
        elif offset == 0:
            return


def _begins_new(found: list[Criterion], step: Step) -> bool:
    """A Given after a When or Then begins the next scenario; so does a When after a Then."""
    if not found or not found[-1].steps:
        return True
    before = {each.keyword for each in found[-1].steps}
    return (step.keyword == "Given" and bool(before & {"When", "Then"})) or (
        step.keyword == "When" and "Then" in before
    )


def _start(found: list[Criterion], waiting: str | None, line: int) -> None:
    kind, _, name = (waiting or "").partition(":")
    found.append(Criterion(name, line, is_background=kind == "background"))


def _extend(found: list[Criterion], steps: Sequence[Step]) -> None:
    found[-1] = replace(found[-1], steps=(*found[-1].steps, *steps))


def _attach(found: list[Criterion], block: Block) -> None:
    """A code block is the document of the step above it, a table the examples of the scenario."""
    if not found or not found[-1].steps:
        return
    last = found[-1]
    if block.kind == "code" and block.depth:
        step = replace(last.steps[-1], document=block.text.removesuffix("\n"))
        found[-1] = replace(last, steps=(*last.steps[:-1], step))
    elif block.kind == "table" and any("<" in step.text for step in last.steps):
        found[-1] = replace(last, examples=block.rows)
