"""What changed between two texts, line by line and, inside a changed line, word by word.

Lines are matched by the standard library's ``difflib`` (Ratcliff and Obershelp); lines that were
replaced are paired in their order and compared again by words, where a word is a run of letters and
digits, a run of white space, or one other character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "added", "removed"]

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
# Beyond this many words a line is shown as removed and added: matching is quadratic.
_MAX_WORDS = 2_000
_MANY_LINES = 2_000
# Two lines with less than this in common are two lines, not one that was changed.
_MIN_ALIKE = 0.3


@dataclass(frozen=True)
class DiffWord:
    """A run of text that is the same in both lines, or only in the one that holds it."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class DiffLine:
    """A line of either text: its number in each (None where it is not), and its words.

    A changed line is a ``removed`` line followed by an ``added`` one; the words that both share are
    ``same`` in each.
    """

    kind: Kind
    before: int | None
    after: int | None
    words: tuple[DiffWord, ...]

    @property
    def text(self) -> str:
        """The whole line."""
        return "".join(word.text for word in self.words)


def diff_texts(before: str, after: str) -> tuple[DiffLine, ...]:
    """Every line of both texts in reading order; lines end at newlines only.

    Leaving out the added lines gives ``before`` back, leaving out the removed ones ``after``.

    >>> [(line.kind, line.text) for line in diff_texts("a b", "a c")]
    [('removed', 'a b'), ('added', 'a c')]
    """
    old, new = _split(before), _split(after)
    lines: list[DiffLine] = []
    # Lines that come very often are left out of the matching of long texts: it would take for ever.
    is_long = max(len(old), len(new)) > _MANY_LINES
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=is_long).get_opcodes():
        if tag == "equal":
            lines += [
                DiffLine("same", i + 1, j1 + (i - i1) + 1, (DiffWord("same", old[i]),))
                for i in range(i1, i2)
            ]
        else:
            lines += _replaced(old, new, range(i1, i2), range(j1, j2))
    return tuple(lines)


def is_changed(lines: Sequence[DiffLine]) -> bool:
    """Whether the two texts differ at all."""
    return any(line.kind != "same" for line in lines)


def fold_same(lines: Sequence[DiffLine], around: int = 3) -> tuple[DiffLine | int, ...]:
    """The lines with long unchanged runs folded into the number of lines left out.

    ``around`` unchanged lines stay on each side of a change.
    """
    near = {
        place + step
        for place, line in enumerate(lines)
        if line.kind != "same"
        for step in range(-around, around + 1)
    }
    folded: list[DiffLine | int] = []
    for place, line in enumerate(lines):
        if place in near:
            folded.append(line)
        elif folded and isinstance(folded[-1], int):
            folded[-1] += 1
        else:
            folded.append(1)
    return tuple(folded)


def _split(text: str) -> list[str]:
    return text.split("\n") if text else []


def _replaced(
    old: Sequence[str], new: Sequence[str], removed: range, added: range
) -> Iterator[DiffLine]:
    """Pairs of lines beside each other while there are any, then what is left over."""
    pairs = min(len(removed), len(added))
    for i, j in zip(removed, added, strict=False):
        left, right = _diff_words(old[i], new[j])
        yield DiffLine("removed", i + 1, None, left)
        yield DiffLine("added", None, j + 1, right)
    for i in removed[pairs:]:
        yield DiffLine("removed", i + 1, None, (DiffWord("removed", old[i]),))
    for j in added[pairs:]:
        yield DiffLine("added", None, j + 1, (DiffWord("added", new[j]),))


def _diff_words(before: str, after: str) -> tuple[tuple[DiffWord, ...], tuple[DiffWord, ...]]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if max(len(old), len(new)) > _MAX_WORDS or _alike(matcher, old, new) < _MIN_ALIKE:
        return (DiffWord("removed", before),), (DiffWord("added", after),)
    left: list[DiffWord] = []
    right: list[DiffWord] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        is_same = tag == "equal"
        if i2 > i1:
            left.append(DiffWord("same" if is_same else "removed", "".join(old[i1:i2])))
        if j2 > j1:
            right.append(DiffWord("same" if is_same else "added", "".join(new[j1:j2])))
    return tuple(left), tuple(right)


def _alike(matcher: SequenceMatcher[str], old: Sequence[str], new: Sequence[str]) -> float:
    """The share of characters that both lines have in common; white space does not count."""
    blocks = matcher.get_matching_blocks()
    common = sum(_size(old[block.a : block.a + block.size]) for block in blocks)
    return 2 * common / max(1, _size(old) + _size(new))


def _size(words: Sequence[str]) -> int:
    return sum(len(word) for word in words if not word.isspace())
