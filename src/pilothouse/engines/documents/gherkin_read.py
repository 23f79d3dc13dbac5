"""A ``.feature`` file as a feature, and a feature as Markdown that reads back as the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pilothouse.engines.documents.gherkin import Feature, FeatureRule, Scenario
from pilothouse.engines.documents.parts import Step, is_requirement
from pilothouse.kernel.errors import InvalidValueError

_HEAD = re.compile(
    r"(Feature|Rule|Background|Scenario Outline|Scenario Template|Scenario|Example|Examples"
    r"|Scenarios):\s*(.*)\Z"
)
_STEP = re.compile(r"(Given|When|Then|And|But|\*)\s+(.*)\Z")
_CELLS = re.compile(r"\\.|[^\\|]|\|")
_FENCES = ('"""', "```")


@dataclass
class _Group:
    """A feature or a rule while it is read."""

    name: str
    background: list[Step] = field(default_factory=list)
    scenarios: list[Scenario] = field(default_factory=list)
    description: list[str] = field(default_factory=list)


@dataclass
class _Reading:
    """Where the reader is in a file."""

    groups: list[_Group] = field(default_factory=list)
    place: str = "start"
    tags: list[str] = field(default_factory=list)

    @property
    def group(self) -> _Group:
        return self.groups[-1]


def read_feature(text: str) -> Feature:
    """The feature of a file with English keywords; ``InvalidValueError`` names the first bad line.

    Data tables below a step are kept as its document.
    """
    reading = _Reading()
    lines = iter(enumerate(text.removeprefix("\ufeff").split("\n"), 1))
    for number, raw in lines:
        line = raw.strip()
        if line.startswith(_FENCES) and reading.place in {"steps", "background"}:
            _put_document(reading, _read_document(lines, raw, line[:3], number))
        elif line and not line.startswith("#"):
            _take(reading, line, number)
    if not reading.groups:
        raise InvalidValueError("a feature file has a line “Feature: NAME”.")
    first, *rest = reading.groups
    return Feature(
        name=first.name,
        scenarios=tuple(first.scenarios),
        background=tuple(first.background),
        description=tuple(first.description),
        rules=tuple(
            FeatureRule(
                each.name, tuple(each.scenarios), tuple(each.background), tuple(each.description)
            )
            for each in rest
        ),
    )


def _take(reading: _Reading, line: str, number: int) -> None:
    head, step = _HEAD.match(line), _STEP.match(line)
    if line.startswith("@"):
        reading.tags += re.findall(r"@([^\s@]+)", line)
    elif head:
        _begin(reading, head[1], head[2].strip(), number)
    elif step and reading.place in {"scenario", "steps", "background"}:
        keyword = "And" if step[1] == "*" else step[1]
        _put_steps(reading, [Step(keyword, step[2].strip(), number)])
    elif line.startswith("|"):
        _put_row(reading, line, number)
    elif reading.place in {"feature", "rule"}:
        reading.group.description.append(line)
    elif reading.place not in {"scenario", "background", "examples"}:
        raise InvalidValueError(f"line {number} is no part of a feature.", value=line)


def _begin(reading: _Reading, keyword: str, name: str, number: int) -> None:
    tags, reading.tags = tuple(reading.tags), []
    if (keyword == "Feature") != (not reading.groups):
        raise InvalidValueError(
            f"line {number}: a file holds one feature, and begins with it.", value=keyword
        )
    if keyword in {"Feature", "Rule"}:
        reading.groups.append(_Group(name))
        reading.place = keyword.lower()
    elif keyword == "Background":
        reading.place = "background"
    elif keyword in {"Examples", "Scenarios"}:
        if not reading.group.scenarios:
            raise InvalidValueError(f"line {number}: examples follow a scenario.", value=name)
        reading.place = "examples"
    else:
        reading.group.scenarios.append(Scenario(name, (), tags=tags))
        reading.place = "scenario"


def _put_steps(reading: _Reading, steps: list[Step]) -> None:
    if reading.place == "background":
        reading.group.background += steps
        return
    last = reading.group.scenarios[-1]
    reading.group.scenarios[-1] = Scenario(
        last.name, (*last.steps, *steps), last.examples, last.tags
    )
    reading.place = "steps"


