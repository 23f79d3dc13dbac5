"""What a parser gets out of a file, held against what was put in: every line once, in order.

Text taken out of a PDF has its own line breaks, so texts are compared without white space, after
NFC. Then the words are held apart again: two words glued together, or one broken where neither a
hyphen nor a slash nor a script without spaces allows it, is a loss too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from pilothouse.engines.jobs.resume_blocks import Block, BlockKind

# No line of a page takes more of one word than this, so a longer one may be broken.
LONGEST_UNBROKEN = 40


@dataclass(frozen=True)
class RoundTrip:
    """The outcome. Each list names the lines by their words."""

    lines: int
    lost: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    misplaced: tuple[str, ...] = ()
    foreign: str = ""
    glued: tuple[str, ...] = ()
    split: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every line came back once, in order, and nothing else."""
        faults = (self.lost, self.repeated, self.misplaced, self.foreign, self.glued, self.split)
        return not any(faults)

    @property
    def sentence(self) -> str:
        """The outcome in words."""
        if self.is_whole:
            return f"All {self.lines} lines come back once, in order, word for word."
        kinds = (
            ("lost", self.lost), ("there twice", self.repeated), ("out of order", self.misplaced),
            ("glued together", self.glued), ("broken apart", self.split),
        )  # fmt: skip
        parts = [f"{len(found)} {name} (“{found[0][:60]}”)" for name, found in kinds if found]
        if self.foreign:
            parts.append(f"words that nobody wrote (“{self.foreign[:60]}”)")
        return "; ".join(parts) + "."


def compare(blocks: Sequence[Block], extracted: str, mark: str = "•") -> RoundTrip:
    """Hold extracted text against the blocks it was made of. ``mark`` is that of a bullet.

    >>> compare([Block(BlockKind.BULLET, "Cut churn")], "• Cut\\nchurn").is_whole
    True
    """
    expected = [_whole(block, mark) for block in blocks]
    text = unicodedata.normalize("NFC", extracted)
    if _compact("".join(expected)) == _compact(text):
        glued, split = _compare_words(" ".join(expected), text)
        return RoundTrip(len(expected), glued=glued, split=split)
    return _explain(expected, text)


def _whole(block: Block, mark: str) -> str:
    words = unicodedata.normalize("NFC", block.whole)
    return f"{mark} {words}" if block.kind is BlockKind.BULLET else words


def _compact(text: str) -> str:
    return "".join(text.split())


def _explain(expected: Sequence[str], text: str) -> RoundTrip:
    """Which line went wrong: walk along the extracted text and look for one after the other."""
    whole, cursor = _compact(text), 0
    lost, repeated, misplaced, foreign = [], [], [], []
    for line in expected:
        sought = _compact(line)
        place = whole.find(sought, cursor)
        if place >= 0:
            foreign.append(whole[cursor:place])
            cursor = place + len(sought)
        elif sought in whole:
            misplaced.append(line)
        else:
            lost.append(line)
    foreign.append(whole[cursor:])
    between = "".join(foreign)
    repeated = [line for line in expected if len(_compact(line)) > 3 and _compact(line) in between]
    rest = between
    for line in (*repeated, *misplaced):
        rest = rest.replace(_compact(line), "", 1)
    for line in misplaced:
        if line in repeated:
            repeated.remove(line)
    return RoundTrip(len(expected), tuple(lost), tuple(repeated), tuple(misplaced), rest)


def _compare_words(expected: str, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    wanted, found = _breaks(expected), _breaks(text)
    compact = _compact(expected)
    glued = tuple(_around(compact, place) for place in sorted(wanted - found))
    split = tuple(
        _around(compact, place)
        for place in sorted(found - wanted)
        if not _may_break(compact, place, wanted)
    )
    return glued, split


def _breaks(text: str) -> set[int]:
    """Where white space stands, counted in characters that are none."""
    places, count = set(), 0
    for word in text.split():
        count += len(word)
        places.add(count)
    return places


def _may_break(compact: str, place: int, wanted: set[int]) -> bool:
    before, after = compact[place - 1], compact[place : place + 1]
    if not before.isalnum() or (after and not after.isalnum()):
        return True
    if _has_no_spaces(before) or (after and _has_no_spaces(after)):
        return True
    start = max((each for each in wanted if each < place), default=0)
    end = min((each for each in wanted if each > place), default=len(compact))
    return end - start > LONGEST_UNBROKEN


def _has_no_spaces(char: str) -> bool:
    """Scripts that are written without spaces: a line may end anywhere in them."""
    return unicodedata.category(char) == "Lo" and ord(char) > 0x0E00


def _around(compact: str, place: int) -> str:
    return f"{compact[max(place - 12, 0) : place]}|{compact[place : place + 12]}"
