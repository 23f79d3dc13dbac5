"""Acceptance criteria as Gherkin: features with rules, scenarios and examples, both ways.

Grammar: the Gherkin reference (Feature, Rule, Background, Scenario, Scenario Outline, Examples,
steps with document strings). What stands on one line is written on one: runs of white space and
control characters become a space.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pilothouse.engines.documents.outline import Outline
from pilothouse.engines.documents.parts import Criterion, Part, Parts, Step

_PLACEHOLDER = re.compile(r"<([^<>]+)>")
NOTHING_SAID = "(nothing said)"


@dataclass(frozen=True)
class Scenario:
    """A named list of steps; with examples it is an outline, played once for each row.

    ``examples`` holds the heads in its first row. A plain criterion becomes one Then step.
    """

    name: str
    steps: tuple[Step, ...]
    examples: tuple[tuple[str, ...], ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class FeatureRule:
    """The scenarios of one requirement or story."""

    name: str
    scenarios: tuple[Scenario, ...]
    background: tuple[Step, ...] = ()
    description: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feature:
    """What a ``.feature`` file holds."""

    name: str
    scenarios: tuple[Scenario, ...] = ()
    rules: tuple[FeatureRule, ...] = ()
    background: tuple[Step, ...] = ()
    description: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it holds no scenario at all."""
        return not self.scenarios and not any(rule.scenarios for rule in self.rules)


def build_feature(title: str, outline: Outline, parts: Parts) -> Feature:
    """The feature that a document spells: a rule for each requirement and story with criteria."""
    return Feature(
        name=_one_line(title) or _one_line(outline.title) or "Untitled",
        scenarios=_scenarios(parts.loose),
        background=_background(parts.loose),
        rules=tuple(_to_rule(part) for part in parts.parts if part.criteria),
    )


def _to_rule(part: Part) -> FeatureRule:
    told = (("As a", part.role), ("I want", part.wish), ("So that", part.reason))
    description = [f"{start} {_one_line(words)}" for start, words in told if part.role and words]
    wish = part.wish.removeprefix("to ") if part.kind == "story" else ""
    name = wish or part.text
    return FeatureRule(
        name=": ".join(filter(None, [part.id, _one_line(name)])),
        scenarios=_scenarios(part.criteria),
        background=_background(part.criteria),
        description=tuple(description),
    )


def _scenarios(criteria: Iterable[Criterion]) -> tuple[Scenario, ...]:
    return tuple(_to_scenario(each) for each in criteria if not each.is_background)


def _background(criteria: Iterable[Criterion]) -> tuple[Step, ...]:
    return tuple(step for each in criteria if each.is_background for step in each.steps)


def _to_scenario(criterion: Criterion) -> Scenario:
    if not criterion.steps:
        return Scenario(criterion.name, (Step("Then", criterion.name, criterion.line),))
    name = criterion.name or _name_of(criterion.steps)
    return Scenario(name, criterion.steps, criterion.examples if _fills(criterion) else ())


def _name_of(steps: tuple[Step, ...]) -> str:
    """A scenario without a name is called by its first When, or by its first step."""
    whens = [step for step in steps if step.keyword == "When"]
    return (whens or list(steps))[0].text


def _fills(criterion: Criterion) -> bool:
    """Whether the table has a column for every placeholder of the steps."""
    heads = {cell.strip() for cell in criterion.examples[0]} if criterion.examples else set()
    wanted = {name for step in criterion.steps for name in _PLACEHOLDER.findall(step.text)}
    return bool(wanted) and wanted <= heads and len(criterion.examples) > 1


def write_feature(feature: Feature) -> str:
    """The text of a ``.feature`` file in English keywords."""
    return "\n".join(_lines_of(feature)) + "\n"


def _lines_of(feature: Feature) -> Iterator[str]:
    yield f"Feature: {_one_line(feature.name)}"
    yield from _described(feature.description, "  ")
    yield from _write_group(feature.background, feature.scenarios, "  ")
    for rule in feature.rules:
        yield ""
        yield f"  Rule: {_one_line(rule.name)}"
        yield from _described(rule.description, "    ")
        yield from _write_group(rule.background, rule.scenarios, "    ")


def _described(lines: Iterable[str], indent: str) -> Iterator[str]:
    for line in lines:
        words = _one_line(line)
        # What could be read as anything but free text stays a comment.
        mark = "" if re.match(r"(?:As an?|I want|So that) \S", words) else "# "
        yield f"{indent}{mark}{words}"


def _write_group(
    background: tuple[Step, ...], scenarios: tuple[Scenario, ...], indent: str
) -> Iterator[str]:
    if background:
        yield ""
        yield f"{indent}Background:"
        yield from _write_steps(background, indent + "  ")
    for scenario in scenarios:
        yield ""
        tags = " ".join(f"@{tag}" for tag in scenario.tags)
        yield from [f"{indent}{tags}"] if tags else []
        keyword = "Scenario Outline" if scenario.examples else "Scenario"
        yield f"{indent}{keyword}: {_one_line(scenario.name)}"
        yield from _write_steps(scenario.steps, indent + "  ")
        if scenario.examples:
            yield ""
            yield f"{indent}  Examples:"
            for row in scenario.examples:
                yield f"{indent}    | {' | '.join(_cell(cell) for cell in row)} |"


def _write_steps(steps: tuple[Step, ...], indent: str) -> Iterator[str]:
    for step in steps:
        yield f"{indent}{step.keyword} {_one_line(step.text) or NOTHING_SAID}"
        if step.document:
            yield f'{indent}  """'
            for line in step.document.splitlines():
                shown = line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
                yield f"{indent}  {shown}"
            yield f'{indent}  """'


def _one_line(text: str) -> str:
    """``text`` on one line, as it reads back: no control characters, single spaces."""
    kept = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(kept.split())


def _cell(text: str) -> str:
    return _one_line(text).replace("\\", "\\\\").replace("|", "\\|")
