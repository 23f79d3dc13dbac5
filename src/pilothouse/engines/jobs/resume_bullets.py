"""Lines that somebody edited, told apart again: a changed bullet keeps its id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from pilothouse.engines.jobs.resume_types import Bullet, Resume

LEAST_ALIKE = 0.6
_MARKS = ("- ", "• ", "* ", "– ", "— ", "· ")


def split_lines(text: str) -> tuple[str, ...]:
    """One bullet a line, marks of lists taken off, empty lines left out.

    >>> split_lines("- Cut churn\\n\\n• Asked ten people")
    ('Cut churn', 'Asked ten people')
    """
    return tuple(line for line in (_bare(each) for each in text.splitlines()) if line)


def match_bullets(
    old: Sequence[Bullet], lines: Sequence[str], new_id: Callable[[], str]
) -> tuple[Bullet, ...]:
    """The lines as bullets: the same text keeps its id, then the most alike one does.

    A version for a posting names bullets by their ids, so correcting a word must not lose one.
    """
    left = list(old)
    ids: dict[int, str] = {}
    for place, line in enumerate(lines):
        same = next((each for each in left if each.text == line), None)
        if same:
            ids[place] = same.id
            left.remove(same)
    for place, line in enumerate(lines):
        best = max(left, key=lambda each: _alike(each.text, line), default=None)
        if place not in ids and best and _alike(best.text, line) >= LEAST_ALIKE:
            ids[place] = best.id
            left.remove(best)
    return tuple(Bullet(ids.get(i) or new_id(), line) for i, line in enumerate(lines))


def adopt_ids(new: Resume, old: Resume, new_id: Callable[[], str]) -> Resume:
    """``new`` with the ids of the entries and bullets of ``old`` that are the same ones.

    An entry is the same when section and name are; its bullets are then matched as above.
    """
    left = list(old.entries)
    entries = []
    for entry in new.entries:
        same = next((e for e in left if (e.section, e.name) == (entry.section, entry.name)), None)
        if same:
            left.remove(same)
            lines = [bullet.text for bullet in entry.bullets]
            bullets = match_bullets(same.bullets, lines, new_id)
            entries.append(replace(entry, id=same.id, bullets=bullets))
        else:
            entries.append(entry)
    return replace(new, entries=tuple(entries))


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _bare(line: str) -> str:
    text = " ".join(line.split())
    for mark in _MARKS:
        text = text.removeprefix(mark)
    return text.strip("•").strip() if text in {"-", "•", "*"} else text
