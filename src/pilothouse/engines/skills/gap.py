"""The gap between levels held and levels asked, and what a posting's text asks for. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pilothouse.engines.skills.levels_types import Level, Need


@dataclass(frozen=True)
class Gap:
    """One competency of a target. ``held`` counts acts of the last 24 months only.

    ``weight`` orders what is missing: levels short, times how much the target leans on it.
    """

    competency: str
    required: int
    held: int | None
    value: int | None
    emphasis: float
    needs: tuple[Need, ...]

    @property
    def short(self) -> int:
        """How many levels are missing; 0 where there is no gap."""
        return max(self.required - (self.held or 0), 0)

    @property
    def weight(self) -> float:
        return self.short * self.emphasis

    @property
    def is_greyed(self) -> bool:
        """Whether the level was reached once, by acts that are old now."""
        return (self.value or 0) > (self.held or 0)


@dataclass(frozen=True)
class Mention:
    """A competency that a posting speaks of: the words found and how often in all."""

    competency: str
    words: tuple[str, ...]
    count: int


def find_gaps(
    required: Mapping[str, int],
    levels: Mapping[str, Level],
    emphasis: Mapping[str, float] | None = None,
) -> tuple[Gap, ...]:
    """Every competency asked for, the heaviest gap first; what is met comes last."""
    leaning = emphasis or {}
    gaps = [
        _to_gap(name, level, levels[name], leaning.get(name, 1.0))
        for name, level in required.items()
        if level > 0 and name in levels
    ]
    return tuple(sorted(gaps, key=lambda gap: (-gap.weight, -gap.required, gap.competency)))


def find_mentions(text: str, words: Mapping[str, Sequence[str]]) -> tuple[Mention, ...]:
    """Which competencies a text speaks of, by a table of words; the most spoken of first.

    Words are matched whole and in any case. Of overlapping words of one competency the longest
    counts: "user interviews" is not "interviews" too. Nothing is inferred from what is not there.
    """
    folded = " ".join(text.casefold().split())
    found = [_mention(name, folded, list_) for name, list_ in words.items()]
    kept = [mention for mention in found if mention.count]
    return tuple(sorted(kept, key=lambda each: (-each.count, each.competency)))


def _mention(competency: str, text: str, words: Sequence[str]) -> Mention:
    longest = sorted({word.casefold() for word in words}, key=lambda word: (-len(word), word))
    if not longest:
        return Mention(competency, (), 0)
    pattern = "|".join(re.escape(word) for word in longest)
    hits = re.findall(rf"(?<![\w&])(?:{pattern})(?![\w&])", text)
    return Mention(competency, tuple(dict.fromkeys(hits)), len(hits))


def _to_gap(competency: str, required: int, level: Level, emphasis: float) -> Gap:
    return Gap(
        competency=competency,
        required=required,
        held=level.current,
        value=level.value,
        emphasis=emphasis,
        needs=level.next_rule.missing if level.next_rule else (),
    )