def _put_row(reading: _Reading, line: str, number: int) -> None:
    if reading.place == "examples":
        last = reading.group.scenarios[-1]
        rows = (*last.examples, read_row(line))
        if len(rows[-1]) != len(rows[0]):
            raise InvalidValueError(f"line {number}: a row has as many cells as the first.")
        reading.group.scenarios[-1] = Scenario(last.name, last.steps, rows, last.tags)
    elif reading.place in {"steps", "background"}:
        _put_document(reading, line, is_more=True)
    else:
        raise InvalidValueError(f"line {number}: a table follows a step or examples.", value=line)


def _put_document(reading: _Reading, text: str, *, is_more: bool = False) -> None:
    steps = (
        reading.group.background
        if reading.place == "background"
        else list(reading.group.scenarios[-1].steps)
    )
    if not steps:
        raise InvalidValueError("a document or table follows a step.", value=text)
    last = steps[-1]
    whole = f"{last.document}\n{text}" if is_more and last.document else text
    steps[-1] = Step(last.keyword, last.text, last.line, whole)
    if reading.place != "background":
        scenario = reading.group.scenarios[-1]
        reading.group.scenarios[-1] = Scenario(
            scenario.name, tuple(steps), scenario.examples, scenario.tags
        )


def _read_document(lines: Iterator[tuple[int, str]], opening: str, fence: str, number: int) -> str:
    indent = len(opening) - len(opening.lstrip())
    found: list[str] = []
    for _, raw in lines:
        if raw.strip() == fence:
            return "\n".join(found)
        cut = raw[indent:] if not raw[:indent].strip() else raw.lstrip()
        shown = cut.rstrip("\r")
        found.append(shown.replace('\\"\\"\\"', '"""').replace("\\\\", "\\"))
    raise InvalidValueError(f"the document that begins in line {number} never ends.")


def read_row(line: str) -> tuple[str, ...]:
    """The cells of ``| a | b |``; ``\\|``, ``\\\\`` and ``\\n`` stand for themselves.

    >>> read_row("| a\\\\|b | c |")
    ('a|b', 'c')
    """
    cells, cell = [], ""
    for part in _CELLS.findall(line.strip()[1:]):
        if part == "|":
            cells.append(cell.strip())
            cell = ""
        else:
            cell += {"\\n": "\n", "\\|": "|", "\\\\": "\\"}.get(part, part)
    return tuple(cells)


def to_markdown(feature: Feature) -> str:
    """The feature as a document: headings for rules and scenarios, lists for steps."""
    lines = [*_paragraph(feature.description)]
    lines += _group_lines(feature.background, feature.scenarios, "##")
    for rule in feature.rules:
        mark = "" if is_requirement(rule.name) else "Rule: "
        lines += [f"## {mark}{escape_line(rule.name)}", "", *_paragraph(rule.description)]
        lines += _group_lines(rule.background, rule.scenarios, "###")
    return "\n".join(lines).rstrip("\n") + "\n"


def _paragraph(lines: tuple[str, ...]) -> list[str]:
    return [*(escape_line(line) for line in lines), ""] if lines else []


def _group_lines(
    background: tuple[Step, ...], scenarios: tuple[Scenario, ...], marks: str
) -> Iterator[str]:
    if background:
        yield from [f"{marks} Background:", "", *_step_lines(background), ""]
    for scenario in scenarios:
        kind = "Scenario Outline" if scenario.examples else "Scenario"
        yield from [f"{marks} {kind}: {escape_line(scenario.name)}".rstrip(), ""]
        yield from [*_step_lines(scenario.steps), ""]
        if scenario.examples:
            yield from [*_table_lines(scenario.examples), ""]


def _step_lines(steps: tuple[Step, ...]) -> Iterator[str]:
    for step in steps:
        yield f"- {step.keyword} {escape_line(step.text)}"
        if step.document:
            fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", step.document + "``")))
            yield f"  {fence}"
            yield from (f"  {line}" for line in step.document.split("\n"))
            yield f"  {fence}"


def _table_lines(rows: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    for place, row in enumerate(rows):
        yield f"| {' | '.join(escape_cell(cell) for cell in row)} |"
        if place == 0:
            yield "|" + " --- |" * len(row)


def escape_line(text: str) -> str:
    """``text`` as Markdown that reads as exactly these words."""
    return re.sub(r"([\\`*_\[\]<>&#~|!])", r"\\\1", text)


def escape_cell(text: str) -> str:
    """``text`` for one cell of a table."""
    return escape_line(" ".join(text.split()))
